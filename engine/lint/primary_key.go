package lint

import (
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// primaryKey holds that a table that is loaded or snapshotted has a key whose
// columns are declared, always in the file and never NULL.
var primaryKey = rule{"primary-key", func(s *spec.Spec, list *diag.List) {
	for _, t := range s.Tables {
		if t.Source != nil && len(t.PrimaryKey) == 0 && !t.KeyTold {
			at(list, t.Name, "primary-key", "table %s is loaded, and rows are found again by its primary_key, which is missing", t.Name.V).
				Suggest("primary_key: [...], the columns that tell one row from another")
		}
		for _, k := range t.PrimaryKey {
			checkKeyColumn(t, k, list)
		}
	}
	for _, snapshot := range s.Snapshots {
		if t := s.Table(snapshot.From.V); t != nil && len(t.PrimaryKey) == 0 && t.Source == nil {
			at(list, snapshot.From, "primary-key", "table %s has no primary_key, and a snapshot's key is made of it", t.Name.V).
				Suggest("give table %s its primary_key", t.Name.V)
		}
	}
}}

func checkKeyColumn(t *spec.Table, key spec.Text, list *diag.List) {
	c := t.Column(key.V)
	switch {
	case c == nil && len(t.Columns) > 0:
		at(list, key, "primary-key", "the key column %q is not among the columns of %s", key.V, t.Name.V).
			Suggest("%s", nearestOf(key.V, columnNames(t)))
	case c == nil:
		return // no-columns tells it
	case c.Nullable.Set && c.Nullable.V:
		list.Add(c.Nullable.Pos, "primary-key", "%s is a key column of %s, and a key is never NULL", key.V, t.Name.V).
			Width(len("true")).Suggest("remove nullable: true, or take the column out of primary_key")
	}
	if c != nil && c.Optional.V {
		list.Add(c.Optional.Pos, "primary-key", "%s is a key column of %s, and a file without it has no key", key.V, t.Name.V).
			Width(len("true")).Suggest("remove optional: true, or take the column out of primary_key")
	}
}
