// Package quirks plays what chips and readers in the field are known to do otherwise than the standard says, or than one would guess: one test
// for each, named after it.
package quirks
