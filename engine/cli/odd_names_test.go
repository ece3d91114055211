package cli_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/streamflow/pipe/engine/cli"
)

// oddName holds what a terminal obeys, and a line end behind which a line of its
// own seems to begin.
const oddName = "odd\nCUT\t\x1b[31m\u202e\u009b.yaml"

// Whatever a file is called, what pipe says of it stays on its line and is obeyed
// by no terminal, in every format.
func TestNamesOfFilesAreShownAsText(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	broken, fine, notUTF8 := "specs/"+oddName, "fine/"+oddName, "raw/CUT\x9b.yaml"
	const table = "{t: {source: t.csv, primary_key: [a], columns: {a: integer, b: {type: numeric, thousands: x}}}}\n"
	write(broken, "version: 1\ntabels: {}\ntables: "+table+"suites: [{table: u, expectations: [{rule: x > 1}]}]\n")
	write("specs/again/"+oddName, "tables: {a: [}\n")
	write(fine, "version: 1\nname: fine\ntargets: {here: {driver: sqlite, path: '"+`a.db`+"'}}\ntables: "+table+
		"suites: [{table: t, expectations: [{rule: b > 1}], tests: [{rule: b > 1, rows: [{b: 1}], fails: []}]}]\n")
	write(notUTF8, "version: 1\n")
	write("t.csv", "a,b\n1,2\n1,3\n")
	write("data/"+strings.TrimSuffix(oddName, ".yaml")+".csv", "a,b\n1,2\n1,3,4\n")
	write("bad/"+strings.TrimSuffix(oddName, ".yaml")+".csv", "a,a\n1,2\n")

	for _, args := range [][]string{
		{"lint", "specs", "raw"}, {"lint", "--format", "json", "specs", "raw"}, {"lint", "--format", "github", "specs", "raw"},
		{"lint", "--format", "sarif", "specs", "raw"}, {"lint", "--format", "junit", "specs", "raw"},
		{"lint", "specs/CUT\n\x1b"}, {"lint", "specs/" + oddName + "x"},
		{"run", broken}, {"run", fine}, {"run", "--format", "json", fine}, {"run", "specs/" + oddName + "x"}, {"run", fine, oddName},
		{"plan", broken}, {"plan", fine}, {"plan", "--format", "json", fine}, {"plan", "--format", "sql", fine}, {"graph", fine}, {"graph", "--format", "dot", fine},
		{"check", broken}, {"check", fine}, {"check", "--format", "junit", fine}, {"test", broken}, {"test", fine}, {"test", "--format", "junit", fine}, {"test", "--format", "json", fine},
		{"doctor", broken}, {"doctor", fine}, {"runs", fine}, {"show", oddName, fine}, {"rejects", oddName, fine},
		{"suggest", fine}, {"suggest", oddName}, {"explain", oddName}, {"json-schema", oddName}, {"version", oddName}, {"completion", oddName}, {oddName}, {"--" + oddName}, {"-C", oddName, "lint"},
		{"lint", "--format", oddName}, {"run", fine, "--target", oddName}, {"run", fine, "--var", oddName + "=1"}, {"run", fine, "--wait", oddName},
		{"import", "great-expectations", fine}, {"import", "great-expectations", oddName},
		{"init", "here"}, {"init", "--from", oddName, "new"}, {"init", "--from", "bad", "new"}, {"init", "--from", "data", "new"}, {"init", "--from", "data", oddName + "/x"}, {"init"},
	} {
		t.Run(strings.ReplaceAll(strings.Join(args, " "), "\x00", ""), func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			cli.Main(args, &stdout, &stderr)
			for stream, text := range map[string]string{"stdout": stdout.String(), "stderr": stderr.String()} {
				for line := range strings.Lines(text) {
					if strings.HasPrefix(strings.TrimLeft(line, " #"), "CUT") {
						t.Errorf("%s: a line of its own begins inside a name:\n%s", stream, text)
					}
					if at := strings.IndexFunc(strings.TrimSuffix(line, "\n"), func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }); at >= 0 {
						t.Errorf("%s: a terminal obeys %q", stream, line)
					}
				}
			}
		})
	}

	// Programs find the file by its name all the same.
	var stdout, stderr bytes.Buffer
	cli.Main([]string{"lint", "--format", "json", "specs"}, &stdout, &stderr)
	var doc struct{ Diagnostics []struct{ File string } }
	if err := json.Unmarshal(stdout.Bytes(), &doc); err != nil || len(doc.Diagnostics) == 0 {
		t.Fatalf("%v: %s", err, stdout.String())
	}
	found := false
	for _, d := range doc.Diagnostics {
		found = found || d.File == broken
	}
	if !found {
		t.Errorf("no finding is in %q: %s", broken, stdout.String())
	}
	stdout.Reset()
	cli.Main([]string{"lint", "--format", "sarif", "specs"}, &stdout, &stderr)
	if uri := (&url.URL{Path: broken}).String(); !strings.Contains(stdout.String(), `"uri": "`+uri+`"`) {
		t.Errorf("no result is in %s: %s", uri, stdout.String())
	}
}
