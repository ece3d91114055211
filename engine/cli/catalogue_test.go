package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/expectation"
)

// docs/rules.md lists every Great Expectations name that there is, with the
// arguments that it takes, and no other.
func TestRulesPageListsTheCatalogue(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "docs", "rules.md"))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("| name | what is expected | arguments |\n| --- | --- | --- |\n")
	for _, k := range expectation.Catalogue {
		if k.Name == "rule" {
			continue
		}
		var params []string
		for _, p := range k.Params {
			param := "`" + p.Name + "`"
			if !p.Required {
				param = "[" + param + "]"
			}
			params = append(params, param)
		}
		b.WriteString("| `" + k.Name + "` | " + k.Doc + " | " + strings.Join(params, ", ") + " |\n")
	}
	if !strings.Contains(string(text), b.String()) {
		t.Errorf("docs/rules.md has not the list of expectations as it is now:\n%s", b.String())
	}
}
