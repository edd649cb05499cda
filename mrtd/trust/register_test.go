package trust

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// testPublisher is a key that signs, the same in every run.
func testPublisher(seed byte) (ed25519.PrivateKey, PublisherKey) {
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
	return private, PublisherKey(private.Public().(ed25519.PublicKey))
}

var testHashKey = bytes.Repeat([]byte{7}, RegisterKeySize)

// makeRegister writes a register of a list and opens it.
func makeRegister(t testing.TB, list io.Reader) (*Register, string) {
	t.Helper()
	private, public := testPublisher(1)
	path := filepath.Join(t.TempDir(), "register")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := MakeRegister(f, RegisterInput{List: list, Key: testHashKey, Signer: private, Made: now, Until: now.AddDate(0, 0, 7)}); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return reopen(t, path, public), path
}

func reopen(t testing.TB, path string, keys ...PublisherKey) *Register {
	t.Helper()
	r, err := openPath(path, testHashKey, keys...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func openPath(path string, key []byte, keys ...PublisherKey) (*Register, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	return openRegister(path, 0, info.Size(), keys, func(id string) []byte {
		if id != registerKeyID(key) {
			return nil
		}
		return key
	})
}

// numbered lists documents with the numbers from to to−1.
type numbered struct {
	from, to int
	rest     []byte
}

func (n *numbered) Read(b []byte) (int, error) {
	for len(n.rest) < len(b) && n.from < n.to {
		n.rest = fmt.Appendf(n.rest, "DNK,P,%09d\n", n.from)
		n.from++
	}
	if len(n.rest) == 0 {
		return 0, io.EOF
	}
	c := copy(b, n.rest)
	n.rest = append(n.rest[:0], n.rest[c:]...)
	return c, nil
}

// TestRegister: every document on the list is found, in whatever way it is written, and none that is not on it.
func TestRegister(t *testing.T) {
	for _, size := range []int{0, 1, 2, 5000, 60000} {
		r, _ := makeRegister(t, &numbered{to: size})
		if r.Entries != size || r.check() != nil {
			t.Fatalf("%d of %d entries", r.Entries, size)
		}
		for n := 0; n < size+3000; n += 1 + size/1000 {
			reported, err := r.Reported(ReportedDocument{Issuer: "DNK", Code: "PP", Number: fmt.Sprintf("%09d", n)})
			if err != nil || reported != (n < size) {
				t.Fatalf("of %d, document %d: %v, %v", size, n, reported, err)
			}
		}
	}
	r, _ := makeRegister(t, strings.NewReader("# a list\n\ndnk, p<, 12 34-56 ab\nD,ID,L01X00T47\nD,ID,L01X00T47\n"))
	if r.Entries != 2 {
		t.Errorf("%d entries", r.Entries)
	}
	for _, c := range []struct {
		d    ReportedDocument
		want bool
	}{
		{ReportedDocument{"DNK", "P", "123456AB"}, true},
		{ReportedDocument{"DNK", "P<", "123456AB<"}, true},
		{ReportedDocument{"D<<", "I", "L01X00T47"}, true},
		{ReportedDocument{"DNK", "I", "123456AB"}, false},
		{ReportedDocument{"NOR", "P", "123456AB"}, false},
		{ReportedDocument{"DNKP", "", "123456AB"}, false},
		{ReportedDocument{"DNK", "P", "123456A"}, false},
	} {
		if got, err := r.Reported(c.d); got != c.want || err != nil {
			t.Errorf("%v, %v, want %v", got, err, c.want)
		}
	}
	if s := fmt.Sprintf("%v %+v %#v", ReportedDocument{Number: "123456AB"}, ReportedDocument{Number: "123456AB"}, ReportedDocument{Number: "123456AB"}); strings.Contains(s, "123456AB") {
		t.Error("a document number is printed")
	}
}

// TestRegisterIsSigned flips bits all over a register: it must not open, or not answer.
func TestRegisterIsSigned(t *testing.T) {
	_, path := makeRegister(t, &numbered{to: 3000})
	_, public := testPublisher(1)
	_, other := testPublisher(2)
	sound := must(os.ReadFile(path))
	changed := filepath.Join(t.TempDir(), "changed")
	step := 1
	if testing.Short() {
		step = 37
	}
	for at := 0; at < len(sound); at += step {
		b := bytes.Clone(sound)
		b[at] ^= 1
		if at%97 == 0 {
			b = b[:at]
		}
		if err := os.WriteFile(changed, b, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := openPath(changed, testHashKey, public)
		if err != nil {
			continue
		}
		if err := r.check(); !errors.Is(err, ErrRegister) {
			t.Fatalf("octet %d of %d changed: %v", at, len(sound), err)
		}
		if at > 1500 { // past the head: a lookup in the changed bucket says so
			if _, err := r.Reported(ReportedDocument{"DNK", "P", "000000001"}); !errors.Is(err, ErrRegister) {
				t.Fatalf("octet %d changed, and it answers: %v", at, err)
			}
		}
		if step == 1 && at > 800 {
			step = 53
		}
	}
	if _, err := openPath(path, testHashKey, other); !errors.Is(err, errUnknownKey) {
		t.Errorf("a foreign key: %v", err)
	}
	if _, err := openPath(path, bytes.Repeat([]byte{8}, RegisterKeySize), public); !errors.Is(err, errNoRegisterKey) {
		t.Errorf("without the key of the hashes: %v", err)
	}
	for _, list := range []string{"DNK,P\n", "DNK,P,1\n\nDNK\n", "DNKX,P,1", ",P,1", "DNK,P,<<", strings.Repeat("x", 5000)} {
		private, _ := testPublisher(1)
		_, err := MakeRegister(io.Discard, RegisterInput{List: strings.NewReader(list), Key: testHashKey, Signer: private, Made: now, Until: now})
		if err == nil || !strings.Contains(err.Error(), "line ") {
			t.Errorf("%.20q: %v", list, err)
		}
	}
}

// TestTenMillion makes a register of ten million documents where SKRANKE_FULL is set, of a hundred thousand where not, and
// holds it to its size and time from a file that the system has forgotten.
func TestTenMillion(t *testing.T) {
	size, limit := 100_000, int64(128<<20)
	if os.Getenv("SKRANKE_FULL") != "" {
		size = 10_000_000
	}
	start := time.Now()
	_, path := makeRegister(t, &numbered{to: size})
	made := time.Since(start)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > limit*int64(size)/10_000_000+4096 {
		t.Errorf("%d documents take %d octets", size, info.Size())
	}
	_, public := testPublisher(1)
	forget(t, path)
	start = time.Now()
	r := reopen(t, path, public)
	opening := time.Since(start)
	var worst, total time.Duration
	const lookups = 50
	for n := range lookups {
		forget(t, path)
		start := time.Now()
		reported, err := r.Reported(ReportedDocument{"DNK", "P", fmt.Sprintf("%09d", n*size/lookups*2)})
		took := time.Since(start)
		if err != nil || reported != (n < lookups/2) {
			t.Fatalf("%v, %v", reported, err)
		}
		total += took
		worst = max(worst, took)
	}
	t.Logf("%d documents in %d octets, made in %v, opened cold in %v, a lookup from a cold file in %v on average, %v at worst", size, info.Size(), made, opening, total/lookups, worst)
	if total/lookups > 10*time.Millisecond {
		t.Error("a lookup takes more than ten milliseconds on average, where one is promised of a machine that has nothing else to do")
	}
}

func BenchmarkRegister(b *testing.B) {
	r, _ := makeRegister(b, &numbered{to: 1_000_000})
	for b.Loop() {
		if _, err := r.Reported(ReportedDocument{"DNK", "P", "000012345"}); err != nil {
			b.Fatal(err)
		}
	}
}
