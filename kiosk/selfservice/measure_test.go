package selfservice

import (
	"strconv"
	"testing"
)

// IBM Plex Sans has capitals of 0.698 of the size (its sCapHeight). Seen from 600 mm, 0.7 degrees are 7.33 mm (EN 301 549, 5.1.4).
func TestCapitalsAreLargeEnoughAtTwiceTheSize(t *testing.T) {
	for _, s := range sizes {
		m := newMeasure(float32(s.dpi), s.width, s.height, 2)
		for name, size := range map[string]float32{"body": textBody, "lead": textLead, "key": textKey} {
			if high := float64(m.font(size)) * 0.698 / s.dpi * 25.4; high < 7.33 {
				t.Errorf("%v: capitals of %s are %.2f mm", s, name, high)
			}
		}
		if high := float64(m.title()) * 0.698 / s.dpi * 25.4; high < 7.33 {
			t.Errorf("%v: capitals of a title are %.2f mm", s, high)
		}
		if side := float64(m.side()) / s.dpi * 25.4; side < 15 {
			t.Errorf("%v: a target is %.2f mm", s, side)
		}
	}
}

// What a touch of a key costs the window until the screen is drawn anew: the fullest screen, at the least and at twice the size of text.
func BenchmarkKeyTouched(b *testing.B) {
	for _, text := range []int{100, 200} {
		b.Run(strconv.Itoa(text), func(b *testing.B) {
			k := open(b, 1024, 768, nil)
			k.text = text
			k.to(pageNumber)
			for b.Loop() {
				k.enter('7')
				k.erase()
			}
		})
	}
}
