package mrz

import "strings"

// CountryOf gives the country codes that a certificate of the issuer may bear as its C. The issuer is the
// three-letter code that the MRZ names the issuing state or organization with, fillers removed; the country is the
// two-letter code of the same table (Doc 9303-3 §5, Doc 9303-12 §7.1.1.1). The first is the issuer's own; others are
// those of the state whose passports a territory issues, and forms met in the published lists of CSCA certificates.
// Certificates write them in capital letters or in small ones.
//
// ok is false for a code without a country: an unknown one, an organization that has no two-letter code, and those that
// stand only for a nationality.
func CountryOf(issuer string) (alpha2 []string, ok bool) {
	c, ok := countries[issuer]
	if !ok {
		return nil, false
	}
	return strings.Fields(c), true
}

// IsCode tells whether a code stands in Doc 9303-3 §5 as that of an issuing state, an organization or a nationality.
func IsCode(code string) bool {
	_, ok := countries[code]
	return ok || withoutCountry[code]
}

// withoutCountry holds the codes of Doc 9303-3 §5 that have no two-letter code. A certificate of such an issuer can
// only name it in its alternative name (Doc 9303-12 §7.1.1.2).
var withoutCountry = map[string]bool{
	// Part E, people without a defined nationality: stateless, refugees of the convention and others, unspecified.
	"XXA": true, "XXB": true, "XXC": true, "XXX": true,
	// Part D: the African Development Bank, Afreximbank, Caricom, the Council of Europe, COMESA, ECOWAS, Interpol,
	// the OECS, the Parliamentary Assembly of the Mediterranean, the Order of Malta, SADC. Part C: the United Nations
	// in Kosovo.
	"XBA": true, "XIM": true, "XCC": true, "XCE": true, "XCO": true, "XEC": true, "XPO": true, "XES": true, "XMP": true,
	"XOM": true, "XDC": true, "UNK": true,
}

// countries maps the three-letter codes of Doc 9303-3 §5 to two-letter ones, the issuer's own first.
var countries = map[string]string{
	// Part A: Germany; Kosovo, whose codes ISO has not given (its CSCA bears KS, XK is met elsewhere); British nationals
	// other than citizens, with no two-letter code but the United Kingdom's. Bermuda, whose passports say GBD or BMU, has
	// had a CSCA of its own since 2024.
	"D": "DE", "RKS": "KS XK", "GBD": "GB BM", "GBN": "GB", "GBO": "GB", "GBP": "GB", "GBS": "GB",
	// Parts B and C: the European Union, the United Nations and its agencies (an earlier CSCA of theirs bore ZZ).
	"EUE": "EU", "UNO": "UN ZZ", "UNA": "UN ZZ",
	// Parts F and G: the Netherlands Antilles and the Neutral Zone, which are no more, and Utopia, of specimens.
	"ANT": "AN NL", "NTZ": "NT", "UTO": "UT",

	// ISO 3166-1. Hong Kong and Macao sign as CN; territories are followed by the state whose passports they issue.
	// An old certificate of Lithuania bears LTU.
	"ABW": "AW NL", "AFG": "AF", "AGO": "AO", "AIA": "AI GB", "ALA": "AX FI", "ALB": "AL", "AND": "AD",
	"ARE": "AE", "ARG": "AR", "ARM": "AM", "ASM": "AS US", "ATA": "AQ", "ATF": "TF FR", "ATG": "AG", "AUS": "AU",
	"AUT": "AT", "AZE": "AZ", "BDI": "BI", "BEL": "BE", "BEN": "BJ", "BES": "BQ NL", "BFA": "BF", "BGD": "BD",
	"BGR": "BG", "BHR": "BH", "BHS": "BS", "BIH": "BA", "BLM": "BL FR", "BLR": "BY", "BLZ": "BZ", "BMU": "BM GB",
	"BOL": "BO", "BRA": "BR", "BRB": "BB", "BRN": "BN", "BTN": "BT", "BVT": "BV NO", "BWA": "BW", "CAF": "CF",
	"CAN": "CA", "CCK": "CC AU", "CHE": "CH", "CHL": "CL", "CHN": "CN", "CIV": "CI", "CMR": "CM", "COD": "CD",
	"COG": "CG", "COK": "CK NZ", "COL": "CO", "COM": "KM", "CPV": "CV", "CRI": "CR", "CUB": "CU", "CUW": "CW NL",
	"CXR": "CX AU", "CYM": "KY GB", "CYP": "CY", "CZE": "CZ", "DJI": "DJ", "DMA": "DM", "DNK": "DK", "DOM": "DO",
	"DZA": "DZ", "ECU": "EC", "EGY": "EG", "ERI": "ER", "ESH": "EH", "ESP": "ES", "EST": "EE", "ETH": "ET",
	"FIN": "FI", "FJI": "FJ", "FLK": "FK GB", "FRA": "FR", "FRO": "FO DK", "FSM": "FM", "GAB": "GA", "GBR": "GB",
	"GEO": "GE", "GGY": "GG GB", "GHA": "GH", "GIB": "GI GB", "GIN": "GN", "GLP": "GP FR", "GMB": "GM",
	"GNB": "GW", "GNQ": "GQ", "GRC": "GR", "GRD": "GD", "GRL": "GL DK", "GTM": "GT", "GUF": "GF FR",
	"GUM": "GU US", "GUY": "GY", "HKG": "HK CN", "HMD": "HM AU", "HND": "HN", "HRV": "HR", "HTI": "HT",
	"HUN": "HU", "IDN": "ID", "IMN": "IM GB", "IND": "IN", "IOT": "IO GB", "IRL": "IE", "IRN": "IR", "IRQ": "IQ",
	"ISL": "IS", "ISR": "IL", "ITA": "IT", "JAM": "JM", "JEY": "JE GB", "JOR": "JO", "JPN": "JP", "KAZ": "KZ",
	"KEN": "KE", "KGZ": "KG", "KHM": "KH", "KIR": "KI", "KNA": "KN", "KOR": "KR", "KWT": "KW", "LAO": "LA",
	"LBN": "LB", "LBR": "LR", "LBY": "LY", "LCA": "LC", "LIE": "LI", "LKA": "LK", "LSO": "LS", "LTU": "LT LTU",
	"LUX": "LU", "LVA": "LV", "MAC": "MO CN", "MAF": "MF FR", "MAR": "MA", "MCO": "MC", "MDA": "MD", "MDG": "MG",
	"MDV": "MV", "MEX": "MX", "MHL": "MH", "MKD": "MK", "MLI": "ML", "MLT": "MT", "MMR": "MM", "MNE": "ME",
	"MNG": "MN", "MNP": "MP US", "MOZ": "MZ", "MRT": "MR", "MSR": "MS GB", "MTQ": "MQ FR", "MUS": "MU",
	"MWI": "MW", "MYS": "MY", "MYT": "YT FR", "NAM": "NA", "NCL": "NC FR", "NER": "NE", "NFK": "NF AU",
	"NGA": "NG", "NIC": "NI", "NIU": "NU NZ", "NLD": "NL", "NOR": "NO", "NPL": "NP", "NRU": "NR", "NZL": "NZ",
	"OMN": "OM", "PAK": "PK", "PAN": "PA", "PCN": "PN GB", "PER": "PE", "PHL": "PH", "PLW": "PW", "PNG": "PG",
	"POL": "PL", "PRI": "PR US", "PRK": "KP", "PRT": "PT", "PRY": "PY", "PSE": "PS", "PYF": "PF FR", "QAT": "QA",
	"REU": "RE FR", "ROU": "RO", "RUS": "RU", "RWA": "RW", "SAU": "SA", "SDN": "SD", "SEN": "SN", "SGP": "SG",
	"SGS": "GS GB", "SHN": "SH GB", "SJM": "SJ NO", "SLB": "SB", "SLE": "SL", "SLV": "SV", "SMR": "SM",
	"SOM": "SO", "SPM": "PM FR", "SRB": "RS", "SSD": "SS", "STP": "ST", "SUR": "SR", "SVK": "SK", "SVN": "SI",
	"SWE": "SE", "SWZ": "SZ", "SXM": "SX NL", "SYC": "SC", "SYR": "SY", "TCA": "TC GB", "TCD": "TD", "TGO": "TG",
	"THA": "TH", "TJK": "TJ", "TKL": "TK NZ", "TKM": "TM", "TLS": "TL", "TON": "TO", "TTO": "TT", "TUN": "TN",
	"TUR": "TR", "TUV": "TV", "TWN": "TW", "TZA": "TZ", "UGA": "UG", "UKR": "UA", "UMI": "UM US", "URY": "UY",
	"USA": "US", "UZB": "UZ", "VAT": "VA", "VCT": "VC", "VEN": "VE", "VGB": "VG GB", "VIR": "VI US", "VNM": "VN",
	"VUT": "VU", "WLF": "WF FR", "WSM": "WS", "YEM": "YE", "ZAF": "ZA", "ZMB": "ZM", "ZWE": "ZW",
}
