package engine_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/spec"
	"github.com/streamflow/pipe/engine/work"
)

// mayImport is the table of the house: data flows one way, so nothing on the
// left of YAML -> spec -> plan -> run -> report knows anything on its right.
var mayImport = map[string][]string{
	"diag":                {},
	"work":                {},
	"dag":                 {"work"},
	"source":              {"work"},
	"spec":                {"diag", "work"},
	"vars":                {"diag", "spec"},
	"coerce":              {"diag", "spec"},
	"dialect":             {"spec"},
	"rule":                {"diag", "spec", "dialect"},
	"expectation":         {"diag", "spec", "coerce", "dialect", "rule"},
	"greatexpectations":   {"diag", "spec", "rule", "expectation"},
	"explain":             {},
	"schema":              {"spec", "expectation"},
	"lint":                {"diag", "dag", "spec", "vars", "coerce", "rule", "expectation"},
	"plan":                {"diag", "dag", "spec", "vars", "dialect", "rule", "expectation"},
	"internal/sqlitefunc": {},
	"database":            {"coerce", "dialect", "spec", "internal/sqlitefunc"},
	"profile":             {"diag", "source", "spec", "coerce", "dialect", "database"},
	"scaffold":            {"profile", "spec", "vars"},
	"run":                 {"diag", "dag", "source", "coerce", "spec", "plan", "database"},
	"doctor":              {"", "database", "diag", "dialect", "plan", "source", "spec", "vars"},
	"report":              {"diag", "doctor", "explain", "plan", "run", "spec", "expectation", "work"},
	"":                    {"diag", "dag", "spec", "vars", "dialect", "rule", "expectation", "lint", "plan", "database", "run", "profile", "scaffold", "source", "work"},
	"cli":                 {"", "database", "diag", "doctor", "explain", "greatexpectations", "plan", "profile", "run", "report", "scaffold", "schema", "spec", "vars", "work"},
}

const module = "github.com/streamflow/pipe/engine"

func TestPackagesImportOneWay(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		pkg := filepath.ToSlash(filepath.Dir(path))
		if pkg == "." {
			pkg = ""
		}
		// What tests, the report of the course and the reference page are made with may import anything.
		if strings.HasPrefix(pkg, "internal/pgtest") || pkg == "internal/script" || strings.HasPrefix(pkg, "internal/rapport") ||
			strings.HasPrefix(pkg, "internal/reference") {
			return nil
		}
		seen[pkg] = true
		allowed, known := mayImport[pkg]
		if !known {
			t.Errorf("package %s has no line in the table of imports", pkg)
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range file.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			if name != module && !strings.HasPrefix(name, module+"/") {
				continue
			}
			if imported := strings.TrimPrefix(strings.TrimPrefix(name, module), "/"); !slices.Contains(allowed, imported) {
				t.Errorf("%s imports %s, which its package may not", path, imported)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range mayImport {
		if !seen[pkg] {
			t.Errorf("the table of imports names package %q, which does not exist", pkg)
		}
	}
}

// A panic in a goroutine ends a program with a stack trace, unless it is caught
// there: package work does it, and nothing else starts one.
func TestGoroutinesAreStartedInOnePlace(t *testing.T) {
	started := 0
	err := filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(filepath.ToSlash(path), "internal/") {
			return err
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
			case *ast.CallExpr: // as of a sync.WaitGroup or an errgroup.Group
				method, ok := n.Fun.(*ast.SelectorExpr)
				if !ok || method.Sel.Name != "Go" {
					return true
				}
				if of, ok := method.X.(*ast.Ident); ok && of.Name == "work" {
					return true
				}
			default:
				return true
			}
			if filepath.ToSlash(filepath.Dir(path)) == "work" {
				started++
			} else {
				t.Errorf("%s starts a goroutine by itself: use work.Go or work.Each", fset.Position(n.Pos()))
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if started == 0 {
		t.Error("package work starts none: what does this test look at?")
	}
}

// A lint that panics, in whatever goroutine, is told as a fault of pipe's own.
func TestALintThatPanicsIsTold(t *testing.T) {
	defer func() {
		fault := work.Recovered(recover())
		if fault == nil || !strings.HasPrefix(fault.Error(), "this is a fault of pipe itself, at ") {
			t.Errorf("it is told as: %v", fault)
		}
	}()
	t.Errorf("it found %v", engine.LintAll([]*spec.Spec{{}, nil}))
}
