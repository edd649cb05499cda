package witness

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// engine is what differs between the two databases. All other SQL is the same for both.
type engine struct {
	db *sql.DB
	// isolation is the level at which a statement after lock sees all that was committed before lock returned.
	isolation sql.IsolationLevel
	// lock, given a number, waits until no other transaction of any counter has locked that number, until this transaction
	// ends; empty where beginning a transaction locks the whole database.
	lock string
	// clock gives the server's time in milliseconds since 1970-01-01 UTC; empty where this machine is the server.
	clock string
	// there counts the tables named witness_migration.
	there string
}

// sqlite opens a database file, which is made, with the mode 0600, when there is none.
//
// A transaction begins with SQLite's one write lock (BEGIN IMMEDIATE). There is no write-ahead log, and what is deleted is
// overwritten with zeros, so that what is forgotten is nowhere in the file; a commit is on disk when it returns.
func sqlite(path string) (*engine, error) {
	path, err := filepath.Abs(path)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o700)
	}
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a drive's letter
	}
	// The context of a call ends a wait for the lock sooner.
	options := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(600000)", "journal_mode(TRUNCATE)", "secure_delete(ON)", "synchronous(EXTRA)", "trusted_schema(OFF)",
	}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: options.Encode()}).String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return &engine{db: db, there: `SELECT count(*) FROM sqlite_schema WHERE name = 'witness_migration'`}, nil
}

// postgres opens a database at a server, named by a connection string in either of PostgreSQL's forms. It does not
// connect yet.
func postgres(connection string) (*engine, error) {
	config, err := pgx.ParseConfig(connection)
	if err != nil { // which repeats a part of the string
		return nil, fmt.Errorf("%w: PostgreSQL takes no such connection string", ErrConfig)
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "skranke"
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(4)
	db.SetMaxIdleConns(1)
	db.SetConnMaxIdleTime(time.Minute)
	return &engine{
		db: db, isolation: sql.LevelReadCommitted,
		// A counter that freezes in the middle keeps its lock for half a minute at most.
		lock:  `SELECT set_config('idle_in_transaction_session_timeout', '30s', true), pg_advisory_xact_lock($1)`,
		clock: `SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint`,
		there: `SELECT count(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('witness_migration')`,
	}, nil
}

// locked does something in a transaction of its own, alone with that number among all counters. What fails is rolled back.
func (e *engine) locked(ctx context.Context, number int64, do func(*sql.Tx) error) (err error) {
	tx, err := e.db.BeginTx(ctx, &sql.TxOptions{Isolation: e.isolation})
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = tx.Rollback() // the first error tells; a transaction that cannot be rolled back has ended already
		}
	}()
	if e.lock != "" {
		var set string
		var void any
		if err := tx.QueryRowContext(ctx, e.lock, number).Scan(&set, &void); err != nil {
			return err
		}
	}
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// The numbers that locks are taken on beside those of the marks.
const (
	lockMigration int64 = 0x736b72616e6b6501
	lockForget    int64 = 0x736b72616e6b6502
)

// querier is a database or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// agree fails with ErrClock where the server's clock and the time given differ by more than skew.
func (e *engine) agree(ctx context.Context, q querier, now time.Time, skew time.Duration) error {
	if e.clock == "" {
		return nil
	}
	var ms int64
	if err := q.QueryRowContext(ctx, e.clock).Scan(&ms); err != nil {
		return err
	}
	if now.Sub(time.UnixMilli(ms)).Abs() > skew {
		return ErrClock
	}
	return nil
}

// open opens the database that a configuration names.
func (c Config) open() (*engine, error) {
	switch {
	case c.Database != "" && c.File != "":
		return nil, fmt.Errorf("%w: a file and a connection string", ErrConfig)
	case c.Database != "":
		return postgres(c.Database)
	case c.File != "":
		return sqlite(c.File)
	}
	return nil, fmt.Errorf("%w: neither a file nor a connection string", ErrConfig)
}
