package lint

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// reference holds that a column references the whole primary key of a table,
// in the key's type: only then does a foreign key mean one row.
var reference = rule{"reference", func(s *spec.Spec, list *diag.List) {
	for _, t := range s.Tables {
		for _, c := range t.Columns {
			if c.References == nil {
				continue
			}
			if parent := s.Table(c.References.Table); parent != nil {
				checkReference(c, parent, list)
			}
		}
	}
}}

func checkReference(c *spec.Column, parent *spec.Table, list *diag.List) {
	r := c.References
	column := parent.Column(r.Column)
	tell := func(format string, args ...any) *diag.Diagnostic {
		d := list.Add(r.Text.At(utf8.RuneCountInString(r.Table)+1), "reference", format, args...)
		if r.Text.IsVerbatim() {
			d.Width(utf8.RuneCountInString(r.Column))
		}
		return d
	}
	switch key := keyNames(parent); {
	case column == nil && len(parent.Columns) > 0:
		tell("table %s has no column %q", r.Table, r.Column).Suggest("%s", nearestOf(r.Column, columnNames(parent)))
	case len(key) == 0 && (parent.Source != nil || parent.KeyTold): // told of the table
	case len(key) == 0:
		tell("table %s has no primary_key, so nothing in it can be referenced", r.Table).
			Suggest("give %s primary_key: [%s]", r.Table, r.Column)
	case len(key) > 1:
		tell("the primary key of %s has %d columns (%s), and a reference names a key of one column", r.Table, len(key), strings.Join(key, ", "))
	case parent.Column(key[0]) == nil: // told of the key
	case key[0] != r.Column:
		tell("%s is not the primary key of %s", r.Column, r.Table).Suggest("write %s.%s", r.Table, key[0])
	case column != nil && c.Type.Set && column.Type.Set && c.Type.V != column.Type.V:
		d := list.Add(c.Type.Pos, "reference", "column %s is %s, but %s, which it references, is %s", c.Name.V, c.Type.V, r.Text.V, column.Type.V)
		d.Suggest("%s", fmt.Sprintf("declare both with one type; %s is declared at %s", r.Text.V, column.Type.Pos))
	}
}

func keyNames(t *spec.Table) []string {
	var names []string
	for _, k := range t.PrimaryKey {
		names = append(names, k.V)
	}
	return names
}
