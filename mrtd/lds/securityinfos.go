package lds

import (
	"encoding/asn1"
	"math/big"
	"slices"

	"github.com/skranke/skranke/mrtd/internal/der"
)

// SecurityInfos is what a chip says that it can do: the contents of EF.CardAccess and DG14, and what EF.CardSecurity
// signs (Doc 9303-11 §9.2). What is known is sorted by kind, in the order of the file. Slices share the parsed file's
// memory.
type SecurityInfos struct {
	PACE       []PACEInfo
	PACEDomain []PACEDomainParameterInfo
	// ChipAuthentication lists the protocols, ChipAuthenticationKeys the keys that they go with.
	ChipAuthentication     []ChipAuthenticationInfo
	ChipAuthenticationKeys []ChipAuthenticationPublicKeyInfo
	ActiveAuthentication   []ActiveAuthenticationInfo
	// Unreadable lists the protocols of known kinds whose data is not as their clause says: a version missing, an integer
	// beyond 31 bits, a parameter id below 0. Such an entry is in no list above.
	Unreadable []asn1.ObjectIdentifier
	// Raw holds each SecurityInfo whole, unknown and unreadable ones too, so that two files can be compared.
	Raw [][]byte
}

// PACEInfo is one way of running PACE (Doc 9303-11 §9.2.1).
type PACEInfo struct {
	// Protocol tells key agreement, mapping and cipher: 0.4.0.127.0.7.2.2.4.x.y.
	Protocol asn1.ObjectIdentifier
	// Version is 2 in documents that follow Doc 9303; others are kept as they are.
	Version int
	// ParameterID names the domain parameters (Doc 9303-11 §9.5.1, 0 to 31, others kept); −1 when absent.
	ParameterID int
}

// PACEDomainParameterInfo gives domain parameters for PACE explicitly (Doc 9303-11 §9.2.2).
type PACEDomainParameterInfo struct {
	// Protocol tells key agreement and mapping: 0.4.0.127.0.7.2.2.4.x.
	Protocol asn1.ObjectIdentifier
	// DomainParameter is the AlgorithmIdentifier, DER.
	DomainParameter []byte
	// ParameterID is the local identifier; −1 when absent.
	ParameterID int
}

// ChipAuthenticationInfo is one way of running chip authentication (Doc 9303-11 §9.2.5).
type ChipAuthenticationInfo struct {
	// Protocol tells key agreement and cipher: 0.4.0.127.0.7.2.2.3.x.y.
	Protocol asn1.ObjectIdentifier
	// Version is 1 in passports; 2 and 3 are those of BSI TR-03110.
	Version int
	// KeyID names the key that goes with it; nil when absent, as it is where the chip has but one.
	KeyID *big.Int
}

// ChipAuthenticationPublicKeyInfo is a public key of the chip's for chip authentication or PACE-CAM (Doc 9303-11 §9.2.6).
type ChipAuthenticationPublicKeyInfo struct {
	// Protocol tells the key agreement: 0.4.0.127.0.7.2.2.1.1 (DH) or .2 (ECDH).
	Protocol asn1.ObjectIdentifier
	// Key is the SubjectPublicKeyInfo, DER, whose outer structure was checked and whose algorithm was not.
	Key []byte
	// KeyID names the key; nil when absent.
	KeyID *big.Int
}

// ActiveAuthenticationInfo names the signature algorithm of active authentication with an elliptic curve (Doc 9303-11
// §9.2.4).
type ActiveAuthenticationInfo struct {
	// Protocol is 2.23.136.1.1.5.
	Protocol asn1.ObjectIdentifier
	// Version is 1; others are kept as they are.
	Version int
	// SignatureAlgorithm is the algorithm's identifier: 0.4.0.127.0.7.1.1.4.1.x.
	SignatureAlgorithm asn1.ObjectIdentifier
}

// The object identifiers that the protocols begin with (BSI TR-03110-3 §A.1.1, Doc 9303-11 §9.2).
var (
	oidPACE      = der.MakeOID("0.4.0.127.0.7.2.2.4")
	oidCA        = der.MakeOID("0.4.0.127.0.7.2.2.3")
	oidPublicKey = der.MakeOID("0.4.0.127.0.7.2.2.1")
	oidAA        = der.MakeOID("2.23.136.1.1.5")
)

var (
	cardAccessFile    = file{name: "EF.CardAccess", clause: "Doc 9303-10 §3.11.3", tag: der.Set, max: MaxFile, elements: 2048}
	dg14File          = file{name: "EF.DG14", clause: "Doc 9303-10 §4.7.14", tag: 0x6e, max: MaxFile, elements: 2048}
	securityInfosFile = file{name: "the SecurityInfos", clause: "Doc 9303-11 §9.2", tag: der.Set, max: MaxFile, elements: 2048}
)

// ParseCardAccess reads EF.CardAccess, which nothing signs.
func ParseCardAccess(b []byte) (*SecurityInfos, error) {
	r, err := cardAccessFile.open(b)
	if err != nil {
		return nil, cardAccessFile.fail(err)
	}
	return readSecurityInfos(cardAccessFile, r)
}

// ParseDG14 reads EF.DG14.
func ParseDG14(b []byte) (*SecurityInfos, error) {
	r, err := dg14File.open(b)
	if err != nil {
		return nil, dg14File.fail(err)
	}
	set, err := r.Read(der.Set)
	if err == nil {
		err = r.End()
	}
	if err != nil {
		return nil, dg14File.fail(err)
	}
	return readSecurityInfos(dg14File, set.Inside())
}

// ParseSecurityInfos reads a SecurityInfos by itself, DER, as EF.CardSecurity signs it.
func ParseSecurityInfos(b []byte) (*SecurityInfos, error) {
	r, err := securityInfosFile.open(b)
	if err != nil {
		return nil, securityInfosFile.fail(err)
	}
	return readSecurityInfos(securityInfosFile, r)
}

// readSecurityInfos sorts what the set holds. An element that is no SecurityInfo fails the whole file; one of a known
// protocol that does not fit its definition is listed as unreadable, and an unknown one is only kept.
func readSecurityInfos(f file, r *der.Reader) (*SecurityInfos, error) {
	var infos SecurityInfos
	for !r.Empty() {
		e, err := r.Read(der.Sequence)
		if err != nil {
			return nil, f.fail(err)
		}
		in := e.Inside()
		id, err := in.Read(der.ObjectID)
		if err != nil {
			return nil, f.fail(err)
		}
		if in.Empty() {
			return nil, f.fail(malformed("a SecurityInfo without data"))
		}
		infos.Raw = append(infos.Raw, e.Raw)
		protocol, ok := objectIdentifier(id)
		if !ok {
			continue
		}
		if !infos.add(protocol, der.OID(id.Value), in) {
			infos.Unreadable = append(infos.Unreadable, protocol)
		}
	}
	return &infos, nil
}

// objectIdentifier converts an identifier; one that Go's type cannot hold is none that is known.
func objectIdentifier(e der.Element) (asn1.ObjectIdentifier, bool) {
	var id asn1.ObjectIdentifier
	rest, err := asn1.Unmarshal(der.Encode(der.ObjectID, e.Value), &id)
	return id, err == nil && len(rest) == 0
}

// add sorts one SecurityInfo in; false says that its kind is known and its data is not as it should be.
func (s *SecurityInfos) add(protocol asn1.ObjectIdentifier, id der.OID, r *der.Reader) bool {
	switch below(id, oidPACE) {
	case 2:
		return s.addPACE(protocol, r)
	case 1:
		return s.addPACEDomain(protocol, r)
	}
	switch {
	case below(id, oidCA) == 2:
		return s.addChipAuthentication(protocol, r)
	case below(id, oidPublicKey) == 1:
		return s.addPublicKey(protocol, r)
	case id == oidAA:
		return s.addActiveAuthentication(protocol, r)
	}
	return true
}

// below tells how many arcs id has after those of parent, 0 if it does not begin with them. The last ones are of one
// octet each in all protocols that are known.
func below(id, parent der.OID) int {
	if len(id) <= len(parent) || id[:len(parent)] != parent {
		return 0
	}
	return len(id) - len(parent)
}

func (s *SecurityInfos) addPACE(protocol asn1.ObjectIdentifier, r *der.Reader) bool {
	info := PACEInfo{Protocol: protocol, ParameterID: -1}
	var ok bool
	if info.Version, ok = readInt(r); !ok {
		return false
	}
	if !r.Empty() {
		if info.ParameterID, ok = readInt(r); !ok {
			return false
		}
	}
	if !r.Empty() {
		return false
	}
	s.PACE = append(s.PACE, info)
	return true
}

func (s *SecurityInfos) addPACEDomain(protocol asn1.ObjectIdentifier, r *der.Reader) bool {
	info := PACEDomainParameterInfo{Protocol: protocol, ParameterID: -1}
	parameters, err := r.Read(der.Sequence)
	if err != nil {
		return false
	}
	if _, err := der.NewReader(parameters.Raw).Algorithm(); err != nil {
		return false
	}
	info.DomainParameter = parameters.Raw
	if !r.Empty() {
		var ok bool
		if info.ParameterID, ok = readInt(r); !ok {
			return false
		}
	}
	if !r.Empty() {
		return false
	}
	s.PACEDomain = append(s.PACEDomain, info)
	return true
}

func (s *SecurityInfos) addChipAuthentication(protocol asn1.ObjectIdentifier, r *der.Reader) bool {
	version, ok := readInt(r)
	if !ok {
		return false
	}
	id, ok := readKeyID(r)
	if !ok {
		return false
	}
	s.ChipAuthentication = append(s.ChipAuthentication, ChipAuthenticationInfo{protocol, version, id})
	return true
}

func (s *SecurityInfos) addPublicKey(protocol asn1.ObjectIdentifier, r *der.Reader) bool {
	key, err := readKey(r)
	if err != nil {
		return false
	}
	id, ok := readKeyID(r)
	if !ok {
		return false
	}
	s.ChipAuthenticationKeys = append(s.ChipAuthenticationKeys, ChipAuthenticationPublicKeyInfo{protocol, key, id})
	return true
}

func (s *SecurityInfos) addActiveAuthentication(protocol asn1.ObjectIdentifier, r *der.Reader) bool {
	version, ok := readInt(r)
	if !ok {
		return false
	}
	id, err := r.Read(der.ObjectID)
	if err != nil || !r.Empty() {
		return false
	}
	algorithm, ok := objectIdentifier(id)
	if !ok {
		return false
	}
	s.ActiveAuthentication = append(s.ActiveAuthentication, ActiveAuthenticationInfo{protocol, version, algorithm})
	return true
}

// readInt reads an integer of 0 to 2³¹ − 1.
func readInt(r *der.Reader) (int, bool) {
	n, err := r.Int()
	return n, err == nil && n >= 0
}

// maxKeyID bounds the key identifier of chip authentication, in octets.
const maxKeyID = 64

// readKeyID reads the identifier that may end a SecurityInfo of chip authentication; nil if nothing is left.
func readKeyID(r *der.Reader) (*big.Int, bool) {
	if r.Empty() {
		return nil, true
	}
	e, err := r.Read(der.Integer)
	if err != nil || !r.Empty() || len(e.Value) > maxKeyID {
		return nil, false
	}
	id, err := der.ParseBigInt(e.Value)
	return id, err == nil
}

// Contains tells whether every SecurityInfo of part is one of s, byte for byte.
func (s *SecurityInfos) Contains(part *SecurityInfos) bool {
	for _, raw := range part.Raw {
		if !slices.ContainsFunc(s.Raw, func(r []byte) bool { return slices.Equal(r, raw) }) {
			return false
		}
	}
	return true
}
