package spec

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// A declaration that is written is read back as it was.
func TestDeclarationsAreWrittenAsTheyAreRead(t *testing.T) {
	for _, declared := range []string{
		"text",
		`"numeric(10,2)"`,
		`{type: text, references: t.a b}`,
		`{type: "numeric(10,2)", optional: true, nullable: true, null_values: ["", NA, "0"], decimal: ",", thousands: "\u202F", trim: false}`,
		`{type: boolean, true_values: [ja, "yes"], false_values: ["no", '"nein"'], description: "What: it says."}`,
		`{type: timestamptz, nullable: false, formats: ["%d/%m/%Y", "%F %T"], source_tz: Europe/Paris}`,
	} {
		c := readColumn(t, declared)
		if diff := cmp.Diff(declared, c.YAML()); diff != "" {
			t.Error(diff)
		}
		again := readColumn(t, c.YAML())
		if diff := cmp.Diff(c.Lines(), again.Lines()); diff != "" {
			t.Error(diff)
		}
	}
	for _, declared := range []string{
		"a.csv",
		`{path: '${{ vars.dir }}/a.csv', delimiter: "\t", quote: "'", encoding: windows-1252, null_values: [NA], header: false, allow_empty: true}`,
	} {
		project := fstest.MapFS{"spec.yaml": {Data: []byte("version: 1\nname: s\nvars: {dir: path}\ntables:\n  t:\n    source: " + declared + "\n    primary_key: [a]\n    columns: {a: text}\n")}}
		s, list := Read(project, "spec.yaml")
		if list.HasErrors() {
			t.Fatal(list)
		}
		if diff := cmp.Diff(declared, s.Tables[0].Source.YAML()); diff != "" {
			t.Error(diff)
		}
	}
}

func readColumn(t *testing.T, declared string) *Column {
	t.Helper()
	s, list := Read(fstest.MapFS{"spec.yaml": {Data: []byte("version: 1\nname: s\ntables:\n  t:\n    columns:\n      c: " + declared + "\n")}}, "spec.yaml")
	if list.HasErrors() {
		t.Fatalf("%s: %v", declared, list)
	}
	return s.Tables[0].Columns[0]
}
