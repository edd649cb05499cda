package mrzreader

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/skranke/skranke/mrtd/mrz"
)

// The specimens of Doc 9303-4, appendix B, Doc 9303-5, appendix B, and Doc 9303-6, appendix B.
const (
	td3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
	td1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
	td2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
)

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// send types a text with a time between the characters, and gives all that was found.
func send(c *Collector, at *time.Time, text string, between time.Duration) []string {
	var found []string
	for _, character := range text {
		*at = at.Add(between)
		if lines, ok := c.Take(character, *at); ok {
			found = append(found, lines)
		}
	}
	return found
}

func TestCollector(t *testing.T) {
	for name, sent := range map[string]struct{ text, want string }{
		"a passport":              {td3 + "\n", td3},
		"a card":                  {td1 + "\n", td1},
		"a small card":            {td2 + "\n", td2},
		"without line ends":       {strings.ReplaceAll(td3, "\n", ""), td3},
		"with carriage returns":   {strings.ReplaceAll(td1, "\n", "\r\n") + "\r\n", td1},
		"with marks":              {"\x02" + td3 + "\r\x03", td3},
		"on another keyboard":     {strings.ReplaceAll(td3, "<", ";"), td3},
		"in small letters":        {strings.ToLower(td3), td3},
		"a slip, at the line end": {strings.Replace(td3, "L898902C36", "L8989O2C36", 1) + "\n", strings.Replace(td3, "L898902C36", "L8989O2C36", 1)},
		"a slip, not before":      {strings.Replace(td3, "L898902C36", "L8989O2C36", 1), ""},
		"half a document":         {td3[:50] + "\n", ""},
		"something else":          {strings.Repeat("7", 300) + "\n", ""},
		"nothing but line ends":   {strings.Repeat("\n", 300), ""},
	} {
		t.Run(name, func(t *testing.T) {
			var c Collector
			at := start
			found := send(&c, &at, sent.text, 10*time.Millisecond)
			if sent.want == "" {
				if len(found) != 0 {
					t.Fatalf("found %d documents", len(found))
				}
				return
			}
			if len(found) != 1 {
				t.Fatalf("found %d documents, want 1", len(found))
			}
			got, err := mrz.Parse(found[0])
			if err != nil {
				t.Fatal(err)
			}
			want, err := mrz.Parse(sent.want)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Join(got.Lines(), "\n") != strings.Join(want.Lines(), "\n") {
				t.Error("other lines than those sent")
			}
		})
	}
}

func TestOneDocumentAfterAnother(t *testing.T) {
	var c Collector
	at := start
	send(&c, &at, td3[:60], 10*time.Millisecond) // lifted early
	at = at.Add(2 * Pause)
	if found := send(&c, &at, td3+"\n", 10*time.Millisecond); len(found) != 1 {
		t.Fatalf("after half a document the whole one was found %d times", len(found))
	}
	if found := send(&c, &at, td1+"\n", 10*time.Millisecond); len(found) != 1 {
		t.Fatalf("another document right behind was found %d times", len(found))
	}
}

func TestAMachineThatStallsInTheMiddleOfTheLines(t *testing.T) {
	for _, row := range []struct {
		stands time.Duration
		found  int
	}{{time.Second, 1}, {10 * time.Second, 0}} {
		var c Collector
		at := start
		send(&c, &at, td3[:14], 2*time.Millisecond)
		at = at.Add(row.stands)
		found := send(&c, &at, td3[14:]+"\n", 2*time.Millisecond)
		if len(found) != row.found || row.found == 1 && found[0] != td3 {
			t.Errorf("lines in two pieces, %v between them, were found %d times", row.stands, len(found))
		}
		if row.found == 1 && !c.Busy(at) {
			t.Error("the line end behind them is taken for a person's")
		}
	}
	var c Collector
	at := start
	send(&c, &at, td3[:14], 2*time.Millisecond)
	at = at.Add(time.Second)
	if found := send(&c, &at, td1, 2*time.Millisecond); len(found) != 1 || found[0] != td1 {
		t.Error("a document behind a piece of another one is not found")
	}
}

func TestBusyTellsAReaderFromAPerson(t *testing.T) {
	var reader Collector
	at := start
	send(&reader, &at, td3, 20*time.Millisecond)
	if !reader.Busy(at.Add(100 * time.Millisecond)) {
		t.Error("the Enter behind the lines is taken for a person's")
	}
	if reader.Busy(at.Add(Pause + time.Millisecond)) {
		t.Error("an Enter after a pause is taken for the reader's")
	}
	var person Collector
	at = start
	send(&person, &at, "P<UTOERIKSSON", 130*time.Millisecond)
	if person.Busy(at) {
		t.Error("a person who types is taken for a reader")
	}
	var nothing Collector
	if nothing.Busy(start) {
		t.Error("nothing is taken for a reader")
	}
}

func TestForgetWipes(t *testing.T) {
	var c Collector
	at := start
	send(&c, &at, td3[:70], time.Millisecond)
	kept := c.kept
	c.Forget()
	if strings.Trim(string(kept), "\x00") != "" {
		t.Error("characters are left behind")
	}
	send(&c, &at, td3, time.Millisecond)
	if text := fmt.Sprintf("%v %+v %s", &c, &c, &c); strings.Contains(text, "ERIKSSON") {
		t.Error("the collector prints what it keeps")
	}
}

func FuzzCollector(f *testing.F) {
	f.Add(td3 + "\n")
	f.Add("\x02" + td1)
	f.Fuzz(func(t *testing.T, text string) {
		var c Collector
		at := start
		for _, found := range send(&c, &at, text, time.Millisecond) {
			if _, err := mrz.Parse(found); err != nil {
				t.Error("found what are no lines")
			}
		}
		if len(c.kept) > maxLength {
			t.Error("too much is kept")
		}
	})
}
