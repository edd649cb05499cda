package mrz

// Size is one of the three sizes of machine readable travel document (Doc 9303-4, -5 and -6).
type Size string

// The sizes: TD3 is a passport booklet, TD1 a card of bank-card size, TD2 a larger card.
const (
	TD1 Size = "TD1"
	TD2 Size = "TD2"
	TD3 Size = "TD3"
)

// span is a half-open range of positions in the joined lines, counted from 0.
type span struct{ from, to int }

func (s span) of(text string) string { return text[s.from:s.to] }

// layout tells where each data element stands in the joined lines of a size.
type layout struct {
	size                                  Size
	lines, width                          int
	code, issuer, names, number           span
	nationality, birth, sex, expiry       span
	optional, optional2                   span
	numberDigit, birthDigit, expiryDigit  int
	optionalDigit /* −1: none */, overall int
	composite                             []span
	// continues tells that a document number of over nine characters goes on in the optional data.
	continues bool
}

func (l *layout) length() int { return l.lines * l.width }

// layouts holds the data structures of Doc 9303-5 §4.2.2 (TD1), Doc 9303-6 §4.2.2 (TD2) and Doc 9303-4 §4.2.2 (TD3).
var layouts = []*layout{
	{
		size: TD1, lines: 3, width: 30,
		code: span{0, 2}, issuer: span{2, 5}, number: span{5, 14}, numberDigit: 14, optional: span{15, 30},
		birth: span{30, 36}, birthDigit: 36, sex: span{37, 38}, expiry: span{38, 44}, expiryDigit: 44,
		nationality: span{45, 48}, optional2: span{48, 59}, optionalDigit: -1, overall: 59,
		names:     span{60, 90},
		composite: []span{{5, 30}, {30, 37}, {38, 45}, {48, 59}},
		continues: true,
	},
	{
		size: TD2, lines: 2, width: 36,
		code: span{0, 2}, issuer: span{2, 5}, names: span{5, 36},
		number: span{36, 45}, numberDigit: 45, nationality: span{46, 49}, birth: span{49, 55}, birthDigit: 55,
		sex: span{56, 57}, expiry: span{57, 63}, expiryDigit: 63, optional: span{64, 71}, optionalDigit: -1, overall: 71,
		composite: []span{{36, 46}, {49, 56}, {57, 71}},
		continues: true,
	},
	{
		size: TD3, lines: 2, width: 44,
		code: span{0, 2}, issuer: span{2, 5}, names: span{5, 44},
		number: span{44, 53}, numberDigit: 53, nationality: span{54, 57}, birth: span{57, 63}, birthDigit: 63,
		sex: span{64, 65}, expiry: span{65, 71}, expiryDigit: 71, optional: span{72, 86}, optionalDigit: 86, overall: 87,
		composite: []span{{44, 54}, {57, 64}, {65, 87}},
	},
}

func layoutOfLength(n int) *layout {
	for _, l := range layouts {
		if l.length() == n {
			return l
		}
	}
	return nil
}

func layoutOf(s Size) *layout {
	for _, l := range layouts {
		if l.size == s {
			return l
		}
	}
	return nil
}
