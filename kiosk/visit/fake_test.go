package visit

import (
	"context"
	"errors"
	"image"
	"image/color"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/mrtd"
	"github.com/skranke/skranke/mrtd/inspect"
)

// The specimen of Doc 9303-4, appendix B.
const specimenLines = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"

// room is a room with readers that a test moves documents in.
type room struct {
	changes chan ReadersState
	open    func(ctx context.Context, reader string) (Link, error)
	watch   func(ctx context.Context) error // ends the watch when it returns; nil for never
}

func newRoom() *room { return &room{changes: make(chan ReadersState)} }

func (r *room) Watch(ctx context.Context, changed func(ReadersState)) error {
	broken := make(chan error, 1)
	if r.watch != nil {
		go func() { broken <- r.watch(ctx) }()
	}
	for {
		select {
		case state := <-r.changes:
			changed(state)
		case err := <-broken:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (r *room) Open(ctx context.Context, reader string) (Link, error) {
	if r.open != nil {
		return r.open(ctx, reader)
	}
	return &fakeLink{}, nil
}

// with is a room with one reader in a state, card being the count of what was laid on it.
func with(state ReaderState, card uint64) ReadersState {
	return ReadersState{Known: true, Service: true, Readers: []Reader{{Name: "Reader 0", State: state, Card: card}}}
}

type fakeLink struct{ closed bool }

func (*fakeLink) Transmit(context.Context, []byte) ([]byte, error) { return nil, mrtd.ErrLinkLost }
func (*fakeLink) Reset(context.Context) error                      { return nil }
func (*fakeLink) ATR() []byte                                      { return nil }
func (l *fakeLink) Close() error                                   { l.closed = true; return nil }

// bench is a counter under test, inside a synctest bubble: between two steps everything that can happen has happened.
type bench struct {
	t       *testing.T
	room    *room
	counter *Counter
	config  Config

	// inspect is what the next reading gives.
	inspect func(ctx context.Context, link mrtd.Link, given Given, earlier *inspect.Evidence, progress func(Progress)) (*Inspection, error)
	// reads counts the readings, decided holds the facts that were decided on.
	reads   atomic.Int64
	decided []rules.Facts

	mu    sync.Mutex
	seen  []Snapshot
	ended error
	stop  context.CancelFunc
}

// onBench runs a test on a counter, and fails it if a goroutine outlives it: synctest.Test does.
func onBench(t *testing.T, change func(*Config), do func(*bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := &bench{t: t, room: newRoom()}
		b.inspect = func(context.Context, mrtd.Link, Given, *inspect.Evidence, func(Progress)) (*Inspection, error) {
			return goodInspection(), nil
		}
		b.config = Config{
			Readers: b.room,
			Inspect: func(ctx context.Context, link mrtd.Link, given Given, earlier *inspect.Evidence, progress func(Progress)) (*Inspection, error) {
				b.reads.Add(1)
				return b.inspect(ctx, link, given, earlier, progress)
			},
			Decode: func(context.Context, []byte) (image.Image, error) { return drawnFace(), nil },
			Decide: func(facts rules.Facts) (*rules.Decision, error) {
				b.decided = append(b.decided, facts)
				return &rules.Decision{Outcome: rules.Eligible}, nil
			},
			Now: time.Now, Day: rules.Date{Year: 2026, Month: time.November, Day: 22},
			Changed: func(s Snapshot) {
				b.mu.Lock()
				defer b.mu.Unlock()
				b.seen = append(b.seen, s)
			},
		}
		if change != nil {
			change(&b.config)
		}
		counter, err := New(b.config)
		if err != nil {
			t.Fatal(err)
		}
		b.counter = counter
		ctx, cancel := context.WithCancel(t.Context())
		b.stop = cancel
		done := make(chan struct{})
		go func() {
			b.ended = counter.Run(ctx)
			close(done)
		}()
		synctest.Wait()
		do(b)
		cancel()
		<-done
		if b.ended == nil {
			t.Error("the counter ended without an error")
		}
	})
}

// now is the last snapshot.
func (b *bench) now() Snapshot {
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.seen[len(b.seen)-1]
}

// lay changes what lies on the reader.
func (b *bench) lay(state ReadersState) {
	b.room.changes <- state
	synctest.Wait()
}

func (b *bench) give() {
	b.t.Helper()
	given, err := Lines(specimenLines)
	if err != nil {
		b.t.Fatal(err)
	}
	b.counter.Give(given)
	synctest.Wait()
}

// expect holds the last snapshot against a phase and a problem.
func (b *bench) expect(phase Phase, problem Problem) Snapshot {
	b.t.Helper()
	s := b.now()
	if s.Phase != phase || s.Problem != problem {
		b.t.Fatalf("phase %q with problem %q, want %q with %q", s.Phase, s.Problem, phase, problem)
	}
	return s
}

func drawnFace() image.Image {
	face := image.NewNRGBA(image.Rect(10, 20, 45, 65))
	for i := range face.Pix {
		face.Pix[i] = 0x7F
	}
	face.SetNRGBA(10, 20, color.NRGBA{1, 2, 3, 255})
	return face
}

func goodInspection() *Inspection {
	return &Inspection{
		Report: goodReport(), Face: []byte("an encoded face"),
		Evidence: &inspect.Evidence{Files: map[inspect.File][]byte{inspect.DG(1): []byte("the holder's data")}},
	}
}

func goodReport() *inspect.Report {
	return &inspect.Report{
		Schema: inspect.ReportSchema, Authenticity: inspect.Genuine, Source: inspect.Live,
		Document: &inspect.Document{
			Format: "TD3", Code: "P", Issuer: "DNK", Number: "X00000001", Surname: "EKSEMPEL", GivenNames: "KARIN",
			Nationality: "DNK", DateOfBirth: "1990-02-03", Sex: "F", DateOfExpiry: "2030-02-02",
		},
		Face: &inspect.Face{Format: "jpeg", Width: 35, Height: 45},
		Chip: inspect.Chip{DataGroups: []int{1, 2, 14}},
		Checks: []inspect.Check{
			{ID: "chip.genuine", Outcome: inspect.Successful},
			{ID: "face.decode", Outcome: inspect.Successful},
			{ID: "register.reported", Outcome: inspect.Undetermined, Code: "no_register"},
		},
	}
}

var errOdd = errors.New("something that nobody foresaw")
