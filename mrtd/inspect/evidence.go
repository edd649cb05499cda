package inspect

import (
	"encoding/json"
	"fmt"
)

// File names one elementary file of the chip as the dump and the report write it: "EF.CardAccess", "EF.SOD", "EF.DG1".
type File string

// The files of the LDS (Doc 9303-10 §3 and §4). Data groups are "EF.DG1" to "EF.DG16"; see [DG].
const (
	CardAccess   File = "EF.CardAccess"
	CardSecurity File = "EF.CardSecurity"
	COM          File = "EF.COM"
	SOD          File = "EF.SOD"
)

// DG names data group n, 1 to 16.
func DG(n int) File { return File(fmt.Sprintf("EF.DG%d", n)) }

// Evidence is all that is known of one document before it is judged: the files as read, and what only the live session
// could tell. It is what a dump stores, so that a read and the verification of its dump judge the same thing.
//
// It holds personal data and prints itself as redacted.
type Evidence struct {
	// Files holds each file that was read whole, as the chip gave it; a file that was not read is absent.
	Files map[File][]byte
	// Session is what the session with the chip showed. It is nil for a dump without session.json.
	Session *Session
	// begun is the start of DG2 where the loss of the link cut its transfer off, for a later session to carry on with.
	begun []byte
	// terms are the lengths that the chip was read with.
	terms terms
}

// terms are what a chip bears, as it announced it and then showed it.
type terms struct {
	blocks   []int // sizes of response data left to try, the one in use first
	extended bool  // it takes commands of extended length
	most     int   // the longest block that it has named in a refusal (6Cxx); 0 for none
}

// Wipe overwrites all that was read. The evidence is empty afterwards; a nil one is already.
func (e *Evidence) Wipe() {
	if e == nil {
		return
	}
	for _, data := range e.Files {
		clear(data)
	}
	clear(e.begun)
	*e = Evidence{}
}

// Format prints the evidence as redacted, whatever the verb.
func (Evidence) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted evidence]")) }

// SessionSchema is the schema name of session.json in a dump.
const SessionSchema = "skranke.session/1"

// Session is what one live session showed beside the files: session.json of a dump. It holds no session key, no
// ephemeral private key and no password.
type Session struct {
	Schema string `json:"schema"`
	// ATR is the answer to reset, in hexadecimal.
	ATR string `json:"atr,omitempty"`
	// Access tells how access to the chip was won.
	Access Access `json:"access"`
	// Proofs holds what each chip proof that the session tried gave, at most one per check id ("chip.ca", "chip.aa",
	// "chip.pace_cam").
	Proofs []Proof `json:"proofs,omitempty"`
	// Refused maps a file that the chip did not give to the status word it answered, in hexadecimal ("6a82"), or to
	// "invalid" where what came was no file, or "over_limit" where it was longer than the limit.
	Refused map[File]string `json:"refused,omitempty"`
	// LostAt names the phase in which the link was lost; empty when it held.
	LostAt string `json:"lost_at,omitempty"`
	// Timing is how long it took.
	Timing Timing `json:"timing"`
}

// Access tells how access to the chip was won, or not.
type Access struct {
	// Protocol is the name of the protocol that ran: "PACE-ECDH-GM-AES-CBC-CMAC-128", "BAC", or "plain" where the chip asked
	// for none; empty when none got through.
	Protocol string `json:"protocol,omitempty"`
	// Domain is the name of PACE's domain parameters: "brainpoolP256r1".
	Domain string `json:"domain,omitempty"`
	// PACE and BAC are the outcomes of the two protocols: Successful, Failed, NotSupported (the chip does not offer it),
	// Aborted (the link was lost in it) or NotDone.
	PACE Result `json:"pace"`
	BAC  Result `json:"bac"`
}

// Result is an outcome with the code of its reason.
type Result struct {
	Outcome Outcome `json:"outcome"`
	Code    string  `json:"code,omitempty"`
	Detail  string  `json:"detail,omitempty"`
}

// Proof is one attempt of the chip to prove that it is the original, with the transcript for the record. It proves
// nothing once it is on file (CONTRACT: proofs on file are imitable).
type Proof struct {
	// ID is the check: "chip.ca", "chip.aa" or "chip.pace_cam".
	ID string `json:"id"`
	// Protocol is the protocol's name: "CA-ECDH-AES-CBC-CMAC-128".
	Protocol string `json:"protocol,omitempty"`
	Result
	// Key is the chip's public key that the proof was made with, as it stands in its file (SubjectPublicKeyInfo, DER), so
	// that the judge can tell whether passive authentication vouches for it.
	Key []byte `json:"key,omitempty"`
	// Transcript is what went over the air: public values only.
	Transcript map[string]json.RawMessage `json:"transcript,omitempty"`
}
