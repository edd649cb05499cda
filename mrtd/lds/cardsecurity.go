package lds

import (
	"fmt"

	"github.com/skranke/skranke/mrtd/internal/cms"
	"github.com/skranke/skranke/mrtd/internal/der"
)

// CardSecurity is EF.CardSecurity: signed SecurityInfos, among them the key of PACE with chip authentication mapping
// (Doc 9303-11 §9.2.11). Nothing of it is verified yet.
type CardSecurity struct {
	// Signed is the signed object.
	Signed *cms.SignedData
	// Infos is what it holds.
	Infos *SecurityInfos
	// Problems are the rules of structure that the object breaks although it could be read.
	Problems []SODError
}

var oidSecurityInfos = der.MakeOID("0.4.0.127.0.7.3.2.1")

// ParseCardSecurity reads EF.CardSecurity. What follows the object is padding.
func ParseCardSecurity(b []byte) (*CardSecurity, error) {
	fail := func(err error) error {
		return file{name: "EF.CardSecurity", clause: "Doc 9303-11 §9.2.11"}.fail(err)
	}
	if len(b) > MaxFile {
		return nil, fail(ErrTooLarge)
	}
	signed, _, err := cms.Parse(b, sodLimits)
	if err != nil {
		return nil, fail(err)
	}
	infos, err := ParseSecurityInfos(signed.Content)
	if err != nil {
		return nil, err
	}
	c := &CardSecurity{Signed: signed, Infos: infos, Problems: CheckSignerInfos(signed)}
	if signed.ContentType != oidSecurityInfos {
		c.Problems = append(c.Problems, SODError{SODContentType, fmt.Sprintf("the content is of type %s", signed.ContentType)})
	}
	return c, nil
}
