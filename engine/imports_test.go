package engine_test

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport is the table of the house: data flows one way, so nothing on the
// left of YAML -> spec -> plan -> run -> report knows anything on its right.
var mayImport = map[string][]string{
	"diag":                {},
	"dag":                 {},
	"source":              {},
	"spec":                {"diag"},
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
	"report":              {"diag", "doctor", "explain", "plan", "run", "spec", "expectation"},
	"":                    {"diag", "dag", "spec", "vars", "dialect", "rule", "expectation", "lint", "plan", "database", "run", "profile", "scaffold", "source"},
	"cli":                 {"", "database", "diag", "doctor", "explain", "greatexpectations", "plan", "profile", "run", "report", "scaffold", "schema", "spec", "vars"},
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
