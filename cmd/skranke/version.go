package main

import (
	"bytes"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"
)

// version is set by the build; "development" stands for a build without it.
var version = "development"

// versionCmd prints version, build, and embedded lists.
type versionCmd struct {
	storeFlag
	JSON bool `name:"json" help:"Print as JSON, skranke.version/1."`
}

// Run prints them.
func (c versionCmd) Run(e *env) error {
	store, err := c.open()
	if err != nil {
		return err
	}
	pack, err := c.rulesInForce(e)
	if err != nil {
		return err
	}
	revision := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = s.Value
			}
		}
	}
	stamp := ""
	if at := builtAt(); !at.IsZero() {
		stamp = at.UTC().Format(time.RFC3339)
	}
	summary := trustJSON(store.Summary(), c.dir(), time.Now())
	if c.JSON {
		return e.printJSON(map[string]any{
			"schema": "skranke.version/1", "version": version, "revision": revision, "built": stamp, "go": runtime.Version(),
			"platform": runtime.GOOS + "/" + runtime.GOARCH, "rules": pack.Version(), "lists": summary["lists"],
		})
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "skranke %s", version)
	if revision != "" {
		fmt.Fprintf(&b, " (%s)", revision)
	}
	if stamp != "" {
		fmt.Fprintf(&b, ", of a commit of %s", stamp)
	}
	fmt.Fprintf(&b, "\n%s, %s/%s\nrules %s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, pack.Version())
	for _, l := range store.Summary().Lists {
		fmt.Fprintf(&b, "CSCA list %s, %s, %d certificates\n", printable(l.Name), date(l.Date), l.Certificates)
	}
	return e.print(b.Bytes())
}
