//go:build !race

package conformity_test

// share is the part of the rows that is played: one in this many.
const share = 1
