package site

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "skranke.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEveryKey(t *testing.T) {
	hash, err := HashPIN([]byte("271828"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Load(write(t, `
place: Borgerservice Prøveby
language: en
look: contrast
reader: OMNIKEY
mrz_reader: {port: /dev/ttyACM0, baud: 115200}
screen: {dpi: 102.5, citizen: true}
sound: {cues: false, speech: true, headset: true}
staff: {pin: "`+string(hash)+`", call: [/usr/local/bin/light, red]}
kiosk: {idle: 90s, shutdown: [/usr/bin/systemctl, poweroff]}
witnesses: {file: /var/lib/skranke/witnesses.db, key_file: /etc/skranke/witness.key}
store: /var/lib/skranke/trust
`))
	if err != nil {
		t.Fatal(err)
	}
	if s.Place != "Borgerservice Prøveby" || s.Language != "en" || s.Look != "contrast" || s.Reader != "OMNIKEY" ||
		s.MRZReader != (MRZReader{Port: "/dev/ttyACM0", Baud: 115200}) || s.Screen != (Screen{DPI: 102.5, Citizen: true}) ||
		s.Sound != (Sound{Speech: true, Headset: true}) || len(s.Staff.Call) != 2 || s.IdleTime() != 90*time.Second ||
		len(s.Kiosk.Shutdown) != 2 || s.Witnesses.File == "" || s.Witnesses.KeyFile == "" || s.Store == "" {
		t.Error("a key is lost")
	}
	if !s.Staff.PIN.Matches([]byte("271828")) || s.Staff.PIN.Matches([]byte("271829")) || s.Staff.PIN.Matches(nil) {
		t.Error("the PIN is not the one that was hashed")
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		for _, secret := range []any{*s, s, s.Staff.PIN, s.Witnesses} {
			if text := fmt.Sprintf(verb, secret); text[0] != '[' || strings.Contains(text, "$2a$") {
				t.Errorf("%T prints as %q", secret, text)
			}
		}
	}
}

func TestAnEmptyFileIsTheDefault(t *testing.T) {
	for _, text := range []string{"", "# nothing is set\n"} {
		s, err := Load(write(t, text))
		if err != nil || s.Language != "da" || s.Look != "light" || !s.Sound.Cues || s.IdleTime() != time.Minute || s.Staff.PIN.Matches(nil) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"place: x\ncolour: red\n":             ":2: ",
		"screen: {inches: 20}\n":              ":1: ",
		"place: [a]\n":                        ":1: ",
		"place: x\nplace: y\n":                ":2: ",
		"place: x\n---\nplace: y\n":           "more than one document",
		"language: fr\n":                      "language",
		"look: pink\n":                        "look",
		"screen: {dpi: 5}\n":                  "screen.dpi",
		"screen: {dpi: .nan}\n":               "screen.dpi",
		"kiosk: {idle: 5s}\n":                 "kiosk.idle",
		"kiosk: {idle: soon}\n":               ":1: ",
		"staff: {pin: \"123456\"}\n":          "staff.pin",
		"staff: {call: [light]}\n":            "staff.call",
		"mrz_reader: {baud: 9600}\n":          "mrz_reader.port",
		"witnesses: {file: /w.db}\n":          "witnesses",
		"witnesses: {key_file: /k}\n":         "witnesses",
		"store: trust\n":                      "store",
		"a: &a [*a]\n":                        "site configuration",
		strings.Repeat("# long\n", 20000):     "longer",
		"witnesses: {database: hunter2, a: b": "site configuration",
	} {
		_, err := Load(write(t, text))
		var own *Error
		if !errors.As(err, &own) || !strings.Contains(err.Error(), want) || own.Remedy() == "" || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		}
	}
	path := write(t, "")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); err == nil || !strings.Contains(err.Error(), "others") {
		t.Errorf("a file that others can read: %v", err)
	}
	for _, path := range []string{filepath.Join(t.TempDir(), "none"), t.TempDir()} {
		if _, err := Load(path); err == nil {
			t.Errorf("%s is taken", path)
		}
	}
}

func TestWeakPINs(t *testing.T) {
	for _, weak := range []string{"", "12345", "123456", "654321", "111111", "1234567890123", "12345a", "27 828", "０００００１"} {
		if _, err := HashPIN([]byte(weak)); !errors.Is(err, ErrPIN) {
			t.Errorf("%q is taken: %v", weak, err)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("place: x\nscreen: {dpi: 96}\n")
	f.Add("a: &a [x]\nb: [*a, *a]\n")
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := Load(write(t, text)); (s == nil) == (err == nil) {
			t.Error("neither a configuration nor an error, or both")
		}
	})
}
