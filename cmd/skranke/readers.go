package main

import (
	"bytes"
	"fmt"
	"text/tabwriter"

	"github.com/skranke/skranke/reader"
)

// readersCmd lists the readers.
type readersCmd struct {
	JSON bool `name:"json" help:"Print the list as JSON, skranke.readers/1."`
}

var presences = map[reader.Presence]string{
	reader.Absent: "nothing on it", reader.Present: "a card on it", reader.Mute: "something on it that does not answer", reader.Unknown: "state unknown",
}

// Run lists the readers. That there are none is trouble, told with its remedy.
func (c readersCmd) Run(e *env) error {
	states, err := reader.List(e.ctx)
	if err != nil {
		return err
	}
	if len(states) == 0 {
		return reader.ErrNoReader
	}
	if c.JSON {
		return e.printJSON(map[string]any{"schema": "skranke.readers/1", "readers": states})
	}
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, s := range states {
		use := ""
		if s.InUse {
			use = ", in use"
		}
		fmt.Fprintf(w, "%s\t%s%s\n", printable(s.Name), presences[s.Card], use)
	}
	_ = w.Flush()
	return e.print(b.Bytes())
}
