package assets

import (
	"embed"
	"io/fs"
)

//go:embed rules/*.yaml rules/*.json
var ruleFiles embed.FS

// Rules returns the rule pack that the binary carries: pack.yaml, the files that it lists, userid.yaml, and the JSON
// Schemas of packs, facts and decisions. docs/rules.md tells how to change it.
func Rules() fs.FS {
	sub, err := fs.Sub(ruleFiles, "rules")
	if err != nil {
		return ruleFiles // cannot be: the folder's name is a constant and valid
	}
	return sub
}
