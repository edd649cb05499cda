package specimen_test

import (
	"bytes"
	"encoding/base64"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/skranke/skranke/hardware-tests/specimen"
)

// TestSuccession has OpenSSL verify a rollover: the new certificate by itself, the link by the old key and not by the new.
func TestSuccession(t *testing.T) {
	for _, profile := range []string{"danish-passport-2023", "norwegian-passport-2020"} {
		d, dir := make7(t, profile), t.TempDir()
		s, err := d.Succession()
		if err != nil {
			t.Fatal(err)
		}
		old := pem(t, "x509", write(t, dir, "old.der", d.CSCA.Certificate))
		next := pem(t, "x509", write(t, dir, "next.der", s.Next.Certificate))
		link := pem(t, "x509", write(t, dir, "link.der", s.Link))
		at := big.NewInt(day.Unix()).String()
		openssl(t, "verify", "-check_ss_sig", "-attime", at, "-CAfile", next, next)
		openssl(t, "verify", "-partial_chain", "-attime", at, "-CAfile", old, link)
		if a, b := openssl(t, "x509", "-in", next, "-noout", "-pubkey"), openssl(t, "x509", "-in", link, "-noout", "-pubkey"); a != b {
			t.Errorf("%s: the link holds another key than the new certificate", profile)
		}
		if a, b := openssl(t, "x509", "-in", old, "-noout", "-pubkey"), openssl(t, "x509", "-in", next, "-noout", "-pubkey"); a == b {
			t.Errorf("%s: the new certificate holds the old key", profile)
		}
	}
}

// TestMasterList has OpenSSL verify a master list of three countries, and finds their certificates in it.
func TestMasterList(t *testing.T) {
	d, dir := make7(t, "danish-passport-2023"), t.TempDir()
	var all [][]byte
	for _, profile := range []string{"danish-passport-2023", "german-passport-2017", "norwegian-passport-2020"} {
		all = append(all, make7(t, profile).CSCA.Certificate)
	}
	list, err := d.MasterList(all...)
	if err != nil {
		t.Fatal(err)
	}
	csca := pem(t, "x509", write(t, dir, "csca.der", d.CSCA.Certificate))
	content := filepath.Join(dir, "content")
	openssl(t, "cms", "-verify", "-inform", "DER", "-in", write(t, dir, "list.ml", list), "-CAfile", csca, "-purpose", "any",
		"-binary", "-attime", big.NewInt(day.Unix()).String(), "-out", content)
	b, err := os.ReadFile(content)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range all {
		if !bytes.Contains(b, c) {
			t.Errorf("certificate %d is not in the list", i)
		}
	}
	if text := openssl(t, "cms", "-cmsout", "-print", "-inform", "DER", "-in", filepath.Join(dir, "list.ml")); !strings.Contains(text, "2.23.136.1.1.2") {
		t.Error("OpenSSL does not show the content type of master lists")
	}
}

// TestLDIF takes the LDIF apart again by hand: lines folded, entries complete.
func TestLDIF(t *testing.T) {
	d := make7(t, "danish-passport-2023")
	list, err := d.MasterList(d.CSCA.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	text := string(specimen.LDIF([]*specimen.Document{d}, map[string][]byte{"DK": list}))
	for line := range strings.Lines(text) {
		if len(line) > 77 {
			t.Errorf("a line has %d octets", len(line))
		}
	}
	unfolded := strings.ReplaceAll(text, "\n ", "")
	for attribute, want := range map[string][]byte{
		"userCertificate;binary:: ": d.Signer.Certificate, "certificateRevocationList;binary:: ": d.CRL,
		"pkdMasterListContent:: ": list,
	} {
		_, rest, ok := strings.Cut(unfolded, "\n"+attribute)
		value, _, _ := strings.Cut(rest, "\n")
		b, err := base64.StdEncoding.DecodeString(value)
		if !ok || err != nil || !bytes.Equal(b, want) {
			t.Errorf("%s: %v, %d octets", attribute, err, len(b))
		}
	}
}
