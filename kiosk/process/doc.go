// Package process gives each visit, its window included, a process of its own that ends with it.
//
// Strings, the toolkit's caches and textures cannot be wiped one by one; what a process held is gone when the process is.
// A [Supervisor] starts the processes: one that serves a visit, and the next one, started behind it and waiting, so that nobody
// sees the change. It holds nothing that is personal. In the process of a visit a [Turn] says when the visit begins, and takes
// word of its end.
package process

import "context"

// Carry is what goes over from one visit to the next: how the face is set, nothing about a person.
type Carry struct {
	// Visit counts the visits since the program was started, from 1.
	Visit uint64 `json:"visit"`
	// Language and Look are those of the face; Text is its text size in percent; Quiet tells that its sounds are off.
	Language string `json:"language,omitempty"`
	Look     string `json:"look,omitempty"`
	Text     int    `json:"text,omitempty"`
	Quiet    bool   `json:"quiet,omitempty"`
	// Staff is opaque to the processes: what a face wants to know of its past, such as when the PIN may be tried again.
	Staff string `json:"staff,omitempty"`
}

// Turn is the place of one visit among the others, as its process sees it.
type Turn interface {
	// Await waits until the visit before is over. The face then shows its window, and calls shown when it stands.
	Await(ctx context.Context) (carry Carry, shown func(), err error)
	// Alive tells that the window is not frozen. One that has told so and then is silent for a minute is taken for frozen: its
	// process is killed, and the next one takes its place.
	Alive()
	// Keep tells at once what the next visit is to begin with if this one's process ends without [Turn.Over].
	Keep(carry Carry)
	// Over tells that this visit is over, and waits until the next one's window stands; the process then ends. Whatever may be
	// shown until then must not be of the visit.
	Over(ctx context.Context, carry Carry) error
	// Quit tells that there is to be no further visit: the window was closed, or a member of staff has ended the program.
	Quit() error
}
