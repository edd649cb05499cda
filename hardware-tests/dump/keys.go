package dump

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/chip/domain"
	"github.com/skranke/skranke/hardware-tests/chip/tlv"
	"github.com/skranke/skranke/hardware-tests/specimen"
)

// info is one SecurityInfo: its protocol and what it requires (Doc 9303-11 §9.2).
type info struct {
	Protocol asn1.ObjectIdentifier
	Required asn1.RawValue
	Optional asn1.RawValue `asn1:"optional"`
}

func securityInfos(set []byte) ([]info, error) {
	outer, _, err := tlv.Next(set)
	if err != nil || outer.Tag != 0x31 {
		return nil, errors.New("no set of security infos")
	}
	objects, err := tlv.List(outer.Value)
	if err != nil {
		return nil, err
	}
	var all []info
	for _, o := range objects {
		var i info
		if _, err := asn1.Unmarshal(o.Raw, &i); err != nil {
			continue // what is not understood is not played
		}
		all = append(all, i)
	}
	return all, nil
}

func under(oid asn1.ObjectIdentifier, root ...int) bool {
	return len(oid) > len(root) && oid[:len(root)].Equal(root)
}

// number reads an INTEGER of at most two octets; -1 when it is none.
func number(v asn1.RawValue) int {
	if v.Tag != asn1.TagInteger || len(v.Bytes) == 0 || len(v.Bytes) > 2 || v.Bytes[0]&0x80 != 0 {
		return -1
	}
	n := 0
	for _, b := range v.Bytes {
		n = n<<8 | int(b)
	}
	return n
}

// paceInfos finds the variants of PACE that a document announces, and that a chip can play.
func paceInfos(file []byte) ([]chip.PACE, error) {
	infos, err := securityInfos(file)
	if err != nil {
		return nil, err
	}
	var all []chip.PACE
	for _, i := range infos {
		if !under(i.Protocol, 0, 4, 0, 127, 0, 7, 2, 2, 4) || len(i.Protocol) != 11 {
			continue
		}
		par, ok := chip.ParametersByID(number(i.Optional))
		mapping := map[int]chip.Mapping{
			1: chip.GenericMapping, 2: chip.GenericMapping, 3: chip.IntegratedMapping, 4: chip.IntegratedMapping,
			6: chip.ChipAuthenticationMapping,
		}[i.Protocol[9]]
		if !ok || mapping == 0 || i.Protocol[10] < 1 || i.Protocol[10] > 4 || (par.Curve != nil) != (i.Protocol[9]%2 == 0) {
			continue
		}
		all = append(all, chip.PACE{Mapping: mapping, Suite: chip.Suite(i.Protocol[10]), Parameters: par})
	}
	return all, nil
}

// agreements finds the keys for chip authentication that DG14 announces, and fits the private key to them.
func agreements(dg14, private []byte, without bool) ([]chip.Agreement, error) {
	outer, _, err := tlv.Next(dg14)
	if err != nil {
		return nil, err
	}
	infos, err := securityInfos(outer.Value)
	if err != nil {
		return nil, err
	}
	var announced []info
	var publics []info
	for _, i := range infos {
		switch {
		case under(i.Protocol, 0, 4, 0, 127, 0, 7, 2, 2, 3) && len(i.Protocol) == 11:
			announced = append(announced, i)
		case under(i.Protocol, 0, 4, 0, 127, 0, 7, 2, 2, 1):
			publics = append(publics, i)
		}
	}
	if len(publics) == 0 {
		return nil, nil
	}
	if len(announced) == 0 { // old documents name the key alone: triple DES is meant
		announced = append(announced, info{Protocol: asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 3, 2, 1}})
	}
	if private == nil {
		if without {
			return clones(announced), nil
		}
		return nil, ErrNoKeys
	}
	par, scalar, err := agreementKey(private)
	if err != nil {
		return nil, err
	}
	public := par.PublicKey(scalar)
	var all []chip.Agreement
	for _, p := range publics {
		if !bytes.Contains(p.Required.FullBytes, public) {
			continue
		}
		for _, a := range announced {
			if number(a.Optional) != number(p.Optional) {
				continue
			}
			all = append(all, chip.Agreement{
				Suite: chip.Suite(a.Protocol[10]), Parameters: par, Private: scalar, KeyID: number(p.Optional),
			})
		}
	}
	if len(all) == 0 {
		return nil, errors.New("the private key belongs to none of the public keys")
	}
	return all, nil
}

// clones are keys that answer, and prove nothing.
func clones(announced []info) []chip.Agreement {
	var all []chip.Agreement
	for _, a := range announced {
		par := chip.Parameters{Curve: domain.CurveByID(13)}
		if a.Protocol[9] == 1 {
			par = chip.Parameters{Group: domain.GroupByID(2)}
		}
		all = append(all, chip.Agreement{
			Suite: chip.Suite(a.Protocol[10]), Parameters: par, Private: big.NewInt(0xC10E), KeyID: number(a.Optional),
		})
	}
	return all
}

// pkcs8 is a PrivateKeyInfo (RFC 5208 §5).
type pkcs8 struct {
	Version   int
	Algorithm struct {
		OID        asn1.ObjectIdentifier
		Parameters asn1.RawValue `asn1:"optional"`
	}
	Key []byte
}

var oidECKey = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}

// agreementKey reads a private key on a standardized curve, named or written out.
func agreementKey(der []byte) (chip.Parameters, *big.Int, error) {
	var p pkcs8
	if _, err := asn1.Unmarshal(der, &p); err != nil {
		return chip.Parameters{}, nil, fmt.Errorf("the private key is no PKCS #8: %w", err)
	}
	if !p.Algorithm.OID.Equal(oidECKey) {
		return chip.Parameters{}, nil, errors.New("the private key is not one on an elliptic curve")
	}
	for _, c := range domain.Curves() {
		named, generator := tlv.OID(c.OID), c.Encode(c.G)
		if !bytes.Equal(p.Algorithm.Parameters.FullBytes, named) &&
			!(bytes.Contains(p.Algorithm.Parameters.FullBytes, generator) &&
				bytes.Contains(p.Algorithm.Parameters.FullBytes, c.P.Bytes())) {
			continue
		}
		fields, err := sequence(p.Key)
		if err != nil || len(fields) < 2 {
			return chip.Parameters{}, nil, errors.New("the private key is malformed")
		}
		scalar := new(big.Int).SetBytes(fields[1].Value)
		if scalar.Sign() == 0 || scalar.Cmp(c.N) >= 0 {
			return chip.Parameters{}, nil, errors.New("the private key is out of range")
		}
		return chip.Parameters{Curve: c}, scalar, nil
	}
	return chip.Parameters{}, nil, errors.New("the private key is on no standardized curve")
}

// active reads the private key of active authentication: RSA.
func active(der []byte, hash string) (*chip.Active, error) {
	var p pkcs8
	if _, err := asn1.Unmarshal(der, &p); err != nil {
		return nil, fmt.Errorf("the private key is no PKCS #8: %w", err)
	}
	fields, err := sequence(p.Key)
	if err != nil || len(fields) < 4 || p.Algorithm.OID.Equal(oidECKey) {
		return nil, errors.New("the private key is not an RSA key")
	}
	part := func(i int) *big.Int { return new(big.Int).SetBytes(fields[i].Value) }
	k := &specimen.Key{N: part(1), E: part(2), D: part(3)}
	if k.N.BitLen() < 512 || k.N.BitLen() > 8192 || k.D.Sign() == 0 {
		return nil, errors.New("the private key is out of range")
	}
	return specimen.Active(k, hash, "")
}

// sequence takes a SEQUENCE apart.
func sequence(der []byte) ([]tlv.Object, error) {
	outer, _, err := tlv.Next(der)
	if err != nil || outer.Tag != 0x30 {
		return nil, tlv.ErrMalformed
	}
	return tlv.List(outer.Value)
}
