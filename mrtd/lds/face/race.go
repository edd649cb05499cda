//go:build race

package face

// A child of a program built with the race detector would sleep for a second before it ends.
func init() { moreEnvironment = []string{"GORACE=atexit_sleep_ms=0"} }
