package main

import (
	"os"
	"path/filepath"
	"runtime"

	"github.com/skranke/skranke/mrtd/trust"
)

// storeFlag names the folder of the imported store.
type storeFlag struct {
	Store string `name:"store" placeholder:"DIR" help:"Folder of the imported store, in place of the machine's or the user's."`
}

// systemStore is where a machine keeps what counts for all of its users.
const systemStore = "/var/lib/skranke/trust"

// dir is the folder: the one named; else the machine's, where there is one or root asks; else the user's. It is empty
// where the user has no place of his own.
func (f storeFlag) dir() string {
	if f.Store != "" {
		return f.Store
	}
	if runtime.GOOS == "windows" {
		if machine := os.Getenv("ProgramData"); machine != "" {
			if dir := filepath.Join(machine, "skranke", "trust"); isDir(dir) {
				return dir
			}
		}
		if user := os.Getenv("LocalAppData"); user != "" {
			return filepath.Join(user, "skranke", "trust")
		}
		return ""
	}
	if isDir(systemStore) || os.Geteuid() == 0 && os.Getenv("XDG_DATA_HOME") == "" {
		return systemStore
	}
	data := os.Getenv("XDG_DATA_HOME")
	if data == "" || !filepath.IsAbs(data) {
		home, err := os.UserHomeDir()
		if err != nil {
			return ""
		}
		data = filepath.Join(home, ".local", "share")
	}
	return filepath.Join(data, "skranke", "trust")
}

// state names what of the imported store is in force; empty where that cannot be told.
func (f storeFlag) state() string {
	path := f.dir()
	if path == "" {
		return ""
	}
	dir, err := trust.OpenDir(path)
	if err != nil {
		return "" // whoever opens the store is told why
	}
	state, _ := dir.State()
	return state
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// open is the embedded store with what was imported.
func (f storeFlag) open() (*trust.Store, error) { return trust.Open(trust.Options{Dir: f.dir()}) }

// writable is the imported store, to be changed.
func (f storeFlag) writable() (*trust.Dir, error) {
	dir := f.dir()
	if dir == "" {
		return nil, usage("no_store", "Name a folder with --store.", "this user has no folder for a store")
	}
	return trust.OpenDir(dir)
}
