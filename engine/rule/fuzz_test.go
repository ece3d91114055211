package rule_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/rule"
)

// Whatever is written, Compile answers: with a rule whose SQL can be made, or
// with errors that lie inside the text or just behind it.
func FuzzCompile(f *testing.F) {
	for _, path := range []string{"testdata/row_rules.txt", "testdata/table_rules.txt", "testdata/bad_rules.txt"} {
		for _, text := range readEntries(f, path) {
			f.Add(text)
		}
	}
	f.Add(strings.Repeat("(", 200) + "n" + strings.Repeat(")", 200) + " > 1")
	f.Add(strings.Repeat("n / (", 30) + "1" + strings.Repeat(")", 30) + " > 1")
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || strings.ContainsAny(text, "\n\r") {
			t.Skip("a text of one line in a YAML file is valid UTF-8")
		}
		r, list := rule.Compile(source(text), scope)
		if (r == nil) != list.HasErrors() {
			t.Fatalf("rule %v with %v", r, list)
		}
		length := utf8.RuneCountInString(text)
		for _, d := range list {
			if d.Line != 1 || d.Col < 1 || d.Col > length+1 || d.EndCol > length+1 {
				t.Errorf("%d-%d is not inside %d characters: %v", d.Col, d.EndCol, length, d)
			}
			if d.Message == "" || d.Code == "" {
				t.Errorf("an empty diagnostic: %#v", d)
			}
		}
		if r != nil && (r.SQL(postgres) == "" || r.SQL(sqliteDialect) == "") {
			t.Error("a rule without SQL")
		}
	})
}
