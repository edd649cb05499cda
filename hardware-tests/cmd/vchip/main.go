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
	"syscall"
	"time"

	"github.com/skranke/skranke/hardware-tests/fault"
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
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

type options struct {
	profile, dump   string
	withoutKeys     bool
	can             string
	slot            int
	seed            uint64
	at              string
	wait            time.Duration
	fault, link     string
	trace, keys     bool
	mrz, trust, pki string
	files           string
	list            bool
	listAttacks     bool
}

func (o *options) parse(args []string, out io.Writer) error {
	f := flag.NewFlagSet("vchip", flag.ContinueOnError)
	f.SetOutput(out)
	f.Usage = func() {
		fmt.Fprint(out, "usage: vchip --profile NAME [flags]\n       vchip --dump DIR [flags]\n       vchip --list\n\n"+
			"Lays a virtual travel document on a slot of the virtual reader, until Ctrl-C. The document's machine readable\n"+
			"zone goes to standard output, all else to standard error. Exit status: 2 wrong usage, 4 no reader or slot taken.\n\n")
		f.PrintDefaults()
	}
	f.StringVar(&o.profile, "profile", "", "the document's profile: a `NAME` from --list, or a YAML file")
	f.StringVar(&o.dump, "dump", "", "play the files in this `DIR` instead of a profile")
	f.BoolVar(&o.withoutKeys, "without-keys", false, "play a dump without its private keys, as a clone")
	f.StringVar(&o.can, "can", "", "the card access `NUMBER` of a dump")
	f.IntVar(&o.slot, "slot", 0, "the reader's slot, 0 or 1")
	f.Uint64Var(&o.seed, "seed", 7, "the seed: another one gives another holder, document and PKI")
	f.StringVar(&o.at, "at", "", "the `DAY` (YYYY-MM-DD) that the document is made for; today when absent")
	f.DurationVar(&o.wait, "wait", 10*time.Second, "how long to wait for the reader")
	f.StringVar(&o.fault, "fault", "", "a fault `SCRIPT`, or @FILE for one in a file, or the name of an attack")
	f.StringVar(&o.link, "link", "", "take as long as a contactless link at this `RATE`: 106k, 212k, 424k or 848k")
	f.BoolVar(&o.trace, "trace", false, "show every exchange")
	f.BoolVar(&o.keys, "keys", false, "take the document off and lay it back with the Enter key; q ends")
	f.StringVar(&o.mrz, "write-mrz", "", "write the MRZ to this `FILE`")
	f.StringVar(&o.trust, "write-trust", "", "write the CSCA certificate (csca.der) and its revocation list (csca.crl) to this `DIR`")
	f.StringVar(&o.pki, "write-pki", "", "write the CSCA's successor (next.der), the link to it (link.der), a master list (list.ml) and an LDIF (pkd.ldif) to this `DIR`")
	f.StringVar(&o.files, "write-files", "", "write the chip's files to this `DIR`, as a dump has them")
	f.BoolVar(&o.list, "list", false, "list the profiles")
	f.BoolVar(&o.listAttacks, "list-attacks", false, "list the attacks that --fault knows by name")
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	return nil
}

// run does the command's work and gives its exit status.
func run(ctx context.Context, args []string, in io.Reader, out, problems io.Writer) int {
	var o options
	if err := o.parse(args, problems); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		fmt.Fprintln(problems, "vchip:", err)
		return exitUsage
	}
	var err error
	switch {
	case o.list:
		err = list(out)
	case o.listAttacks:
		for _, n := range fault.AttackNames() {
			fmt.Fprintf(out, "%-18s %s\n", n, fault.Attacks[n].About)
		}
	default:
		err = o.play(ctx, in, out, problems)
	}
	switch {
	case err == nil:
		return 0
	case errors.Is(err, vpcd.ErrNoReader), errors.Is(err, vpcd.ErrSlotTaken):
		fmt.Fprintln(problems, "vchip:", err)
		return exitReader
	default:
		fmt.Fprintln(problems, "vchip:", err)
		return exitUsage
	}
}

func list(out io.Writer) error {
	for _, n := range specimen.Profiles() {
		p, err := specimen.Load(n)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%-32s %s\n", n, p.About)
	}
	return nil
}
