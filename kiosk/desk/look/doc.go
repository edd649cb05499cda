// Package look is how Skranke's windows look: the toolkit theme made of assets' colours and fonts, and the few widgets
// that the screens are built of. Every widget can be reached and worked by the keyboard, shows a ring of 3 pixels while
// it has the focus, and says nothing by colour alone.
package look
