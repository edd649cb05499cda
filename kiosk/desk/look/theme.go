package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"github.com/skranke/skranke/assets"
)

// The sizes of the screens, in the toolkit's device-independent pixels.
const (
	// Gap is the space between things that belong together, Space between things that do not, Margin around a screen.
	Gap    float32 = 8
	Space  float32 = 16
	Margin float32 = 24

	ringWidth float32 = 3
	ringGap   float32 = 2
	radius    float32 = 4
)

// Size is the size of a text.
type Size float32

// The sizes of text: Body is the Danish public design's 16 on 24.
const (
	Small    Size = 14
	Body     Size = 16
	Lead     Size = 19
	Title    Size = 24
	Headline Size = 30
	// Huge is for a screen that is read from a distance.
	Huge Size = 40
)

// points is the size on the screen: the larger, the larger the person wants texts.
func (s Size) points() float32 { return float32(s) * current().scale }

// lineHeight is what a line takes: one and a half for reading text, less for titles.
func (s Size) lineHeight() float32 {
	switch {
	case s >= Title:
		return s.points() * 1.25
	case s > Body:
		return s.points() * 1.4
	}
	return s.points() * 1.5
}

// Scaled is a length that grows with the texts, in the toolkit's pixels.
func Scaled(length float32) float32 { return length * current().scale }

// Percents lists the sizes of texts that a person can choose, in percent of the usual one, which is the first.
func Percents() []int { return []int{100, 125, 150, 175, 200} }

// Tone is what a colour says, always beside a word or an icon that says the same.
type Tone string

// The tones.
const (
	Plain Tone = "plain"
	Muted Tone = "muted"
	Good  Tone = "good"
	Warn  Tone = "warn"
	Bad   Tone = "bad"
	Info  Tone = "info"
	// OnPrimary is for what stands on the primary colour.
	OnPrimary Tone = "on_primary"
)

// Theme is the toolkit's theme made of a palette of assets.
type Theme struct {
	palette assets.Palette
	name    string
	scale   float32
}

// NewTheme makes the theme of a name in assets.Palettes. Its error is that of assets.Colours.
func NewTheme(name string) (*Theme, error) {
	palette, err := assets.Colours(name)
	if err != nil {
		return nil, err
	}
	return &Theme{palette: palette, name: name, scale: 1}, nil
}

// Sized gives the theme with texts of a size in percent of the usual one; what is not in [Percents] goes to the nearest end.
func (t *Theme) Sized(percent int) *Theme {
	sized := *t
	sized.scale = float32(min(200, max(100, percent))) / 100
	return &sized
}

// Percent is the size of texts in percent of the usual one.
func (t *Theme) Percent() int { return int(t.scale*100 + 0.5) }

// Name is the name that the theme was made by.
func (t *Theme) Name() string { return t.name }

// Palette is the colours that the theme is made of.
func (t *Theme) Palette() assets.Palette { return t.palette }

// Color gives the colour that the toolkit's own widgets ask for.
func (t *Theme) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	p := t.palette
	switch name {
	case theme.ColorNameBackground:
		return p.Page
	case theme.ColorNameForeground:
		return p.Text
	case theme.ColorNamePlaceHolder, theme.ColorNameDisabled:
		return p.Muted
	case theme.ColorNameButton, theme.ColorNameDisabledButton:
		return p.Secondary
	case theme.ColorNamePrimary:
		return p.Primary
	case theme.ColorNameForegroundOnPrimary:
		return p.OnPrimary
	case theme.ColorNameHyperlink:
		return p.Link
	case theme.ColorNameFocus:
		return p.Focus
	case theme.ColorNameInputBackground, theme.ColorNameMenuBackground, theme.ColorNameOverlayBackground, theme.ColorNameHeaderBackground:
		return p.Panel
	case theme.ColorNameInputBorder:
		return p.Control
	case theme.ColorNameSeparator:
		return p.Line
	case theme.ColorNameScrollBar:
		return p.Control
	case theme.ColorNameScrollBarBackground:
		return color.Transparent
	case theme.ColorNameError:
		return p.Bad
	case theme.ColorNameSuccess:
		return p.Good
	case theme.ColorNameWarning:
		return p.Warn
	case theme.ColorNameSelection:
		return fade(p.Primary, 0x50)
	case theme.ColorNameHover, theme.ColorNamePressed:
		return fade(p.Text, 0x14)
	}
	variant := theme.VariantLight
	if p.Dark {
		variant = theme.VariantDark
	}
	return theme.DefaultTheme().Color(name, variant)
}

func fade(c assets.Colour, alpha uint8) color.NRGBA {
	return color.NRGBA{R: c.R, G: c.G, B: c.B, A: alpha}
}

var (
	regular = fyne.NewStaticResource("IBMPlexSans-Regular.ttf", assets.Font("IBMPlexSans-Regular"))
	strong  = fyne.NewStaticResource("IBMPlexSans-SemiBold.ttf", assets.Font("IBMPlexSans-SemiBold"))
	mono    = fyne.NewStaticResource("IBMPlexMono-Regular.ttf", assets.Font("IBMPlexMono-Regular"))
)

// Font gives IBM Plex, in one weight for reading, one for what stands out, and one with letters of one width.
func (t *Theme) Font(style fyne.TextStyle) fyne.Resource {
	switch {
	case style.Symbol:
		return theme.DefaultTheme().Font(style)
	case style.Monospace:
		return mono
	case style.Bold:
		return strong
	}
	return regular
}

// Icon gives the toolkit's icon; the screens use those of assets.
func (t *Theme) Icon(name fyne.ThemeIconName) fyne.Resource { return theme.DefaultTheme().Icon(name) }

// Size gives the sizes that the toolkit's own widgets ask for.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameText:
		return float32(Body) * t.scale
	case theme.SizeNameCaptionText:
		return float32(Small) * t.scale
	case theme.SizeNameInlineIcon:
		return 20 * t.scale
	case theme.SizeNamePadding:
		return 4
	case theme.SizeNameInnerPadding:
		return 8
	case theme.SizeNameLineSpacing:
		return 4
	case theme.SizeNameInputBorder:
		return 2
	case theme.SizeNameInputRadius, theme.SizeNameSelectionRadius, theme.SizeNameButtonRadius:
		return radius
	case theme.SizeNameScrollBar:
		return 12
	case theme.SizeNameScrollBarSmall:
		return 6
	}
	return theme.DefaultTheme().Size(name)
}

// colour gives the colour of a tone for text and icons.
func (t *Theme) colour(tone Tone) color.Color {
	p := t.palette
	switch tone {
	case Muted:
		return p.Muted
	case Good:
		return p.Good
	case Warn:
		return p.Warn
	case Bad:
		return p.Bad
	case Info:
		return p.Info
	case OnPrimary:
		return p.OnPrimary
	}
	return p.Text
}

// ground gives the colour of a panel of a tone.
func (t *Theme) ground(tone Tone) color.Color {
	p := t.palette
	switch tone {
	case Good:
		return p.GoodPanel
	case Warn:
		return p.WarnPanel
	case Bad:
		return p.BadPanel
	case Info:
		return p.InfoPanel
	case Muted:
		return p.Page
	case OnPrimary:
		return p.Primary
	}
	return p.Panel
}

// current is the theme that is set; the light one while the toolkit has none of ours.
func current() *Theme {
	if app := fyne.CurrentApp(); app != nil {
		if t, ok := app.Settings().Theme().(*Theme); ok {
			return t
		}
	}
	t, err := NewTheme(assets.Palettes()[0])
	if err != nil {
		panic(err) // assets' own test reads every theme
	}
	return t
}
