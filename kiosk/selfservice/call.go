package selfservice

import (
	"context"
	"os/exec"
	"sync"
	"time"

	"fyne.io/fyne/v2"
)

// programTime bounds how long a program of the site's may take.
const programTime = 10 * time.Second

// lamp is what calls staff: a program that is run with "on" or "off" behind its arguments.
type lamp struct {
	program []string

	mu       sync.Mutex
	want, is bool
	busy     bool
	// unknown tells that the program has not been run yet.
	unknown bool
}

// newLamp makes a lamp of a program. How it was left is not known: the first word counts, whatever it is.
func newLamp(program []string) *lamp { return &lamp{program: program, unknown: true} }

// set has the lamp switched on or off. It does not wait for the program; the last word counts.
func (l *lamp) set(on bool) {
	if len(l.program) == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.want = on
	if !l.busy {
		l.busy = true
		go l.follow()
	}
}

// follow runs the program until the lamp is as it was last wanted.
func (l *lamp) follow() {
	for {
		l.mu.Lock()
		if l.is == l.want && !l.unknown {
			l.busy = false
			l.mu.Unlock()
			return
		}
		l.is, l.unknown = l.want, false
		state := "off"
		if l.is {
			state = "on"
		}
		l.mu.Unlock()
		last := len(l.program)
		runSite(l.program[0], append(l.program[1:last:last], state)...)
	}
}

// runShutdown runs the program that switches the machine off.
func runShutdown(program []string) {
	if len(program) > 0 {
		runSite(program[0], program[1:]...)
	}
}

func runSite(name string, args ...string) {
	ctx, cancel := context.WithTimeout(context.Background(), programTime)
	defer cancel()
	command := exec.CommandContext(ctx, name, args...)
	command.WaitDelay = time.Second
	if err := command.Run(); err != nil {
		fyne.LogError("a program of the site's configuration did not run", err)
	}
}
