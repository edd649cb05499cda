package assets

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"testing"
)

// luminance is WCAG 2.2's relative luminance.
func luminance(c Colour) float64 {
	channel := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(c.R) + 0.7152*channel(c.G) + 0.0722*channel(c.B)
}

// contrast is WCAG 2.2's contrast ratio, 1 to 21.
func contrast(a, b Colour) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func TestContrastFormula(t *testing.T) {
	// WCAG's own examples: black on white is 21:1, #767676 on white is the lightest grey that passes 4.5:1.
	if got := contrast(Colour{A: 255}, Colour{255, 255, 255, 255}); math.Abs(got-21) > 0.01 {
		t.Errorf("black on white: %.2f", got)
	}
	if got := contrast(Colour{0x76, 0x76, 0x76, 255}, Colour{255, 255, 255, 255}); math.Abs(got-4.54) > 0.01 {
		t.Errorf("#767676 on white: %.2f", got)
	}
}

// EN 301 549 11.1.4.3 (text, 4.5:1) and 11.1.4.11 (controls and focus, 3:1), over every pair that the screens use.
func TestContrastOfEveryTheme(t *testing.T) {
	const text, part = 4.5, 3.0
	for _, name := range Palettes() {
		p, err := Colours(name)
		if err != nil {
			t.Fatal(err)
		}
		colours := p.named()
		check := func(front, back string, least float64) {
			t.Helper()
			f, okf := colours[front]
			b, okb := colours[back]
			if !okf || !okb {
				t.Fatalf("no colour %q or %q", front, back)
			}
			if got := contrast(f, b); got < least {
				t.Errorf("%s: %s %s on %s %s is %.2f:1, less than %.1f:1", name, front, f, back, b, got, least)
			}
		}
		for _, ground := range []string{"page", "panel"} {
			for _, front := range []string{"text", "muted", "link", "good", "warn", "bad", "info"} {
				check(front, ground, text)
			}
			for _, front := range []string{"control", "focus", "primary"} {
				check(front, ground, part)
			}
		}
		for _, tone := range []string{"good", "warn", "bad", "info"} {
			check(tone, tone+"_panel", text)
			check("text", tone+"_panel", text)
			check("focus", tone+"_panel", part)
		}
		check("on_primary", "primary", text)
		check("on_primary", "primary_hover", text)
		check("on_secondary", "secondary", text)
		check("focus", "secondary", part)
	}
}

func TestColoursRefusesUnknownTheme(t *testing.T) {
	if _, err := Colours("plaid"); err == nil {
		t.Error("a theme that does not exist was found")
	}
}

func TestIconsAreWellFormed(t *testing.T) {
	if len(Icons()) < 10 {
		t.Fatalf("only %d icons", len(Icons()))
	}
	for _, name := range Icons() {
		decoder := xml.NewDecoder(bytes.NewReader(Icon(name)))
		for {
			_, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Errorf("%s.svg: %v", name, err)
				break
			}
		}
	}
}

func TestPaintTakesTheThemesColours(t *testing.T) {
	p, err := Colours("dark")
	if err != nil {
		t.Fatal(err)
	}
	got := p.Paint([]byte(`<path fill="var(--primary, #010203)" stroke="var(--no_such, #040506)"/>`))
	if want := `<path fill="#7CCBDD" stroke="#040506"/>`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, name := range Icons() {
		if bytes.Contains(p.Paint(Icon(name)), []byte("var(")) {
			t.Errorf("%s.svg keeps a colour that no viewer but a browser understands", name)
		}
	}
}

func TestFontsAreTrueType(t *testing.T) {
	for _, name := range []string{"IBMPlexSans-Regular", "IBMPlexSans-SemiBold", "IBMPlexMono-Regular"} {
		if font := Font(name); len(font) < 100_000 || !bytes.HasPrefix(font, []byte{0, 1, 0, 0}) {
			t.Errorf("%s: %d bytes that do not begin as a TrueType font", name, len(font))
		}
	}
}
