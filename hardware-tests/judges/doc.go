// Package judges holds the tests by which independent implementations judge the virtual chip and its specimens: gmrtd's
// terminal, OpenPACE, and the documents of others put on the chip. It has no code of its own.
package judges
