package mrz

import "strings"

// CheckDigit computes the check digit of Doc 9303-3 §4.9, '0' to '9', of a text of A to Z, 0 to 9 and <: weights 7, 3, 1,
// letters from 10 to 35, the filler 0. Other characters count as 0.
func CheckDigit(text string) byte {
	weights := [3]int{7, 3, 1}
	sum := 0
	for i := range len(text) {
		sum += weights[i%3] * value(text[i])
	}
	return byte('0' + sum%10)
}

func value(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'A' <= c && c <= 'Z':
		return int(c-'A') + 10
	}
	return 0
}

// blank tells whether a field holds nothing but fillers.
func blank(s string) bool { return strings.Trim(s, "<") == "" }
