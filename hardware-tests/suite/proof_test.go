package suite

import (
	"context"
	"crypto/rand"
	"errors"
	"math/big"
	"slices"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/mrtd"
	"github.com/skranke/skranke/mrtd/inspect"
)

// proof is the proof with the id given, in what a read found.
func proof(t testing.TB, reading *inspect.Reading, id string) inspect.Proof {
	t.Helper()
	i := slices.IndexFunc(reading.Evidence.Session.Proofs, func(p inspect.Proof) bool { return p.ID == id })
	if i < 0 {
		t.Fatalf("no proof %s", id)
	}
	return reading.Evidence.Session.Proofs[i]
}

// TestCloneWithoutKey copies every file of a document onto a chip that lacks the private key of DG14. The proof must come out wrong, on two
// fresh sessions, and the rest must be read all the same.
func TestCloneWithoutKey(t *testing.T) {
	d := document(t, "danish-passport-2023")
	clone := d.Chip
	clone.Agreements = slices.Clone(clone.Agreements)
	clone.Agreements[0].Private = new(big.Int).Add(clone.Agreements[0].Private, big.NewInt(1))
	link := &Link{Chip: chip.New(clone)}
	reading, err := inspect.Read(context.Background(), link, input(t, d))
	if err != nil {
		t.Fatal(err)
	}
	if p := proof(t, reading, "chip.ca"); p.Outcome != inspect.Failed || p.Code != "wrong_key" {
		t.Errorf("chip authentication of a clone: %s %s", p.Outcome, p.Code)
	}
	if link.Resets != 2 {
		t.Errorf("%d fresh sessions after the first, want 2: one to see the wrong proof again, one to read the rest", link.Resets)
	}
	for _, f := range []inspect.File{inspect.SOD, inspect.DG(14), inspect.DG(1), inspect.DG(2)} {
		if len(reading.Evidence.Files[f]) == 0 {
			t.Errorf("%s was not read", f)
		}
	}
}

// TestCloneThatBluffs lets chips without the key answer chip authentication in ways that have fooled other terminals. None may
// come out as successful.
func TestCloneThatBluffs(t *testing.T) {
	protected := func(ins byte) func(*chip.Exchange) bool {
		return func(x *chip.Exchange) bool { return x.Command.INS == ins && x.Command.CLA&0x0c != 0 }
	}
	for name, bluff := range map[string]struct {
		when   func(*chip.Exchange) bool
		answer []byte
		want   []inspect.Outcome
	}{
		"bare 9000 to GENERAL AUTHENTICATE": {protected(0x86), []byte{0x90, 0}, []inspect.Outcome{inspect.Failed}},
		"bare 9000 to MSE:Set AT":           {protected(0x22), []byte{0x90, 0}, []inspect.Outcome{inspect.Failed}},
		"bare 6A88 to MSE:Set AT":           {protected(0x22), []byte{0x6a, 0x88}, []inspect.Outcome{inspect.Undetermined}},
		"6D00 to GENERAL AUTHENTICATE":      {protected(0x86), []byte{0x6d, 0}, []inspect.Outcome{inspect.Undetermined}},
	} {
		t.Run(name, func(t *testing.T) {
			d := document(t, "danish-passport-2023")
			c := chip.New(d.Chip)
			c.SetHooks(chip.Hooks{Before: func(x *chip.Exchange) ([]byte, bool) {
				if bluff.when(x) {
					return bluff.answer, true
				}
				return nil, false
			}})
			link := &Link{Chip: c}
			reading, err := inspect.Read(context.Background(), link, input(t, d))
			if err != nil {
				t.Fatal(err)
			}
			if p := proof(t, reading, "chip.ca"); !slices.Contains(bluff.want, p.Outcome) {
				t.Errorf("%s %s, want %v", p.Outcome, p.Code, bluff.want)
			}
			if len(reading.Evidence.Files[inspect.DG(1)]) == 0 {
				t.Error("DG1 was not read")
			}
		})
	}
}

// TestCardLeaves takes the card away at every command in turn. The read must end with the link's error, say where, and leave an honest account.
func TestCardLeaves(t *testing.T) {
	for _, profile := range []string{"danish-passport-2023", "bac-passport-2009"} {
		d := document(t, profile)
		whole := &Link{Chip: chip.New(d.Chip)}
		if _, err := inspect.Read(context.Background(), whole, input(t, d)); err != nil {
			t.Fatal(err)
		}
		for n := range whole.Sent {
			link := &Link{Chip: chip.New(d.Chip), Before: func(at int, _ []byte) ([]byte, error) {
				if at >= n {
					return nil, ErrLost
				}
				return nil, nil
			}}
			reading, err := inspect.Read(context.Background(), link, input(t, d))
			if !errors.Is(err, mrtd.ErrLinkLost) || reading == nil {
				t.Fatalf("%s: card gone at command %d: %v", profile, n, err)
			}
			if reading.Evidence.Session.LostAt == "" {
				t.Errorf("%s: card gone at command %d: the account does not say where", profile, n)
			}
			if link.Sent > n+2 {
				t.Errorf("%s: %d commands sent after the card had gone at %d, one quiet try more is right", profile, link.Sent-n-1, n)
			}
		}
	}
}

// TestCancelled ends a read by its context at every command.
func TestCancelled(t *testing.T) {
	d := document(t, "danish-passport-2023")
	for n := range 20 {
		ctx, cancel := context.WithCancel(context.Background())
		link := &Link{Chip: chip.New(d.Chip), Before: func(at int, _ []byte) ([]byte, error) {
			if at == n {
				cancel()
			}
			return nil, nil
		}}
		_, err := inspect.Read(ctx, link, input(t, d))
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled at command %d: %v", n, err)
		}
		if link.Sent > n+1 {
			t.Errorf("%d commands sent after the end of the context", link.Sent-n-1)
		}
		cancel()
	}
}

// TestGarbage lets a chip answer random bytes from every command on: an end within bounds, never a panic.
func TestGarbage(t *testing.T) {
	d := document(t, "danish-passport-2023")
	for n := range 26 {
		for _, size := range []int{0, 1, 2, 7, 300} {
			link := &Link{Chip: chip.New(d.Chip), After: func(at int, _, answer []byte) []byte {
				if at < n {
					return answer
				}
				garbage := make([]byte, size)
				_, _ = rand.Read(garbage)
				return garbage
			}}
			reading, err := inspect.Read(context.Background(), link, input(t, d))
			if reading == nil && err == nil {
				t.Fatalf("garbage from command %d on: no reading and no error", n)
			}
			if link.Sent > 400 {
				t.Errorf("garbage from command %d on: %d commands", n, link.Sent)
			}
		}
	}
}

// counted counts commands and bytes over a read's life.
type counted struct{ commands, bytes int }

func count(link *Link) *counted {
	c := &counted{}
	link.After = func(_ int, command, answer []byte) []byte {
		c.commands++
		c.bytes += len(command) + len(answer)
		return answer
	}
	return c
}

// TestLaidBack lifts a document at every command and lays it back: the second read carries on. It must end with the same files and
// verdict as a whole read, let the chip prove itself again, and never cost more than one.
func TestLaidBack(t *testing.T) {
	for _, profile := range []string{"danish-passport-2023", "german-passport-2017", "bac-passport-2009"} {
		d := document(t, profile)
		whole := &Link{Chip: chip.New(d.Chip)}
		wholeCost := count(whole)
		in := input(t, d)
		in.Judge = judge(t, d)
		if _, err := inspect.Read(context.Background(), whole, in); err != nil {
			t.Fatal(err)
		}
		for n := range whole.Sent {
			lifted := &Link{Chip: chip.New(d.Chip), Before: func(at int, _ []byte) ([]byte, error) {
				if at >= n {
					return nil, ErrLost
				}
				return nil, nil
			}}
			first, err := inspect.Read(context.Background(), lifted, in)
			if !errors.Is(err, mrtd.ErrLinkLost) {
				t.Fatal(err)
			}
			back := &Link{Chip: chip.New(d.Chip)}
			cost := count(back)
			again := in
			again.Earlier = first.Evidence
			reading, err := inspect.Read(context.Background(), back, again)
			if err != nil {
				t.Fatalf("%s: lifted at %d: %v", profile, n, err)
			}
			if reading.Report.Authenticity != inspect.Genuine {
				t.Errorf("%s: lifted at %d: %s", profile, n, reading.Report.Authenticity)
				complain(t, reading.Report)
			}
			if len(d.Chip.Agreements) > 0 && proof(t, reading, "chip.ca").Outcome != inspect.Successful {
				t.Errorf("%s: lifted at %d: the chip did not prove itself again", profile, n)
			}
			if cost.commands > wholeCost.commands+1 || cost.bytes > wholeCost.bytes+100 {
				t.Errorf("%s: lifted at %d: carrying on cost %d commands and %d bytes, a whole read %d and %d",
					profile, n, cost.commands, cost.bytes, wholeCost.commands, wholeCost.bytes)
			}
		}
	}
}

// TestAnotherLaidBack lifts one document and lays back another: nothing of the first may be in the second's report.
func TestAnotherLaidBack(t *testing.T) {
	one, other := document(t, "danish-passport-2023"), document(t, "german-passport-2017")
	lifted := &Link{Chip: chip.New(one.Chip), Before: func(at int, _ []byte) ([]byte, error) {
		if at >= 20 {
			return nil, ErrLost
		}
		return nil, nil
	}}
	first, err := inspect.Read(context.Background(), lifted, input(t, one))
	if !errors.Is(err, mrtd.ErrLinkLost) {
		t.Fatal(err)
	}
	in := input(t, other)
	in.Judge, in.Earlier = judge(t, other), first.Evidence
	reading, err := inspect.Read(context.Background(), &Link{Chip: chip.New(other.Chip)}, in)
	if err != nil || reading.Report.Authenticity != inspect.Genuine {
		t.Fatalf("%v, %v", reading.Report.Authenticity, err)
	}
	for _, f := range []inspect.File{inspect.DG(1), inspect.DG(2), inspect.DG(14)} {
		if string(reading.Evidence.Files[f]) != string(other.Files[string(f)]) {
			t.Errorf("%s is not the second document's", f)
		}
	}
}

// TestCloneLaidBack lifts the original and lays back a copy of it without its key: the kept files do not hide that.
func TestCloneLaidBack(t *testing.T) {
	d := document(t, "danish-passport-2023")
	in := input(t, d)
	in.Judge = judge(t, d)
	lifted := &Link{Chip: chip.New(d.Chip), Before: func(at int, _ []byte) ([]byte, error) {
		if at >= 20 {
			return nil, ErrLost
		}
		return nil, nil
	}}
	first, err := inspect.Read(context.Background(), lifted, in)
	if !errors.Is(err, mrtd.ErrLinkLost) {
		t.Fatal(err)
	}
	clone := d.Chip
	clone.Agreements = slices.Clone(clone.Agreements)
	clone.Agreements[0].Private = big.NewInt(4711)
	in.Earlier = first.Evidence
	reading, err := inspect.Read(context.Background(), &Link{Chip: chip.New(clone)}, in)
	if err != nil || reading.Report.Authenticity != inspect.Counterfeit {
		t.Errorf("%s, %v", reading.Report.Authenticity, err)
	}
}

// TestSpoiltStartLaidBack spoils the length at the start of a face that nothing protects. When the document is laid back, what was begun comes to
// nothing, and the face is read anew.
func TestSpoiltStartLaidBack(t *testing.T) {
	d := document(t, "utopian-open")
	in := input(t, d)
	in.Judge = judge(t, d)
	first, err := inspect.Read(context.Background(), &Link{Chip: chip.New(d.Chip), After: func(_ int, _, answer []byte) []byte {
		if len(answer) > 100 && answer[0] == 0x75 && answer[1] == 0x82 {
			answer = slices.Clone(answer)
			answer[2] |= 0x80
		}
		return answer
	}}, in)
	if err != nil || first.Report.Authenticity == inspect.Genuine {
		t.Fatalf("%v, %v", first.Report.Authenticity, err)
	}
	in.Earlier = first.Evidence
	reading, err := inspect.Read(context.Background(), &Link{Chip: chip.New(d.Chip)}, in)
	if err != nil || reading.Report.Authenticity != inspect.Genuine {
		t.Errorf("%s, %v", reading.Report.Authenticity, err)
	}
}
