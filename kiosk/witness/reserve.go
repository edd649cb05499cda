package witness

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/skranke/skranke/kiosk/cpr"
)

// Reservation is a place for one person whom a witness vouches for. It prints itself as redacted.
type Reservation struct {
	// Others is how many other persons the witness has vouched for within [Days], those included for whom it is being done
	// at this moment: the fact vouched_in_120_days.
	Others int
	// Held tells that there is a place, which stands until it is confirmed, released, or lapses. Not held: the limit is
	// reached, as Others says.
	Held bool
	// Until is when the place lapses.
	Until time.Time

	id, mark string
}

// Format prints the reservation as redacted, whatever the verb.
func (Reservation) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted reservation]")) }

// counting counts what is known of a mark: the vouchings from a day on, and the reservations that stand at a time. There
// is no last day: what a counter whose clock is ahead wrote down counts too, so that no clock makes room.
const counting = `SELECT (SELECT count(*) FROM witness_vouched WHERE mark = $1 AND day >= $2)
	+ (SELECT count(*) FROM witness_reserved WHERE mark = $1 AND until > $3)`

// Count tells how many persons the witness has vouched for within [Days] on the day of now in Copenhagen, those included
// for whom it is being done at this moment. Errors match one of the package's.
func (r *Register) Count(ctx context.Context, witness cpr.Number, now time.Time) (int, error) {
	mark, err := r.mark(witness)
	if err != nil {
		return 0, err
	}
	day, err := today(now)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, r.config.Patience)
	defer cancel()
	if err := r.daily(ctx, now); err != nil {
		return 0, err
	}
	if err := r.engine.agree(ctx, r.engine.db, now, r.skew); err != nil {
		return 0, unavailable(err)
	}
	count := 0
	err = r.engine.db.QueryRowContext(ctx, counting, mark, ordinal(day)-Days, now.UnixMilli()).Scan(&count)
	if err != nil {
		return 0, unavailable(err)
	}
	return count, nil
}

// Reserve takes a place for the person that the witness now vouches for, if the limit leaves one; the answer tells. Call
// it when the vouching begins, and end the place that it gives with [Register.Confirm] or [Register.Release]. Errors
// match one of the package's: then it is not known how many there are.
func (r *Register) Reserve(ctx context.Context, witness cpr.Number, now time.Time) (Reservation, error) {
	mark, err := r.mark(witness)
	if err != nil {
		return Reservation{}, err
	}
	day, err := today(now)
	if err != nil {
		return Reservation{}, err
	}
	var id [16]byte
	if _, err := io.ReadFull(r.config.Random, id[:]); err != nil {
		return Reservation{}, unavailable(fmt.Errorf("drawing a name: %w", err))
	}
	ctx, cancel := context.WithTimeout(ctx, r.config.Patience)
	defer cancel()
	if err := r.daily(ctx, now); err != nil {
		return Reservation{}, err
	}
	given := Reservation{Until: now.Add(r.config.Hold), id: hex.EncodeToString(id[:]), mark: mark}
	err = r.engine.locked(ctx, lockOf(mark), func(tx *sql.Tx) error {
		if err := r.engine.agree(ctx, tx, now, r.skew); err != nil {
			return err
		}
		err := tx.QueryRowContext(ctx, counting, mark, ordinal(day)-Days, now.UnixMilli()).Scan(&given.Others)
		if err != nil || given.Others >= r.config.Persons {
			return err
		}
		given.Held = true
		_, err = tx.ExecContext(ctx, `INSERT INTO witness_reserved (id, mark, day, until) VALUES ($1, $2, $3, $4)`,
			given.id, mark, ordinal(day), given.Until.UnixMilli())
		return err
	})
	if err != nil {
		return Reservation{}, unavailable(err)
	}
	return given, nil
}

// Confirm writes down that the witness has vouched for the person, on the day of now in Copenhagen, and ends the
// reservation. Call it before the person is given anything. Errors match one of the package's: after [ErrLapsed] and
// [ErrNotHeld] nothing was written; after any other it is not known, and the person may have been counted.
func (r *Register) Confirm(ctx context.Context, reservation Reservation, now time.Time) error {
	if !reservation.Held {
		return ErrNotHeld
	}
	day, err := today(now)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, r.config.Patience)
	defer cancel()
	err = r.engine.locked(ctx, lockOf(reservation.mark), func(tx *sql.Tx) error {
		if err := r.engine.agree(ctx, tx, now, r.skew); err != nil {
			return err
		}
		var reserved int64
		err := tx.QueryRowContext(ctx, `DELETE FROM witness_reserved WHERE id = $1 AND until > $2 RETURNING day`,
			reservation.id, now.UnixMilli()).Scan(&reserved)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrLapsed
		}
		if err != nil {
			return err
		}
		// A clock that was set back in between moves no vouching to a day for which nobody counted.
		_, err = tx.ExecContext(ctx, `INSERT INTO witness_vouched (mark, day) VALUES ($1, $2)`,
			reservation.mark, max(reserved, ordinal(day)))
		return err
	})
	return unavailable(err)
}

// Release gives the place back: the visit was abandoned, or the person not confirmed. Where it fails, the place lapses by
// itself. A place that is no longer there is no error. The context must not be one that ended with the visit.
func (r *Register) Release(ctx context.Context, reservation Reservation) error {
	if !reservation.Held {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, r.config.Patience)
	defer cancel()
	_, err := r.engine.db.ExecContext(ctx, `DELETE FROM witness_reserved WHERE id = $1`, reservation.id)
	return unavailable(err)
}

// mark is what the register knows the witness by.
func (r *Register) mark(witness cpr.Number) (string, error) {
	if witness.IsZero() || witness.Replacement() {
		return "", ErrNumber
	}
	return r.key.mark(witness), nil
}

// lockOf is the number that a mark's transactions lock. Two marks with the same number only wait for each other.
func lockOf(mark string) int64 {
	number, _ := strconv.ParseUint(mark[:16], 16, 64) // a mark has 64 hexadecimal digits
	return int64(number)
}
