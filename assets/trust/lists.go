// Package lists embeds the lists of CSCA certificates that the program is shipped with. README.md says where they come
// from. They are data: package mrtd/trust verifies their signatures before they count.
package lists

import _ "embed" // the lists

// German is the German master list, signed by the BSI on 2026-01-08: a CMS object (Doc 9303-12 §9).
//
//go:embed DE_ML_2026-01-08-12-20-54.ml
var German []byte

// Dutch is the Dutch master list, signed by the Dutch NPKD on 2026-04-02: a CMS object.
//
//go:embed NL_ML_2026-04-02.ml
var Dutch []byte

// GermanCSCA is the German CSCA certificate that the signer of the German list chains to, DER.
//
//go:embed DE_ROOT_CA_CSCA07.cer
var GermanCSCA []byte

// DutchCSCA is the Dutch CSCA certificate that the signer of the Dutch list chains to, DER.
//
//go:embed NL_ROOT_CA.cer
var DutchCSCA []byte

// Indonesian2010, Indonesian2016 and Indonesian2020 are the CSCA certificates of Indonesia's series of 2010, which it
// publishes beside the one in the master lists, DER. No list vouches for them.
//
//go:embed indonesia-2010-series/2010-12_CSCA.cer
var Indonesian2010 []byte

// Indonesian2016 is the second of the series: see Indonesian2010.
//
//go:embed indonesia-2010-series/2016-01_CSCA.cer
var Indonesian2016 []byte

// Indonesian2020 is the third of the series: see Indonesian2010.
//
//go:embed indonesia-2010-series/2020-10_CSCA.cer
var Indonesian2020 []byte

// Proven is an index of the signatures on the certificates above that hold: the SHA-256 of each certificate's SHA-256 and its
// signer's key, in ascending order; then a hash of zeros, and those that do not hold: links under their own key. It spares the program to verify them again at every start; a test makes it anew and compares.
//
//go:embed proven.bin
var Proven []byte
