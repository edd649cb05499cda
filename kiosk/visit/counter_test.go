package visit

import (
	"context"
	"errors"
	"fmt"
	"image"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/mrtd"
	"github.com/skranke/skranke/mrtd/inspect"
)

func TestReadingStartsWhenBothAreThere(t *testing.T) {
	for _, first := range []string{"document", "lines"} {
		t.Run(first+" first", func(t *testing.T) {
			onBench(t, nil, func(b *bench) {
				if s := b.expect(Waiting, ""); s.Status != StatusStarting || s.Visit != 1 {
					t.Errorf("at first: status %q, visit %d", s.Status, s.Visit)
				}
				b.lay(with(ReaderEmpty, 0))
				if s := b.expect(Waiting, ""); s.Status != StatusEmpty || s.LeftBehind {
					t.Errorf("status %q with an empty reader", s.Status)
				}
				if first == "document" {
					b.lay(with(ReaderCard, 1))
					b.expect(Waiting, "")
					b.give()
				} else {
					b.give()
					if s := b.expect(Waiting, ""); s.Given != WayMRZ {
						t.Errorf("given %q", s.Given)
					}
					b.lay(with(ReaderCard, 1))
				}
				s := b.expect(Done, "")
				if s.Result.Report.Document.Surname != "EKSEMPEL" || s.Result.Decision.Outcome != rules.Eligible || s.Result.Photo.Copy() == nil {
					t.Error("the result lacks its report, decision or photo")
				}
				if s.Given != WayNone {
					t.Error("what opened the chip is kept after the reading")
				}
				for _, step := range s.Steps {
					if step.State != StepDone && step.State != StepPending {
						t.Errorf("step %q is %q after the reading", step.ID, step.State)
					}
				}
				if b.reads.Load() != 1 {
					t.Errorf("%d readings", b.reads.Load())
				}
				// The document leaves and comes back: the result stands, and nothing is read again.
				b.lay(with(ReaderEmpty, 1))
				b.lay(with(ReaderCard, 2))
				if b.expect(Done, ""); b.reads.Load() != 1 {
					t.Errorf("read again without being asked")
				}
			})
		})
	}
}

func TestProgressIsTold(t *testing.T) {
	onBench(t, nil, func(b *bench) {
		b.inspect = func(_ context.Context, _ mrtd.Link, given Given, _ *inspect.Evidence, progress func(Progress)) (*Inspection, error) {
			if given.MRZ() == nil || given.Key().IsZero() {
				t.Error("the reading got no password")
			}
			for _, p := range []Progress{
				{StepAccess, 0, 0},
				{StepHolder, 100, 100},
				{StepHolder, 40, 200},
				{StepFace, 0, 0},
				{StepFace, 9000, 18000},
				{StepFace, 18000, 18000},
			} {
				time.Sleep(100 * time.Millisecond)
				progress(p)
				synctest.Wait()
			}
			return goodInspection(), nil
		}
		b.lay(with(ReaderCard, 1))
		b.give()
		time.Sleep(time.Second)
		s := b.expect(Done, "")
		var told []string
		for _, snapshot := range b.seen {
			for _, step := range snapshot.Steps {
				if word := fmt.Sprintf("%s %s %d/%d", step.ID, step.State, step.Bytes, step.Total); step.State != StepPending && !slices.Contains(told, word) {
					told = append(told, word)
				}
			}
		}
		for _, want := range []string{
			"connect running 0/0", "access running 0/0", "connect done 0/0", "holder running 100/100", "holder running 140/300",
			"face running 9000/18000", "face done 18000/18000", "decide done 0/0",
		} {
			if !slices.Contains(told, want) {
				t.Errorf("nobody was told %q; told: %q", want, told)
			}
		}
		took := map[StepID]time.Duration{}
		for _, step := range s.Steps {
			took[step.ID] = step.Took
		}
		if took[StepFace] != 200*time.Millisecond || took[StepHolder] != 200*time.Millisecond {
			t.Errorf("face took %v, holder %v, want 200ms each", took[StepFace], took[StepHolder])
		}
		if first := b.seen[len(b.seen)-1].Steps[0]; first.ID != StepConnect {
			t.Errorf("the first step is %q", first.ID)
		}
	})
}

func TestEveryProblem(t *testing.T) {
	for _, test := range []struct {
		name    string
		open    error
		inspect error
		can     bool
		phase   Phase
		problem Problem
	}{
		{"wrong MRZ", nil, inspect.ErrWrongPassword, false, Waiting, ProblemWrongMRZ},
		{"wrong CAN", nil, fmt.Errorf("PACE: %w", inspect.ErrWrongPassword), true, Waiting, ProblemWrongCAN},
		{"a CAN for a document that takes none", nil, inspect.ErrNeedsMRZ, true, Waiting, ProblemNeedsMRZ},
		{"a bank card", nil, inspect.ErrNotTravelDocument, false, Trouble, ProblemNotAPassport},
		{"lifted while read", nil, fmt.Errorf("DG2: %w", mrtd.ErrLinkLost), false, Trouble, ProblemLinkLost},
		{"lifted before it was opened", mrtd.ErrLinkLost, nil, false, Trouble, ProblemLinkLost},
		{"reader pulled", nil, fmt.Errorf("%w: %w", mrtd.ErrLinkLost, ErrReaderRemoved), false, Trouble, ProblemReaderRemoved},
		{"in use", ErrInUse, nil, false, Trouble, ProblemInUse},
		{"mute", ErrMute, nil, false, Trouble, ProblemMute},
		{"no service", ErrNoService, nil, false, Trouble, ProblemNoService},
		{"no reader", ErrNoReader, nil, false, Trouble, ProblemNoReader},
		{"something else", nil, errOdd, false, Trouble, ProblemUnexpected},
	} {
		t.Run(test.name, func(t *testing.T) {
			onBench(t, nil, func(b *bench) {
				link := &fakeLink{}
				b.room.open = func(context.Context, string) (Link, error) { return link, test.open }
				b.inspect = func(context.Context, mrtd.Link, Given, *inspect.Evidence, func(Progress)) (*Inspection, error) {
					return nil, test.inspect
				}
				b.lay(with(ReaderCard, 1))
				if test.can {
					given, err := CAN("123456")
					if err != nil {
						t.Fatal(err)
					}
					b.counter.Give(given)
				} else {
					b.give()
				}
				s := b.expect(test.phase, test.problem)
				if test.open == nil && !link.closed {
					t.Error("the link was left open")
				}
				if kept := s.Given != WayNone; kept == test.problem.asksAgain() {
					t.Errorf("what was given is kept: %t", kept)
				}
				if s.Result != nil {
					t.Error("there is a result all the same")
				}
				// The document lies there still: nothing is tried again unasked.
				b.lay(with(ReaderCard, 1))
				if b.expect(test.phase, test.problem); b.reads.Load() > 1 {
					t.Error("read again unasked")
				}
			})
		})
	}
}

func TestAReadingThatAlsoLostItsLinkIsNoResult(t *testing.T) {
	onBench(t, nil, func(b *bench) {
		inspection := goodInspection()
		face, file := inspection.Face, inspection.Evidence.Files[inspect.DG(1)]
		b.inspect = func(context.Context, mrtd.Link, Given, *inspect.Evidence, func(Progress)) (*Inspection, error) {
			return inspection, mrtd.ErrLinkLost
		}
		b.lay(with(ReaderCard, 1))
		b.give()
		b.expect(Trouble, ProblemLinkLost)
		expectWiped(t, "face", face)
		b.counter.Next() // until then the document may be laid back, and the reading go on
		synctest.Wait()
		expectWiped(t, "file", file)
	})
}

func TestGoesOnWhenTheDocumentIsLaidBack(t *testing.T) {
	onBench(t, nil, func(b *bench) {
		b.inspect = func(context.Context, mrtd.Link, Given, *inspect.Evidence, func(Progress)) (*Inspection, error) {
			return nil, mrtd.ErrLinkLost
		}
		b.lay(with(ReaderCard, 1))
		b.give()
		b.expect(Trouble, ProblemLinkLost)
		b.lay(with(ReaderEmpty, 1))
		b.expect(Trouble, ProblemLinkLost)
		b.inspect = func(context.Context, mrtd.Link, Given, *inspect.Evidence, func(Progress)) (*Inspection, error) {
			return goodInspection(), nil
		}
		b.lay(with(ReaderCard, 2))
		b.expect(Done, "")
	})
}

func TestGoesOnWhenTheReaderIsFreeAgain(t *testing.T) {
	onBench(t, nil, func(b *bench) {
		b.room.open = func(context.Context, string) (Link, error) { return nil, ErrInUse }
		b.lay(with(ReaderCard, 1))
		b.give()
		b.expect(Trouble, ProblemInUse)
		b.lay(with(ReaderInUse, 1))
		b.room.open = nil
		b.lay(with(ReaderCard, 1))
		b.expect(Done, "")
	})
}

func TestAgainAndCorrect(t *testing.T) {
	onBench(t, nil, func(b *bench) {
		b.inspect = func(context.Context, mrtd.Link, Given, *inspect.Evidence, func(Progress)) (*Inspection, error) {
			return nil, errOdd
		}
		b.lay(with(ReaderCard, 1))
		b.give()
		b.expect(Trouble, ProblemUnexpected)
		b.counter.Again()
		if b.expect(Trouble, ProblemUnexpected); b.reads.Load() != 2 {
			t.Errorf("%d readings after asking for another", b.reads.Load())
		}
		b.counter.Correct()
		if s := b.expect(Waiting, ""); s.Given != WayNone || len(s.Steps) != 0 {
			t.Error("correcting keeps what was given, or the steps")
		}
		b.inspect = func(context.Context, mrtd.Link, Given, *inspect.Evidence, func(Progress)) (*Inspection, error) {
			return goodInspection(), nil
		}
		b.give()
		b.expect(Done, "")
		// Afterwards both do nothing.
		b.counter.Again()
		b.counter.Correct()
		b.give()
		if b.expect(Done, ""); b.reads.Load() != 3 {
			t.Errorf("%d readings", b.reads.Load())
		}
	})
}

func TestWrongLinesThenRightOnes(t *testing.T) {
	onBench(t, nil, func(b *bench) {
		b.inspect = func(context.Context, mrtd.Link, Given, *inspect.Evidence, func(Progress)) (*Inspection, error) {
			return nil, inspect.ErrWrongPassword
		}
		b.lay(with(ReaderCard, 1))
		b.give()
		b.expect(Waiting, ProblemWrongMRZ)
		b.inspect = func(context.Context, mrtd.Link, Given, *inspect.Evidence, func(Progress)) (*Inspection, error) {
			return goodInspection(), nil
		}
		b.give() // the document never left
		b.expect(Done, "")
	})
}

func TestOnlyTheReaderAskedFor(t *testing.T) {
	onBench(t, func(c *Config) { c.Reader = "contactless" }, func(b *bench) {
		b.give()
		both := ReadersState{Known: true, Service: true, Readers: []Reader{{Name: "ACME Contact 0", State: ReaderCard, Card: 1}}}
		b.lay(both)
		if s := b.expect(Waiting, ""); s.Status != StatusNoReader || b.reads.Load() != 0 {
			t.Errorf("status %q, %d readings with only another reader", s.Status, b.reads.Load())
		}
		b.room.open = func(_ context.Context, reader string) (Link, error) {
			if reader != "ACME Contactless 0" {
				t.Errorf("opened %q", reader)
			}
			return &fakeLink{}, nil
		}
		both.Readers = append(slices.Clone(both.Readers), Reader{Name: "ACME Contactless 0", State: ReaderCard, Card: 1})
		b.lay(both)
		b.expect(Done, "")
	})
}

func TestASecondReaderIsTriedWhenTheFirstHoldsNoPassport(t *testing.T) {
	onBench(t, nil, func(b *bench) {
		b.inspect = func(context.Context, mrtd.Link, Given, *inspect.Evidence, func(Progress)) (*Inspection, error) {
			if b.reads.Load() == 1 {
				return nil, inspect.ErrNotTravelDocument
			}
			return goodInspection(), nil
		}
		b.lay(ReadersState{Known: true, Service: true, Readers: []Reader{
			{Name: "A", State: ReaderCard, Card: 1}, {Name: "B", State: ReaderCard, Card: 1},
		}})
		b.give()
		if b.expect(Done, ""); b.reads.Load() != 2 {
			t.Errorf("%d readings", b.reads.Load())
		}
	})
}

func TestStatus(t *testing.T) {
	onBench(t, nil, func(b *bench) {
		for _, test := range []struct {
			state ReadersState
			want  ReaderStatus
		}{
			{ReadersState{Known: true}, StatusNoService},
			{ReadersState{Known: true, Service: true}, StatusNoReader},
			{with(ReaderEmpty, 0), StatusEmpty},
			{with(ReaderCard, 1), StatusCard},
			{with(ReaderInUse, 1), StatusInUse},
			{with(ReaderMute, 2), StatusMute},
			{ReadersState{Known: true, Service: true, Readers: []Reader{{"A", ReaderInUse, 1}, {"B", ReaderEmpty, 0}}}, StatusEmpty},
			{ReadersState{Known: true, Service: true, Readers: []Reader{{"A", ReaderEmpty, 0}, {"B", ReaderMute, 1}}}, StatusMute},
		} {
			b.lay(test.state)
			if s := b.now(); s.Status != test.want {
				t.Errorf("%+v: status %q, want %q", test.state, s.Status, test.want)
			}
		}
	})
}

func expectWiped(t *testing.T, what string, secret []byte) {
	t.Helper()
	if len(secret) == 0 {
		t.Errorf("%s: nothing to look at", what)
	}
	for _, b := range secret {
		if b != 0 {
			t.Errorf("%s was not wiped", what)
			return
		}
	}
}

func TestNextForgetsEverything(t *testing.T) {
	for _, how := range []string{"next", "end"} {
		t.Run(how, func(t *testing.T) {
			var face, file, pixels []byte
			onBench(t, nil, func(b *bench) {
				inspection := goodInspection()
				face, file = inspection.Face, inspection.Evidence.Files[inspect.DG(1)]
				b.inspect = func(context.Context, mrtd.Link, Given, *inspect.Evidence, func(Progress)) (*Inspection, error) {
					return inspection, nil
				}
				b.lay(with(ReaderCard, 1))
				b.give()
				b.counter.See(Seen{Look: Look{SamePerson: Yes}, Papers: []rules.Document{{Type: "health_card"}}})
				s := b.expect(Done, "")
				photo := s.Result.Photo
				pixels = photo.pixels.Pix
				if pixels[0] != 1 || face[0] == 0 || file[0] == 0 {
					t.Fatal("there is nothing to forget")
				}
				if how == "end" {
					return
				}
				b.counter.Next()
				s = b.expect(Waiting, "")
				if !s.LeftBehind {
					t.Error("nobody is told that the document lies there still")
				}
				if s.Visit != 2 || s.Result != nil || !reflect.DeepEqual(s.Seen, Seen{}) || s.Given != WayNone || len(s.Steps) != 0 {
					t.Error("something of the last visit is left")
				}
				if photo.Copy() != nil {
					t.Error("the photo can still be had")
				}
				// The last citizen's document lies there still; nothing is read without lines.
				b.lay(with(ReaderCard, 1))
				if s := b.expect(Waiting, ""); b.reads.Load() != 1 || !s.LeftBehind {
					t.Error("read without lines, or forgot the document")
				}
				b.lay(with(ReaderEmpty, 1))
				if s := b.expect(Waiting, ""); s.LeftBehind {
					t.Error("the document is gone, but still told of")
				}
				b.lay(with(ReaderCard, 2))
				if s := b.expect(Waiting, ""); s.LeftBehind {
					t.Error("the next citizen's document is taken for the last one's")
				}
			})
			expectWiped(t, "encoded face", face)
			expectWiped(t, "file", file)
			expectWiped(t, "pixels", pixels)
		})
	}
}

func TestNextWipesACAN(t *testing.T) {
	onBench(t, nil, func(b *bench) {
		given, err := CAN("123 456")
		if err != nil {
			t.Fatal(err)
		}
		b.counter.Give(given)
		b.expect(Waiting, "")
		b.counter.Next()
		b.expect(Waiting, "")
		expectWiped(t, "CAN", given.can)
	})
}

func TestNextStopsAReading(t *testing.T) {
	onBench(t, nil, func(b *bench) {
		late := goodInspection()
		face := late.Face
		b.inspect = func(ctx context.Context, _ mrtd.Link, _ Given, _ *inspect.Evidence, progress func(Progress)) (*Inspection, error) {
			<-ctx.Done()
			time.Sleep(time.Second) // a chip's last exchange takes its time
			progress(Progress{Step: StepFace, Bytes: 1})
			return late, nil
		}
		b.lay(with(ReaderCard, 1))
		b.give()
		b.expect(Reading, "")
		b.counter.Next()
		if s := b.expect(Waiting, ""); s.Visit != 2 || s.Status != StatusCard {
			t.Errorf("visit %d, status %q", s.Visit, s.Status)
		}
		// The next citizen's lines come while the old reading still ends: theirs waits for it.
		b.inspect = func(context.Context, mrtd.Link, Given, *inspect.Evidence, func(Progress)) (*Inspection, error) {
			return goodInspection(), nil
		}
		b.give()
		if b.expect(Waiting, ""); b.reads.Load() != 1 {
			t.Error("two readings at once on one reader")
		}
		time.Sleep(2 * time.Second)
		if s := b.expect(Done, ""); s.Visit != 2 || b.reads.Load() != 2 {
			t.Errorf("visit %d, %d readings", s.Visit, b.reads.Load())
		}
		expectWiped(t, "face of the visit that ended", face)
	})
}

func TestEndingStopsAReading(t *testing.T) {
	late := goodInspection()
	onBench(t, nil, func(b *bench) {
		b.inspect = func(ctx context.Context, _ mrtd.Link, _ Given, _ *inspect.Evidence, _ func(Progress)) (*Inspection, error) {
			<-ctx.Done()
			return late, ctx.Err()
		}
		b.lay(with(ReaderCard, 1))
		b.give()
		b.expect(Reading, "")
		face := late.Face
		b.stop()
		synctest.Wait()
		expectWiped(t, "face", face)
		// Nothing that is asked of a counter that has ended waits or panics.
		for range 100 {
			b.counter.Next()
			b.counter.Again()
		}
	})
}

func TestALimitEndsAReading(t *testing.T) {
	onBench(t, func(c *Config) { c.Limit = 3 * time.Second }, func(b *bench) {
		b.inspect = func(ctx context.Context, _ mrtd.Link, _ Given, _ *inspect.Evidence, _ func(Progress)) (*Inspection, error) {
			<-ctx.Done()
			return nil, mrtd.ErrLinkLost
		}
		b.lay(with(ReaderCard, 1))
		b.give()
		time.Sleep(2 * time.Second)
		b.expect(Reading, "")
		time.Sleep(2 * time.Second)
		b.expect(Trouble, ProblemTimeout)
	})
}

func TestAPanicIsAProblemThatRepeatsNothing(t *testing.T) {
	onBench(t, nil, func(b *bench) {
		b.inspect = func(context.Context, mrtd.Link, Given, *inspect.Evidence, func(Progress)) (*Inspection, error) {
			panic("EKSEMPEL<<KARIN")
		}
		b.lay(with(ReaderCard, 1))
		b.give()
		b.expect(Trouble, ProblemUnexpected)
	})
}

func TestAPhotoThatDoesNotDecodeIsLeftOut(t *testing.T) {
	onBench(t, func(c *Config) {
		c.Decode = func(context.Context, []byte) (image.Image, error) { return nil, errOdd }
	}, func(b *bench) {
		b.lay(with(ReaderCard, 1))
		b.give()
		if s := b.expect(Done, ""); s.Result.Photo != nil || s.Result.Photo.Copy() != nil {
			t.Error("there is a photo")
		}
	})
}

func TestWhatTheCaseworkerSawIsDecidedOn(t *testing.T) {
	onBench(t, nil, func(b *bench) {
		b.lay(with(ReaderCard, 1))
		b.give()
		b.counter.See(Seen{Look: Look{SamePerson: Yes}, Questions: rules.QuestionsPassed})
		s := b.expect(Done, "")
		if s.Seen.SamePerson != Yes || len(b.decided) != 2 {
			t.Fatalf("decided %d times", len(b.decided))
		}
		facts := b.decided[1]
		if facts.ControlQuestions != rules.QuestionsPassed || facts.Documents[0].Chip.HolderMatch != rules.CheckSuccessful ||
			facts.On.String() != "2026-11-22" || facts.Scheme != rules.MitID || facts.Channel != rules.Counter {
			t.Error("what was seen, the day, the scheme or the channel is not in the facts")
		}
	})
}

func TestRulesThatFailLeaveNoDecision(t *testing.T) {
	onBench(t, func(c *Config) {
		c.Decide = func(rules.Facts) (*rules.Decision, error) { return &rules.Decision{Outcome: rules.Eligible}, errOdd }
	}, func(b *bench) {
		b.lay(with(ReaderCard, 1))
		b.give()
		if s := b.expect(Done, ""); s.Result.Decision != nil {
			t.Error("there is a decision all the same")
		}
	})
}

func TestABrokenWatchEndsTheCounter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		room := newRoom()
		room.watch = func(context.Context) error { return errOdd }
		counter, err := New(Config{
			Readers: room, Now: time.Now, Changed: func(Snapshot) {},
			Inspect: func(context.Context, mrtd.Link, Given, *inspect.Evidence, func(Progress)) (*Inspection, error) {
				return nil, errOdd
			},
			Decide: func(rules.Facts) (*rules.Decision, error) { return nil, errOdd },
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := counter.Run(t.Context()); !errors.Is(err, errOdd) {
			t.Errorf("ended with %v", err)
		}
		if err := counter.Run(t.Context()); err == nil || errors.Is(err, errOdd) {
			t.Errorf("a second run ended with %v", err)
		}
	})
}

func TestNewWantsItsConfiguration(t *testing.T) {
	if _, err := New(Config{}); err == nil {
		t.Error("a counter of nothing was made")
	}
}

func TestNothingPrintsItself(t *testing.T) {
	given, err := Lines(specimenLines)
	if err != nil {
		t.Fatal(err)
	}
	result := &Result{Report: goodReport(), Photo: NewPhoto(drawnFace())}
	for _, secret := range []any{
		given, &given, Seen{Questions: "passed"}, Look{SamePerson: Yes}, Witness{Sworn: Yes}, Snapshot{Result: result}, &Snapshot{Result: result}, *result, result, NewPhoto(drawnFace()),
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x"} {
			text := fmt.Sprintf(verb, secret)
			if len(text) > 30 || text[0] != '[' {
				t.Errorf("%T prints as %q", secret, text)
			}
		}
	}
}

// A document that was lifted is laid back: the next reading gets what the first had, once, and Next wipes it.
func TestLaidBackCarriesOn(t *testing.T) {
	onBench(t, nil, func(b *bench) {
		evidence := &inspect.Evidence{Files: map[inspect.File][]byte{inspect.SOD: {0x77, 1, 1}}}
		var got []*inspect.Evidence
		b.inspect = func(_ context.Context, _ mrtd.Link, _ Given, earlier *inspect.Evidence, _ func(Progress)) (*Inspection, error) {
			got = append(got, earlier)
			return &Inspection{Report: &inspect.Report{}, Evidence: evidence}, mrtd.ErrLinkLost
		}
		b.lay(with(ReaderCard, 1))
		b.give()
		synctest.Wait()
		b.lay(with(ReaderEmpty, 1))
		b.lay(with(ReaderCard, 2))
		synctest.Wait()
		if len(got) != 2 || got[0] != nil || got[1] != evidence {
			b.t.Fatalf("%d readings; the second got %v", len(got), len(got) > 1 && got[1] == evidence)
		}
		b.counter.Next()
		synctest.Wait()
		if len(evidence.Files) != 0 {
			b.t.Error("what was read outlives the visit")
		}
	})
}

func TestAnotherDocumentOfTheSameCitizen(t *testing.T) {
	onBench(t, nil, func(b *bench) {
		b.lay(with(ReaderCard, 1))
		b.counter.Another() // nothing was read yet
		b.give()
		b.counter.See(Seen{Look: Look{SamePerson: Yes}, Questions: rules.QuestionsPassed})
		first := b.expect(Done, "").Result
		b.counter.Another()
		s := b.expect(Waiting, "")
		if s.Result != nil || len(s.Before) != 1 || s.Before[0] != first || s.Seen.SamePerson != Unanswered || s.Seen.Questions != rules.QuestionsPassed {
			t.Fatal("what was read or seen is not kept as it should be")
		}
		b.lay(with(ReaderEmpty, 1))
		b.lay(with(ReaderCard, 2))
		b.give()
		b.expect(Done, "")
		facts := b.decided[len(b.decided)-1]
		if len(facts.Documents) != 2 || facts.Documents[0].Chip.HolderMatch != rules.CheckNotDone || facts.Documents[1].Chip.HolderMatch != rules.CheckSuccessful {
			t.Error("it was not decided on both documents")
		}
		for range 2 * maxBefore {
			b.counter.Another()
			b.lay(with(ReaderEmpty, 2))
			b.lay(with(ReaderCard, 3))
			b.give()
		}
		if s := b.now(); len(s.Before) != maxBefore {
			t.Errorf("%d documents are kept", len(s.Before))
		}
		b.counter.Next()
		if s := b.now(); len(s.Before) != 0 || first.Photo.Copy() != nil {
			t.Error("a document outlives the visit")
		}
	})
}

func TestWithoutAChip(t *testing.T) {
	onBench(t, nil, func(b *bench) {
		b.counter.WithoutChip()
		b.counter.See(Seen{Papers: []rules.Document{{Type: "driving_licence"}}})
		if s := b.expect(Done, ""); s.Result == nil || s.Result.Report != nil || s.Result.Decision == nil {
			t.Fatal("nothing was decided")
		}
		if facts := b.decided[len(b.decided)-1]; len(facts.Documents) != 1 || facts.Documents[0].Type != "driving_licence" {
			t.Error("the paper was not decided on")
		}
		b.counter.Another()
		if s := b.expect(Waiting, ""); len(s.Before) != 0 || len(s.Seen.Papers) != 1 {
			t.Error("nothing counts as a document, or the paper is lost")
		}
	})
}
