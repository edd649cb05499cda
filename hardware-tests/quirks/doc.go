// Package quirks plays what chips and documents in the field are known to do otherwise than the standard says, or than one would guess, and the traps that other software has
// fallen into: one test for each, named after it. What no chip can play is tested where it belongs:
//
//   - a missing service (TestNoService), a sharing violation with another program (TestCardInUse), the contactless one of two slots (TestContactless), a
//     reader unplugged (TestReaderUnpluggedDuringTransmit), a card reset or taken (TestCardSwappedBetweenCommands): package reader;
//   - every way to sign an EF.SOD, and every certificate: TestHonestOdditiesStayGenuine in package mrtd/inspect;
//   - images that no decoder bears: package mrtd/lds/face.
package quirks
