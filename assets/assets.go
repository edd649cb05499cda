// Package assets holds what Skranke carries in its binary beside code: the rules, the texts in each language, the icons,
// the fonts and the colours of its themes.
package assets
