package specimen

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/skranke/skranke/hardware-tests/profiles"
)

// Profile describes one kind of travel document: who issues it, what its chip holds and can do, and how it is signed. A
// profile and a seed make one document. The file format is YAML; profiles/README.md describes it.
type Profile struct {
	// Name is the profile's name, that of its file; About is a sentence for people.
	Name  string `yaml:"-"`
	About string `yaml:"about"`

	Document struct {
		Format      string `yaml:"format"`      // TD1, TD2, TD3
		Code        string `yaml:"code"`        // P, PD, I, AR: the MRZ's document code
		Issuer      string `yaml:"issuer"`      // the MRZ's issuing state
		Nationality string `yaml:"nationality"` // "" for the issuer
		Surname     string `yaml:"surname"`
		GivenNames  string `yaml:"given_names"`
		Sex         string `yaml:"sex"`    // F, M, or "" for unspecified
		Age         int    `yaml:"age"`    // the holder's, in years
		Number      string `yaml:"number"` // a pattern: # a digit, @ a digit or consonant, the rest as it stands
		Optional    string `yaml:"optional"`
		Optional2   string `yaml:"optional2"`
		Years       int    `yaml:"years"`  // how long the document is valid
		Issued      int    `yaml:"issued"` // how many days ago it was issued
	} `yaml:"document"`

	LDS struct {
		Version string `yaml:"version"` // 1.7
		Unicode string `yaml:"unicode"` // 4.0.0
		Groups  []int  `yaml:"groups"`  // further data groups: 3, 11, 12
		NoCOM   bool   `yaml:"no_com"`
	} `yaml:"lds"`

	Face struct {
		Format string `yaml:"format"` // jpeg, jp2, j2k
		Bytes  int    `yaml:"bytes"`
		Width  int    `yaml:"width"`
		Height int    `yaml:"height"`
		// Features is how many feature points stand before the image.
		Features int `yaml:"features"`
	} `yaml:"face"`

	PKI struct {
		Country      string `yaml:"country"` // the certificates' two letters
		Organization string `yaml:"organization"`
		Revoked      bool   `yaml:"revoked"` // the revocation list names the signer
		Seed         uint64 `yaml:"seed"`    // makes another PKI with the same names
		CSCA         struct {
			Key       KeySpec       `yaml:"key"`
			Signature SignatureSpec `yaml:"signature"`
		} `yaml:"csca"`
		Signer struct {
			Key       KeySpec       `yaml:"key"`
			Signature SignatureSpec `yaml:"signature"`
			Types     []string      `yaml:"types"` // the document types that it may sign
		} `yaml:"signer"`
	} `yaml:"pki"`

	SOD struct {
		Hash        string `yaml:"hash"`       // of the data groups
		Digest      string `yaml:"digest"`     // of the security object
		Identifier  string `yaml:"identifier"` // issuer, key-id
		Version     int    `yaml:"version"`    // of the LDS security object
		Certificate *bool  `yaml:"certificate"`
		SigningTime *bool  `yaml:"signing_time"`
	} `yaml:"sod"`

	Chip struct {
		BAC  bool `yaml:"bac"`
		CAN  bool `yaml:"can"`
		PACE []struct {
			Protocol   string `yaml:"protocol"`
			Parameters string `yaml:"parameters"`
		} `yaml:"pace"`
		ChipAuthentication []struct {
			Protocol   string `yaml:"protocol"`
			Parameters string `yaml:"parameters"`
			KeyID      *int   `yaml:"key_id"`
			Encoding   string `yaml:"encoding"`
		} `yaml:"chip_authentication"`
		ActiveAuthentication struct {
			Key  KeySpec `yaml:"key"`
			Hash string  `yaml:"hash"`
			// Trailer replaces the last octets of an RSA signature, in hexadecimal: a fault.
			Trailer string `yaml:"trailer"`
		} `yaml:"active_authentication"`
		ExtendedLength struct {
			Command  int  `yaml:"command"`
			Response int  `yaml:"response"`
			ATRInfo  bool `yaml:"atr_info"` // announced in EF.ATR/INFO
		} `yaml:"extended_length"`
		EndOfFile    string `yaml:"end_of_file"`
		NoOddRead    bool   `yaml:"no_odd_read"`
		NoShortID    bool   `yaml:"no_short_id"`
		MasterStatus string `yaml:"master_status"`
	} `yaml:"chip"`

	text []byte // what it was read from
}

// ErrUnknownProfile says that no profile has the name; the error's text lists the names.
var ErrUnknownProfile = errors.New("unknown profile")

// Profiles lists the names of the built-in profiles in alphabetical order.
func Profiles() []string {
	entries, _ := fs.Glob(profiles.Files, "*.yaml") // its one error is a malformed pattern
	for i, e := range entries {
		entries[i] = strings.TrimSuffix(e, ".yaml")
	}
	slices.Sort(entries)
	return entries
}

// Load gives the built-in profile with a name.
func Load(name string) (*Profile, error) {
	b, err := profiles.Files.ReadFile(name + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("%w %q; known are %s", ErrUnknownProfile, name, strings.Join(Profiles(), ", "))
	}
	return Parse(name, b)
}

// Parse reads a profile from YAML. Keys that a profile does not have are refused, and so are values that make no
// document; the error names them.
func Parse(name string, text []byte) (*Profile, error) {
	if len(text) > 64<<10 {
		return nil, fmt.Errorf("profile %s: more than 64 KB", name)
	}
	p := &Profile{Name: name, text: text}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(p); err != nil {
		return nil, fmt.Errorf("profile %s: %w", name, err)
	}
	p.defaults()
	if err := p.validate(); err != nil {
		return nil, fmt.Errorf("profile %s: %w", name, err)
	}
	return p, nil
}

func fill[T comparable](into *T, value T) {
	var zero T
	if *into == zero {
		*into = value
	}
}

// defaults fills in what most documents have in common.
func (p *Profile) defaults() {
	fill(&p.Document.Format, "TD3")
	fill(&p.Document.Code, "P")
	fill(&p.Document.Nationality, p.Document.Issuer)
	fill(&p.Document.Age, 36)
	fill(&p.Document.Years, 10)
	fill(&p.Document.Issued, 300)
	fill(&p.Document.Number, "#########")
	fill(&p.LDS.Version, "1.7")
	fill(&p.LDS.Unicode, "4.0.0")
	fill(&p.Face.Format, "jpeg")
	fill(&p.Face.Bytes, 18000)
	fill(&p.Face.Width, 413)
	fill(&p.Face.Height, 531)
	fill(&p.PKI.Organization, "SPECIMEN PKI, NOT A REAL AUTHORITY")
	fill(&p.SOD.Hash, "sha256")
	fill(&p.SOD.Identifier, signerByIssuer)
	if p.PKI.Signer.Types == nil {
		p.PKI.Signer.Types = []string{strings.TrimRight(p.Document.Code, "<")}
	}
	fill(&p.PKI.Signer.Signature, p.PKI.CSCA.Signature)
	// The digest goes with the signature, unless a profile wants it otherwise, as some issuers do.
	if s, err := parseSignature(p.PKI.Signer.Signature); err == nil {
		fill(&p.SOD.Digest, s.hash.name)
	}
	fill(&p.SOD.Digest, p.SOD.Hash)
}

// With gives a copy of the profile with other values: each override is a dotted key and a value in YAML, such as
// sod.hash and sha1. The copy has the same name, and with the same seed the same holder.
func (p *Profile) With(overrides ...[2]string) (*Profile, error) {
	root := map[string]any{}
	if err := yaml.Unmarshal(p.text, &root); err != nil {
		return nil, err
	}
	for _, o := range overrides {
		var value any
		if err := yaml.Unmarshal([]byte(o[1]), &value); err != nil {
			return nil, fmt.Errorf("%s = %s: %w", o[0], o[1], err)
		}
		at := root
		keys := strings.Split(o[0], ".")
		for _, k := range keys[:len(keys)-1] {
			next, ok := at[k].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[k] = next
			}
			at = next
		}
		at[keys[len(keys)-1]] = value
	}
	text, err := yaml.Marshal(root)
	if err != nil {
		return nil, err
	}
	return Parse(p.Name, text)
}
