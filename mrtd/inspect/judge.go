package inspect

import (
	"context"
	"fmt"
	"time"

	"github.com/skranke/skranke/mrtd/lds"
	"github.com/skranke/skranke/mrtd/mrz"
	"github.com/skranke/skranke/mrtd/trust"
)

// JudgeInput is what evidence is judged with.
type JudgeInput struct {
	// Context ends the decoding of the face; nil stands for one that never ends.
	Context context.Context
	// Source tells whether the evidence comes from a live chip or from a dump.
	Source Source
	// Store is what signers are judged against; nil stands for an empty one.
	Store *trust.Store
	// At is the time to judge at. The day on which a document expires is the day of At in its own location.
	At time.Time
	// Earliest is the earliest time that a clock which is right can show: the day of the newest thing that was signed and is
	// at hand, or that of the program's making. Where At is before it, what depends on the time is open. Zero where a person
	// chose At.
	Earliest time.Time
	// Given is the MRZ as printed, whole; GivenKey the three fields that open the chip. Both are nil where a CAN or
	// nothing was given; Given goes first.
	Given    *mrz.MRZ
	GivenKey *mrz.Key
	// Face decodes an image: format ("jpeg", "jpeg2000"), width and height in pixels. Nil where nothing decodes.
	Face func(ctx context.Context, image []byte) (format string, width, height int, err error)
}

// check is one row of the table of checks.
type check struct {
	id    string
	judge func(*judging) Result
}

// checks lists every check in the order of the report. A check may ask for the result of another, wherever that stands.
var checks []check

func init() { // breaks the circle of the table and the checks that ask it for others
	checks = []check{
		{"mrz.check_digits", (*judging).mrzCheckDigits},
		{"mrz.match", (*judging).mrzMatch},
		{"document.expiry", (*judging).documentExpiry},
		{"access.pace", func(j *judging) Result { return j.accessProtocol(func(a Access) Result { return a.PACE }) }},
		{"access.bac", func(j *judging) Result { return j.accessProtocol(func(a Access) Result { return a.BAC }) }},
		{"chip.ca", (*judging).chipCA},
		{"chip.aa", (*judging).chipAA},
		{"chip.pace_cam", (*judging).chipCAM},
		{"chip.genuine", (*judging).chipGenuine},
		{"sod.structure", (*judging).sodStructure},
		{"sod.hash", (*judging).sodHash},
		{"sod.signature", (*judging).sodSignature},
		{"sod.com", (*judging).sodCOM},
	}
	for n := 1; n <= 16; n++ {
		checks = append(checks, check{dataGroupCheck(n), func(j *judging) Result { return j.dataGroup(n) }})
	}
	checks = append(checks,
		check{"signer.signature", forEachSigner((*judging).signerSignature)},
		check{"signer.validity", forEachSigner((*judging).signerValidity)},
		check{"signer.usage", forEachSigner((*judging).signerUsage)},
		check{"signer.revocation", forEachSigner((*judging).signerRevocation)},
		check{"csca.validity", forEachSigner((*judging).cscaValidity)},
		check{"csca.trust", forEachSigner((*judging).cscaTrust)},
		check{"issuer.match", forEachSigner((*judging).issuerMatch)},
		check{"algorithm.strength", forEachSigner((*judging).algorithmStrength)},
		check{"cardaccess.match", (*judging).cardAccessMatch},
		check{"face.decode", (*judging).faceDecode},
		check{"register.reported", (*judging).registerReported},
	)
}

func dataGroupCheck(n int) string { return fmt.Sprintf("dg.%d", n) }

// judging is one run of the checks over one document's evidence. Everything that several checks look at is worked out
// once.
type judging struct {
	JudgeInput
	evidence *Evidence
	session  *Session // nil where the evidence has none
	results  map[string]Result

	mrz    *mrz.MRZ // DG1's; nil where it was not read or cannot be
	mrzErr error
	sod    *lds.SOD // nil where it was not read or cannot be
	sodErr *lds.SODError
	// signers has one entry for each SignerInfo of EF.SOD.
	signers []*signer
	// dg14 is what DG14 says, signed or not; nil where it was not read or cannot be.
	dg14         *lds.SecurityInfos
	cardSecurity *signedInfos
	face         *Face
	// defects are those that the issuing state says the document has.
	defects []trust.Defect
}

// Judge makes every check on the evidence and draws the verdict. The report has each check of the contract once, in
// order; what this evidence or this program gives no occasion for is NotDone.
//
// On a dump, what the session claims can only lower the verdict: proofs on file are imitable.
func Judge(ev *Evidence, in JudgeInput) *Report {
	if in.Context == nil {
		in.Context = context.Background()
	}
	if in.Store == nil {
		in.Store = trust.Empty()
	}
	j := &judging{JudgeInput: in, evidence: ev, session: ev.Session, results: map[string]Result{}}
	if in.Source == Live && j.session == nil {
		j.session = &Session{}
	}
	j.parse()
	j.defects = j.knownDefects()
	r := &Report{Schema: ReportSchema, Source: in.Source}
	for _, c := range checks {
		result := j.result(c.id)
		if in.Source == Dump {
			result = recorded(c.id, result)
		}
		r.Checks = append(r.Checks, Check{ID: c.id, Outcome: result.Outcome, Code: result.Code, Detail: result.Detail})
	}
	j.describe(r)
	r.Authenticity = verdict(r)
	return r
}

// result makes a check, once.
func (j *judging) result(id string) Result {
	if r, ok := j.results[id]; ok {
		return r
	}
	j.results[id] = Result{Outcome: NotDone} // a check that asks for itself gets no answer
	for _, c := range checks {
		if c.id == id {
			j.results[id] = j.deviating(id, j.timely(id, c.judge(j)))
		}
	}
	return j.results[id]
}

// parse reads the files that several checks look at. No error ends the run: each check says what it misses.
func (j *judging) parse() {
	if b, ok := j.evidence.Files[DG(1)]; ok {
		j.mrz, j.mrzErr = lds.ParseDG1(b)
	}
	if b, ok := j.evidence.Files[SOD]; ok {
		sod, err := lds.ParseSOD(b)
		if err == nil {
			j.sod = sod
			j.signers = j.examine(sod.Signed)
		} else {
			j.sodErr = asSODError(err)
		}
	}
	if b, ok := j.evidence.Files[DG(14)]; ok {
		if infos, err := lds.ParseDG14(b); err == nil {
			j.dg14 = infos
		}
	}
}

func successful(details ...string) Result { return Result{Outcome: Successful, Detail: join(details)} }

func failed(code, format string, args ...any) Result {
	return Result{Failed, code, fmt.Sprintf(format, args...)}
}

func undetermined(code, format string, args ...any) Result {
	return Result{Undetermined, code, fmt.Sprintf(format, args...)}
}

func notSupported(code, format string, args ...any) Result {
	return Result{NotSupported, code, fmt.Sprintf(format, args...)}
}

func notDone(code, format string, args ...any) Result {
	return Result{NotDone, code, fmt.Sprintf(format, args...)}
}

func aborted() Result {
	return Result{Aborted, CodeLinkLost, "The connection to the chip was lost. Lay the document down again and read it anew."}
}
