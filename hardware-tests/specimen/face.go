package specimen

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
)

// look is what a drawn face is made of. Nobody looks like this, and nobody is meant to.
type look struct {
	skin, hair, iris, lips, coat, wall   rgb
	width, jaw, brow, mouth, nose, parts float64
	long, glasses, beard                 bool
}

type rgb struct{ r, g, b float64 }

func (c rgb) scale(f float64) rgb { return rgb{c.r * f, c.g * f, c.b * f} }

func (c rgb) mix(o rgb, a float64) rgb {
	return rgb{c.r + (o.r-c.r)*a, c.g + (o.g-c.g)*a, c.b + (o.b-c.b)*a}
}

// newLook draws the features from a stream; sex is the MRZ's letter and only sways the hair.
func newLook(random *rand.ChaCha8, sex string) look {
	pick := func(all ...rgb) rgb { return all[draw(random, len(all))] }
	between := func(low, high float64) float64 { return low + (high-low)*float64(draw(random, 1001))/1000 }
	l := look{
		skin:  pick(rgb{236, 200, 178}, rgb{224, 182, 155}, rgb{198, 150, 118}, rgb{150, 104, 76}, rgb{104, 70, 52}, rgb{243, 214, 196}),
		hair:  pick(rgb{58, 40, 28}, rgb{28, 24, 22}, rgb{112, 78, 44}, rgb{186, 150, 92}, rgb{128, 62, 34}, rgb{140, 136, 132}),
		iris:  pick(rgb{82, 110, 136}, rgb{74, 52, 34}, rgb{88, 108, 72}, rgb{58, 40, 28}),
		coat:  pick(rgb{38, 46, 66}, rgb{92, 32, 40}, rgb{44, 72, 60}, rgb{70, 70, 74}, rgb{112, 96, 74}),
		wall:  rgb{216, 221, 226},
		width: between(0.92, 1.07), jaw: between(0.10, 0.26), brow: between(0.8, 1.4),
		mouth: between(0.88, 1.15), nose: between(0.9, 1.15), parts: between(-0.5, 0.5),
		glasses: draw(random, 5) == 0,
	}
	l.lips = l.skin.mix(rgb{158, 72, 74}, 0.55)
	switch sex {
	case "F":
		l.long = draw(random, 4) != 0
	case "M":
		l.long, l.beard = draw(random, 8) == 0, draw(random, 3) == 0
	default:
		l.long = draw(random, 2) == 0
	}
	return l
}

// canvas is a picture in floating point, with coordinates in units of its width from the middle of the upper edge.
type canvas struct {
	w, h   int
	pixels []rgb
}

// paint lays a colour over the picture where the distance function is negative, with a soft edge of the given width.
func (c *canvas) paint(soft float64, shade func(u, v float64) rgb, distance func(u, v float64) float64) {
	for y := range c.h {
		v := (float64(y) + 0.5) / float64(c.w)
		for x := range c.w {
			u := (float64(x)+0.5)/float64(c.w) - 0.5
			if a := 0.5 - distance(u, v)/soft; a > 0 {
				p := &c.pixels[y*c.w+x]
				*p = p.mix(shade(u, v), math.Min(a, 1))
			}
		}
	}
}

func flat(c rgb) func(u, v float64) rgb { return func(_, _ float64) rgb { return c } }

// oval is roughly the distance to an ellipse.
func oval(u, v, cu, cv, ru, rv float64) float64 {
	d := math.Hypot((u-cu)/ru, (v-cv)/rv)
	return (d - 1) * math.Min(ru, rv)
}

// stroke is the distance to a thick line.
func stroke(u, v, u1, v1, u2, v2, width float64) float64 {
	du, dv := u2-u1, v2-v1
	t := math.Max(0, math.Min(1, ((u-u1)*du+(v-v1)*dv)/(du*du+dv*dv)))
	return math.Hypot(u-u1-t*du, v-v1-t*dv) - width
}

const edge = 0.006

// draw makes the portrait: head and shoulders from the front, eyes open, mouth closed, before a plain light wall.
func (l look) draw(w, h int, random *rand.ChaCha8) *image.RGBA {
	c := &canvas{w, h, make([]rgb, w*h)}
	c.paint(edge, func(u, v float64) rgb {
		return l.wall.scale(1.04 - 0.09*v + 0.03*u)
	}, func(_, _ float64) float64 { return -1 })
	if l.long {
		c.paint(0.02, flat(l.hair.scale(0.85)), func(u, v float64) float64 {
			return math.Max(oval(u, v, 0, 0.66, 0.30*l.width, 0.44), v-1.06)
		})
	}
	c.paint(0.01, func(u, v float64) rgb {
		return l.coat.scale(1.15 - 0.5*math.Abs(u))
	}, func(u, v float64) float64 { return oval(u, v, 0, 1.46, 0.50, 0.44) })
	c.paint(0.012, func(u, v float64) rgb {
		return l.skin.scale(0.80 - 0.5*math.Abs(u))
	}, func(u, v float64) float64 {
		return math.Min(math.Max(math.Abs(u)-0.105, math.Abs(v-0.96)-0.14), oval(u, v, 0, 1.08, 0.13, 0.07))
	})
	for _, side := range []float64{-1, 1} {
		c.paint(0.008, flat(l.skin.scale(0.86)), func(u, v float64) float64 {
			return oval(u, v, side*0.232*l.width, 0.645, 0.030, 0.062)
		})
	}
	head := func(u, v float64) float64 {
		narrow := 1.0
		if v > 0.64 {
			narrow -= l.jaw * (v - 0.64) / 0.32
		}
		return oval(u/narrow, v, 0, 0.625, 0.232*l.width, 0.325)
	}
	c.paint(0.008, l.skinShade, head)
	l.hairline(c)
	if l.beard {
		c.paint(0.06, flat(l.hair.mix(l.skin, 0.35)), func(u, v float64) float64 {
			return math.Max(head(u, v)+0.004, math.Max(0.80-v-0.35*math.Abs(u), -oval(u, v, 0, 0.825, 0.06, 0.022)))
		})
	}
	l.features(c)
	return c.finish(random)
}

func (l look) skinShade(u, v float64) rgb {
	light := 1.05 - 1.1*(u+0.05)*(u+0.05) - 0.25*(v-0.55)*(v-0.55)
	cheek := math.Exp(-(math.Pow(math.Abs(u)-0.12, 2)/0.004 + math.Pow(v-0.74, 2)/0.004))
	return l.skin.scale(light).mix(l.lips, 0.22*cheek)
}

func (l look) hairline(c *canvas) {
	c.paint(0.02, func(u, v float64) rgb {
		strand := 0.10 * math.Sin(90*u+30*v+6*math.Sin(14*u))
		return l.hair.scale(1.05 + strand - 0.5*math.Abs(u))
	}, func(u, v float64) float64 {
		fringe := 0.425 + 0.10*math.Pow((u-l.parts*0.08)/0.2, 2)
		if l.long {
			fringe += 0.05 * math.Abs(u) / 0.2
		}
		cap := oval(u, v, 0, 0.56, 0.252*l.width, 0.30)
		return math.Max(cap, math.Min(v-fringe, math.Max(0.205*l.width-math.Abs(u), v-0.62)))
	})
}

func (l look) features(c *canvas) {
	dark := rgb{34, 26, 24}
	for _, side := range []float64{-1, 1} {
		eye := side * 0.098
		c.paint(0.03, flat(l.skin.scale(0.82)), func(u, v float64) float64 { return oval(u, v, eye, 0.612, 0.056, 0.034) })
		lens := func(u, v float64) float64 {
			return math.Max(oval(u, v, eye, 0.637, 0.054, 0.044), oval(u, v, eye, 0.601, 0.054, 0.044))
		}
		c.paint(edge, flat(rgb{238, 236, 233}), lens)
		within := func(r float64) func(u, v float64) float64 {
			return func(u, v float64) float64 { return math.Max(lens(u, v), math.Hypot(u-eye, v-0.618)-r) }
		}
		c.paint(edge, flat(l.iris), within(0.0225))
		c.paint(edge, flat(dark), within(0.0105))
		c.paint(0.003, flat(rgb{250, 250, 250}), func(u, v float64) float64 { return math.Hypot(u-eye+0.007, v-0.612) - 0.004 })
		c.paint(0.008, flat(dark.mix(l.skin, 0.25)), func(u, v float64) float64 { return math.Abs(lens(u, v)+0.002) + (v-0.615)*0.2 - 0.003 })
		c.paint(0.010, flat(l.hair.scale(0.8)), func(u, v float64) float64 {
			return stroke(u, v, eye-side*0.045, 0.553, eye+side*0.052, 0.559, 0.0075*l.brow)
		})
		c.paint(0.012, flat(l.skin.scale(0.66)), func(u, v float64) float64 {
			return oval(u, v, side*0.020*l.nose, 0.757, 0.011, 0.006)
		})
		c.paint(0.03, flat(l.skin.scale(0.80)), func(u, v float64) float64 {
			return stroke(u, v, side*0.020, 0.64, side*0.036*l.nose, 0.745, 0.004)
		})
		if l.glasses {
			c.paint(0.005, flat(rgb{48, 46, 50}), func(u, v float64) float64 {
				return math.Min(math.Abs(oval(u, v, eye, 0.622, 0.075, 0.058))-0.004, stroke(u, v, side*0.17, 0.615, side*0.235, 0.60, 0.004))
			})
		}
	}
	if l.glasses {
		c.paint(0.005, flat(rgb{48, 46, 50}), func(u, v float64) float64 { return stroke(u, v, -0.025, 0.613, 0.025, 0.613, 0.004) })
	}
	c.paint(0.03, flat(l.skin.mix(rgb{255, 250, 244}, 0.35)), func(u, v float64) float64 { return stroke(u, v, -0.004, 0.62, -0.004, 0.72, 0.004) })
	c.paint(0.010, flat(l.lips), func(u, v float64) float64 {
		bow := 0.004 * math.Cos(60*u)
		return math.Max(oval(u, v-bow, 0, 0.845, 0.075*l.mouth, 0.034), oval(u, v, 0, 0.812, 0.080*l.mouth, 0.036))
	})
	c.paint(0.010, flat(l.lips.scale(0.94)), func(u, v float64) float64 {
		return math.Max(oval(u, v, 0, 0.815, 0.066*l.mouth, 0.038), 0.829-v)
	})
	c.paint(0.006, flat(l.lips.scale(0.55)), func(u, v float64) float64 {
		return math.Max(math.Abs(v-0.830+0.5*u*u)-0.0022, math.Abs(u)-0.068*l.mouth)
	})
	c.paint(0.03, flat(l.skin.scale(0.84)), func(u, v float64) float64 { return oval(u, v, 0, 0.872, 0.036, 0.006) })
}

// letters are the eight letters of SPECIMEN in a grid of five by seven.
var letters = [8][7]byte{
	{0x0F, 0x10, 0x10, 0x0E, 0x01, 0x01, 0x1E},
	{0x1E, 0x11, 0x11, 0x1E, 0x10, 0x10, 0x10},
	{0x1F, 0x10, 0x10, 0x1E, 0x10, 0x10, 0x1F},
	{0x0E, 0x11, 0x10, 0x10, 0x10, 0x11, 0x0E},
	{0x0E, 0x04, 0x04, 0x04, 0x04, 0x04, 0x0E},
	{0x11, 0x1B, 0x15, 0x15, 0x11, 0x11, 0x11},
	{0x1F, 0x10, 0x10, 0x1E, 0x10, 0x10, 0x1F},
	{0x11, 0x19, 0x15, 0x13, 0x11, 0x11, 0x11},
}

// finish writes SPECIMEN across the chest, adds the grain of a photograph and rounds to eight bits.
func (c *canvas) finish(random *rand.ChaCha8) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, c.w, c.h))
	grain := octets(random, c.w*c.h)
	cell := float64(c.w) / 80
	left, top := (float64(c.w)-47*cell)/2, float64(c.h)-11*cell
	for y := range c.h {
		for x := range c.w {
			p := c.pixels[y*c.w+x]
			col, row := int(math.Floor((float64(x)-left)/cell)), int(math.Floor((float64(y)-top)/cell))
			if col >= 0 && col < 48 && row >= 0 && row < 7 && col%6 < 5 && letters[col/6][row]>>(4-col%6)&1 == 1 {
				p = p.mix(rgb{250, 250, 250}, 0.75)
			}
			n := (float64(grain[y*c.w+x]) - 127.5) / 255 * 7
			out.SetRGBA(x, y, color.RGBA{level(p.r + n), level(p.g + n), level(p.b + n), 255})
		}
	}
	return out
}

func level(f float64) uint8 { return uint8(math.Max(0, math.Min(255, math.Round(f)))) }

// encodeJPEG finds the quality whose file comes closest to a size in octets, from below.
func encodeJPEG(m image.Image, size int) ([]byte, error) {
	var best []byte
	for low, high := 10, 95; low <= high; {
		quality := (low + high) / 2
		var b bytes.Buffer
		if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
			return nil, err
		}
		if b.Len() <= size || best == nil {
			best = bytes.Clone(b.Bytes())
		}
		if b.Len() <= size {
			low = quality + 1
		} else {
			high = quality - 1
		}
	}
	return best, nil
}
