package realfiles

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/skranke/skranke/hardware-tests/counts"
	"github.com/skranke/skranke/hardware-tests/testdata"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/lds/face"
	"github.com/skranke/skranke/mrtd/trust"
)

func TestMain(m *testing.M) {
	face.RunChild()
	os.Exit(m.Run())
}

func rows(t *testing.T) []*row {
	t.Helper()
	all, err := parse(expected)
	if err != nil {
		t.Fatalf("expected.txt: %v", err)
	}
	return all
}

// TestEveryFile judges each row's dump as skranke verify does, and compares every check.
func TestEveryFile(t *testing.T) {
	dir := testdata.Dir(t)
	judged := 0
	for _, r := range rows(t) {
		if len(r.files) == 0 {
			continue
		}
		judged++
		t.Run(r.name, func(t *testing.T) {
			if len(r.why) == 0 || r.at.IsZero() {
				t.Fatal("the row does not say why, or when")
			}
			evidence, err := inspect.ReadDump(makeDump(t, dir, r))
			if err != nil {
				t.Fatal(err)
			}
			store, err := trust.Load(under(dir, r.trust), under(dir, r.crl))
			if err != nil {
				t.Fatal(err)
			}
			report := inspect.Judge(evidence, inspect.JudgeInput{
				Context: t.Context(), Source: inspect.Dump, Store: store, At: r.at, Face: decode,
			})
			compare(t, r, report)
		})
	}
	counts.Print(t, "real files: %d documents made of them, every check as worked out by other means", judged)
}

func compare(t *testing.T, r *row, report *inspect.Report) {
	t.Helper()
	seen := map[string]bool{}
	for _, c := range report.Checks {
		if seen[c.ID] {
			t.Errorf("%s is in the report twice", c.ID)
		}
		seen[c.ID] = true
		want, ok := r.results[c.ID]
		if got := strings.TrimSpace(fmt.Sprintf("%s %s", c.Outcome, c.Code)); !ok || got != want {
			t.Errorf("%s is %q (%s), want %q", c.ID, got, c.Detail, want)
		}
	}
	for id := range r.results {
		if !seen[id] {
			t.Errorf("%s is not in the report", id)
		}
	}
	if string(report.Authenticity) != r.authenticity {
		t.Errorf("the verdict is %s, want %s; in its way: %v", report.Authenticity, r.authenticity, report.Obstacles())
	}
	if r.face != "" {
		if report.Face == nil {
			t.Errorf("no face, want %s", r.face)
		} else if got := fmt.Sprintf("%s %dx%d", report.Face.Format, report.Face.Width, report.Face.Height); got != r.face {
			t.Errorf("the face is %s, want %s", got, r.face)
		}
	}
	if r.csca != "" && (report.Signer == nil || report.Signer.CSCA == "") {
		t.Error("the report names no CSCA")
	}
}

// decode decodes an image in a child process, as the program does.
func decode(ctx context.Context, image []byte) (format string, width, height int, err error) {
	decoded, err := face.Decode(ctx, image)
	if err != nil {
		return "", 0, 0, err
	}
	coding, _, _, err := face.Inspect(image)
	return string(coding), decoded.Bounds().Dx(), decoded.Bounds().Dy(), err
}

func under(dir string, paths []string) []string {
	var out []string
	for _, p := range paths {
		out = append(out, filepath.Join(dir, p))
	}
	return out
}

// makeDump lays the row's files into a new folder, under the names of a dump.
func makeDump(t *testing.T, dir string, r *row) string {
	t.Helper()
	dump := t.TempDir()
	for name := range r.files {
		if err := os.WriteFile(filepath.Join(dump, name+".bin"), r.file(t, dir, name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dump
}

// file reads one of the row's files, and puts it inside tag 77 where the row says so.
func (r *row) file(t *testing.T, dir, name string) []byte {
	t.Helper()
	path, wrap := strings.CutPrefix(r.files[name], "77:")
	b, err := os.ReadFile(filepath.Join(dir, path))
	if err != nil {
		t.Fatal(err)
	}
	if wrap {
		b = append([]byte{0x77, 0x82, byte(len(b) >> 8), byte(len(b))}, b...)
	}
	return b
}

// TestNoFileLeftOut fails when the collection has a chip's file that no row names.
func TestNoFileLeftOut(t *testing.T) {
	dir := testdata.Dir(t)
	var named []string
	for _, r := range rows(t) {
		named = append(named, r.unused...)
		named = append(named, r.trust...)
		named = append(named, r.crl...)
		for _, path := range r.files {
			named = append(named, strings.TrimPrefix(path, "77:"))
		}
	}
	for _, folder := range []string{"sod", "lds", "cardsecurity"} {
		err := filepath.WalkDir(filepath.Join(dir, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			rel, err := filepath.Rel(dir, path)
			if err != nil {
				return err
			}
			if !slices.Contains(named, filepath.ToSlash(rel)) {
				t.Errorf("%s is in the collection and in no row of expected.txt", rel)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
