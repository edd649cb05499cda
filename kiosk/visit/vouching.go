package visit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/skranke/skranke/kiosk/cpr"
	"github.com/skranke/skranke/kiosk/witness"
)

// Witnesses is what a visit needs of the register of witnesses: see [witness.Register]. Its calls may take long.
type Witnesses interface {
	Reserve(ctx context.Context, witness cpr.Number, now time.Time) (witness.Reservation, error)
	Confirm(ctx context.Context, reservation witness.Reservation, now time.Time) error
	Release(ctx context.Context, reservation witness.Reservation) error
}

// VouchingState tells how far the register has been asked about the witness. Each has a text under "vouching." in assets.
type VouchingState string

// The states.
const (
	// VouchingNone means that there is no witness, or the witness's number is not known.
	VouchingNone VouchingState = ""
	// VouchingAsking means that the register has been asked.
	VouchingAsking VouchingState = "asking"
	// VouchingHeld means that the witness can vouch for this citizen, and a place is kept.
	VouchingHeld VouchingState = "held"
	// VouchingWriting means that the register is writing down that the witness has vouched for this citizen.
	VouchingWriting VouchingState = "writing"
	// VouchingWritten means that it has.
	VouchingWritten VouchingState = "written"
	// VouchingFull means that the witness has vouched for as many as a witness can.
	VouchingFull VouchingState = "full"
	// VouchingUnknown means that there is no register here, it cannot be reached, or it does not take the number: how many
	// there are is not known.
	VouchingUnknown VouchingState = "unknown"
)

// VouchingStates lists the states that have a text.
func VouchingStates() []VouchingState {
	return []VouchingState{
		VouchingAsking, VouchingHeld, VouchingWriting, VouchingWritten, VouchingFull, VouchingUnknown,
	}
}

// Vouching tells what the register says of the witness.
type Vouching struct {
	State VouchingState
	// Others is how many other persons the witness has vouched for in the time that counts; 0 where that is not known.
	Others int
}

// vouching is what is known of one witness. Only the counter's goroutine touches it.
type vouching struct {
	number      cpr.Number
	told        Vouching
	reservation witness.Reservation
	// unwanted tells that nobody waits for the register's answer any more.
	unwanted bool
}

func (v *vouching) state() Vouching {
	if v == nil {
		return Vouching{}
	}
	return v.told
}

// others is the fact for the rules; nil when it is not known.
func (v *vouching) others() *int {
	if v == nil || v.told.State == VouchingAsking || v.told.State == VouchingUnknown {
		return nil
	}
	others := v.told.Others
	return &others
}

// vouch asks the register about the witness that was seen, if it has not answered about that number yet, and gives back
// what was kept for another one. What was written down about a number in this visit stands.
func (s *state) vouch() {
	var number cpr.Number
	if s.seen.Witness != nil {
		number = s.seen.Witness.CPR
	}
	if s.vouching != nil && s.vouching.number == number && s.vouching.told.State != VouchingUnknown {
		return
	}
	s.release()
	if number.IsZero() {
		return
	}
	if v := s.vouched[number]; v != nil {
		s.vouching = v
		return
	}
	v := &vouching{number: number, told: Vouching{State: VouchingAsking}}
	s.vouching = v
	c := s.counter
	if c.config.Witnesses == nil {
		v.told.State = VouchingUnknown
		return
	}
	ctx := s.ctx
	c.jobs.Go(func() {
		var reservation witness.Reservation
		err := guarded(func() (err error) {
			reservation, err = c.config.Witnesses.Reserve(ctx, number, c.config.Now())
			return err
		})
		if !c.post(func(s *state) { s.answered(v, reservation, err) }) && err == nil {
			c.giveBack(reservation)
		}
	})
}

// answered takes the register's answer.
func (s *state) answered(v *vouching, reservation witness.Reservation, err error) {
	switch {
	case v.unwanted:
		if err == nil {
			s.counter.jobs.Go(func() { s.counter.giveBack(reservation) })
		}
		return
	case err != nil:
		v.told = Vouching{State: VouchingUnknown}
	case reservation.Held:
		v.told, v.reservation = Vouching{State: VouchingHeld, Others: reservation.Others}, reservation
	default:
		v.told = Vouching{State: VouchingFull, Others: reservation.Others}
	}
	s.decide()
}

// Vouched writes down that the witness has vouched for this citizen, where a place is kept. It is to be called before the
// citizen is given anything; without it, the place is given back at the visit's end.
func (c *Counter) Vouched() {
	c.post(func(s *state) {
		v := s.vouching
		if v == nil || v.told.State != VouchingHeld {
			return
		}
		v.told.State = VouchingWriting
		if s.vouched == nil {
			s.vouched = map[cpr.Number]*vouching{}
		}
		s.vouched[v.number] = v
		c.jobs.Go(func() { // whatever becomes of the visit, what was begun is brought to its end
			err := guarded(func() error { return c.config.Witnesses.Confirm(context.Background(), v.reservation, c.config.Now()) })
			if err != nil && c.config.Unwritten != nil {
				c.config.Unwritten(err)
			}
			c.post(func(s *state) { s.written(v, err) })
		})
	})
}

// written takes the register's word on what was to be written down.
func (s *state) written(v *vouching, err error) {
	switch {
	case err == nil:
		v.told.State = VouchingWritten
	default:
		v.told = Vouching{State: VouchingUnknown}
		if s.vouched[v.number] == v {
			delete(s.vouched, v.number)
		}
		if s.vouching == v && errors.Is(err, witness.ErrLapsed) { // the limit has to be looked at anew
			s.vouch()
		}
	}
	s.decide()
}

// release forgets the witness and gives back what was kept.
func (s *state) release() {
	v := s.vouching
	if v == nil {
		return
	}
	s.vouching = nil
	v.unwanted = true
	if v.told.State == VouchingHeld {
		s.counter.jobs.Go(func() { s.counter.giveBack(v.reservation) })
	}
}

// giveBack releases a reservation. Where that fails, the place lapses by itself.
func (c *Counter) giveBack(reservation witness.Reservation) {
	_ = guarded(func() error { return c.config.Witnesses.Release(context.Background(), reservation) })
}

// guarded turns a panic into an error that repeats nothing of it.
func guarded(do func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("%w with a %T", errBrokeOff, value)
		}
	}()
	return do()
}

var errBrokeOff = errors.New("the register of witnesses broke off")
