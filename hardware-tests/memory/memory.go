//go:build linux

// Package memory searches what processes hold: it shows whether a person's data outlives a visit.
package memory

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Secret is something that is looked for, in the forms that a program keeps it in.
type Secret struct {
	// Name says what it is, never what it says.
	Name  string
	Forms [][]byte
}

// Text is a secret of letters: as bytes, and as the 16 and 32 bits that toolkits keep a character in.
func Text(name, text string) Secret {
	var wide, wider []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		wide = binary.LittleEndian.AppendUint16(wide, unit)
	}
	for _, r := range text {
		wider = binary.LittleEndian.AppendUint32(wider, uint32(r))
	}
	return Secret{name, [][]byte{[]byte(text), wide, wider}}
}

// Bytes is a secret of bytes.
func Bytes(name string, forms ...[]byte) Secret { return Secret{name, forms} }

// chunk is how much is read at a time, in bytes; two chunks overlap by the longest form.
const chunk = 4 << 20

// Search looks through all that a process holds, and gives the names of the secrets that it found, each once. A process that ends
// meanwhile holds nothing.
func Search(pid int, secrets []Secret) ([]string, error) {
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		return nil, ended(err)
	}
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		return nil, ended(err)
	}
	defer func() { _ = mem.Close() }() // it was only read
	longest := 1
	for _, s := range secrets {
		for _, form := range s.Forms {
			if len(form) < 6 {
				return nil, fmt.Errorf("%s: a form of %d bytes is found anywhere", s.Name, len(form))
			}
			longest = max(longest, len(form))
		}
	}
	found := map[string]bool{}
	buffer := make([]byte, chunk)
	for line := range strings.Lines(string(maps)) {
		fields := strings.Fields(line)
		if len(fields) < 5 || fields[1][0] != 'r' || len(fields) > 5 && (fields[5] == "[vvar]" || strings.HasPrefix(fields[5], "[vvar_") || fields[5] == "[vsyscall]") {
			continue
		}
		first, last, _ := strings.Cut(fields[0], "-")
		from, err1 := strconv.ParseUint(first, 16, 64)
		to, err2 := strconv.ParseUint(last, 16, 64)
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		for at := from; at < to; {
			n, err := mem.ReadAt(buffer[:min(uint64(chunk), to-at)], int64(at)) // #nosec G115 -- below 1<<47
			for _, s := range secrets {
				found[s.Name] = found[s.Name] || slices.ContainsFunc(s.Forms, func(form []byte) bool { return bytes.Contains(buffer[:n], form) })
			}
			if err != nil || n == 0 { // a device's memory, or a mapping that has gone
				break
			}
			if at += uint64(n); at < to {
				at -= uint64(longest - 1) // #nosec G115 -- positive
			}
			if n < longest {
				break
			}
		}
	}
	var names []string
	for _, s := range secrets {
		if found[s.Name] {
			names = append(names, s.Name)
		}
	}
	return names, nil
}

// ended tells a process that has gone from one that may not be searched.
func ended(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// Children lists the processes that a process has started and that live, and theirs.
func Children(pid int) ([]int, error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	parents := map[int]int{}
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		_, rest, ok := strings.Cut(string(stat[max(0, bytes.LastIndexByte(stat, ')')):]), ") ")
		fields := strings.Fields(rest)
		id, err1 := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if !ok || len(fields) < 2 || err1 != nil || fields[0] == "Z" {
			continue
		}
		if parent, err := strconv.Atoi(fields[1]); err == nil {
			parents[id] = parent
		}
	}
	var all []int
	for id := range parents {
		for p := parents[id]; p > 1; p = parents[p] {
			if p == pid {
				all = append(all, id)
				break
			}
		}
	}
	slices.Sort(all)
	return all, nil
}

// Usage is what a process takes of the machine.
type Usage struct {
	// Resident is its memory in bytes, without what files back.
	Resident uint64
	// Threads and Descriptors count what they say.
	Threads, Descriptors int
}

// Measure reads what a process takes.
func Measure(pid int) (Usage, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return Usage{}, err
	}
	var u Usage
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		fields := strings.Fields(value)
		if len(fields) == 0 {
			continue
		}
		number, _ := strconv.ParseUint(fields[0], 10, 32) // other lines are no numbers
		switch name {
		case "RssAnon":
			u.Resident = number << 10
		case "Threads":
			u.Threads = int(number) // #nosec G115 -- 32 bits
		}
	}
	descriptors, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	u.Descriptors = len(descriptors)
	return u, err
}
