//go:build race

package desk

// raced tells that the race detector watches, which makes drawing some ten times slower and finds nothing in its last themes.
const raced = true
