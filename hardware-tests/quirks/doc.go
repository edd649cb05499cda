// Package quirks plays what chips and readers in the field are known to do otherwise than the standard says, or than one would guess: one test
// for each, named after it. What needs no chip to play it is tested where it belongs:
//
//   - long document numbers, check digits that may be fillers, characters that are confused, unknown dates of birth, the codes of
//     Kosovo: mrtd/mrz, and here with whole documents;
//   - DG11's and DG12's dates, DG2's offsets and codings: mrtd/lds and mrtd/lds/face;
//   - the many ways to sign an EF.SOD: TestHonestOdditiesStayGenuine in mrtd/inspect;
//   - a missing service, a sharing violation, two slots, a reader unplugged, a card reset: reader.
package quirks
