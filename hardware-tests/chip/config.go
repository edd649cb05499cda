// Package chip is a virtual travel document: the chip's side of ICAO Doc 9303-10 and -11, answering command APDUs.
//
// It is written from the standards as a second implementation, independent of the terminal's side: it imports nothing
// of it, so that one misreading of the standard cannot hide in both.
package chip

import (
	"encoding/asn1"
	"io"
	"math/big"
)

// Config says what a chip holds and what it can do.
type Config struct {
	// ATR is the answer to reset; nil gives that of a contactless card without historical bytes.
	ATR []byte
	// Master holds the files under the master file: EF.CardAccess, EF.CardSecurity, EF.ATR/INFO, EF.DIR.
	Master []File
	// LDS holds the files of the travel document application: EF.COM, EF.SOD, the data groups.
	LDS []File

	// MRZ is the MRZ information of Doc 9303-11 §4.3.2: document number, date of birth and date of expiry, each with its
	// check digit. It opens the chip by BAC and by PACE. Nil: the chip knows no MRZ.
	MRZ []byte
	// CAN is the card access number, which opens the chip by PACE; "" for none.
	CAN string

	// BAC says that the chip speaks basic access control.
	BAC bool
	// PACE lists the variants of PACE that the chip speaks. A chip with neither BAC nor PACE is open to everyone.
	PACE []PACE
	// Agreements lists the keys for chip authentication.
	Agreements []Agreement
	// Active is the key for active authentication, nil for none.
	Active *Active

	// ExtendedLength says that the chip takes extended length. MaxCommand and MaxResponse bound a whole command and a
	// response's data field then, in octets; 0 means 65,535 and 65,000.
	ExtendedLength          bool
	MaxCommand, MaxResponse int
	// EndOfFile says what happens when a read reaches past the end of a file.
	EndOfFile EndOfFile
	// NoOddRead takes READ BINARY with INS B1 away, NoShortID reading by short file identifier.
	NoOddRead, NoShortID bool
	// MasterStatus is the status word that SELECT of the master file gets; 0 means 9000.
	MasterStatus uint16

	// KeepKeys has the chip answer chip authentication as if it had succeeded, and go on with its old keys: a fault.
	KeepKeys bool

	// WrongNonce has the chip send back another nonce than the terminal's in BAC, properly encrypted; WrappedProof has it
	// wrap the proof of PACE-CAM in an OCTET STRING before encryption: faults that only the chip's keys can bring about.
	WrongNonce, WrappedProof bool
	// ZeroSecret has the chip draw its ephemeral keys of PACE until the shared secret begins with a zero octet, as it does
	// by itself once in 256 runs: terminals that drop leading zeros fail then.
	ZeroSecret bool

	// Random is where nonces and ephemeral keys come from; nil means crypto/rand.
	Random io.Reader
}

// File is one elementary file.
type File struct {
	// ID is the file identifier; ShortID the short one, 1 to 30, or 0 for none.
	ID      uint16
	ShortID byte
	// Data is the content.
	Data []byte
	// Access says who may read it.
	Access Access
}

// Access is the access rule of a file.
type Access int

const (
	// AfterAccess opens a file once BAC or PACE has succeeded; on a chip with neither, at once.
	AfterAccess Access = iota
	// Always leaves a file open to everyone.
	Always
	// AfterTerminalAuthentication keeps a file closed: fingerprints and irises, since the chip knows no terminals.
	AfterTerminalAuthentication
)

// EndOfFile is a chip's habit when a read reaches past the end of a file. A read that begins at the end or after it is
// refused with 6B00 by all of them.
type EndOfFile string

// The habits that are seen in the field.
const (
	// EndWarns returns what there is with 6282, the default.
	EndWarns EndOfFile = "6282"
	// EndSilent returns what there is with 9000.
	EndSilent EndOfFile = "9000"
	// EndRefuses returns nothing and 6B00.
	EndRefuses EndOfFile = "6B00"
	// EndCorrects returns nothing and 6Cxx, xx being what there is, up to 255 octets; above, as EndWarns.
	EndCorrects EndOfFile = "6C"
)

// Mapping is how PACE maps the nonce to a generator (Doc 9303-11 §4.4.3.3).
type Mapping int

// The mappings; the values are the components of the protocols' identifiers for DH, and one more for ECDH.
const (
	GenericMapping Mapping = iota + 1
	IntegratedMapping
	ChipAuthenticationMapping
)

// PACE is one variant of PACE: what one PACEInfo announces.
type PACE struct {
	Mapping    Mapping
	Suite      Suite
	Parameters Parameters
}

var (
	oidPACE = asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 4}
	oidCA   = asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 3}
)

func extend(oid asn1.ObjectIdentifier, more ...int) asn1.ObjectIdentifier {
	return append(append(asn1.ObjectIdentifier{}, oid...), more...)
}

// Protocol is the variant's object identifier, id-PACE-ECDH-GM-AES-CBC-CMAC-128 for one (Doc 9303-11 §9.2.3).
func (p PACE) Protocol() asn1.ObjectIdentifier {
	branch := map[Mapping]int{GenericMapping: 1, IntegratedMapping: 3, ChipAuthenticationMapping: 5}[p.Mapping]
	if p.Parameters.Curve != nil {
		branch++
	}
	return extend(oidPACE, branch, int(p.Suite))
}

// Agreement is one key for chip authentication by key agreement (Doc 9303-11 §6.2), or for PACE-CAM.
type Agreement struct {
	Suite      Suite
	Parameters Parameters
	// Private is the chip's static private key.
	Private *big.Int
	// KeyID is the key's identifier; negative when the key has none.
	KeyID int
	// Mapping says that the key serves PACE-CAM and no chip authentication of its own.
	Mapping bool
}

// Protocol is the object identifier that the terminal names in MSE:Set AT, id-CA-ECDH-AES-CBC-CMAC-128 for one.
func (a Agreement) Protocol() asn1.ObjectIdentifier {
	branch := 1
	if a.Parameters.Curve != nil {
		branch = 2
	}
	return extend(oidCA, branch, int(a.Suite))
}
