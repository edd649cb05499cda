// Package mrz reads the machine readable zone of a travel document: the lines printed at the foot of its data page, and
// repeated in DG1 of its chip (Doc 9303 parts 3 to 6).
//
// [Parse] takes lines as people paste or type them and [ParseStrict] those of a chip; neither takes a wrong check
// digit for an error, since what is printed is printed: [MRZ.CheckDigits] names the fields whose digit is wrong,
// [MRZ.Validate] turns that into an error for human input, and [Suggest] looks for the slip. [Key] is the password
// that the lines amount to for BAC and PACE.
//
// What the lines hold is personal data. The types print themselves as redacted, and no error repeats a value.
package mrz
