// Package profiles holds the built-in profiles of virtual travel documents. README.md describes the file format.
package profiles

import "embed"

// Files are the profiles, one YAML file each, named after the profile.
//
//go:embed *.yaml
var Files embed.FS
