package witness

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/skranke/skranke/kiosk/cpr"
)

// The mark of a number never changes, or a register would begin anew with the next version; and it is what another
// program makes of the same key.
func TestMark(t *testing.T) {
	var key siteKey
	for i := range key {
		key[i] = byte(i)
	}
	witness, err := cpr.Parse("010190-1234")
	if err != nil {
		t.Fatal(err)
	}
	openssl := exec.Command("openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:"+hex.EncodeToString(key[:]))
	openssl.Stdin = strings.NewReader("skranke witness 1\x000101901234")
	out, err := openssl.Output()
	if err != nil {
		t.Fatal(err)
	}
	want := out[bytes.LastIndexByte(out, ' ')+1 : len(out)-1]
	if got := key.mark(witness); got != string(want) {
		t.Errorf("the mark is %s, by OpenSSL %s", got, want)
	}
	const fixed = "7bc95ede1bbae5362199cc577786e80b242d09cf38b93b8a9c2268b2bc08e594"
	if got := key.mark(witness); got != fixed {
		t.Errorf("the mark is %s, was %s before", got, fixed)
	}
}

// What is kept is a keyed hash and a day, and nothing else; what is forgotten is nowhere any more.
func TestKeepsNothingElse(t *testing.T) {
	both(t, func(t *testing.T, s site) {
		r := s.open(t)
		now := at(t, "2026-03-01T12:00:00+01:00")
		witness := number(t, 1)
		vouch(t, r, witness, now)
		place, err := r.Reserve(t.Context(), witness, now)
		if err != nil {
			t.Fatal(err)
		}
		for table, columns := range map[string]string{
			"witness_vouched": "[mark day]", "witness_reserved": "[id mark day until]", "witness_key": "[site key_check]", "witness_migration": "[version]",
		} {
			list, err := r.engine.db.QueryContext(t.Context(), "SELECT * FROM "+table)
			if err != nil {
				t.Fatal(err)
			}
			names, err := list.Columns()
			if err != nil || fmt.Sprint(names) != columns {
				t.Errorf("%s has the columns %v, %v; want %s", table, names, err, columns)
			}
			if err := list.Close(); err != nil {
				t.Error(err)
			}
		}
		mark, day := "", 0
		if err := r.engine.db.QueryRowContext(t.Context(), "SELECT mark, day FROM witness_vouched").Scan(&mark, &day); err != nil {
			t.Fatal(err)
		}
		if mark != r.key.mark(witness) || day != 20513 { // date -d 2026-03-01 +%s / 86400
			t.Errorf("a vouching is kept as %s, %d", mark, day)
		}

		if s.config.File != "" {
			if kept := bytesOf(t, s.config.File); !bytes.Contains(kept, []byte(mark)) {
				t.Fatal("the mark is not in the file: the search below would find nothing either")
			}
		}
		if err := r.Release(t.Context(), place); err != nil {
			t.Fatal(err)
		}
		if err := r.Forget(t.Context(), now.AddDate(0, 0, Days+1)); err != nil {
			t.Fatal(err)
		}
		rows(t, r, "witness_vouched", 0)
		rows(t, r, "witness_reserved", 0)
		if s.config.File != "" {
			if kept := bytesOf(t, s.config.File); bytes.Contains(kept, []byte(mark)) || bytes.Contains(kept, []byte(place.id)) {
				t.Error("what was forgotten is in the file still")
			}
		}
	})
}

// bytesOf gives all bytes of the files in a file's folder: the database, and whatever the engine lays beside it.
func bytesOf(t *testing.T, path string) []byte {
	t.Helper()
	var all []byte
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(filepath.Dir(path), f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, data...)
	}
	return all
}

// No CPR number is in anything that prints, fails, is sent to a server, or is written down.
func TestNoNumberAnywhere(t *testing.T) {
	both(t, func(t *testing.T, s site) {
		r := s.open(t)
		now := at(t, "2026-03-01T12:00:00+01:00")
		witness := number(t, 8765)
		var printed []string
		note := func(values ...any) {
			for _, v := range values {
				for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
					printed = append(printed, fmt.Sprintf(verb, v))
				}
			}
		}
		place, err := r.Reserve(t.Context(), witness, now)
		if err != nil {
			t.Fatal(err)
		}
		note(place, &place, r, *r.key, s.config)
		if err := r.Confirm(t.Context(), place, now); err != nil {
			t.Fatal(err)
		}
		note(r.Confirm(t.Context(), place, now))
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = r.Count(ended, witness, now)
		note(err)
		_, err = r.Reserve(ended, witness, now)
		note(err)
		if _, err := r.engine.db.ExecContext(t.Context(), `DROP TABLE witness_vouched`); err != nil {
			t.Fatal(err)
		}
		_, counting := r.Count(t.Context(), witness, now)
		_, reserving := r.Reserve(t.Context(), witness, now)
		note(counting, reserving)
		if !errors.Is(counting, ErrUnavailable) || !errors.Is(reserving, ErrUnavailable) {
			t.Errorf("without its table: %v, %v", counting, reserving)
		}
		places := map[string][]byte{"what is printed": []byte(strings.Join(printed, "\n"))}
		if s.config.File != "" {
			places["the file"] = bytesOf(t, s.config.File)
		} else {
			places["the server's log"] = shared.cluster.said(t)
		}
		key := hex.EncodeToString(r.key[:])
		for name, text := range places {
			for what, secret := range map[string]string{
				"number": witness.Digits(), "number with hyphen": "010190-8765", "serial number": "8765'", "key": key, "mark": map[bool]string{true: place.mark}[name == "what is printed"],
			} {
				if secret != "" && bytes.Contains(text, []byte(secret)) {
					t.Errorf("%s holds the %s", name, what)
				}
			}
		}
	})
}

func TestNumberThatIdentifiesNobody(t *testing.T) {
	r := newSite(t, "sqlite").open(t)
	now := at(t, "2026-03-01T12:00:00+01:00")
	replacement, err := cpr.Parse("610190-1234")
	if err != nil {
		t.Fatal(err)
	}
	for _, witness := range []cpr.Number{{}, replacement} {
		if _, err := r.Count(t.Context(), witness, now); !errors.Is(err, ErrNumber) {
			t.Errorf("Count: %v", err)
		}
		if _, err := r.Reserve(t.Context(), witness, now); !errors.Is(err, ErrNumber) {
			t.Errorf("Reserve: %v", err)
		}
	}
}

func TestKeyFile(t *testing.T) {
	both(t, func(t *testing.T, s site) {
		first := s.open(t)
		info, err := os.Stat(s.config.KeyFile)
		if err != nil || info.Mode() != 0o600 {
			t.Fatalf("the key file has the mode %v, %v", info.Mode(), err)
		}
		if left, err := filepath.Glob(s.config.KeyFile + ".*"); err != nil || len(left) != 0 {
			t.Errorf("beside the key: %v, %v", left, err)
		}
		text, err := os.ReadFile(s.config.KeyFile)
		if err != nil {
			t.Fatal(err)
		}
		if second := s.open(t); *second.key != *first.key {
			t.Error("the second counter has another key")
		}
		elsewhere := t.TempDir()
		write := func(name string, text []byte, mode os.FileMode) string {
			t.Helper()
			path := filepath.Join(elsewhere, name)
			if err := os.WriteFile(path, text, mode); err != nil {
				t.Fatal(err)
			}
			return path
		}
		for _, test := range []struct {
			path string
			want error
		}{
			{write("copy", text, 0o600), nil},
			{write("crlf", append(bytes.TrimSpace(text), '\r', '\n'), 0o400), nil},
			{write("other", []byte(strings.Repeat("5a", keySize)+"\n"), 0o600), ErrWrongKey},
			{filepath.Join(elsewhere, "absent"), ErrNoKey},
			{write("group", text, 0o640), ErrKeyFile},
			{write("all", text, 0o604), ErrKeyFile},
			{write("empty", nil, 0o600), ErrKeyFile},
			{write("short", text[2:], 0o600), ErrKeyFile},
			{write("long", append([]byte("00"), text...), 0o600), ErrKeyFile},
			{write("letters", bytes.Repeat([]byte("x"), 64), 0o600), ErrKeyFile},
			{elsewhere, ErrKeyFile},
		} {
			c := s.config
			c.KeyFile = test.path
			r, err := Open(t.Context(), c)
			if !errors.Is(err, test.want) || err != nil && strings.Contains(err.Error(), strings.TrimSpace(string(text))) {
				t.Errorf("%s: %v; want %v", filepath.Base(test.path), err, test.want)
			}
			if err == nil {
				err = r.Close()
			}
			if test.want == nil && err != nil {
				t.Error(err)
			}
		}
		if _, err := os.Stat(filepath.Join(elsewhere, "absent")); err == nil {
			t.Error("a register that has a key had another one made")
		}
	})
}

// A counter that cannot make a key leaves no register behind that has none.
func TestNoKeyCanBeMade(t *testing.T) {
	both(t, func(t *testing.T, s site) {
		broken := s.config
		broken.Random = iotest.ErrReader(io.ErrUnexpectedEOF)
		if _, err := Open(t.Context(), broken); !errors.Is(err, ErrKeyFile) {
			t.Fatalf("Open without randomness: %v", err)
		}
		if _, err := os.Stat(s.config.KeyFile); err == nil {
			t.Error("there is a key file")
		}
		s.open(t)
		if runtime.GOOS == "linux" && s.config.File != "" {
			if info, err := os.Stat(s.config.File); err != nil || info.Mode() != 0o600 {
				t.Errorf("the register has the mode %v, %v", info.Mode(), err)
			}
		}
	})
}
