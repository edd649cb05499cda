package lds

import "github.com/skranke/skranke/mrtd/internal/der"

// faceImageDataBlock is the tag of FaceImageDataBlock, [APPLICATION 5] SEQUENCE (ISO/IEC 39794-5:2019 annex A).
const faceImageDataBlock = 0x65

// readISO39794 reads the biometric data block of ISO/IEC 39794-5: the context tag 1 that the ICAO application profile
// puts around FaceImageDataBlock, its representation blocks [1], and in each the two-dimensional image of its image
// representation [1].
func readISO39794(b []byte) ([]FaceImage, error) {
	r := der.NewReader(b)
	if wrapped, ok, err := r.Optional(der.Context(1)); err != nil {
		return nil, err
	} else if ok {
		r = wrapped.Inside()
	}
	block, err := r.Read(faceImageDataBlock)
	if err != nil {
		return nil, err
	}
	representations, ok, err := field(block, der.Context(1))
	if err != nil || !ok {
		return nil, malformed("no representation blocks")
	}
	var faces []FaceImage
	for in := representations.Inside(); !in.Empty() && len(faces) < maxFaces; {
		representation, err := in.Read(der.Sequence)
		if err != nil {
			return nil, err
		}
		face, ok, err := readRepresentation(representation)
		if err != nil {
			return nil, err
		}
		if ok {
			faces = append(faces, face)
		}
	}
	if len(faces) == 0 {
		return nil, ErrNoImage
	}
	return faces, nil
}

// readRepresentation reads RepresentationBlock.imageRepresentation [1] . base [0] . imageRepresentation2DBlock [0],
// and in it representationData2D [0] and imageInformation2DBlock [1] with imageSizeBlock [7] { width [0], height [1]
// }.
func readRepresentation(representation der.Element) (face FaceImage, ok bool, err error) {
	at := representation
	for _, tag := range []uint32{der.Context(1), der.Context(0), der.Context(0)} {
		if at, ok, err = field(at, tag); err != nil || !ok {
			return FaceImage{}, false, err
		}
	}
	data, ok, err := field(at, der.ContextPrimitive(0))
	if err != nil || !ok || len(data.Value) == 0 {
		return FaceImage{}, false, err
	}
	face = FaceImage{Coding: CodingOf(data.Value), Data: data.Value, Record: "ISO/IEC 39794-5"}
	information, ok, err := field(at, der.Context(1))
	if err != nil || !ok {
		return face, true, err
	}
	if size, ok, err := field(information, der.Context(7)); err == nil && ok {
		face.Width, face.Height = dimension(size, 0), dimension(size, 1)
	}
	return face, true, nil
}

// field finds the first element with the tag among the contents of e.
func field(e der.Element, tag uint32) (der.Element, bool, error) {
	for in := e.Inside(); !in.Empty(); {
		f, err := in.Next()
		if err != nil {
			return der.Element{}, false, err
		}
		if f.Tag == tag {
			return f, true, nil
		}
	}
	return der.Element{}, false, nil
}

// dimension reads a number of pixels, 0 to 65,535; 0 where there is none.
func dimension(size der.Element, number int) int {
	e, ok, err := field(size, der.ContextPrimitive(number))
	if err != nil || !ok {
		return 0
	}
	n, err := der.ParseBigInt(e.Value)
	if err != nil || !n.IsUint64() || n.Uint64() > 65535 {
		return 0
	}
	return int(n.Uint64())
}
