package lds

import "github.com/skranke/skranke/mrtd/internal/der"

// Lengths is what a chip announces about the lengths of commands and responses. Announcing is no proof: some chips
// that say that they take extended length break at the longest, and some that say nothing take it.
type Lengths struct {
	// Extended says that the chip takes commands with extended Lc and Le fields (ISO/IEC 7816-4:2013 table 119).
	Extended bool
	// Chaining says that it takes chained commands.
	Chaining bool
	// InFile says that EF.ATR/INFO holds the numbers below.
	InFile bool
	// MaxCommand and MaxResponse are the largest command APDU and response APDU in bytes, header and status word
	// included, as EF.ATR/INFO states them; 0 when it does not.
	MaxCommand, MaxResponse int
}

// capabilities reads the third octet of the card capabilities (ISO/IEC 7816-4:2013 §12.1.1.9).
func (l *Lengths) capabilities(b []byte) {
	if len(b) < 3 {
		return
	}
	l.Chaining = b[2]&0x80 != 0
	l.Extended = b[2]&0x40 != 0
	l.InFile = b[2]&0x20 != 0
}

var atrInfoFile = file{name: "EF.ATR/INFO", clause: "Doc 9303-10 §3.11.1"}

// ParseATRInfo reads EF.ATR/INFO: a row of data objects, of which 47 (card capabilities) and 7F66 (extended length
// information: the largest command and the largest response) matter here. Fillers at the end are passed over; the
// file is at most [MaxFile] long.
func ParseATRInfo(b []byte) (Lengths, error) {
	var l Lengths
	if len(b) > MaxFile {
		return l, atrInfoFile.fail(ErrTooLarge)
	}
	r := der.NewReader(b)
	for !r.Empty() {
		if first := r.Rest()[0]; first == 0x00 || first == 0xff {
			break
		}
		e, err := r.Next()
		if err != nil {
			return Lengths{}, atrInfoFile.fail(err)
		}
		switch e.Tag {
		case 0x47:
			l.capabilities(e.Value)
		case 0x7f66:
			in := e.Inside()
			command, err1 := in.Read(der.Integer)
			response, err2 := in.Read(der.Integer)
			if err1 != nil || err2 != nil {
				return Lengths{}, atrInfoFile.fail(malformed("extended length information"))
			}
			l.MaxCommand, l.MaxResponse = unsigned(command.Value), unsigned(response.Value)
		}
	}
	return l, nil
}

// unsigned reads a number of at most three octets, without a sign: chips write 65,535 as FFFF. It is 0 for what is
// longer.
func unsigned(b []byte) int {
	n := 0
	for len(b) > 0 && b[0] == 0 {
		b = b[1:]
	}
	if len(b) > 3 {
		return 0
	}
	for _, c := range b {
		n = n<<8 | int(c)
	}
	return n
}

// ParseATR reads the card capabilities in the historical bytes of an answer to reset (ISO/IEC 7816-3 §8.2, ISO/IEC
// 7816-4:2013 §12.1.1). For a contactless chip the reader makes the answer up, with the chip's own historical bytes
// in it (PC/SC part 3 §3.1.3.2.3). ok is false where there are none to be read.
func ParseATR(atr []byte) (l Lengths, ok bool) {
	historical, ok := historicalBytes(atr)
	if !ok || len(historical) < 1 {
		return Lengths{}, false
	}
	objects := historical[1:]
	switch historical[0] {
	case 0x80:
	case 0x00:
		// A status indicator of three octets follows the objects.
		if len(objects) < 3 {
			return Lengths{}, false
		}
		objects = objects[:len(objects)-3]
	default:
		return Lengths{}, false
	}
	for len(objects) > 0 {
		tag, length := objects[0]>>4, int(objects[0]&0x0f)
		if 1+length > len(objects) {
			return Lengths{}, false
		}
		if tag == 7 && length == 3 {
			l.capabilities(objects[1:4])
			return l, true
		}
		objects = objects[1+length:]
	}
	return Lengths{}, false
}

// historicalBytes gives the historical bytes: T0 tells how many there are and, like each TD, which interface bytes
// follow it.
func historicalBytes(atr []byte) ([]byte, bool) {
	if len(atr) < 2 || len(atr) > 33 {
		return nil, false
	}
	count, follow, at := int(atr[1]&0x0f), atr[1]>>4, 2
	for follow != 0 {
		for bit := byte(1); bit < 8; bit <<= 1 {
			if follow&bit != 0 {
				at++
			}
		}
		if follow&8 == 0 {
			break
		}
		if at >= len(atr) {
			return nil, false
		}
		follow = atr[at] >> 4
		at++
	}
	if at+count > len(atr) {
		return nil, false
	}
	return atr[at : at+count], true
}
