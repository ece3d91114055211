package expectation

import (
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

// asOf is the column of the date in every snapshot.
const asOf = "as_of"

// Lint checks every expectation and every test of a rule in a spec, without a
// database and without the values of vars. Suites of tables that the spec does
// not know are package lint's to tell of.
func Lint(s *spec.Spec) diag.List {
	var list diag.List
	tables := Tables(s)
	vars := map[string]rule.Var{}
	for _, v := range s.Vars {
		known := rule.Var{Type: v.Type.V}
		if !strings.Contains(v.Default.V, "${{") { // what a template gives is not known yet
			known.Default = v.Default
		}
		vars[v.Name.V] = known
	}
	for _, suite := range s.Suites {
		columns, known := tables[suite.Table.V]
		if !known || len(columns) == 0 {
			continue
		}
		c := Context{Suite: suite.Name.V, Table: suite.Table.V, Columns: columns, Tables: tables, Vars: vars,
			IsSnapshot: s.Snapshot(suite.Table.V) != nil}
		for _, e := range suite.Expectations {
			if e.Rule.Set || e.Kind.Set {
				list = append(list, Check(e, suite, c)...)
			}
		}
		for _, t := range suite.Tests {
			if t.Rule.Set {
				_, found := compileTest(s, t, c, hasDefault)
				list = append(list, found...)
			}
		}
	}
	list.Sort()
	return list
}

// Tables gives the columns of every table and snapshot of a spec, as far as
// they are declared.
func Tables(s *spec.Spec) map[string][]rule.Column {
	tables := map[string][]rule.Column{}
	for _, t := range s.Tables {
		columns := []rule.Column{}
		for _, c := range t.Columns {
			columns = append(columns, columnOf(t, c))
		}
		tables[t.Name.V] = columns
	}
	for _, snapshot := range s.Snapshots {
		if from := s.Table(snapshot.From.V); from != nil {
			tables[snapshot.Name.V] = copied(snapshot, from)
		}
	}
	return tables
}

func columnOf(t *spec.Table, c *spec.Column) rule.Column {
	return rule.Column{Name: c.Name.V, Type: c.Type.V, Nullable: !t.IsKey(c.Name.V) && c.Nullable.V}
}

// copied are the columns of a snapshot: the key of its table, as_of, and what
// it copies.
func copied(snapshot *spec.Snapshot, from *spec.Table) []rule.Column {
	columns := []rule.Column{{Name: asOf, Type: spec.Type{Kind: spec.KindDate}}}
	for _, c := range from.Columns {
		chosen := snapshot.Columns == nil || from.IsKey(c.Name.V)
		for _, name := range snapshot.Columns {
			chosen = chosen || name.V == c.Name.V
		}
		if chosen {
			columns = append(columns, columnOf(from, c))
		}
	}
	return columns
}
