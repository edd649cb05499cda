package assets

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"image/color"
	"reflect"
	"regexp"
	"strconv"
)

//go:embed fonts/*.ttf
var fonts embed.FS

//go:embed icons/*.svg
var icons embed.FS

//go:embed theme/*.json
var themes embed.FS

// Font gives a font file, TrueType: "IBMPlexSans-Regular", "IBMPlexSans-SemiBold" or "IBMPlexMono-Regular". It panics on
// any other name.
func Font(name string) []byte { return must(fonts.ReadFile("fonts/" + name + ".ttf")) }

// Icon gives an icon or illustration drawn for this product, SVG, by its file's name without ending. It panics on a name
// that is not there.
func Icon(name string) []byte { return must(icons.ReadFile("icons/" + name + ".svg")) }

func must(raw []byte, err error) []byte {
	if err != nil {
		panic(fmt.Sprintf("assets: %v", err))
	}
	return raw
}

// Icons lists the names that [Icon] knows.
func Icons() []string {
	entries, err := icons.ReadDir("icons")
	if err != nil {
		panic(fmt.Sprintf("assets: %v", err))
	}
	names := make([]string, 0, len(entries))
	for _, entry := range entries {
		names = append(names, entry.Name()[:len(entry.Name())-len(".svg")])
	}
	return names
}

// Colour is an opaque sRGB colour, written "#RRGGBB".
type Colour color.NRGBA

// UnmarshalText reads "#RRGGBB".
func (c *Colour) UnmarshalText(text []byte) error {
	if len(text) != 7 || text[0] != '#' {
		return fmt.Errorf("%q is not a colour of the form #RRGGBB", text)
	}
	v, err := strconv.ParseUint(string(text[1:]), 16, 32)
	if err != nil {
		return fmt.Errorf("%q is not a colour of the form #RRGGBB", text)
	}
	*c = Colour{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
	return nil
}

// RGBA makes a Colour a [color.Color].
func (c Colour) RGBA() (r, g, b, a uint32) { return color.NRGBA(c).RGBA() }

// String writes the colour as "#RRGGBB".
func (c Colour) String() string { return fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B) }

// Palette is the colours of one theme, by what they are for.
type Palette struct {
	// Dark tells that the page is dark, so that toolkits choose what they draw themselves accordingly.
	Dark bool `json:"dark"`

	// Page is the window's ground, Panel that of what stands on it.
	Page  Colour `json:"page"`
	Panel Colour `json:"panel"`
	// Text and Muted are text on Page and Panel, at least 4.5:1.
	Text  Colour `json:"text"`
	Muted Colour `json:"muted"`
	// Line divides and carries no meaning; Control is the border of what can be operated, at least 3:1.
	Line    Colour `json:"line"`
	Control Colour `json:"control"`
	// Primary is the one primary button of a screen, OnPrimary its text.
	Primary      Colour `json:"primary"`
	OnPrimary    Colour `json:"on_primary"`
	PrimaryHover Colour `json:"primary_hover"`
	// Secondary is every other button, OnSecondary its text.
	Secondary   Colour `json:"secondary"`
	OnSecondary Colour `json:"on_secondary"`
	// Focus is the ring around what the keyboard acts on, at least 3:1 against Page and Panel.
	Focus Colour `json:"focus"`
	Link  Colour `json:"link"`
	// Good, Warn, Bad and Info are text and icons on Page, Panel and their own panels, at least 4.5:1.
	Good      Colour `json:"good"`
	GoodPanel Colour `json:"good_panel"`
	Warn      Colour `json:"warn"`
	WarnPanel Colour `json:"warn_panel"`
	Bad       Colour `json:"bad"`
	BadPanel  Colour `json:"bad_panel"`
	Info      Colour `json:"info"`
	InfoPanel Colour `json:"info_panel"`
}

// Palettes lists the names of the themes, the usual one first.
func Palettes() []string { return []string{"light", "dark", "contrast"} }

// Colours gives the palette of a theme. The error names what is wrong with the name or its file.
func Colours(theme string) (Palette, error) {
	raw, err := themes.ReadFile("theme/" + theme + ".json")
	if err != nil {
		return Palette{}, fmt.Errorf("no theme is called %q: %w", theme, err)
	}
	var palette Palette
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&palette); err != nil {
		return Palette{}, fmt.Errorf("theme/%s.json: %w", theme, err)
	}
	for name, colour := range palette.named() {
		if colour.A == 0 {
			return Palette{}, fmt.Errorf("theme/%s.json: no colour %q", theme, name)
		}
	}
	return palette, nil
}

// named gives the colours by their names in the file.
func (p Palette) named() map[string]Colour {
	colours := make(map[string]Colour)
	value := reflect.ValueOf(p)
	for i := range value.NumField() {
		if colour, ok := value.Field(i).Interface().(Colour); ok {
			colours[value.Type().Field(i).Tag.Get("json")] = colour
		}
	}
	return colours
}

var token = regexp.MustCompile(`var\(--([a-z_]+), *#[0-9A-Fa-f]{6}\)`)

// Paint gives the SVG with each var(--name, #RRGGBB) in it replaced by the palette's colour of that name, so that
// an illustration is drawn in the theme's colours and can still be opened in any viewer. An unknown name keeps its
// own colour.
func (p Palette) Paint(svg []byte) []byte {
	colours := p.named()
	return token.ReplaceAllFunc(svg, func(found []byte) []byte {
		if colour, ok := colours[string(token.FindSubmatch(found)[1])]; ok {
			return []byte(colour.String())
		}
		return found[len(found)-8 : len(found)-1]
	})
}
