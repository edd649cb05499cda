// Package apdu is the commands and responses that travel between a terminal and a chip (ISO/IEC 7816-4, Doc 9303-10 §3.6):
// their encoding, status words as errors, and secure messaging (Doc 9303-11 §9.8).
package apdu

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Command is a command APDU.
type Command struct {
	CLA, INS, P1, P2 byte
	// Data is the command data field, at most 65,535 bytes.
	Data []byte
	// Le is the number of response bytes expected: 0 for none, at most 65,536. 256 means "up to 256" and 65,536 "up to
	// 65,536", encoded as zero.
	Le int
	// Extended asks for extended length fields even where short ones would do.
	Extended bool
}

// The most that a length field holds.
const (
	MaxShortData    = 255
	MaxShortLe      = 256
	MaxExtendedData = 65535
	MaxExtendedLe   = 65536
)

// ErrLength says that a command's lengths do not fit an APDU.
var ErrLength = errors.New("APDU length out of range")

// extended tells whether the command needs extended length fields.
func (c Command) extended() bool {
	return c.Extended || len(c.Data) > MaxShortData || c.Le > MaxShortLe
}

// Encode gives the bytes of the command (ISO/IEC 7816-3 §12.1.3). The error is ErrLength.
func (c Command) Encode() ([]byte, error) {
	if len(c.Data) > MaxExtendedData || c.Le < 0 || c.Le > MaxExtendedLe {
		return nil, ErrLength
	}
	out := append(make([]byte, 0, 9+len(c.Data)), c.CLA, c.INS, c.P1, c.P2)
	if !c.extended() {
		if len(c.Data) > 0 {
			out = append(append(out, byte(len(c.Data))), c.Data...)
		}
		if c.Le > 0 {
			out = append(out, byte(c.Le)) // 256 becomes 00
		}
		return out, nil
	}
	if len(c.Data) > 0 || c.Le > 0 {
		if len(c.Data) > 0 {
			out = append(out, 0)
			out = binary.BigEndian.AppendUint16(out, uint16(len(c.Data)))
			out = append(out, c.Data...)
		} else {
			out = append(out, 0)
		}
		if c.Le > 0 {
			out = binary.BigEndian.AppendUint16(out, uint16(c.Le)) // 65,536 becomes 0000
		}
	}
	return out, nil
}

// Response is a response APDU.
type Response struct {
	Data   []byte
	Status Status
}

// ErrResponse says that a response is no response APDU: shorter than its status word, or too long.
var ErrResponse = errors.New("malformed response APDU")

// ParseResponse takes a response apart. Data shares b's memory. The error is ErrResponse.
func ParseResponse(b []byte) (Response, error) {
	if len(b) < 2 || len(b) > MaxExtendedLe+2 {
		return Response{}, ErrResponse
	}
	n := len(b) - 2
	return Response{b[:n:n], Status(binary.BigEndian.Uint16(b[n:]))}, nil
}

// Status is a status word, SW1‖SW2 (ISO/IEC 7816-4 §5.6). As an error it stands for "the chip refused"; compare with
// errors.Is, or take it out with errors.As.
type Status uint16

// Status words that this project tells apart.
const (
	OK                      Status = 0x9000
	EndOfFile               Status = 0x6282
	SelectedDeactivated     Status = 0x6283
	AuthenticationFailed    Status = 0x6300
	WrongLength             Status = 0x6700
	LastCommandExpected     Status = 0x6883
	ChainingNotSupported    Status = 0x6884
	SecurityNotSatisfied    Status = 0x6982
	AuthenticationBlocked   Status = 0x6983
	ConditionsNotSatisfied  Status = 0x6985
	SMObjectsMissing        Status = 0x6987
	SMObjectsIncorrect      Status = 0x6988
	IncorrectParameters     Status = 0x6A80
	FunctionNotSupported    Status = 0x6A81
	FileNotFound            Status = 0x6A82
	IncorrectP1P2           Status = 0x6A86
	ReferencedDataNotFound  Status = 0x6A88
	WrongOffset             Status = 0x6B00
	InstructionNotSupported Status = 0x6D00
	ClassNotSupported       Status = 0x6E00
	NoPreciseDiagnosis      Status = 0x6F00
)

// Error makes a status word an error. It names the word only.
func (s Status) Error() string { return fmt.Sprintf("the chip answered %04X", uint16(s)) }

// String is the status word in hexadecimal, "6A82".
func (s Status) String() string { return fmt.Sprintf("%04X", uint16(s)) }

// Warning tells whether the word is one of the warnings 62xx and 63xx.
func (s Status) Warning() bool { return s>>8 == 0x62 || s>>8 == 0x63 }

// Retries tells how many tries a 63Cx leaves.
func (s Status) Retries() (n int, ok bool) {
	return int(s & 0xf), s&0xfff0 == 0x63c0
}
