package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/skranke/skranke/mrtd/trust"
)

type trustImportCmd struct {
	Paths       []string `arg:"" placeholder:"PATH" help:"Certificates, lists, revocation lists, LDIF exports, registers, bundles, keys, or folders of these."`
	Fingerprint []string `placeholder:"SHA256" help:"Take what has this fingerprint although nothing vouches for it. May be repeated."`
	storeFlag
	JSON bool `name:"json" help:"Print as JSON, skranke.import/1."`
}

// Run imports, or changes nothing, and tells what became of each entry.
func (c trustImportCmd) Run(e *env) error {
	dir, err := c.writable()
	if err != nil {
		return err
	}
	report, err := dir.Import(trust.ImportInput{Paths: c.Paths, Fingerprints: c.Fingerprint, At: time.Now(), Files: forOtherRooms})
	var refused *trust.ImportError
	if err != nil && !errors.As(err, &refused) {
		return err
	}
	problem := ""
	if refused != nil {
		e.status = exitNo
		problem = refused.Error() + ". " + refused.Remedy + "."
	}
	if c.JSON {
		entries := report.Entries
		if entries == nil {
			entries = []trust.ImportEntry{}
		}
		left := []map[string]string{}
		for _, s := range report.LeftOut {
			left = append(left, map[string]string{"path": s.Path, "reason": s.Reason})
		}
		return e.printJSON(map[string]any{
			"schema": "skranke.import/1", "imported": refused == nil, "problem": problem, "store": dir.Path(), "entries": entries, "left_out": left,
			"taken": report.Taken, "held": report.Held, "refused": report.Refused,
		})
	}
	var b bytes.Buffer
	writeImport(&b, report)
	if refused != nil {
		fmt.Fprintf(&b, "\nNothing was imported: %s.\n%s.\n", printable(refused.Problem), printable(refused.Remedy))
		return e.print(b.Bytes())
	}
	fmt.Fprintf(&b, "%d taken, %d held already, %d refused. The store is %s.\n", report.Taken, report.Held, report.Refused, dir.Path())
	return e.print(b.Bytes())
}

// maxShown bounds how many entries of one outcome are listed for people; JSON has them all.
const maxShown = 40

func writeImport(b *bytes.Buffer, report *trust.ImportReport) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	shown := map[trust.Verdict]int{}
	for _, entry := range report.Entries {
		if shown[entry.Verdict]++; shown[entry.Verdict] > maxShown {
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", entry.Verdict, entry.Kind, printable(entry.Name), printable(entry.Reason))
		if entry.Verdict == trust.Refused {
			fmt.Fprintf(w, "\tSHA-256\t%s\t%s\n", entry.Fingerprint, printable(filepath.Base(entry.Path)))
		}
	}
	_ = w.Flush()
	for _, verdict := range []trust.Verdict{trust.Taken, trust.Held, trust.Refused} {
		if more := shown[verdict] - maxShown; more > 0 {
			fmt.Fprintf(b, "… and %d more %s: see --json\n", more, verdict)
		}
	}
	for _, s := range report.LeftOut {
		fmt.Fprintf(b, "left out  %s: %s\n", printable(s.Path), printable(s.Reason))
	}
}

type trustExportCmd struct {
	File string `arg:"" placeholder:"FILE" help:"New file to write, PEM."`
	storeFlag
	JSON bool `name:"json" help:"Print errors as JSON."`
}

// Run writes what the store trusts as PEM.
func (c trustExportCmd) Run(e *env) error {
	store, err := c.open()
	if err != nil {
		return err
	}
	certificates, crls := 0, 0
	err = writeNewFile(c.File, 0o644, func(w *bufio.Writer) (err error) {
		certificates, crls, err = store.Export(w)
		return err
	})
	if err != nil {
		return err
	}
	return e.print(fmt.Appendf(nil, "%d CSCA certificates and %d revocation lists written to %s.\nWhoever gives this file with --trust trusts all of it.\n", certificates, crls, c.File))
}

// writeNewFile writes a file that must not exist yet; after an error nothing is left of it.
func writeNewFile(path string, mode os.FileMode, write func(*bufio.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if errors.Is(err, os.ErrExist) {
		return usage("exists", "Choose a new name, or remove the file first.", "%s is there already", path)
	}
	if err != nil {
		return usage("cannot_write", "Check the path, and whether this user may write there.", "%s: %w", path, errors.Unwrap(err))
	}
	w := bufio.NewWriterSize(f, 1<<20)
	err = errors.Join(write(w), w.Flush(), f.Sync(), f.Close())
	if err != nil {
		_ = os.Remove(path)
	}
	return err
}

type trustUndoCmd struct {
	storeFlag
	JSON bool `name:"json" help:"Print errors as JSON."`
}

// Run takes the last change of the store back.
func (c trustUndoCmd) Run(e *env) error {
	dir, err := c.writable()
	if err != nil {
		return err
	}
	did, err := dir.Undo()
	if err != nil {
		return err
	}
	return e.print(fmt.Appendf(nil, "Taken back: %s. Undo again makes it again.\n", printable(did)))
}

type trustDistrustCmd struct {
	Fingerprint string `arg:"" placeholder:"SHA256" help:"SHA-256 of the CSCA certificate."`
	Reason      string `placeholder:"TEXT" help:"Why, for those who come after."`
	Lift        bool   `help:"Take the mark off."`
	storeFlag
	JSON bool `name:"json" help:"Print errors as JSON."`
}

// Run marks a CSCA's key as distrusted.
func (c trustDistrustCmd) Run(e *env) error {
	dir, err := c.writable()
	if err != nil {
		return err
	}
	subject, err := dir.Distrust(c.Fingerprint, c.Reason, c.Lift, time.Now())
	if err != nil {
		return err
	}
	if c.Lift {
		return e.print(fmt.Appendf(nil, "No longer distrusted: %s.\n", printable(subject)))
	}
	return e.print(fmt.Appendf(nil, "Distrusted: %s.\nEvery certificate of this key, the links that it signed and the lists that it vouches for count no more, with --trust too.\n", printable(subject)))
}
