package explain_test

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/coerce"
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/explain"
	"github.com/streamflow/pipe/engine/spec"
)

// base is the project that an example of expectations stands in.
const base = `version: 1
name: month
targets: {embedded: {driver: sqlite, path: month.db}}
include: [../expectations/*.yaml]
tables:
  orders:
    source: data/orders.csv
    primary_key: [id]
    columns: {id: integer, customer: text, total: "numeric(10,2)", placed: date, paid: boolean}
`

// findings are what lint says of an example.
func findings(files []explain.File) diag.List {
	project := fstest.MapFS{"specs/month.yaml": {Data: []byte(base)}}
	for _, f := range files {
		name, text := f.Path, f.Text
		if name == "" {
			name = "expectations/orders.yaml"
			text = "suites:\n  - table: orders\n    expectations:\n      " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n      ") + "\n"
		}
		project[name] = &fstest.MapFile{Data: []byte(text)}
	}
	var paths []string
	for _, folder := range []string{"specs", "expectations"} {
		if _, err := fs.Stat(project, folder); err == nil {
			paths = append(paths, folder)
		}
	}
	specs, _, list := spec.ReadProject(project, paths)
	for _, s := range specs {
		list = append(list, engine.Lint(s)...)
	}
	list.Sort()
	return list
}

// What is shown as wrong has the fault that it is shown for and no other, and
// what is shown as right has none.
func TestExamples(t *testing.T) {
	for _, topic := range explain.Topics() {
		t.Run(topic.Code, func(t *testing.T) {
			if len(topic.Wrong) == 1 && topic.Wrong[0].Path == explain.Cell {
				checkCells(t, topic)
				return
			}
			if len(topic.Wrong) > 0 {
				list := findings(topic.Wrong)
				if !slices.ContainsFunc(list, func(d diag.Diagnostic) bool { return d.Code == topic.Code }) {
					t.Errorf("the wrong example has no such fault: %v", list)
				}
			}
			if len(topic.Right) > 0 {
				if list := findings(topic.Right); len(list) > 0 {
					t.Errorf("the right example has faults: %v", list)
				}
			}
		})
	}
}

// checkCells reads the cells of an example as its columns declare: the type
// stands on the first line, the cell on the second.
func checkCells(t *testing.T, topic explain.Topic) {
	t.Helper()
	read := func(f explain.File) coerce.Code {
		declared, cell, ok := strings.Cut(strings.TrimSuffix(f.Text, "\n"), "\n")
		if !ok {
			t.Fatalf("%q has no second line", f.Text)
		}
		project := fstest.MapFS{"specs/month.yaml": {Data: []byte("version: 1\nname: month\ntables:\n  t:\n    columns:\n      c: " + declared + "\n")}}
		s, list := spec.Read(project, "specs/month.yaml")
		if list.HasErrors() {
			t.Fatal(list)
		}
		c, err := coerce.New(s.Tables[0].Columns[0], nil, false, spec.SQLite)
		if err != nil {
			t.Fatal(err)
		}
		var v coerce.Value
		return c.Cell([]byte(cell), false, &v)
	}
	if code := read(topic.Wrong[0]); string(code) != topic.Code {
		t.Errorf("the wrong cell has the code %q", code)
	}
	if code := read(topic.Right[0]); code != "" {
		t.Errorf("the right cell has the code %q", code)
	}
}

var codeForm = regexp.MustCompile(`^[a-z]+([-_][a-z0-9]+)*$`)

// Every code that a finding can have is explained, and no other.
func TestEveryCodeIsExplained(t *testing.T) {
	used := map[string]string{}
	var all strings.Builder
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "doctor" || d.Name() == "internal"): // it adds lines of its own to a page of its own
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		all.Write(text)
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, text, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			for _, l := range stated(n) {
				if code, err := strconv.Unquote(l.Value); err == nil && codeForm.MatchString(code) {
					used[code] = set.Position(l.Pos()).String()
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for code, at := range used {
		if _, ok := explain.Lookup(code); !ok {
			t.Errorf("%s: the code %s is not explained", at, code)
		}
	}
	for _, topic := range explain.Topics() {
		if !strings.Contains(all.String(), `"`+topic.Code+`"`) && !strings.Contains(all.String(), `'`+topic.Code+`'`) {
			t.Errorf("codes/%s.txtar explains a code that nothing has", topic.Code)
		}
	}
	if len(used) < 50 {
		t.Errorf("only %d codes were found: how are findings made now?", len(used))
	}
}

// stated are the literals that a node may state a code with: the second
// argument of a call that adds a finding, a constant or variable called code, or
// the name of a lint rule.
func stated(n ast.Node) []*ast.BasicLit {
	literal := func(e ast.Expr) []*ast.BasicLit {
		if l, ok := e.(*ast.BasicLit); ok && l.Kind == token.STRING {
			return []*ast.BasicLit{l}
		}
		return nil
	}
	switch n := n.(type) {
	case *ast.CallExpr:
		if len(n.Args) < 3 {
			return nil
		}
		switch f := n.Fun.(type) {
		case *ast.SelectorExpr:
			if name := strings.ToLower(f.Sel.Name); name == "add" || name == "warn" {
				return literal(n.Args[1])
			}
		case *ast.Ident:
			if f.Name == "at" {
				return literal(n.Args[2])
			}
		}
	case *ast.ValueSpec: // codeUnset = "env-not-set", and BadDate Code = "bad_date"
		declared, _ := n.Type.(*ast.Ident)
		if len(n.Values) == 1 && (strings.HasPrefix(n.Names[0].Name, "code") || declared != nil && declared.Name == "Code") {
			return literal(n.Values[0])
		}
	case *ast.KeyValueExpr: // Error{Code: "timeout"}
		if id, ok := n.Key.(*ast.Ident); ok && id.Name == "Code" {
			return literal(n.Value)
		}
	case *ast.AssignStmt: // code := "bad-include"
		switch left := n.Lhs[0].(type) {
		case *ast.Ident:
			if left.Name == "code" {
				return literal(n.Rhs[0])
			}
		case *ast.SelectorExpr: // e.Code = "statement_failed"
			if left.Sel.Name == "Code" {
				return literal(n.Rhs[0])
			}
		}
	case *ast.CompositeLit:
		if id, ok := n.Type.(*ast.Ident); ok && id.Name == "rule" && len(n.Elts) == 2 {
			return literal(n.Elts[0])
		}
	}
	return nil
}

var update = flag.Bool("update", false, "write docs/codes.md anew")

// docs/codes.md is what Page makes.
func TestPageIsCurrent(t *testing.T) {
	const page = "../../docs/codes.md"
	if *update {
		if err := os.WriteFile(page, []byte(explain.Page()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != explain.Page() {
		t.Error("docs/codes.md is not what the codes say: make reference")
	}
}

// No line is wider than a terminal.
func TestTextFitsATerminal(t *testing.T) {
	for _, topic := range explain.Topics() {
		for line := range strings.Lines(topic.Text()) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 80 && !strings.HasPrefix(line, "    ") {
				t.Errorf("%s: %d columns: %s", topic.Code, n, line)
			}
		}
	}
}
