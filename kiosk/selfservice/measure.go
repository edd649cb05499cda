package selfservice

import "github.com/skranke/skranke/kiosk/desk/look"

// measure turns lengths into the toolkit's units. All lengths of this face are lengths on the glass, so that a target is as
// large on a fine screen as on a coarse one.
type measure struct {
	// inch is how many units an inch is.
	inch float32
	// zoom is how much larger everything is drawn than on the least screen, 1 to 1.6.
	zoom float32
	// text is how much larger text is than usual, 1 to 2.
	text float32
}

// newMeasure makes the measure of a screen of a size in units.
func newMeasure(inch float32, width, height, text float32) measure {
	// The least screens are 1024 by 768, and 860 by 1200 points of a 96th of an inch. Larger ones are looked at from further away.
	across, down := width*96/inch, height*96/inch
	zoom := min(across/1024, down/768)
	if height > width {
		zoom = min(across/860, down/1200)
	}
	return measure{inch: inch, zoom: min(1.6, max(1, zoom)), text: text}
}

// of gives a length that is written in 96ths of an inch of the least screen.
func (m measure) of(length float32) float32 { return length * m.zoom * m.inch / 96 }

// mm gives a length in millimetres on the glass.
func (m measure) mm(length float32) float32 { return length * m.inch / 25.4 }

// font gives the size of a text that is written in 96ths of an inch, as large as the citizen wants it.
func (m measure) font(size float32) look.Size { return look.Size(m.of(size) * m.text) }

// side is the least side of what can be touched.
func (m measure) side() float32 { return max(m.mm(target), m.of(57)) }

// title gives the size of a title, which is large already and grows more slowly: a word of it still has to fit into a column.
func (m measure) title() look.Size { return look.Size(m.of(textTitle) * (1 + (m.text-1)*0.6)) }

// The sizes of texts in 96ths of an inch. At twice the size the capitals of textBody are 7.7 mm high, which is 0.7 degrees at 600 mm
// (EN 301 549, 5.1.4).
const (
	textSmall float32 = 17
	textBody  float32 = 21
	textLead  float32 = 25
	textTitle float32 = 38
	textKey   float32 = 26
	textSlip  float32 = 56
)

// target is the least side of what can be touched, in millimetres.
const target float32 = 15.2
