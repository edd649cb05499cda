package chip

import (
	"bytes"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
)

// application is the identifier of the travel document application (Doc 9303-10 §3.5).
var application = []byte{0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01}

const masterFile = 0x3F00

// selectFile is SELECT (Doc 9303-10 §3.6.1): by application, by file identifier, and of the master file.
func (c *Chip) selectFile(cmd Command) ([]byte, uint16) {
	if cmd.P2 != 0x00 && cmd.P2 != 0x04 && cmd.P2 != 0x0C {
		return nil, swWrongP1P2
	}
	var control []byte
	switch {
	case cmd.P1 == 0x04:
		c.kind = "select-application"
		if !bytes.Equal(cmd.Data, application) {
			return nil, swFileNotFound
		}
		if !c.access() && !c.cfg.BAC {
			return nil, swSecurityNotSatisfied
		}
		c.inLDS, c.current = true, nil
		control = tlv.Make(0x6F, tlv.Make(0x84, application))
	case cmd.P1 == 0x00 && (len(cmd.Data) == 0 || len(cmd.Data) == 2 && fileID(cmd.Data) == masterFile):
		c.kind = "select-master"
		if c.cfg.MasterStatus != 0 && c.cfg.MasterStatus != swOK {
			return nil, c.cfg.MasterStatus
		}
		c.inLDS, c.current = false, nil
		control = tlv.Make(0x6F, tlv.Make(0x83, []byte{masterFile >> 8, masterFile & 0xFF}))
	case (cmd.P1 == 0x02 || cmd.P1 == 0x00) && len(cmd.Data) == 2:
		c.kind = "select"
		file := c.find(func(f *File) bool { return f.ID == fileID(cmd.Data) })
		if file == nil {
			return nil, swFileNotFound
		}
		if !c.mayRead(file) {
			return nil, swSecurityNotSatisfied
		}
		c.current = file
		size := len(file.Data)
		control = tlv.Make(0x62, tlv.Make(0x80, []byte{byte(size >> 8), byte(size)}), tlv.Make(0x82, []byte{1}),
			tlv.Make(0x83, cmd.Data))
	case cmd.P1 == 0x02:
		return nil, swWrongData
	default:
		return nil, swWrongP1P2
	}
	if cmd.P2 == 0x0C || cmd.Ne == 0 {
		return nil, swOK
	}
	return control, swOK
}

func fileID(b []byte) uint16 { return uint16(b[0])<<8 | uint16(b[1]) }

// find looks for a file in the current directory.
func (c *Chip) find(is func(*File) bool) *File {
	files := c.cfg.Master
	if c.inLDS {
		files = c.cfg.LDS
	}
	for i := range files {
		if is(&files[i]) {
			return &files[i]
		}
	}
	return nil
}

func (c *Chip) mayRead(f *File) bool {
	return f.Access == Always || f.Access == AfterAccess && c.access()
}

// readBinary is READ BINARY (Doc 9303-10 §3.6.3): with an offset in P1 and P2, with a short file identifier, and with
// the odd instruction for offsets above 32,767.
func (c *Chip) readBinary(cmd Command, room int) ([]byte, uint16) {
	c.kind = "read"
	offset, wrapped := 0, cmd.INS == insReadBinaryOdd
	file := c.current
	byShortID := func(id byte) uint16 {
		if c.cfg.NoShortID {
			return swWrongP1P2
		}
		if file = c.find(func(f *File) bool { return f.ShortID != 0 && f.ShortID == id }); file == nil {
			return swFileNotFound
		}
		return swOK
	}
	switch {
	case wrapped:
		if c.cfg.NoOddRead {
			return nil, swWrongINS
		}
		objects, err := tlv.List(cmd.Data)
		if err != nil {
			return nil, swWrongData
		}
		at, ok := tlv.Find(objects, 0x54)
		if !ok || len(at) == 0 || len(at) > 3 {
			return nil, swWrongData
		}
		for _, b := range at {
			offset = offset<<8 | int(b)
		}
		if id := uint16(cmd.P1)<<8 | uint16(cmd.P2); id > 0x1F {
			if file = c.find(func(f *File) bool { return f.ID == id }); file == nil {
				return nil, swFileNotFound
			}
		} else if id != 0 {
			if sw := byShortID(byte(id)); sw != swOK {
				return nil, sw
			}
		}
	case cmd.P1&0x80 != 0:
		if cmd.P1&0x60 != 0 {
			return nil, swWrongP1P2
		}
		if sw := byShortID(cmd.P1 & 0x1F); sw != swOK {
			return nil, sw
		}
		offset = int(cmd.P2)
	default:
		offset = int(cmd.P1)<<8 | int(cmd.P2)
	}
	if file == nil {
		return nil, swNoCurrentEF
	}
	if !c.mayRead(file) {
		return nil, swSecurityNotSatisfied
	}
	c.current = file
	if cmd.Ne == 0 || len(cmd.Data) > 0 && !wrapped {
		return nil, swWrongLength
	}
	if offset >= len(file.Data) {
		return nil, swWrongOffset
	}
	return c.slice(file.Data[offset:], cmd.Ne, room, wrapped)
}

// slice cuts what a read may give out of what is left of a file.
func (c *Chip) slice(left []byte, ne, room int, wrapped bool) ([]byte, uint16) {
	want := min(ne, room)
	if wrapped {
		want = wrappedRoom(want)
	}
	if want <= 0 {
		return nil, swWrongLength
	}
	sw := uint16(swOK)
	if want > len(left) {
		most := ne == 256 || ne == 65536 // "as much as there is": the end is no surprise then
		switch c.cfg.EndOfFile {
		case EndSilent:
		case EndRefuses:
			return nil, swWrongOffset
		case EndCorrects:
			if len(left) <= 255 {
				return nil, 0x6C00 | uint16(len(left))
			}
			sw = swEndOfFile
		default:
			if !most {
				sw = swEndOfFile
			}
		}
		want = len(left)
	}
	data := bytes.Clone(left[:want])
	if wrapped {
		data = tlv.Make(0x53, data)
	}
	return data, sw
}

// wrappedRoom is how many octets fit into a data object 53 of at most n octets.
func wrappedRoom(n int) int {
	for _, header := range []int{2, 3, 4} {
		if inner := n - header; inner > 0 && len(tlv.Make(0x53, make([]byte, inner))) <= n {
			return inner
		}
	}
	return 0
}
