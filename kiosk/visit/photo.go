package visit

import (
	"fmt"
	"image"
	"image/draw"
	"sync"
)

// Photo is the face image of the chip, decoded. It is personal data: it prints itself as redacted, and its pixels are
// overwritten when the visit ends.
type Photo struct {
	mu     sync.Mutex
	pixels *image.NRGBA
}

// NewPhoto copies the image, so that nobody else holds the pixels that are wiped.
func NewPhoto(img image.Image) *Photo {
	bounds := img.Bounds()
	pixels := image.NewNRGBA(image.Rect(0, 0, bounds.Dx(), bounds.Dy()))
	draw.Draw(pixels, pixels.Bounds(), img, bounds.Min, draw.Src)
	return &Photo{pixels: pixels}
}

// Copy gives a copy of the image, which its caller owns and wipes with [Wipe]; nil when there is none, or the visit has
// ended.
func (p *Photo) Copy() *image.NRGBA {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pixels == nil {
		return nil
	}
	pixels := image.NewNRGBA(p.pixels.Bounds())
	copy(pixels.Pix, p.pixels.Pix)
	return pixels
}

// Format prints the photo as redacted, whatever the verb.
func (*Photo) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted photo]")) }

func (p *Photo) wipe() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	Wipe(p.pixels)
	p.pixels = nil
}

// Wipe overwrites an image's pixels. A nil image is nothing to do.
func Wipe(img *image.NRGBA) {
	if img != nil {
		clear(img.Pix)
	}
}
