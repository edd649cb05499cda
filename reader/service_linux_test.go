package reader

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/rig"
	"github.com/skranke/skranke/mrtd"
)

func TestNoService(t *testing.T) {
	ctx := require(t)
	rig.StopService(t)
	for name, use := range map[string]func(context.Context) error{
		"List":    func(ctx context.Context) error { _, err := List(ctx); return err },
		"Connect": func(ctx context.Context) error { _, err := Connect(ctx, ""); return err },
	} {
		if err := use(ctx); !errors.Is(err, ErrNoService) || errors.Is(err, mrtd.ErrLinkLost) {
			t.Errorf("%s: %v, want %v", name, err, ErrNoService)
		}
	}
	events := Watch(ctx)
	expect(t, ctx, events, Event{Kind: ServiceDown, Err: ErrNoService})
	opened := make(chan error, 1)
	go func() {
		link, err := Open(ctx, "")
		if err == nil {
			_, err = link.Transmit(ctx, selectMF)
			_ = link.Close()
		}
		opened <- err
	}()
	rig.StartService(t)
	(&script{answer: echo}).lay(t, rig.Address0)
	if err := <-opened; err != nil {
		t.Errorf("Open when the service has come: %v", err)
	}
}

// While the service is away, it is looked for now and then, and not all the time.
func TestNoServiceCostsLittle(t *testing.T) {
	ctx := require(t)
	rig.StopService(t)
	expect(t, ctx, Watch(ctx), Event{Kind: ServiceDown, Err: ErrNoService})
	used := func() time.Duration {
		var usage syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
			t.Fatal(err)
		}
		return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	before := used()
	time.Sleep(2 * time.Second)
	if spent := used() - before; spent > 200*time.Millisecond {
		t.Errorf("waiting for the service took %v of processor time in two seconds", spent)
	}
}

func TestServiceRestarted(t *testing.T) {
	ctx := require(t)
	events := Watch(ctx)
	expect(t, ctx, events, bothSlots...)
	card := &script{answer: echo}
	link := connected(ctx, t, card)
	expect(t, ctx, events, of(CardInserted, rig.Slot0))

	rig.StopService(t)
	expect(t, ctx, events, of(CardRemoved, rig.Slot0), of(ReaderRemoved, rig.Slot0), of(ReaderRemoved, rig.Slot1),
		Event{Kind: ServiceDown, Err: ErrNoService})
	for range 2 {
		if _, err := link.Transmit(ctx, selectMF); !errors.Is(err, ErrNoService) || !errors.Is(err, mrtd.ErrLinkLost) {
			t.Errorf("Transmit without the service: %v, want %v and %v", err, ErrNoService, mrtd.ErrLinkLost)
		}
	}
	card.remove()

	rig.StartService(t)
	expect(t, ctx, events, bothSlots...)
	(&script{answer: echo}).lay(t, rig.Address0)
	expect(t, ctx, events, of(CardInserted, rig.Slot0))
	if err := link.Reset(ctx); !errors.Is(err, ErrNoService) {
		t.Errorf("Reset of the old card: %v, want %v", err, ErrNoService)
	}
	if err := link.Close(); err != nil {
		t.Errorf("Close of the old card: %v", err)
	}
	again, err := Connect(ctx, rig.Slot0)
	if err != nil {
		t.Fatalf("Connect: %v", err)
	}
	defer func() { _ = again.Close() }()
	if _, err := again.Transmit(ctx, selectMF); err != nil {
		t.Errorf("Transmit: %v", err)
	}
}

func TestServiceKilledDuringTransmit(t *testing.T) {
	ctx := require(t)
	card, asked, letGo := silent()
	link := connected(ctx, t, card)
	killed := make(chan struct{})
	go func() {
		defer close(killed)
		<-asked
		rig.StopService(t)
	}()
	_, err := link.Transmit(ctx, noAnswer)
	if !errors.Is(err, ErrNoService) || !errors.Is(err, mrtd.ErrLinkLost) {
		t.Errorf("Transmit: %v, want %v", err, ErrNoService)
	}
	<-killed
	close(letGo)
	_ = link.Close()
}

// A service that does not answer holds up nobody whose context ends.
func TestServiceHangs(t *testing.T) {
	ctx := require(t)
	link := connected(ctx, t, &script{answer: echo})
	events := Watch(ctx)
	expect(t, ctx, events, serviceUpAnd(of(ReaderAdded, rig.Slot0), of(CardInserted, rig.Slot0), of(ReaderAdded, rig.Slot1))...)
	wake := rig.HangService(t)
	for _, use := range []struct {
		name string
		call func(context.Context) error
	}{
		{"Connect", func(ctx context.Context) error { _, err := Connect(ctx, rig.Slot0); return err }},
		{"Transmit", func(ctx context.Context) error { _, err := link.Transmit(ctx, selectMF); return err }},
		{"Reset", func(ctx context.Context) error { return link.Reset(ctx) }},
		{"Watch", func(ctx context.Context) error {
			for range Watch(ctx) {
			}
			return ctx.Err()
		}},
	} {
		short, stop := context.WithTimeout(ctx, 100*time.Millisecond)
		begun := time.Now()
		if err := use.call(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v, want %v", use.name, err, context.DeadlineExceeded)
		}
		if took := time.Since(begun); took > 2*time.Second {
			t.Errorf("%s took %v to return after 100 ms", use.name, took)
		}
		stop()
	}
	wake()
	_ = link.Close()
}

// The reader is unplugged, and the service has not dropped it yet: pcsc-lite drops USB readers alone, which the rig has not.
// See TestReadersComeAndGo.
func TestReaderUnplugged(t *testing.T) {
	ctx := require(t)
	unplug, plug := pluggable(t)
	events := Watch(ctx)
	expect(t, ctx, events, bothSlots...)
	link := connected(ctx, t, &script{answer: echo})
	expect(t, ctx, events, of(CardInserted, rig.Slot0))
	for range 2 {
		unplug()
		if left := expect(t, ctx, events, of(CardRemoved, rig.Slot0))[0].Reader; left.Card != Unknown {
			t.Errorf("%+v, want the reader's card unknown", left)
		}
		if _, err := link.Transmit(ctx, selectMF); !errors.Is(err, ErrReaderRemoved) || !errors.Is(err, mrtd.ErrLinkLost) {
			t.Errorf("Transmit: %v, want %v", err, ErrReaderRemoved)
		}
		if err := link.Reset(ctx); !errors.Is(err, ErrReaderRemoved) {
			t.Errorf("Reset: %v, want %v", err, ErrReaderRemoved)
		}
		eventually(t, "the reader is seen as gone", func() bool {
			_, err := Connect(ctx, rig.Slot0)
			return errors.Is(err, ErrReaderRemoved)
		})
		if err := link.Close(); err != nil {
			t.Error(err)
		}
		plug() // The card still lies on it.
		expect(t, ctx, events, of(CardInserted, rig.Slot0))
		// The service may see the card go once more before it settles.
		eventually(t, "the card answers after the reader was plugged in again", func() bool {
			var err error
			if link, err = Open(ctx, rig.Slot0); err != nil {
				t.Fatal(err)
			}
			if _, err = link.Transmit(ctx, selectMF); err != nil {
				_ = link.Close()
			}
			return err == nil
		})
	}
	_ = link.Close()
}

func TestReaderUnpluggedDuringTransmit(t *testing.T) {
	ctx := require(t)
	unplug, _ := pluggable(t)
	link := connected(ctx, t, &script{answer: func([]byte) []byte {
		unplug()
		return nil
	}})
	if _, err := link.Transmit(ctx, selectMF); !errors.Is(err, ErrReaderRemoved) || !errors.Is(err, mrtd.ErrLinkLost) {
		t.Errorf("Transmit: %v, want %v", err, ErrReaderRemoved)
	}
	_ = link.Close()
}

// pluggable restarts the service with a reader that can be unplugged, and has it as it was after the test.
func pluggable(t *testing.T) (unplug, plug func()) {
	t.Helper()
	dir := t.TempDir()
	driver, config, mark := filepath.Join(dir, "driver.so"), filepath.Join(dir, "config"), filepath.Join(dir, "unplugged")
	// #nosec G204 -- the test's own files.
	if out, err := exec.Command("cc", "-shared", "-fPIC", "-Wall", "-Werror", "-o", driver, "-DMARK=\""+mark+"\"",
		"testdata/pluggable.c", "-ldl").CombinedOutput(); err != nil {
		t.Fatalf("compiling the driver: %v\n%s", err, out)
	}
	if err := os.Mkdir(config, 0o700); err != nil {
		t.Fatal(err)
	}
	content := "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:0x8C7B\nLIBPATH " + driver + "\nCHANNELID 0x8C7B\n"
	if err := os.WriteFile(filepath.Join(config, "reader"), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	rig.UseReaders(t, config)
	unplug = func() {
		if err := os.WriteFile(mark, nil, 0o600); err != nil {
			t.Error(err)
		}
	}
	plug = func() {
		if err := os.Remove(mark); err != nil {
			t.Error(err)
		}
	}
	return unplug, plug
}
