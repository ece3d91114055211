package report_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/streamflow/pipe/engine/report"
)

// sarifModule carries OASIS' own schema of SARIF 2.1.0, word for word, as a
// constant of its package sarif.
const sarifModule = "github.com/owenrumney/go-sarif/v3@v3.3.1"

// A log is what the published schema of SARIF asks for, whatever was found.
func TestLintSARIFIsValidAgainstItsSchema(t *testing.T) {
	schema := compileSARIF(t)
	for name, f := range map[string]report.Findings{"odd findings": odd, "no findings": {}} {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(written(t, report.LintSARIF, f)))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if schema.Validate(map[string]any{"version": "2.1.0", "runs": []any{map[string]any{"tool": "pipe"}}}) == nil {
		t.Error("the schema takes what is no log")
	}
}

// compileSARIF takes the schema out of the module cache, where the first test
// puts it. It skips the test on a machine that cannot fetch it.
func compileSARIF(t *testing.T) *jsonschema.Schema {
	t.Helper()
	said, err := exec.Command("go", "mod", "download", "-json", sarifModule).Output()
	var module struct{ Dir string }
	if err != nil || json.Unmarshal(said, &module) != nil || module.Dir == "" {
		t.Skipf("%s cannot be had here: %v", sarifModule, err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(module.Dir, "pkg", "report", "v210", "sarif", "schema.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var text string
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && text == "" && literal.Kind == token.STRING {
			text, err = strconv.Unquote(literal.Value)
		}
		return true
	})
	if err != nil || !strings.Contains(text, "docs.oasis-open.org/sarif") {
		t.Fatalf("no schema in %s: %v", sarifModule, err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
