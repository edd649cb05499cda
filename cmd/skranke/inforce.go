package main

import (
	"fmt"
	"io/fs"
	"runtime/debug"
	"strings"
	"time"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/mrtd/trust"
)

// rulesInForce gives the rules to decide by, and puts the texts in force that a bundle brought: the installed ones where they are newer than
// this program's own. Installed ones that are refused are told on standard error, and leave the program's own in force.
func (f storeFlag) rulesInForce(e *env) (*rules.Pack, error) {
	pack, refused, err := f.inForce()
	for _, r := range refused {
		_, _ = fmt.Fprintf(e.err, "skranke: %s\nskranke trust undo takes the bundle back; whoever made it can say more.\n", oneLine(r))
	}
	return pack, err
}

// inForce is rulesInForce that tells no one what was refused.
func (f storeFlag) inForce() (pack *rules.Pack, refused []error, err error) {
	var installed, texts fs.FS
	if path := f.dir(); path != "" {
		dir, err := trust.OpenDir(path)
		if err == nil {
			installed, err = dir.Installed("rules")
		}
		if err == nil {
			texts, err = dir.Installed("texts")
		}
		if err != nil {
			refused = append(refused, err)
		}
	}
	pack, bad, err := rules.InForce(assets.Rules(), installed)
	if bad != nil {
		refused = append(refused, bad)
	}
	if texts != nil && !made(texts).After(builtAt()) {
		texts = nil
	}
	if err := assets.Install(texts); err != nil {
		refused = append(refused, fmt.Errorf("the installed texts are refused, and the program's own are in force: %w", err))
		_ = assets.Install(nil) // others may have been in force before
	}
	return pack, refused, err
}

// forOtherRooms refuses a bundle whose rules or texts this program would refuse.
func forOtherRooms(folder string, files fs.FS) error {
	var err error
	switch folder {
	case "rules":
		_, err = rules.Load(files)
	case "texts":
		err = assets.CheckTexts(files)
	}
	if err != nil {
		return fmt.Errorf("its %s are refused: %s", folder, oneLine(err))
	}
	return nil
}

// made is the time of the newest file.
func made(files fs.FS) (newest time.Time) {
	_ = fs.WalkDir(files, ".", func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil && info.ModTime().After(newest) {
			newest = info.ModTime()
		}
		return err
	})
	return newest
}

// oneLine writes an error that joins several.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// built is set by the build to the time of the commit that the program was made of, RFC 3339.
var built = ""

// builtAt is the time of the commit that the program was made of; zero where nobody noted it.
func builtAt() time.Time {
	stamp := built
	if info, ok := debug.ReadBuildInfo(); ok && stamp == "" {
		for _, s := range info.Settings {
			if s.Key == "vcs.time" {
				stamp = s.Value
			}
		}
	}
	at, _ := time.Parse(time.RFC3339, stamp)
	return at
}

// earliest is the earliest time that a clock which is right can show.
func earliest(store *trust.Store) time.Time {
	newest := store.Summary().Newest
	if at := builtAt(); at.After(newest) {
		newest = at
	}
	return newest
}
