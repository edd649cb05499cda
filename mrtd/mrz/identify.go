package mrz

import "strings"

// Identify tells what size of document a text is the MRZ of, as far as it goes, and how many characters are still to
// come: 0 for a whole MRZ, below 0 for what is too long. Spaces and line ends count for nothing but a hint of where
// the lines end. The size is empty, and the number 0, for what cannot be the beginning of an MRZ; while it is still
// open the longer one is given.
//
// It is for watching a field while someone types: it does not look at check digits, except where 72 characters may be
// a whole TD2 or the beginning of a TD1.
func Identify(text string) (size Size, missing int) {
	joined, err := join(text)
	if err != nil || joined == "" || joined[0] < 'A' || joined[0] > 'Z' {
		return "", 0
	}
	size = TD1
	switch {
	case joined[0] == 'V':
		return "", 0
	case joined[0] == 'P' && !hasLineOf(text, 30) && !hasLineOf(text, 36):
		size = TD3
	case hasLineOf(text, 44):
		size = TD3
	case hasLineOf(text, 36):
		size = TD2
	case hasLineOf(text, 30):
	case len(joined) == 88:
		size = TD3
	case len(joined) == 72 && looksLikeTD2(joined):
		size = TD2
	}
	return size, layoutOf(size).length() - len(joined)
}

// hasLineOf tells whether the first line of several has n characters.
func hasLineOf(text string, n int) bool {
	first, _, more := strings.Cut(strings.TrimSpace(text), "\n")
	if !more {
		return false
	}
	joined, err := join(first)
	return err == nil && len(joined) == n
}

// looksLikeTD2 tells whether the dates of 72 characters, read as TD2, are followed by their check digits.
func looksLikeTD2(joined string) bool {
	l := layoutOf(TD2)
	return joined[l.birthDigit] == CheckDigit(l.birth.of(joined)) && joined[l.expiryDigit] == CheckDigit(l.expiry.of(joined))
}
