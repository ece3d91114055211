package engine_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is suggested for a file loads that file, lints as it stands and holds on
// its rows, on both databases; and so does what is then suggested for the
// table, with a spec that declares it and without one.
func TestSuggestionsHoldOnTheRowsTheyWereMadeFrom(t *testing.T) {
	var files []string
	for _, pattern := range []string{"../data/seeds/month_000/*.csv", "testdata/suggest/*.csv"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %d files (%v)", pattern, len(found), err)
		}
		files = append(files, found...)
	}
	onBoth(t, func(t *testing.T, target string) {
		for _, file := range files {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".csv"), func(t *testing.T) { suggestAll(t, target, file) })
		}
	})
}

func suggestAll(t *testing.T, target, file string) {
	dir := t.TempDir()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Base(file)
	table := strings.TrimSuffix(name, ".csv")
	write(t, filepath.Join(dir, name), string(text))
	suggest := func(more ...string) string {
		cmd, out := pipe(dir, append([]string{"suggest"}, more...)...)
		var told strings.Builder
		cmd.Stderr = &told
		if err := cmd.Run(); err != nil {
			t.Fatalf("pipe suggest %s: %v\n%s", strings.Join(more, " "), err, told.String())
		}
		return out.String()
	}
	write(t, filepath.Join(dir, "entry.yaml"), "version: 1\nname: trial\ninclude: [suggested.yaml]\n")

	fromFile := suggest(name, "--declare")
	write(t, filepath.Join(dir, "suggested.yaml"), fromFile)
	holds(t, dir, fromFile, "run", "entry.yaml", "--target", target, "--report", "none", "--format", "json", "--progress", "none")

	fromTable := suggest(table, "entry.yaml", "--target", target)
	declaration, _, _ := strings.Cut(fromFile, "suites:")
	both := declaration + fromTable
	write(t, filepath.Join(dir, "suggested.yaml"), both)
	holds(t, dir, both, "check", "entry.yaml", "--target", target, "--format", "json")

	alone := suggest(table, "--target", target, "--declare")
	write(t, filepath.Join(dir, "suggested.yaml"), alone)
	holds(t, dir, alone, "check", "entry.yaml", "--target", target, "--format", "json")
}

// holds runs a command and asks its JSON whether every expectation held.
func holds(t *testing.T, dir, suite string, args ...string) {
	t.Helper()
	cmd, out := pipe(dir, args...)
	cmd.Stderr = nil
	err := cmd.Run()
	var result struct {
		Checks       struct{ Declared, Passed int }
		Expectations []struct {
			Name    string
			Success bool
			Error   any
		}
	}
	if err != nil || json.Unmarshal(out.Bytes(), &result) != nil {
		lint, told := pipe(dir, "lint", "entry.yaml")
		t.Fatalf("pipe %s: %v\n%s\nlint: %v\n%s\n%s", strings.Join(args, " "), err, out, lint.Run(), told, suite)
	}
	if result.Checks.Declared == 0 || result.Checks.Passed != result.Checks.Declared || result.Checks.Declared != strings.Count(suite, "severity: warn\n") {
		var failed []string
		for _, e := range result.Expectations {
			if !e.Success {
				failed = append(failed, fmt.Sprint(e.Name, " ", e.Error))
			}
		}
		t.Errorf("pipe %s: %d of %d held; not: %s\n%s", strings.Join(args, " "), result.Checks.Passed, result.Checks.Declared, strings.Join(failed, ", "), suite)
	}
}
