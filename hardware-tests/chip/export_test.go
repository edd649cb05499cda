package chip

import (
	"bytes"
	"errors"
)

// DerivedForTest encrypts a nonce under Kπ as the chip does.
func DerivedForTest(key []byte, s Suite, nonce []byte) []byte {
	return s.encrypt(key, make([]byte, s.blockSize()), nonce)
}

// IntegratedRun is the input of one PACE run with the integrated mapping.
type IntegratedRun struct {
	Parameters              Parameters
	Suite                   Suite
	Nonce, Terminal, Random []byte
	Public                  []byte
}

// IntegratedResult is what the appendices print of such a run.
type IntegratedResult struct{ Public, Secret, Enc, MAC, TokenIC, TokenIFD []byte }

// IntegratedForTest runs steps 2 and 3 with a given nonce.
func IntegratedForTest(in IntegratedRun) (IntegratedResult, error) {
	p := &pace{PACE: PACE{IntegratedMapping, in.Suite, in.Parameters}, nonce: in.Nonce, step: 2}
	if _, sw := p.mapNonce(nil, in.Terminal); sw != swOK {
		return IntegratedResult{}, errors.New("the mapping failed")
	}
	if _, sw := p.agreeKey(bytes.NewReader(in.Random), in.Public); sw != swOK {
		return IntegratedResult{}, errors.New("the key agreement failed")
	}
	s := newSession(p.Suite, p.secret)
	return IntegratedResult{p.mine, p.secret, s.enc, s.auth, p.token(s, p.theirs), p.token(s, p.mine)}, nil
}
