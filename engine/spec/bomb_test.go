package spec_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/streamflow/pipe/engine/spec"
)

func repeated(n int, part func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(part(i))
	}
	return b.String()
}

// What was made to exhaust a reader is refused at once, with a place; what is
// only long is read.
func TestBombs(t *testing.T) {
	laughs := "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := range 12 {
		laughs += fmt.Sprintf("b%d: &a%d [%s]\n", i, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 10), ", "))
	}
	table := "{source: a.csv, primary_key: [k], columns: {k: text}}"
	for name, c := range map[string]struct{ text, code string }{
		"a billion laughs": {"version: 1\n" + laughs, "alias-bomb"},
		"a chain of aliases": {"version: 1\n" + repeated(20_000, func(i int) string {
			return fmt.Sprintf("a%d: &a%d {x: %s}\n", i, i, map[bool]string{true: fmt.Sprintf("*a%d", i-1), false: "1"}[i > 0])
		}), "alias-bomb"},
		"brackets":            {"version: 1\nx: " + strings.Repeat("[", 100_000), "syntax"},
		"brackets that close": {"version: 1\nx: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000), "unknown-key"},
		"braces":              {"version: 1\nx: " + strings.Repeat("{a: ", 9000) + "1" + strings.Repeat("}", 9000), "unknown-key"},
		"stairs":              {"version: 1\n" + repeated(3000, func(i int) string { return strings.Repeat(" ", i) + "a:\n" }), "unknown-key"},
		"question marks":      {"version: 1\n" + strings.Repeat("? ", 50_000), "syntax"},
		"dashes":              {"version: 1\nx:\n" + strings.Repeat("- ", 50_000) + "1", "syntax"},
		"many unknown keys":   {"version: 1\n" + repeated(50_000, func(i int) string { return fmt.Sprintf("k%d: 1\n", i) }), "unknown-key"},
		"one key for ever":    {"version: 1\n" + strings.Repeat("a: 1\n", 50_000), "duplicate-key"},
		"a long key":          {"version: 1\n" + strings.Repeat("k", 2_000_000) + ": 1\n", "syntax"},
		"a long line":         {"version: 1\ndescription: " + strings.Repeat("x", 4_000_000) + "\n", ""},
		"many tables":         {"version: 1\ntables:\n" + repeated(20_000, func(i int) string { return fmt.Sprintf("  t%d: %s\n", i, table) }), ""},
		"a huge file":         {"version: 1\n" + strings.Repeat("# comment\n", 1_000_000), "too-large"},
		"a huge fragment":     {"version: 1\ninclude: [huge.yaml]\n", "too-large"},
		"the same, often":     {"version: 1\ninclude: [" + strings.Repeat("'*.yaml', ", 2000) + "]\n", "include-entry"},
	} {
		begun := time.Now()
		fsys := fstest.MapFS{"e.yaml": {Data: []byte(c.text)}}
		if strings.Contains(c.text, "huge.yaml") {
			fsys["huge.yaml"] = &fstest.MapFile{Data: []byte(strings.Repeat("# comment\n", 1_000_000))}
		}
		_, list := spec.Read(fsys, "e.yaml")
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("%s: it took %v", name, took)
		}
		found := c.code == "" && len(list) == 0
		for _, d := range list {
			found = found || d.Code == c.code && d.File != ""
		}
		if !found {
			t.Errorf("%s: %d findings, none is %q; the first: %v", name, len(list), c.code, list[:min(1, len(list))])
		}
	}
}
