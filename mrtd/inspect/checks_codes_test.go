package inspect_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/skranke/skranke/mrtd/inspect"
)

// documented maps each code of docs/checks.md to the patterns of checks that it may stand at.
var documented = sync.OnceValues(func() (map[string][]string, error) {
	b, err := os.ReadFile(filepath.Join("..", "..", "docs", "checks.md"))
	if err != nil {
		return nil, err
	}
	_, table, _ := strings.Cut(string(b), "<!-- codes -->")
	table, _, ok := strings.Cut(table, "<!-- /codes -->")
	if !ok {
		return nil, fmt.Errorf("docs/checks.md has no table of codes")
	}
	row := regexp.MustCompile("(?m)^\\| `([a-z_0-9]+)` \\| ([^|]+) \\| [^|]+ \\| [^|]+ \\| [^|]+ \\|$")
	codes := map[string][]string{}
	var order []string
	for _, m := range row.FindAllStringSubmatch(table, -1) {
		if codes[m[1]] != nil {
			return nil, fmt.Errorf("%s is in docs/checks.md twice", m[1])
		}
		codes[m[1]] = strings.Split(m[2], ", ")
		order = append(order, m[1])
	}
	if !slices.IsSorted(order) {
		return nil, fmt.Errorf("the codes of docs/checks.md are not in order")
	}
	if lines := strings.Count(table, "\n| `"); lines != len(order) {
		return nil, fmt.Errorf("%d of %d rows of docs/checks.md have not five columns", lines-len(order), lines)
	}
	return codes, nil
})

// isDocumented tells whether docs/checks.md has the code for the check.
func isDocumented(codes map[string][]string, c inspect.Check) bool {
	for _, pattern := range codes[c.Code] {
		switch {
		case pattern == c.ID, strings.HasPrefix(pattern, "any "):
			return true
		case pattern == "dg.N" && strings.HasPrefix(c.ID, "dg."):
			return true
		case strings.HasSuffix(pattern, ".*") && strings.HasPrefix(c.ID, strings.TrimSuffix(pattern, "*")):
			return true
		}
	}
	return false
}

// checkDocumented fails for outcomes that the contract does not know and codes that docs/checks.md does not explain.
func checkDocumented(t *testing.T, r *inspect.Report) {
	t.Helper()
	codes, err := documented()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r.Checks {
		switch {
		case c.Outcome == inspect.Successful && c.Code != "":
			t.Errorf("%s is successful with code %s", c.ID, c.Code)
		case c.Outcome != inspect.Successful && !isDocumented(codes, c):
			t.Errorf("docs/checks.md does not explain %s with code %q", c.ID, c.Code)
		}
	}
}

// TestEveryCodeIsDocumented compares the constants of the packages that give codes with docs/checks.md, both ways.
func TestEveryCodeIsDocumented(t *testing.T) {
	codes, err := documented()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, source := range []struct{ file, prefix string }{
		{"checks_codes.go", "Code"},
		{filepath.Join("..", "lds", "sod.go"), "SOD"},
		{filepath.Join("..", "trust", "signature.go"), "Code"},
	} {
		found := constants(t, source.file, source.prefix)
		if len(found) == 0 {
			t.Errorf("%s has no constants %s…", source.file, source.prefix)
		}
		for _, c := range found {
			known[c] = true
		}
	}
	for c := range known {
		if codes[c] == nil {
			t.Errorf("docs/checks.md does not explain %s", c)
		}
	}
	for c := range codes {
		if !known[c] {
			t.Errorf("docs/checks.md explains %s, which nothing gives", c)
		}
	}
}

// TestCodesAreNamed wants no code in the checks that has no constant, and of the protocols' codes only those that the checks pass on.
func TestCodesAreNamed(t *testing.T) {
	named := constants(t, "checks_codes.go", "Code")
	word := regexp.MustCompile(`^"[a-z]+(_[a-z0-9]+)*"$`)
	found := 0
	for _, folder := range []string{".", filepath.Join("..", "access")} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				var given []ast.Expr
				switch n := n.(type) {
				case *ast.CompositeLit: // Result{outcome, code, detail}, &Failure{protocol, step, code, cause}
					name, _ := n.Type.(*ast.Ident)
					for at, want := range map[int]string{1: "Result", 2: "Failure"} {
						if name != nil && name.Name == want && len(n.Elts) > at {
							given = append(given, n.Elts[at])
						}
					}
				case *ast.CallExpr: // failed(code, …), p.fail(step, code, cause)
					switch name := n.Fun.(type) {
					case *ast.Ident:
						if slices.Contains([]string{"failed", "undetermined", "notSupported", "notDone"}, name.Name) {
							given = n.Args[:1]
						}
					case *ast.SelectorExpr:
						if name.Sel.Name == "fail" && len(n.Args) > 1 {
							given = n.Args[1:2]
						}
					}
				}
				for _, e := range given {
					lit, ok := e.(*ast.BasicLit)
					if !ok || !word.MatchString(lit.Value) {
						continue
					}
					found++
					if folder == "." {
						t.Errorf("%s gives the code %s, which has no constant", path, lit.Value)
					} else if !slices.Contains(named, strings.Trim(lit.Value, `"`)) {
						t.Errorf("%s gives the code %s, which the checks do not know", path, lit.Value)
					}
				}
				return true
			})
		}
	}
	if found < 10 {
		t.Errorf("only %d codes of the protocols were found", found)
	}
}

// constants lists the string constants of a file whose names begin with a prefix.
func constants(t *testing.T, file, prefix string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 || !strings.HasPrefix(spec.Names[0].Name, prefix) {
			return true
		}
		if lit, ok := spec.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
			s, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, s)
		}
		return true
	})
	return out
}
