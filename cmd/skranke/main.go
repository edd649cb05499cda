// Command skranke checks identity documents at a counter: it reads the chip of a passport, ID card or residence permit, proves
// that the document is genuine and not a copy, and tells what it entitles its holder to.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/skranke/skranke/mrtd/lds/face"
)

func main() {
	face.RunChild() // the process that decodes a facial image ends here
	noCore()
	// A reader of our output that goes away gives a write error, which is told, instead of a silent end.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	status := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(status)
}

// streams is where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}
