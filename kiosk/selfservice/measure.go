package selfservice

import "github.com/skranke/skranke/kiosk/desk/look"

// measure turns lengths into the toolkit's units. All lengths of this face are lengths on the glass, so that a target is as
// large on a fine screen as on a coarse one.
type measure struct {
	// inch is how many units an inch is.
	inch float32
	// text is how much larger text is than usual, 1 to 2.
	text float32
}

// of gives a length that is written in 96ths of an inch.
func (m measure) of(length float32) float32 { return length * m.inch / 96 }

// mm gives a length in millimetres.
func (m measure) mm(length float32) float32 { return length * m.inch / 25.4 }

// font gives the size of a text that is written in 96ths of an inch, as large as the citizen wants it.
func (m measure) font(size float32) look.Size { return look.Size(m.of(size) * m.text) }

// The sizes of texts in 96ths of an inch. At twice the size the capitals of textBody are 7.4 mm high, which is 0.7 degrees at 600 mm
// (EN 301 549, 5.1.4).
const (
	textSmall float32 = 17
	textBody  float32 = 20
	textLead  float32 = 23
	textTitle float32 = 34
	textKey   float32 = 26
	textSlip  float32 = 56
)

// target is the least side of what can be touched, in millimetres.
const target float32 = 15.2
