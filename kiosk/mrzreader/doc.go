// Package mrzreader takes the printed lines of a document from the readers that counters have for them: those that type like a
// keyboard, and those on a serial port.
//
// What they send is a password and personal data. It is kept no longer than until the document's lines are whole, and no
// error repeats any of it.
package mrzreader
