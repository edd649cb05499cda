package chip

// Command is one command APDU, taken apart (ISO/IEC 7816-3 §12.1).
type Command struct {
	CLA, INS, P1, P2 byte
	// Data is the command data field, as sent or, once secure messaging is removed, in plain.
	Data []byte
	// Ne is the number of octets expected: 0 when Le is absent, else 1 to 65,536.
	Ne int
	// Extended says that Lc or Le were in their extended form.
	Extended bool
}

// parseCommand takes a command APDU apart; ok is false when its lengths do not add up.
func parseCommand(b []byte) (c Command, ok bool) {
	if len(b) < 4 {
		return c, false
	}
	c.CLA, c.INS, c.P1, c.P2 = b[0], b[1], b[2], b[3]
	b = b[4:]
	short := func(le byte) int {
		if le == 0 {
			return 256
		}
		return int(le)
	}
	long := func(hi, lo byte) int {
		if hi == 0 && lo == 0 {
			return 65536
		}
		return int(hi)<<8 | int(lo)
	}
	switch {
	case len(b) == 0:
		return c, true
	case len(b) == 1:
		c.Ne = short(b[0])
		return c, true
	case b[0] != 0:
		n := int(b[0])
		switch len(b) {
		case 1 + n:
			c.Data = b[1:]
		case 2 + n:
			c.Data, c.Ne = b[1:1+n], short(b[1+n])
		default:
			return c, false
		}
		return c, true
	}
	c.Extended = true
	if len(b) < 3 {
		return c, false
	}
	n := int(b[1])<<8 | int(b[2])
	switch {
	case len(b) == 3:
		c.Ne = long(b[1], b[2])
	case n > 0 && len(b) == 3+n:
		c.Data = b[3:]
	case n > 0 && len(b) == 5+n:
		c.Data, c.Ne = b[3:3+n], long(b[3+n], b[4+n])
	default:
		return c, false
	}
	return c, true
}

// The instructions that a travel document knows (Doc 9303-10 §3.6, Doc 9303-11).
const (
	insMSE             = 0x22
	insExternalAuth    = 0x82
	insGetChallenge    = 0x84
	insGeneralAuth     = 0x86
	insInternalAuth    = 0x88
	insSelect          = 0xA4
	insReadBinary      = 0xB0
	insReadBinaryOdd   = 0xB1
	insGetResponse     = 0xC0
	classChaining      = 0x10
	classSecure        = 0x0C
	maxChainedCommand  = 4096
	maxPlainResponse   = 65000
	maxShortResponse   = 256
	maxExtendedCommand = 65535
)

// The status words that the chip gives (ISO/IEC 7816-4 §5.6).
const (
	swOK                   = 0x9000
	swEndOfFile            = 0x6282
	swFailed               = 0x6300
	swWrongLength          = 0x6700
	swLastExpected         = 0x6883
	swChainingUnsupported  = 0x6884
	swSecurityNotSatisfied = 0x6982
	swConditions           = 0x6985
	swNoCurrentEF          = 0x6986
	swObjectMissing        = 0x6987
	swObjectWrong          = 0x6988
	swWrongData            = 0x6A80
	swFileNotFound         = 0x6A82
	swWrongP1P2            = 0x6A86
	swReferenceNotFound    = 0x6A88
	swWrongOffset          = 0x6B00
	swWrongINS             = 0x6D00
	swWrongCLA             = 0x6E00
)
