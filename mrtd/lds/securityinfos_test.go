package lds_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/skranke/skranke/mrtd/lds"
)

// summary writes what was read, in the order of the file within each kind: "PACE 2.2/2/13" is protocol arcs, version
// and id.
func summary(s *lds.SecurityInfos) string {
	arcs := func(oid []int, from int) string {
		return strings.Trim(strings.ReplaceAll(fmt.Sprint(oid[from:]), " ", "."), "[]")
	}
	var all []string
	for _, p := range s.PACE {
		all = append(all, fmt.Sprintf("PACE %s/%d/%d", arcs(p.Protocol, 9), p.Version, p.ParameterID))
	}
	for _, p := range s.PACEDomain {
		all = append(all, fmt.Sprintf("PACEDomain %s/%d/%d", arcs(p.Protocol, 9), len(p.DomainParameter), p.ParameterID))
	}
	for _, c := range s.ChipAuthentication {
		all = append(all, fmt.Sprintf("CA %s/%d/%v", arcs(c.Protocol, 9), c.Version, c.KeyID))
	}
	for _, k := range s.ChipAuthenticationKeys {
		all = append(all, fmt.Sprintf("PK %s/%d/%v", arcs(k.Protocol, 9), len(k.Key), k.KeyID))
	}
	for _, a := range s.ActiveAuthentication {
		all = append(all, fmt.Sprintf("AA %d/%s", a.Version, arcs(a.SignatureAlgorithm, 0)))
	}
	for _, u := range s.Unreadable {
		all = append(all, "unreadable "+arcs(u, 0))
	}
	return strings.Join(all, ", ") + fmt.Sprintf(" of %d", len(s.Raw))
}

// What each file holds is read off openssl asn1parse. A file whose encoding is broken anywhere is refused: TR-03105-5.1
// ISO7816_G_27 wants PACE not to be started then. A protocol or a number that is unknown is kept, since it harms nobody.
func TestSecurityInfos(t *testing.T) {
	const refused = ""
	for file, want := range map[string]string{
		"cardaccess/DE_gm+cam_aes128_bp256.bin":                 "PACE 2.2/2/13, PACE 6.2/2/13 of 2",
		"cardaccess/FI_gm_aes256_bp384+cam.bin":                 "PACE 2.4/2/16, PACE 6.4/2/16 of 2",
		"cardaccess/FI_reordered_cam+gm.bin":                    "PACE 6.4/2/16, PACE 2.4/2/16 of 2",
		"cardaccess/NZ_gm_3des_bp256.bin":                       "PACE 2.1/2/13 of 1",
		"cardaccess/SG_gm_aes256_bp256.bin":                     "PACE 2.4/2/13 of 1",
		"cardaccess/bad_paramid_ff.bin":                         "unreadable 0.4.0.127.0.7.2.2.4.2.2 of 1", // FF is −1
		"cardaccess/bad_unknown_oid.bin":                        "PACE 2.127/2/16, PACE 6.127/2/16 of 2",
		"cardaccess/dh_gm_aes128_1024.bin":                      "PACE 1.2/2/0 of 1",
		"cardaccess/dh_im_bad_params.bin":                       "PACE 3.2/2/13 of 1", // mapping and parameters do not fit: for PACE to see
		"cardaccess/gm_aes128_bp256.bin":                        "PACE 2.2/2/13 of 1",
		"cardaccess/gm_p256_cam_bp256_mixed.bin":                "PACE 2.2/2/12, PACE 6.2/2/13 of 2",
		"cardaccess/im_aes128_bp256.bin":                        "PACE 4.2/2/13 of 1",
		"cardaccess/no_paramid.bin":                             "PACE 6.4/2/-1 of 1",
		"cardaccess/openpace_bsi_worked_dh.bin":                 "PACE 2.2/1/-1, PACEDomain 2/243/-1, CA 2.2/2/<nil> of 6",
		"cardaccess/openpace_bsi_worked_ecdh.bin":               "PACE 2.2/2/13, PACE 6.2/2/13, CA 2.2/2/72, CA 2.2/3/79 of 10",
		"cardaccess/persosim_cardsec_285.bin":                   "PACE 2.2/2/13, CA 2.2/2/2, PK 2/84/2 of 8",
		"cardaccess/persosim_chipsecinfos_950.bin":              "PACE 2.2/2/13, CA 2.2/2/2, PK 2/84/2 of 9",
		"cardaccess/persosim_nPA_276.bin":                       "PACE 2.2/2/13, CA 2.2/3/42, CA 2.2/2/41 of 9",
		"cardaccess/real_im_aes256_p521_issue150.bin":           "PACE 4.4/2/18 of 1",
		"cardaccess/version2_param2.bin":                        refused, // the last integer claims two octets and has one
		"securityinfos/AA_info_badlen.bin":                      refused, // the last identifier claims an octet too many
		"securityinfos/AA_info_ecdsa.bin":                       "AA 1/0.4.0.127.0.7.1.1.4.1.5 of 1",
		"securityinfos/DE_cardsecurity_infos.bin":               "PACE 2.2/2/13, PACE 6.2/2/13, CA 2.2/2/72, PK 2/84/13, PK 2/84/72 of 7",
		"securityinfos/DE_dg14_infos.bin":                       "PACE 2.2/2/13, PACE 6.2/2/13, CA 2.2/1/195, PK 2/311/195 of 5",
		"securityinfos/bad_ca_version.bin":                      refused, // the last integer claims three octets and has two
		"securityinfos/bad_ta_version.bin":                      refused, // the last integer claims two octets and has one
		"securityinfos/ca_pk_std_bp256.bin":                     "PK 2/84/13 of 1",
		"securityinfos/ta_info.bin":                             " of 1",
		"dg14/AT_ca_aes128.dg14":                                "PACE 2.2/2/13, CA 2.2/1/<nil>, PK 2/311/<nil> of 4",
		"dg14/DE_with_keyid.dg14":                               "PACE 2.2/2/13, PACE 6.2/2/13, CA 2.2/1/195, PK 2/311/195 of 5",
		"dg14/MY_nokeyid_3des.dg14":                             "CA 2.1/1/<nil>, PK 2/311/<nil> of 3",
		"dg14/explicit_p256_pk_only.dg14":                       "PACE 2.4/2/12, PK 2/311/<nil> of 2",
		"dg14/pace_info_only.dg14":                              "PACE 2.4/2/13 of 1",
		"dg14/pymrtd_a.dg14":                                    "CA 2.1/1/<nil>, PK 2/279/<nil> of 3",
		"dg14/pymrtd_b.dg14":                                    "CA 2.1/1/<nil>, PK 2/279/<nil> of 3",
		"dg14/sample_dg14.dg14":                                 "PACE 2.4/2/16, PACE 6.4/2/16, CA 2.4/1/<nil>, PK 2/441/<nil> of 5",
		"dg14/short_domain_params.dg14":                         "PACE 2.4/2/15, AA 1/0.4.0.127.0.7.1.1.4.1.4 of 2",
		"lds/bsi_2008/Datagroup14.bin":                          "CA 2.1/1/<nil>, PK 2/279/<nil> of 3",
		"lds/bsi_tr03105_5_refset/Datagroup14.bin":              "CA 2.1/1/<nil>, PK 2/279/<nil> of 3",
		"lds/icao_9303_supplement/spec_sample_encoded_dg14.bin": "CA 1.1/1/<nil>, PK 1/425/<nil> of 3",
	} {
		b := read(t, file)
		parse, name := lds.ParseSecurityInfos, "the SecurityInfos"
		switch {
		case strings.HasPrefix(file, "cardaccess/"):
			parse, name = lds.ParseCardAccess, "EF.CardAccess"
		case !strings.HasPrefix(file, "securityinfos/"):
			parse, name = lds.ParseDG14, "EF.DG14"
		}
		infos, err := parse(b)
		if want == refused {
			wantError(t, err, lds.ErrMalformed, name)
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if got := summary(infos); got != want {
			t.Errorf("%s\n     has %s\nexpected %s", file, got, want)
		}
		for _, raw := range infos.Raw {
			if !bytes.Contains(b, raw) {
				t.Errorf("%s: an entry is not as it stands in the file", file)
			}
		}
	}
}

// Each file of the collection is in the table above, or a new one would go untested.
func TestSecurityInfosAllCovered(t *testing.T) {
	root := filepath.Dir(filepath.Dir(mustFind(t, "cardaccess/NZ_gm_3des_bp256.bin")))
	n := 0
	for _, folder := range []string{"cardaccess", "dg14", "securityinfos"} {
		names, err := filepath.Glob(filepath.Join(root, folder, "*"))
		if err != nil {
			t.Fatal(err)
		}
		n += len(names)
	}
	if n != 20+9+8 {
		t.Errorf("the collection has %d files, the table 37", n)
	}
}

// The key of BSI's reference set was published beside it.
func TestChipAuthenticationKey(t *testing.T) {
	infos, err := lds.ParseDG14(read(t, "lds/bsi_tr03105_5_refset/Datagroup14.bin"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(infos.ChipAuthenticationKeys[0].Key, read(t, "lds/bsi_tr03105_5_refset/DG14_pk.bin")) {
		t.Error("the key is another one")
	}
}

func TestContains(t *testing.T) {
	parse := func(f func([]byte) (*lds.SecurityInfos, error), name string) *lds.SecurityInfos {
		infos, err := f(read(t, name))
		if err != nil {
			t.Fatal(err)
		}
		return infos
	}
	access := parse(lds.ParseCardAccess, "cardaccess/DE_gm+cam_aes128_bp256.bin")
	dg14 := parse(lds.ParseDG14, "dg14/DE_with_keyid.dg14")
	other := parse(lds.ParseCardAccess, "cardaccess/NZ_gm_3des_bp256.bin")
	if !dg14.Contains(access) || access.Contains(dg14) || dg14.Contains(other) || !access.Contains(&lds.SecurityInfos{}) {
		t.Error("the wrong files are contained")
	}
}

// Entries by hand: what is odd and what is broken in a single SecurityInfo.
func TestOddSecurityInfos(t *testing.T) {
	const (
		pace = "\x06\x0a\x04\x00\x7f\x00\x07\x02\x02\x04\x02\x02"
		ca   = "\x06\x0a\x04\x00\x7f\x00\x07\x02\x02\x03\x02\x02"
		aa   = "\x06\x06\x67\x81\x08\x01\x01\x05"
		key  = "\x06\x09\x04\x00\x7f\x00\x07\x02\x02\x01\x02"
	)
	set := func(infos ...string) []byte {
		var all string
		for _, info := range infos {
			all += "\x30" + string(rune(len(info))) + info
		}
		return []byte("\x31" + string(rune(len(all))) + all)
	}
	for _, c := range []struct {
		info, want string
	}{
		{pace + "\x02\x01\x03\x02\x01\x0d", "PACE 2.2/3/13 of 1"},
		{pace + "\x02\x01\x02\x02\x02\x01\x00", "PACE 2.2/2/256 of 1"},
		{pace + "\x02\x81\x01\x02\x02\x01\x0d", "PACE 2.2/2/13 of 1"}, // a length that could be shorter
		{pace + "\x02\x01\x02\x02\x05\x01\x00\x00\x00\x00", "unreadable 0.4.0.127.0.7.2.2.4.2.2 of 1"},
		{pace + "\x02\x01\x02\x02\x01\x0d\x02\x01\x0d", "unreadable 0.4.0.127.0.7.2.2.4.2.2 of 1"},
		{pace + "\x05\x00", "unreadable 0.4.0.127.0.7.2.2.4.2.2 of 1"},
		{pace + "\x02\x00", "unreadable 0.4.0.127.0.7.2.2.4.2.2 of 1"},
		{ca + "\x02\x01\x0a", "CA 2.2/10/<nil> of 1"},
		{ca + "\x02\x01\x01\x02\x01\xff", "CA 2.2/1/-1 of 1"},
		{ca + "\x04\x01\x01", "unreadable 0.4.0.127.0.7.2.2.3.2.2 of 1"},
		{ca + "\x02\x01\x01\x30\x00", "unreadable 0.4.0.127.0.7.2.2.3.2.2 of 1"},
		{aa + "\x02\x01\x01\x05\x00", "unreadable 2.23.136.1.1.5 of 1"},
		{key + "\x30\x00", "unreadable 0.4.0.127.0.7.2.2.1.2 of 1"},
		{"\x06\x03\x2a\x03\x04\x30\x03\x02\x01\x05", " of 1"},
		{"\x06\x0b\x2a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x05\x00", " of 1"}, // an arc beyond 64 bits
		{"\x06\x00\x05\x00", " of 1"},
	} {
		infos, err := lds.ParseCardAccess(set(c.info))
		if err != nil || summary(infos) != c.want {
			t.Errorf("%x: %v, expected %s", c.info, err, c.want)
			if err == nil {
				t.Error(summary(infos))
			}
		}
	}
	for _, bad := range []string{"", "\x30\x02\x05\x00", "\x31\x02\x05\x00", "\x31\x04\x30\x02\x05\x00", "\x31\x80\x00\x00", "\x31\x0e\x30\x0c" + pace} {
		_, err := lds.ParseCardAccess([]byte(bad))
		wantError(t, err, lds.ErrMalformed, "EF.CardAccess")
	}
	many := bytes.Repeat([]byte("\x30\x07\x06\x03\x2a\x03\x04\x05\x00"), 3000)
	_, err := lds.ParseCardAccess(append([]byte{0x31, 0x82, byte(len(many) >> 8), byte(len(many) & 0xff)}, many...))
	wantError(t, err, lds.ErrTooLarge, "EF.CardAccess")
	if infos, err := lds.ParseCardAccess(slices.Concat(set(pace+"\x02\x01\x02"), make([]byte, 40))); err != nil || len(infos.PACE) != 1 {
		t.Errorf("with padding: %v", err)
	}
	if infos, err := lds.ParseCardAccess([]byte("\x31\x00")); err != nil || len(infos.Raw) != 0 {
		t.Errorf("an empty set: %v", err)
	}
}
