package specimen

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/chip/domain"
)

var (
	mrzCode = regexp.MustCompile(`^[A-Z]{1,3}$`)
	mrzText = regexp.MustCompile(`^[A-Z0-9<#@]*$`)
)

// validate refuses values that make no document, each named with what would do.
func (p *Profile) validate() error {
	d := p.Document
	within := func(what string, n, low, high int) error {
		if n < low || n > high {
			return fmt.Errorf("%s is %d, not %d to %d", what, n, low, high)
		}
		return nil
	}
	oneOf := func(what, value string, all ...string) error {
		if !slices.Contains(all, value) {
			return fmt.Errorf("%s is %q, not one of %q", what, value, all)
		}
		return nil
	}
	matches := func(what, value string, r *regexp.Regexp) error {
		if !r.MatchString(value) {
			return fmt.Errorf("%s is %q, which an MRZ cannot hold", what, value)
		}
		return nil
	}
	longest := 9
	if d.Format == "TD1" {
		longest = 22
	}
	errs := []error{
		oneOf("document.format", d.Format, "TD1", "TD2", "TD3"),
		matches("document.issuer", d.Issuer, mrzCode), matches("document.nationality", d.Nationality, mrzCode),
		matches("document.number", d.Number, mrzText), matches("document.optional", d.Optional, mrzText),
		matches("document.optional2", d.Optional2, mrzText),
		oneOf("document.sex", d.Sex, "", "F", "M"),
		within("document.age", d.Age, 0, 99), within("document.years", d.Years, 1, 10),
		within("document.issued", d.Issued, 0, 4000),
		within("the length of document.number", len(d.Number), 1, longest),
		within("the length of document.code", len(d.Code), 1, 2),
		oneOf("face.format", p.Face.Format, "jpeg", "jp2", "j2k"),
		within("face.bytes", p.Face.Bytes, 3000, 200000),
		within("face.width", p.Face.Width, 120, 1200), within("face.height", p.Face.Height, 160, 1600),
		within("face.features", p.Face.Features, 0, 100),
		within("the length of pki.country", len(p.PKI.Country), 2, 2),
		within("sod.version", p.SOD.Version, 0, 1),
		oneOf("sod.identifier", p.SOD.Identifier, signerIdentifiers...),
		oneOf("chip.end_of_file", p.Chip.EndOfFile, "", "6282", "9000", "6B00", "6C"),
		within("chip.extended_length.command", p.Chip.ExtendedLength.Command, 0, 65535),
		within("chip.extended_length.response", p.Chip.ExtendedLength.Response, 0, 65000),
	}
	if d.Surname == "" {
		errs = append(errs, errors.New("document.surname is missing"))
	}
	for _, g := range p.LDS.Groups {
		if !slices.Contains([]int{3, 11, 12}, g) {
			errs = append(errs, fmt.Errorf("lds.groups has %d; 1, 2, 14 and 15 come by themselves, and 3, 11 and 12 may be added", g))
		}
	}
	errs = append(errs, p.validateChip()...)
	return errors.Join(errs...)
}

func (p *Profile) validateChip() []error {
	var errs []error
	variants, err := p.pace()
	errs = append(errs, err)
	_, _, err = p.agreements(0)
	errs = append(errs, err)
	hasCAM := slices.ContainsFunc(variants, func(v chip.PACE) bool { return v.Mapping == chip.ChipAuthenticationMapping })
	if hasCAM && slices.ContainsFunc(variants, func(v chip.PACE) bool {
		return v.Parameters.Group != nil && v.Mapping == chip.ChipAuthenticationMapping
	}) {
		errs = append(errs, errors.New("chip.pace: the chip authentication mapping exists for curves only"))
	}
	if p.Chip.CAN && len(p.Chip.PACE) == 0 {
		errs = append(errs, errors.New("chip.can: a card access number is of use with PACE only"))
	}
	if len(p.Chip.ChipAuthentication) > 0 && !p.Chip.BAC && len(p.Chip.PACE) == 0 {
		errs = append(errs, errors.New("chip.chip_authentication needs BAC or PACE before it"))
	}
	if a := p.Chip.ActiveAuthentication; a.Key != "" {
		if _, err := hashByName(a.Hash); err != nil {
			errs = append(errs, fmt.Errorf("chip.active_authentication: %w", err))
		}
	}
	if s := p.Chip.MasterStatus; s != "" {
		if _, err := strconv.ParseUint(s, 16, 16); err != nil || len(s) != 4 {
			errs = append(errs, fmt.Errorf("chip.master_status is %q, not four hexadecimal digits", s))
		}
	}
	return errs
}

// domainParameters finds a curve or a group by its name.
func domainParameters(name string) (chip.Parameters, error) {
	if strings.HasPrefix(name, "modp") {
		g, err := domain.GroupByName(name)
		return chip.Parameters{Group: g}, err
	}
	c, err := domain.CurveByName(name)
	return chip.Parameters{Curve: c}, err
}

func suite(name string) (chip.Suite, error) {
	for _, s := range []chip.Suite{chip.TDES, chip.AES128, chip.AES192, chip.AES256} {
		if s.String() == name {
			return s, nil
		}
	}
	return 0, fmt.Errorf("unknown cipher %q; known are 3des, aes128, aes192 and aes256", name)
}

// pace reads the variants of PACE: ecdh-gm-aes128 and its like.
func (p *Profile) pace() ([]chip.PACE, error) {
	var all []chip.PACE
	for _, v := range p.Chip.PACE {
		parts := strings.Split(v.Protocol, "-")
		if len(parts) != 3 {
			return nil, fmt.Errorf("chip.pace: %q is no protocol such as ecdh-gm-aes128", v.Protocol)
		}
		mapping, ok := map[string]chip.Mapping{
			"gm": chip.GenericMapping, "im": chip.IntegratedMapping, "cam": chip.ChipAuthenticationMapping,
		}[parts[1]]
		if !ok {
			return nil, fmt.Errorf("chip.pace: unknown mapping %q; known are gm, im and cam", parts[1])
		}
		s, err := suite(parts[2])
		if err != nil {
			return nil, fmt.Errorf("chip.pace: %w", err)
		}
		par, err := domainParameters(v.Parameters)
		if err != nil {
			return nil, fmt.Errorf("chip.pace: %w", err)
		}
		if err := agreementFits(parts[0], par); err != nil {
			return nil, fmt.Errorf("chip.pace: %w", err)
		}
		if mapping == chip.ChipAuthenticationMapping && s == chip.TDES {
			return nil, errors.New("chip.pace: the chip authentication mapping exists with AES only")
		}
		if mapping == chip.IntegratedMapping && par.Curve != nil && par.Curve.P.Bit(1) == 0 {
			return nil, fmt.Errorf("chip.pace: the integrated mapping cannot map to %s", par.Curve.Name)
		}
		all = append(all, chip.PACE{Mapping: mapping, Suite: s, Parameters: par})
	}
	return all, nil
}

func agreementFits(kind string, par chip.Parameters) error {
	if kind == "ecdh" && par.Curve != nil || kind == "dh" && par.Group != nil {
		return nil
	}
	return fmt.Errorf("%q does not go with these domain parameters", kind)
}

// agreements makes the chip's static keys, and says how each public key is written.
func (p *Profile) agreements(seed uint64) ([]chip.Agreement, []string, error) {
	var all []chip.Agreement
	var encodings []string
	for i, v := range p.Chip.ChipAuthentication {
		kind, cipher, _ := strings.Cut(v.Protocol, "-")
		s, err := suite(cipher)
		if err != nil {
			return nil, nil, fmt.Errorf("chip.chip_authentication: %w", err)
		}
		par, err := domainParameters(v.Parameters)
		if err != nil {
			return nil, nil, fmt.Errorf("chip.chip_authentication: %w", err)
		}
		if err := agreementFits(kind, par); err != nil {
			return nil, nil, fmt.Errorf("chip.chip_authentication: %w", err)
		}
		if !slices.Contains([]string{"", "named", "explicit", "standardized", "pkcs3", "x942"}, v.Encoding) {
			return nil, nil, fmt.Errorf("chip.chip_authentication: unknown encoding %q; known are named, explicit, "+
				"standardized, pkcs3 and x942", v.Encoding)
		}
		a := chip.Agreement{Suite: s, Parameters: par, KeyID: -1}
		if v.KeyID != nil {
			a.KeyID = *v.KeyID
		}
		if a.Private, err = staticKey(par, seed, p.Name, "chip authentication", strconv.Itoa(i)); err != nil {
			return nil, nil, err
		}
		all, encodings = append(all, a), append(encodings, v.Encoding)
	}
	variants, err := p.pace()
	if err != nil {
		return nil, nil, err
	}
	for _, v := range variants {
		if v.Mapping != chip.ChipAuthenticationMapping {
			continue
		}
		// The key is named after the domain parameters, as documents in the field do it.
		a := chip.Agreement{Suite: v.Suite, Parameters: v.Parameters, KeyID: v.Parameters.ID(), Mapping: true}
		if a.Private, err = staticKey(v.Parameters, seed, p.Name, "PACE-CAM", strconv.Itoa(v.Parameters.ID())); err != nil {
			return nil, nil, err
		}
		all, encodings = append(all, a), append(encodings, "standardized")
	}
	return all, encodings, nil
}
