// Command vchip lays a virtual travel document on a slot of vsmartcard's virtual PC/SC reader.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/hardware-tests/vpcd"
)

// The exit statuses.
const (
	exitUsage  = 2
	exitReader = 4
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

type options struct {
	profile    string
	slot       int
	seed       uint64
	at         string
	wait       time.Duration
	mrz, trust string
	files      string
	list       bool
}

func (o *options) parse(args []string, out io.Writer) error {
	f := flag.NewFlagSet("vchip", flag.ContinueOnError)
	f.SetOutput(out)
	f.StringVar(&o.profile, "profile", "", "the document's profile: a name from --list, or a YAML `FILE`")
	f.IntVar(&o.slot, "slot", 0, "the reader's slot, 0 or 1")
	f.Uint64Var(&o.seed, "seed", 7, "the seed: another one gives another holder, document and PKI")
	f.StringVar(&o.at, "at", "", "the `DAY` (YYYY-MM-DD) that the document is made for; today when absent")
	f.DurationVar(&o.wait, "wait", 10*time.Second, "how long to wait for the reader")
	f.StringVar(&o.mrz, "write-mrz", "", "write the MRZ to this `FILE`")
	f.StringVar(&o.trust, "write-trust", "", "write the CSCA certificate (csca.der) and its revocation list (csca.crl) to this `DIR`")
	f.StringVar(&o.files, "write-files", "", "write the chip's files to this `DIR`, as a dump has them")
	f.BoolVar(&o.list, "list", false, "list the profiles")
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	return nil
}

// run does the command's work and gives its exit status.
func run(ctx context.Context, args []string, out, problems io.Writer) int {
	var o options
	if err := o.parse(args, problems); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		fmt.Fprintln(problems, "vchip:", err)
		return exitUsage
	}
	if o.list {
		return list(out, problems)
	}
	if err := o.serve(ctx, out, problems); err != nil {
		fmt.Fprintln(problems, "vchip:", err)
		switch {
		case errors.Is(err, vpcd.ErrNoReader), errors.Is(err, vpcd.ErrSlotTaken):
			return exitReader
		default:
			return exitUsage
		}
	}
	return 0
}

func list(out, problems io.Writer) int {
	for _, n := range specimen.Profiles() {
		p, err := specimen.Load(n)
		if err != nil {
			fmt.Fprintln(problems, "vchip:", err)
			return exitUsage
		}
		fmt.Fprintf(out, "%-28s %s\n", n, p.About)
	}
	return 0
}

// document makes the document that the options ask for.
func (o *options) document() (*specimen.Document, error) {
	day := time.Now()
	if o.at != "" {
		var err error
		if day, err = time.Parse(time.DateOnly, o.at); err != nil {
			return nil, fmt.Errorf("--at %q is no day such as 2026-11-22", o.at)
		}
	}
	if o.profile == "" {
		return nil, errors.New("--profile is missing; --list shows what there is")
	}
	if !strings.HasSuffix(o.profile, ".yaml") {
		return specimen.Make(o.profile, o.seed, day)
	}
	text, err := os.ReadFile(o.profile)
	if err != nil {
		return nil, err
	}
	p, err := specimen.Parse(strings.TrimSuffix(filepath.Base(o.profile), ".yaml"), text)
	if err != nil {
		return nil, err
	}
	return p.Make(o.seed, day)
}

// write puts files into a folder that it makes where needed.
func write(dir string, files map[string][]byte) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (o *options) export(d *specimen.Document) error {
	if o.mrz != "" {
		if err := os.WriteFile(o.mrz, []byte(strings.Join(d.MRZ, "\n")+"\n"), 0o600); err != nil {
			return err
		}
	}
	if o.trust != "" {
		if err := write(o.trust, map[string][]byte{"csca.der": d.CSCA.Certificate, "csca.crl": d.CRL}); err != nil {
			return err
		}
	}
	if o.files != "" {
		files := map[string][]byte{}
		for name, b := range d.Files {
			files[name+".bin"] = b
		}
		return write(o.files, files)
	}
	return nil
}

func (o *options) serve(ctx context.Context, out, problems io.Writer) error {
	address, ok := map[int]string{0: vpcd.Slot0, 1: vpcd.Slot1}[o.slot]
	if !ok {
		return fmt.Errorf("--slot %d: the reader has the slots 0 and 1", o.slot)
	}
	d, err := o.document()
	if err != nil {
		return err
	}
	if err := o.export(d); err != nil {
		return err
	}
	for _, line := range d.MRZ {
		fmt.Fprintln(out, line)
	}
	if d.CAN != "" {
		fmt.Fprintln(out, "CAN", d.CAN)
	}
	slot, err := vpcd.Insert(ctx, address, chip.New(d.Chip), o.wait)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("slot %d: %w", o.slot, err)
	}
	defer slot.Remove()
	fmt.Fprintf(problems, "vchip: the document lies on slot %d; Ctrl-C takes it off\n", o.slot)
	<-slot.Done()
	if ctx.Err() != nil || slot.Err() == nil || errors.Is(slot.Err(), vpcd.ErrRemoved) {
		return nil
	}
	return fmt.Errorf("%w: %w", vpcd.ErrNoReader, slot.Err())
}
