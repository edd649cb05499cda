package process

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// Supervisor serves one visit after another, each in a process of its own.
type Supervisor struct {
	// Command makes the command of a process, first for the first one; its standard input and output are the supervisor's. The
	// process calls [Join].
	Command func(first bool) *exec.Cmd
	// Carry is what the first visit begins with.
	Carry Carry
	// Lost is told that a process has ended without a word, or could not be started; another one takes its place. Nil for nobody.
	Lost func(error)
	// Frozen is for how long a window that has told that it is alive may be silent; a minute when zero.
	Frozen time.Duration
}

const (
	// appearing is how long a window may take from the word that its visit begins.
	appearing = time.Minute
	// leaving is how long a process may take to end when it is to: longer than a register of witnesses may take.
	leaving = 30 * time.Second
	// The pause before a process that could not even wait is started anew grows from the first to the last.
	firstPause = time.Second
	lastPause  = time.Minute
)

// Run serves visits until one of them says that there is to be none further, which is no error, or ctx ends. When it
// returns, none of its processes is left. Errors are ctx's, a [*Failure] where no window has ever stood, and the system's
// where no process can be started.
func (s *Supervisor) Run(ctx context.Context) error {
	r := &run{Supervisor: s, ctx: ctx, carry: s.Carry, frozen: cmp.Or(s.Frozen, time.Minute)}
	defer r.end()
	now, err := r.start(true)
	if err != nil {
		return err
	}
	r.now = now
	if err := r.begin(r.now); err != nil {
		return err
	}
	for {
		over, err := r.serve()
		if over || err != nil {
			return err
		}
	}
}

// run is the supervisor at work.
type run struct {
	*Supervisor
	ctx   context.Context
	carry Carry
	// now serves the visit, next waits behind it; nil while there is none.
	now, next *child
	pause     time.Duration
	// again comes when another one is to be started to wait.
	again  <-chan time.Time
	frozen time.Duration
	// silent fires when the window has been silent for too long; nil for one that has never told that it is alive.
	silent <-chan time.Time
	// left are those that have served their visit, and may not have ended yet.
	left []*child
}

// serve waits until something happens, and does what is to be done about it. It tells whether all is over.
func (r *run) serve() (over bool, err error) {
	if r.next == nil && r.again == nil {
		if r.next, err = r.start(false); err != nil { // the machine may have nothing left at this moment
			r.lost(err)
			r.later()
		}
	}
	var waiting <-chan struct{}
	if r.next != nil {
		waiting = r.next.done
	}
	select {
	case <-r.ctx.Done():
		return true, r.ctx.Err()
	case <-r.again:
		r.again = nil
	case <-waiting: // it can wait no more
		r.lost(r.next.why())
		r.next = nil
		r.later()
	case m := <-r.now.said:
		return r.heard(m)
	case <-r.silent:
		_ = r.now.cmd.Process.Kill() // its end is noticed below
		r.silent = nil
		r.lost(errors.New("the window is frozen"))
	case <-r.now.done:
		for len(r.now.said) > 0 { // its last words came before its end
			m := <-r.now.said
			if over, err := r.heard(m); over || err != nil || m.Over != nil {
				return over, err
			}
		}
		if r.ctx.Err() != nil {
			return true, r.ctx.Err()
		}
		r.lost(fmt.Errorf("the window has ended: %w", r.now.err))
		return false, r.change()
	}
	return false, nil
}

// heard does what the process of the visit has said.
func (r *run) heard(m message) (over bool, err error) {
	switch {
	case m.Quit:
		return true, nil
	case m.Over != nil:
		r.carry = *m.Over
		return false, r.change()
	case m.Keep != nil:
		visit := r.carry.Visit
		r.carry = *m.Keep
		r.carry.Visit = visit
	case m.Alive:
		r.silent = time.After(r.frozen)
	}
	return false, nil
}

func (r *run) lost(err error) {
	if r.Lost != nil {
		r.Lost(err)
	}
}

// later has another try to start one that waits, after a pause.
func (r *run) later() {
	r.pause = min(max(2*r.pause, firstPause), lastPause)
	r.again = time.After(r.pause)
}

// change has the one that waits take over, and lets the one that has served go. Since a window has stood before, it does not
// give up: whatever keeps the next one from coming may pass, and until then the old one stands, which shows nothing of its visit.
func (r *run) change() error {
	before := r.now
	r.left = append(r.left, before)
	r.silent = nil
	for {
		err := r.take()
		if err == nil {
			break
		}
		if r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		r.lost(err)
		r.later()
		select {
		case <-r.again:
			r.again = nil
		case <-r.ctx.Done():
			return r.ctx.Err()
		}
	}
	r.pause = 0
	_ = before.to.send(message{End: true}) // one that has gone needs no word
	go before.leave()
	alive := r.left[:0]
	for _, c := range r.left {
		select {
		case <-c.done:
		default:
			alive = append(alive, c)
		}
	}
	r.left = alive
	return nil
}

// take begins the next visit with the one that waits, or with one that is started for it.
func (r *run) take() (err error) {
	if r.next == nil {
		if r.next, err = r.start(false); err != nil {
			return err
		}
	}
	r.now, r.next = r.next, nil
	if err := r.begin(r.now); err != nil {
		r.carry.Visit--
		r.left = append(r.left, r.now)
		go r.now.leave()
		return err
	}
	return nil
}

// begin has a process show its window, and waits until it stands.
func (r *run) begin(c *child) error {
	r.carry.Visit++
	carry := r.carry
	_ = c.to.send(message{Begin: &carry}) // one that has gone is noticed below
	timer := time.NewTimer(appearing)
	defer timer.Stop()
	ended := c.done
	for {
		select {
		case m := <-c.said:
			switch {
			case m.Shown:
				return nil
			case m.Failed != nil:
				return m.Failed
			}
		case <-ended:
			ended = nil
			if len(c.said) == 0 {
				return fmt.Errorf("no window has come: %w", c.err)
			}
		case <-timer.C:
			go c.leave()
			return errors.New("the window did not come in time")
		case <-r.ctx.Done():
			return r.ctx.Err()
		}
		if ended == nil && len(c.said) == 0 {
			return fmt.Errorf("no window has come: %w", c.err)
		}
	}
}

// end lets every process go, and waits until all have.
func (r *run) end() {
	for _, c := range append(r.left, r.now, r.next) {
		if c != nil {
			c.leave()
		}
	}
}

// child is a process.
type child struct {
	cmd *exec.Cmd
	in  io.Closer
	to  sender
	// said is what it says.
	said chan message
	// done is closed when it has ended, err is why.
	done chan struct{}
	err  error
}

func (r *run) start(first bool) (*child, error) {
	cmd := r.Command(first)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	// The pipe is made here, since that of os/exec is closed as soon as the process has ended, and loses its last word.
	out, write, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, in.Close())
	}
	cmd.Stdout = write
	cmd.WaitDelay = leaving
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting the window: %w", err), in.Close(), out.Close(), write.Close())
	}
	_ = write.Close() // the process has its own
	c := &child{cmd: cmd, in: in, to: sender{to: in}, said: make(chan message, 16), done: make(chan struct{})}
	go func() {
		heard := make(chan error, 1)
		go func() {
			err := receive(out, func(m message) {
				select {
				case c.said <- m:
				default: // it talks more than it may
				}
			})
			if err != nil {
				_ = c.cmd.Process.Kill() // whatever it is, it is not of this program
			}
			heard <- err
		}()
		err := cmd.Wait()
		select {
		case said := <-heard:
			err = errors.Join(err, said)
		case <-time.After(leaving): // a process of its own holds the pipe
		}
		_ = out.Close()
		if err == nil {
			err = errors.New("it ended by itself")
		}
		c.err = err
		close(c.done)
	}()
	return c, nil
}

// why is why the process has ended, in its own words where it had some.
func (c *child) why() error {
	for len(c.said) > 0 {
		if m := <-c.said; m.Failed != nil {
			return m.Failed
		}
	}
	return c.err
}

// leave has the process end, and waits until it has.
func (c *child) leave() {
	_ = c.in.Close() // which it takes for the end of the supervisor
	select {
	case <-c.done:
		return
	case <-time.After(leaving):
	}
	_ = c.cmd.Process.Kill()
	<-c.done
}
