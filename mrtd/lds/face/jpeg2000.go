package face

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// What a JPEG 2000 codestream of a portrait may have at most. The figures are generous: passports have three
// components of eight bits, one tile, five or six levels, and up to twenty layers.
const (
	maxBoxes      = 64
	maxComponents = 4
	maxDepth      = 16
	maxSampling   = 4
	maxTiles      = 256
	maxLayers     = 256
	maxLevels     = 16
	// maxPackets bounds tiles × components × layers × precincts of all resolutions.
	maxPackets = 1 << 18
)

// The markers of a main header that are looked at (ISO/IEC 15444-1 table A.2).
const (
	markerSOC = 0xff4f
	markerSIZ = 0xff51
	markerCOD = 0xff52
	markerCOC = 0xff53
	markerSOT = 0xff90
)

// inspectJPEG2000 gives the size of a JP2 file or codestream and bounds what its main header asks of a decoder.
func inspectJPEG2000(image []byte) (width, height int, err error) {
	stream := image
	if !bytes.HasPrefix(image, []byte{0xff, 0x4f}) {
		if stream, err = codestream(image); err != nil {
			return 0, 0, err
		}
	}
	return inspectCodestream(stream)
}

// codestream finds the one contiguous codestream box of a JP2 file (ISO/IEC 15444-1 §I.5.4). Boxes are jP, ftyp,
// jp2h, jp2c and metadata; a length of 0 reaches to the end, 1 is followed by one of eight octets.
func codestream(jp2 []byte) ([]byte, error) {
	var stream []byte
	rest := jp2
	for range maxBoxes {
		if len(rest) == 0 {
			break
		}
		if len(rest) < 8 {
			break // less than a box: padding
		}
		head, length := 8, uint64(binary.BigEndian.Uint32(rest))
		switch length {
		case 0:
			length = uint64(len(rest))
		case 1:
			if len(rest) < 16 {
				return nil, broken("a box is cut short")
			}
			head, length = 16, binary.BigEndian.Uint64(rest[8:])
		}
		if length < uint64(head) || length > uint64(len(rest)) {
			return nil, broken("the length of a box")
		}
		if string(rest[4:8]) == "jp2c" {
			if stream != nil {
				return nil, broken("two codestreams")
			}
			stream = rest[head:length]
		}
		rest = rest[length:]
	}
	if stream == nil {
		return nil, broken("no codestream")
	}
	return stream, nil
}

// inspectCodestream reads the main header up to the first tile part: SIZ and every COD and COC in it.
func inspectCodestream(b []byte) (width, height int, err error) {
	if len(b) < 4 || binary.BigEndian.Uint16(b) != markerSOC || binary.BigEndian.Uint16(b[2:]) != markerSIZ {
		return 0, 0, broken("the codestream does not begin with SOC and SIZ")
	}
	var size imageSize
	var coded bool
	for at := 2; ; {
		if len(b)-at < 4 {
			return 0, 0, broken("the main header is cut short")
		}
		marker, length := binary.BigEndian.Uint16(b[at:]), int(binary.BigEndian.Uint16(b[at+2:]))
		if marker == markerSOT {
			break
		}
		if marker < 0xff00 || length < 2 || length > len(b)-at-2 {
			return 0, 0, broken("the main header")
		}
		segment := b[at+4 : at+2+length]
		switch marker {
		case markerSIZ:
			if at != 2 {
				return 0, 0, broken("two SIZ segments")
			}
			size, err = readSIZ(segment)
		case markerCOD:
			coded = true
			err = checkCOD(size, segment)
		case markerCOC:
			err = checkCOC(size, segment)
		}
		if err != nil {
			return 0, 0, err
		}
		at += 2 + length
	}
	if !coded {
		return 0, 0, broken("no COD segment")
	}
	return size.width, size.height, nil
}

// imageSize is what the SIZ segment says.
type imageSize struct{ width, height, tileWidth, tileHeight, tiles, components int }

// readSIZ reads the image and tile size (ISO/IEC 15444-1 §A.5.1).
func readSIZ(b []byte) (imageSize, error) {
	if len(b) < 36 {
		return imageSize{}, broken("SIZ is cut short")
	}
	var v [8]int // Xsiz, Ysiz, XOsiz, YOsiz, XTsiz, YTsiz, XTOsiz, YTOsiz
	for i := range v {
		n := binary.BigEndian.Uint32(b[2+4*i:])
		if n > 1<<31-1 {
			return imageSize{}, fmt.Errorf("%w: SIZ", ErrLimit)
		}
		v[i] = int(n)
	}
	s := imageSize{
		width: v[0] - v[2], height: v[1] - v[3], tileWidth: v[4], tileHeight: v[5],
		components: int(binary.BigEndian.Uint16(b[34:])),
	}
	if err := checkSize(s.width, s.height); err != nil {
		return imageSize{}, err
	}
	// The reference grid may begin before the image: a decoder that counts in its coordinates must not be led far out.
	if v[0] > 2*MaxSide || v[1] > 2*MaxSide {
		return imageSize{}, fmt.Errorf("%w: the offset of the image", ErrLimit)
	}
	if s.components < 1 || s.components > maxComponents {
		return imageSize{}, fmt.Errorf("%w: %d components", ErrLimit, s.components)
	}
	if s.components == 2 {
		return imageSize{}, broken("two components make neither grey nor colour") // the decoder would give a blank
	}
	if len(b) < 36+3*s.components {
		return imageSize{}, broken("SIZ is cut short")
	}
	for c := range s.components {
		depth, dx, dy := int(b[36+3*c]&0x7f)+1, b[37+3*c], b[38+3*c]
		if depth > maxDepth || dx < 1 || dy < 1 || dx > maxSampling || dy > maxSampling {
			return imageSize{}, fmt.Errorf("%w: depth or sampling of a component", ErrLimit)
		}
	}
	if s.tileWidth < 1 || s.tileHeight < 1 || v[6] > v[2] || v[7] > v[3] || v[6]+v[4] <= v[2] || v[7]+v[5] <= v[3] {
		return imageSize{}, broken("the tiles do not cover the image")
	}
	across, down := ceil(v[0]-v[6], v[4]), ceil(v[1]-v[7], v[5])
	if across > maxTiles || down > maxTiles || across*down > maxTiles {
		return imageSize{}, fmt.Errorf("%w: %d by %d tiles", ErrLimit, across, down)
	}
	s.tiles = across * down
	return s, nil
}

func ceil(n, by int) int { return (n + by - 1) / by }

// checkCOD bounds the coding style (ISO/IEC 15444-1 §A.6.1): Scod, SGcod with the layers, SPcod with levels and
// precincts.
func checkCOD(s imageSize, b []byte) error {
	if len(b) < 10 {
		return broken("COD is cut short")
	}
	layers := int(binary.BigEndian.Uint16(b[2:]))
	if layers < 1 || layers > maxLayers {
		return fmt.Errorf("%w: %d layers", ErrLimit, layers)
	}
	return checkCoding(s, b[0]&1 != 0, layers, b[5:])
}

// checkCOC bounds the coding style of one component (ISO/IEC 15444-1 §A.6.2).
func checkCOC(s imageSize, b []byte) error {
	if len(b) < 7 {
		return broken("COC is cut short")
	}
	return checkCoding(s, b[1]&1 != 0, 1, b[2:])
}

// checkCoding bounds SPcod or SPcoc: levels, code-block size, style, transformation, and precinct sizes where there
// are any.
func checkCoding(s imageSize, hasPrecincts bool, layers int, b []byte) error {
	levels, blockWidth, blockHeight := int(b[0]), int(b[1])+2, int(b[2])+2
	if levels > maxLevels {
		return fmt.Errorf("%w: %d levels", ErrLimit, levels)
	}
	if blockWidth > 10 || blockHeight > 10 || blockWidth+blockHeight > 12 {
		return broken("the size of the code-blocks")
	}
	width, height := min(s.tileWidth, s.width), min(s.tileHeight, s.height)
	precincts := levels + 1
	if hasPrecincts {
		if len(b) < 5+levels+1 {
			return broken("the precinct sizes are cut short")
		}
		precincts = 0
		for r := range levels + 1 {
			// Resolution r is the image halved levels − r times; the grid's place may add one precinct on either side.
			shift := levels - r
			across := width>>shift>>(b[5+r]&0x0f) + 2
			down := height>>shift>>(b[5+r]>>4) + 2
			precincts += across * down
		}
	}
	if packets := int64(s.tiles) * int64(s.components) * int64(layers) * int64(precincts); packets > maxPackets {
		return fmt.Errorf("%w: %d packets", ErrLimit, packets)
	}
	return nil
}

func broken(what string) error { return fmt.Errorf("%w: %s", ErrDecode, what) }
