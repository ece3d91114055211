package rule

import (
	"slices"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/spec"
)

// maxSQL bounds the SQL of one rule in bytes. A division writes its divisor
// twice, so a short rule of nested divisions could become endless.
const maxSQL = 64 << 10

// Rule is a checked rule. It is immutable.
type Rule struct {
	text       string
	table      string
	root       node
	columns    []string
	aggregates []*aggregate
	reads      []string
}

// Compile checks a rule against its scope. A rule that holds an aggregate is a
// table rule, any other a row rule. The Rule is nil when the list holds errors;
// every diagnostic lies inside the text or just behind it, but for one of a
// var's default.
func Compile(t spec.Text, s Scope) (*Rule, diag.List) {
	c := newChecker(t, &s)
	tree := c.parse()
	if tree == nil {
		return nil, c.list
	}
	root := c.expression(tree)
	if root.typ() != invalid && root.typ() != boolean {
		d := c.add(root.at(), "type-mismatch", "a rule is true or false, and this is %s", root.typ())
		if !c.quotedColumn(d, root) {
			d.Suggestion = c.asCondition(root)
		}
	}
	if root.typ() == boolean && len(c.columns) == 0 && len(c.aggregates) == 0 {
		c.add(root.at(), "constant", "the rule names no column, so it is the same for every row").
			Suggest("name a column of %s, or an aggregate", s.Table)
	}
	if len(c.aggregates) > 0 {
		for _, col := range c.bare {
			c.add(col.place, "bare-column", "%s stands outside an aggregate in a rule about the whole table", col.name).
				Suggest("put it into one, as in min(%s), or make it a rule of its own", col.name)
		}
	}
	r := &Rule{t.V, s.Table, root, c.columns, c.aggregates, c.reads}
	if !c.list.HasErrors() && r.tooLong() {
		c.add(root.at(), "rule-too-long", "the rule nests so deeply that its SQL has no end").Suggest("split it into several rules")
	}
	c.list.Sort()
	if c.list.HasErrors() {
		return nil, c.list
	}
	return r, c.list
}

func (r *Rule) tooLong() bool {
	for _, driver := range []spec.Driver{spec.Postgres, spec.SQLite} {
		w := &writer{d: dialect.For(driver), table: r.table, bounded: true}
		w.write(r.root)
		if w.tooLong {
			return true
		}
	}
	return false
}

// Text is the rule as written; empty for one that no user wrote.
func (r *Rule) Text() string { return r.text }

// IsTable tells whether the rule is about the whole table.
func (r *Rule) IsTable() bool { return len(r.aggregates) > 0 }

// Columns are the columns that the rule mentions, in the order of their first
// mention.
func (r *Rule) Columns() []string { return slices.Clone(r.columns) }

// Reads are the other tables that the rule reads.
func (r *Rule) Reads() []string { return slices.Clone(r.reads) }

// Patterns tells apart the different regular expressions that PostgreSQL
// compiles for the rule. It keeps 32 of a session compiled: a query with more
// than that compiles each of them again for every row.
func (r *Rule) Patterns() []string {
	w := newWriter(dialect.For(spec.Postgres), r, nil)
	w.write(r.root)
	slices.Sort(w.patterns)
	return slices.Compact(w.patterns)
}

// SQL is a boolean expression over a row of the table, or for a table rule over
// its aggregates: true, false, or NULL for unknown.
func (r *Rule) SQL(d dialect.Dialect) string { return r.SQLWhere(d, nil) }

// SQLWhere is SQL with the aggregates of a table rule restricted to the rows
// for which where, a row rule, is true. A nil where restricts nothing.
func (r *Rule) SQLWhere(d dialect.Dialect, where *Rule) string {
	w := newWriter(d, r, where)
	s, _ := w.write(r.root)
	return s
}

// Operand is SQL as it may stand beside any operator: in parentheses unless it
// is a single column.
func (r *Rule) Operand(d dialect.Dialect) string {
	w := newWriter(d, r, nil)
	return w.within(r.root, atom)
}

// Aggregate is an aggregate of a table rule.
type Aggregate struct {
	Written string // "mean(monthly_fee)"
	SQL     string // gives a number or text
	IsTruth bool   // SQL gives a boolean: unique(...)
}

// Aggregates are the different aggregates of a table rule, in order, as SQL
// over the table, restricted as in SQLWhere.
func (r *Rule) Aggregates(d dialect.Dialect, where *Rule) []Aggregate {
	w := newWriter(d, r, where)
	var list []Aggregate
	for _, a := range r.aggregates {
		if slices.ContainsFunc(list, func(x Aggregate) bool { return x.Written == a.written }) {
			continue
		}
		s, _ := w.write(a)
		list = append(list, Aggregate{a.written, d.Output(s, a.t.kind()), a.t == boolean})
	}
	return list
}

// Fuses tells whether a table rule can join the one scan of its table: it must
// aggregate that table, and hold nothing that needs the rows sorted or grouped.
func (r *Rule) Fuses() bool {
	scans := false
	for _, a := range r.aggregates {
		switch a.function {
		case "unique", "count_distinct", "unique_fraction", "median", "quantile":
			return false
		case "row_count":
		default:
			scans = true
		}
	}
	return scans
}

// Scans tells whether a table rule aggregates the rows of its table; one that
// does not (unique and row_count only) is a query without FROM.
func (r *Rule) Scans() bool {
	return slices.ContainsFunc(r.aggregates, func(a *aggregate) bool {
		return a.function != "unique" && a.function != "row_count"
	})
}

// Unique gives the columns of a rule that is unique(a, ...) and nothing else.
func (r *Rule) Unique() ([]string, bool) {
	if a, ok := r.root.(*aggregate); ok && a.function == "unique" {
		return r.Columns(), true
	}
	return nil, false
}
