package witness

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// migrations holds the steps from an empty database to the present register, in the order of their names. The same SQL
// runs on both databases; a step that was published is never changed.
//
//go:embed migrations/*.sql
var migrations embed.FS

// migrate takes the database to the present version, within a transaction that no other counter's migration runs beside.
func (e *engine) migrate(ctx context.Context, tx *sql.Tx) error {
	steps, err := fs.Glob(migrations, "migrations/*.sql") // sorted
	if err != nil {
		return err
	}
	version, err := e.version(ctx, tx)
	if err != nil {
		return err
	}
	if version > len(steps) {
		return ErrNewer
	}
	for i, name := range steps[version:] {
		step, err := migrations.ReadFile(name)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, string(step)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO witness_migration (version) VALUES ($1)`, version+i+1); err != nil {
			return err
		}
	}
	return nil
}

// version tells how many steps the database has had. An up-to-date one is only read, so that a counter's account at the
// server needs no right to make tables once they are there.
func (e *engine) version(ctx context.Context, tx *sql.Tx) (version int, err error) {
	there := 0
	if err := tx.QueryRowContext(ctx, e.there).Scan(&there); err != nil {
		return 0, err
	}
	if there == 0 {
		_, err := tx.ExecContext(ctx, `CREATE TABLE witness_migration (version INTEGER PRIMARY KEY)`)
		return 0, err
	}
	err = tx.QueryRowContext(ctx, `SELECT coalesce(max(version), 0) FROM witness_migration`).Scan(&version)
	return version, err
}

// begun tells whether a counter has begun the register: its tables are there, and the check of a key.
func (e *engine) begun(ctx context.Context, tx *sql.Tx) (bool, error) {
	count := 0
	if err := tx.QueryRowContext(ctx, e.there).Scan(&count); err != nil || count == 0 {
		return false, err
	}
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM witness_key`).Scan(&count)
	return count > 0, err
}

// unlock finds the site key. The first counter of a new register takes the key of its file, or makes one; for all others
// it must be the one that the register was begun with.
func unlock(ctx context.Context, tx *sql.Tx, path string, random io.Reader) (*siteKey, error) {
	check := ""
	err := tx.QueryRowContext(ctx, `SELECT key_check FROM witness_key`).Scan(&check)
	begun := err == nil
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	key, err := readKey(path)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case err != nil && begun:
		return nil, ErrNoKey
	case err != nil:
		if key, err = makeKey(path, random); err != nil {
			return nil, err
		}
	}
	if begun {
		if key.check() != check {
			return nil, ErrWrongKey
		}
		return key, nil
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO witness_key (site, key_check) VALUES (1, $1)`, key.check())
	return key, err
}
