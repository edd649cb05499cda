package inspect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
)

func encodeSession(s *Session) ([]byte, error) {
	b, err := json.MarshalIndent(s, "", "  ")
	return append(b, '\n'), err
}

// decodeSession reads session.json. Unknown fields, unknown outcomes and second documents are refused: what nobody
// understands must not weigh.
func decodeSession(b []byte) (*Session, error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	s := &Session{}
	if err := dec.Decode(s); err != nil {
		return nil, jsonError(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the JSON document")
	}
	return s, s.check()
}

// jsonError is an error of encoding/json without the contents that it may quote.
func jsonError(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("is no JSON, at octet %d", syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Errorf("has a value of the wrong type in %q", kind.Field)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("is cut short")
	}
	return errors.New("has a field that is unknown")
}

var answerWord = regexp.MustCompile(`^([0-9a-f]{4}|[a-z_]{1,40})$`)

// check refuses a session that says what no session can.
func (s *Session) check() error {
	if s.Schema != SessionSchema {
		return fmt.Errorf("is not of schema %s", SessionSchema)
	}
	for f, answer := range s.Refused {
		if !slices.Contains(dumpFiles, f) {
			return errors.New("names a refused file that does not exist")
		}
		if !answerWord.MatchString(answer) {
			return fmt.Errorf("has no status word for %s", f)
		}
	}
	for _, r := range []Result{s.Access.PACE, s.Access.BAC} {
		if !isOutcome(r.Outcome) {
			return errors.New("has an outcome of access that does not exist")
		}
	}
	seen := map[string]bool{}
	for i := range s.Proofs {
		p := &s.Proofs[i]
		known := slices.ContainsFunc(proofs, func(k struct{ id, name string }) bool { return k.id == p.ID })
		if !known || seen[p.ID] || !isOutcome(p.Outcome) {
			return errors.New("has a chip proof that does not exist, or one of them twice")
		}
		seen[p.ID] = true
	}
	return nil
}

func isOutcome(o Outcome) bool {
	return slices.Contains([]Outcome{Successful, Failed, Undetermined, NotSupported, Aborted, NotDone}, o)
}
