package witness

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/skranke/skranke/kiosk/rules"
)

// Days is how many days back a vouching counts. One that was made on a day counts until the 120th day after it, and is
// forgotten from the 121st ("inden for 120 dage", Herning; the day itself not counted).
const Days = 120

const (
	// MaxSkew is by how much this machine's clock and a database server's may differ.
	MaxSkew = 15 * time.Minute
	// DefaultHold is for how long a reservation stands.
	DefaultHold = time.Hour
	// DefaultPatience is for how long a call waits for the database.
	DefaultPatience = 10 * time.Second
)

// Config says where a register is, and what it holds. It prints itself as redacted: a connection string can hold a
// password.
type Config struct {
	// Database is a connection string of PostgreSQL, a URL or keywords and values, for a register that several machines
	// share. Empty for File.
	Database string
	// File is the SQLite file, on a disk of this machine and of no other. Its folder is made when it is not there.
	File string
	// KeyFile holds the site key. The first counter of a new register makes it; the others need a copy.
	KeyFile string
	// Persons is how many persons a witness can vouch for within [Days], the one now being vouched for included: the rules'
	// limit witness_persons. At least 1.
	Persons int
	// Hold is for how long a reservation stands, at least twice [MaxSkew]; [DefaultHold] when zero.
	Hold time.Duration
	// Patience is for how long a call waits for the database if its context does not end before; [DefaultPatience] when
	// zero.
	Patience time.Duration
	// Existing refuses to begin a register or to make a key: what is not there yet is [ErrNotBegun].
	Existing bool
	// Random gives the site key and the names of reservations; the system's when nil.
	Random io.Reader
}

// Format prints the configuration as redacted, whatever the verb.
func (Config) Format(f fmt.State, _ rune) {
	_, _ = f.Write([]byte("[redacted register configuration]"))
}

// Register counts for whom a witness has vouched. Its methods may be called from any goroutine, and by any number of
// counters on the same database.
type Register struct {
	config Config
	engine *engine
	key    *siteKey
	skew   time.Duration

	mutex     sync.Mutex
	forgotten rules.Date // the last day on which this counter had the register forget
}

// Open opens a register, and makes it if there is none: its tables, and its key file. Errors match one of the package's.
func Open(ctx context.Context, config Config) (*Register, error) {
	if config.Hold == 0 {
		config.Hold = DefaultHold
	}
	if config.Patience == 0 {
		config.Patience = DefaultPatience
	}
	if config.Random == nil {
		config.Random = rand.Reader
	}
	if config.Persons < 1 || config.KeyFile == "" || config.Hold < 2*MaxSkew || config.Patience < 0 {
		return nil, ErrConfig
	}
	if config.Existing && config.File != "" {
		if _, err := os.Stat(config.File); errors.Is(err, fs.ErrNotExist) {
			return nil, ErrNotBegun
		}
	}
	e, err := config.open()
	if errors.Is(err, ErrConfig) {
		return nil, err
	}
	if err != nil {
		return nil, unavailable(err)
	}
	r := &Register{config: config, engine: e, skew: MaxSkew}
	ctx, cancel := context.WithTimeout(ctx, config.Patience)
	defer cancel()
	err = e.locked(ctx, lockMigration, func(tx *sql.Tx) error {
		if config.Existing {
			if begun, err := e.begun(ctx, tx); err != nil || !begun {
				return cmp.Or(err, error(ErrNotBegun))
			}
		}
		if err := e.migrate(ctx, tx); err != nil {
			return err
		}
		r.key, err = unlock(ctx, tx, config.KeyFile, config.Random)
		return err
	})
	if err != nil {
		return nil, errors.Join(unavailable(err), e.db.Close())
	}
	return r, nil
}

// Close lets go of the database. Reservations stand until they lapse.
func (r *Register) Close() error { return r.engine.db.Close() }

// Format prints the register without its key, whatever the verb.
func (*Register) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[register of witnesses]")) }

// Forget removes all vouchings made more than [Days] days before the day of now in Copenhagen, and the reservations that
// have lapsed. [Register.Count] and [Register.Reserve] do so once a day; a program that runs for longer without either
// calls it daily.
func (r *Register) Forget(ctx context.Context, now time.Time) error {
	day, err := today(now)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, r.config.Patience)
	defer cancel()
	err = r.engine.locked(ctx, lockForget, func(tx *sql.Tx) error {
		if err := r.engine.agree(ctx, tx, now, r.skew); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM witness_vouched WHERE day < $1`, ordinal(day)-Days); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM witness_reserved WHERE until <= $1`, now.UnixMilli())
		return err
	})
	return unavailable(err)
}

// daily has the register forget when this counter has not had it do so on that day.
func (r *Register) daily(ctx context.Context, now time.Time) error {
	day, err := today(now)
	if err != nil {
		return err
	}
	r.mutex.Lock()
	done := r.forgotten == day
	r.mutex.Unlock()
	if done {
		return nil
	}
	if err := r.Forget(ctx, now); err != nil {
		return err
	}
	r.mutex.Lock()
	r.forgotten = day
	r.mutex.Unlock()
	return nil
}

// today is the day in Copenhagen at the moment now, which must be one that the rules can decide about.
func today(now time.Time) (rules.Date, error) {
	day := rules.Today(now)
	if day.Year < 2000 || day.Year > 2299 {
		return rules.Date{}, ErrClock
	}
	return day, nil
}

// ordinal counts days from 1970-01-01.
func ordinal(d rules.Date) int64 { return d.Time().Unix() / (24 * 60 * 60) }
