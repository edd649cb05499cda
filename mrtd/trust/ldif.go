package trust

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
)

// isLDIF tells whether a file begins as LDIF does (RFC 2849).
func isLDIF(start []byte) bool {
	for _, prefix := range []string{"version:", "dn:", "dn::"} {
		if bytes.HasPrefix(start, []byte(prefix)) {
			return true
		}
	}
	return false
}

// ldif takes what an LDIF export holds: document signers as candidates, CSCA certificates, master lists and revocation
// lists, under the attribute names that the ICAO PKD and its mirrors use. Entries that cannot be read are left out and
// counted.
func (l *loader) ldif(path string, b []byte) error {
	bad := map[string]int{}
	err := eachAttribute(b, func(name string, value []byte) {
		name, _, _ = strings.Cut(strings.ToLower(name), ";")
		i := item{path: path, raw: value}
		var err error
		switch {
		case name == "usercertificate" && !l.onlyCRLs:
			i.candidate = true
			i.cert, err = ParseCertificate(value)
		case name == "cacertificate" && !l.onlyCRLs:
			if i.cert, err = ParseCertificate(value); err == nil {
				i.candidate = !i.cert.IsCA
			}
		case name == "certificaterevocationlist":
			if i.crl, err = ParseCRL(value); err == nil {
				i.crl.Source = path
			}
		case (name == "pkdmasterlistcontent" || name == "cscamasterlistdata") && !l.onlyCRLs:
			i.list, err = parseMasterList(path, value)
		case name == "pkddlcontent" && !l.onlyCRLs:
			i.deviations, err = parseDeviationList(path, value)
		default:
			return
		}
		if err != nil {
			bad[name]++
			return
		}
		l.items = append(l.items, i)
	})
	for name, n := range bad {
		l.skipped = append(l.skipped, Skipped{path, fmt.Sprintf("%d values of %s that cannot be read", n, name)})
	}
	return err
}

// maxValue bounds one value of LDIF, in characters.
const maxValue = 64 << 20

// eachAttribute calls found for every attribute with a base64 value: lines are unfolded, comments left out.
func eachAttribute(b []byte, found func(name string, value []byte)) error {
	for len(b) > 0 {
		var logical []byte
		for first := true; len(b) > 0 && (first || b[0] == ' '); first = false {
			line := b
			if i := bytes.IndexByte(b, '\n'); i >= 0 {
				line, b = b[:i], b[i+1:]
			} else {
				b = nil
			}
			line = bytes.TrimSuffix(line, []byte{'\r'})
			if !first {
				line = line[1:]
			}
			if logical == nil {
				logical = line[:len(line):len(line)]
			} else {
				logical = append(logical, line...)
			}
			if len(logical) > maxValue {
				return fmt.Errorf("a value of over %d MB", maxValue>>20)
			}
		}
		name, value, ok := bytes.Cut(logical, []byte("::"))
		if !ok || bytes.HasPrefix(logical, []byte("#")) || bytes.ContainsAny(name, " :") {
			continue
		}
		value = bytes.TrimSpace(value)
		out := make([]byte, base64.StdEncoding.DecodedLen(len(value)))
		n, err := base64.StdEncoding.Decode(out, value)
		if err != nil {
			continue
		}
		found(string(name), out[:n])
	}
	return nil
}
