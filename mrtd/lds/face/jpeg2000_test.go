package face

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"testing"
)

// A main header to be changed, ISO/IEC 15444-1 §A.5.1 and §A.6.1: SOC, SIZ of 413 by 531 pixels in one tile and three
// components, COD of one layer and five levels, SOT.
type mainHeader struct {
	siz        [8]uint32 // Xsiz, Ysiz, XOsiz, YOsiz, XTsiz, YTsiz, XTOsiz, YTOsiz
	components []byte
	count      uint16
	scod       byte
	layers     uint16
	spcod      []byte
	more       []byte
}

func portraitHeader() mainHeader {
	return mainHeader{
		siz:        [8]uint32{413, 531, 0, 0, 413, 531, 0, 0},
		components: []byte{7, 1, 1, 7, 1, 1, 7, 1, 1}, count: 3,
		layers: 1, spcod: []byte{5, 4, 4, 0, 0},
	}
}

func (h mainHeader) bytes() []byte {
	segment := func(marker uint16, value []byte) []byte {
		return slices.Concat(binary.BigEndian.AppendUint16(nil, marker), binary.BigEndian.AppendUint16(nil, uint16(2+len(value))), value)
	}
	siz := []byte{0, 0}
	for _, v := range h.siz {
		siz = binary.BigEndian.AppendUint32(siz, v)
	}
	siz = append(binary.BigEndian.AppendUint16(siz, h.count), h.components...)
	cod := append(append(binary.BigEndian.AppendUint16([]byte{h.scod, 0}, h.layers), 1), h.spcod...)
	return slices.Concat([]byte{0xff, 0x4f}, segment(0xff51, siz), segment(0xff52, cod), h.more, segment(0xff90, make([]byte, 8)))
}

func TestMainHeader(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*mainHeader)
		want   error
	}{
		{"a portrait", func(*mainHeader) {}, nil},
		{"grey", func(h *mainHeader) { h.count, h.components = 1, []byte{7, 1, 1} }, nil},
		{"sixteen tiles", func(h *mainHeader) { h.siz[4], h.siz[5] = 104, 133 }, nil},
		{"an offset", func(h *mainHeader) { h.siz = [8]uint32{513, 631, 100, 100, 513, 631, 0, 0} }, nil},
		{"chroma of half size", func(h *mainHeader) { h.components = []byte{7, 1, 1, 7, 2, 2, 7, 2, 2} }, nil},
		{"twenty layers", func(h *mainHeader) { h.layers = 20 }, nil},
		{"precincts", func(h *mainHeader) { h.scod, h.spcod = 1, []byte{5, 4, 4, 0, 0, 0x77, 0x77, 0x77, 0x77, 0x88, 0x88} }, nil},
		{"the largest", func(h *mainHeader) { h.siz = [8]uint32{2048, 2048, 0, 0, 2048, 2048, 0, 0} }, nil},
		{"a tile far larger than the image", func(h *mainHeader) { h.siz[4], h.siz[5] = 1<<31-1, 1<<31-1 }, nil},

		{"too wide", func(h *mainHeader) { h.siz = [8]uint32{4097, 10, 0, 0, 4097, 10, 0, 0} }, ErrLimit},
		{"too many pixels", func(h *mainHeader) { h.siz = [8]uint32{2049, 2048, 0, 0, 2049, 2048, 0, 0} }, ErrLimit},
		{"the most that the field holds", func(h *mainHeader) { h.siz[0] = 1<<32 - 1 }, ErrLimit},
		{"far out", func(h *mainHeader) { h.siz = [8]uint32{1<<30 + 413, 531, 1 << 30, 0, 1<<30 + 413, 531, 1 << 30, 0} }, ErrLimit},
		{"no pixels", func(h *mainHeader) { h.siz[2] = 413 }, ErrDecode},
		{"a negative size", func(h *mainHeader) { h.siz[2] = 500 }, ErrDecode},
		{"no tile", func(h *mainHeader) { h.siz[4] = 0 }, ErrDecode},
		{"tiles beside the image", func(h *mainHeader) { h.siz[6] = 1 }, ErrDecode},
		{"tiles of one pixel", func(h *mainHeader) { h.siz[4], h.siz[5] = 1, 1 }, ErrLimit},
		{"no component", func(h *mainHeader) { h.count = 0 }, ErrLimit},
		{"five components", func(h *mainHeader) { h.count, h.components = 5, bytes.Repeat([]byte{7, 1, 1}, 5) }, ErrLimit},
		{"two components", func(h *mainHeader) { h.count = 2 }, ErrDecode},
		{"components that are not there", func(h *mainHeader) { h.count = 4 }, ErrDecode},
		{"38 bits", func(h *mainHeader) { h.components[0] = 37 }, ErrLimit},
		{"a sampling of nothing", func(h *mainHeader) { h.components[1] = 0 }, ErrLimit},
		{"a sampling of 255", func(h *mainHeader) { h.components[1] = 255 }, ErrLimit},
		{"no layer", func(h *mainHeader) { h.layers = 0 }, ErrLimit},
		{"65,535 layers", func(h *mainHeader) { h.layers = 65535 }, ErrLimit},
		{"32 levels", func(h *mainHeader) { h.spcod[0] = 32 }, ErrLimit},
		{"code-blocks too large", func(h *mainHeader) { h.spcod[1] = 9 }, ErrDecode},
		{"code-blocks too large together", func(h *mainHeader) { h.spcod[1], h.spcod[2] = 6, 6 }, ErrDecode},
		{"precincts of one pixel", func(h *mainHeader) { h.scod, h.spcod = 1, []byte{5, 4, 4, 0, 0, 0, 0, 0, 0, 0, 0} }, ErrLimit},
		{"precincts that are not there", func(h *mainHeader) { h.scod = 1 }, ErrDecode},
		{"a component's precincts of one pixel", func(h *mainHeader) {
			h.more = []byte{0xff, 0x53, 0, 11, 0, 1, 1, 4, 4, 0, 0, 0, 0}
		}, ErrLimit},
		{"a component's levels", func(h *mainHeader) { h.more = []byte{0xff, 0x53, 0, 9, 0, 0, 32, 4, 4, 0, 0} }, ErrLimit},
		{"COC cut short", func(h *mainHeader) { h.more = []byte{0xff, 0x53, 0, 4, 0, 0} }, ErrDecode},
		{"a second SIZ", func(h *mainHeader) { h.more = []byte{0xff, 0x51, 0, 4, 0, 0} }, ErrDecode},
		{"a segment longer than the rest", func(h *mainHeader) { h.more = []byte{0xff, 0x64, 0xff, 0xff} }, ErrDecode},
		{"a segment of no length", func(h *mainHeader) { h.more = []byte{0xff, 0x64, 0, 1} }, ErrDecode},
		{"no marker", func(h *mainHeader) { h.more = []byte{0x12, 0x34, 0, 2} }, ErrDecode},
	} {
		h := portraitHeader()
		c.change(&h)
		_, width, height, err := Inspect(h.bytes())
		switch {
		case c.want == nil && (err != nil || width != int(h.siz[0]-h.siz[2]) || height != int(h.siz[1]-h.siz[3])):
			t.Errorf("%s: %d×%d, %v", c.name, width, height, err)
		case c.want != nil && !errors.Is(err, c.want):
			t.Errorf("%s: %v, expected %v", c.name, err, c.want)
		}
	}
}

func TestBoxes(t *testing.T) {
	box := func(kind string, value []byte) []byte {
		return slices.Concat(binary.BigEndian.AppendUint32(nil, uint32(8+len(value))), []byte(kind), value)
	}
	signature, stream := box("jP  ", []byte("\r\n\x87\n")), portraitHeader().bytes()
	long := slices.Concat([]byte("\x00\x00\x00\x01jp2c"), binary.BigEndian.AppendUint64(nil, uint64(16+len(stream))), stream)
	open := slices.Concat([]byte("\x00\x00\x00\x00jp2c"), stream)
	for name, img := range map[string][]byte{
		"plain": slices.Concat(signature, box("ftyp", make([]byte, 12)), box("jp2c", stream)), "eight octets of length": slices.Concat(signature, long),
		"to the end": slices.Concat(signature, open), "padded": slices.Concat(signature, box("jp2c", stream), make([]byte, 7)),
	} {
		if _, width, height, err := Inspect(img); err != nil || width != 413 || height != 531 {
			t.Errorf("%s: %d×%d, %v", name, width, height, err)
		}
	}
	for name, img := range map[string][]byte{
		"two codestreams": slices.Concat(signature, box("jp2c", stream), box("jp2c", stream)),
		"many boxes":      slices.Concat(signature, bytes.Repeat(box("free", nil), 100), box("jp2c", stream)),
		"no codestream":   slices.Concat(signature, box("jp2h", stream)),
		"another one":     slices.Concat(signature, box("jp2c", []byte("\xff\x4f\xff\x52"))),
	} {
		if _, _, _, err := Inspect(img); !errors.Is(err, ErrDecode) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzInspect(f *testing.F) {
	f.Add(portraitHeader().bytes())
	f.Add([]byte("\x00\x00\x00\x0cjP  \r\n\x87\n\x00\x00\x00\x00jp2c" + string(portraitHeader().bytes())))
	f.Add([]byte("\xff\xd8\xff\xc0\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00"))
	f.Fuzz(func(t *testing.T, img []byte) {
		_, width, height, err := Inspect(img)
		if err == nil && (width < 1 || height < 1 || width > MaxSide || height > MaxSide || width*height > MaxPixels) {
			t.Fatalf("%d×%d", width, height)
		}
		if err != nil && !errors.Is(err, ErrDecode) && !errors.Is(err, ErrLimit) && !errors.Is(err, ErrUnknownCoding) {
			t.Fatal(err)
		}
	})
}
