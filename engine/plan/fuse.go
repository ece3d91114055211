package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/expectation"
	"github.com/streamflow/pipe/engine/rule"
)

// fewest is how many strict expectations of rows are worth a question that they
// share: of fewer, each is counted by itself.
const fewest = 3

// Tally says where the value of one output of an expectation comes from: an
// output of the scan, less another one, plus one of the second look. A name
// that is empty is nought; the second look is nought when it was not needed.
type Tally struct {
	Scan   string `json:"scan,omitempty"`
	Less   string `json:"less,omitempty"`
	Second string `json:"second,omitempty"`
}

// fusion makes one scan of everything that needs no query of its own. What is
// the same of several expectations is asked once. Those of single rows that
// allow no exception share one question: how many rows break any of them. Only
// when there are such rows does a second look, at these rows alone, tell which
// expectation they break.
type fusion struct {
	d       dialect.Dialect
	dt      dialect.Table
	scan    outputs
	second  outputs
	terms   []term
	strict  map[int]bool    // expectations, by index, that the second look counts
	notNull map[string]bool // columns of which every NULL breaks an expectation
	tallies map[int]map[string]Tally
}

// term is a condition that no row may break, or none for which a filter holds.
type term struct {
	rule.Conjunct
	filters []string // empty: all rows
	notNull string   // the column that is not NULL, if it says nothing else
}

// outputs are the columns of a query, each asked once.
type outputs struct {
	prefix string
	sql    []string
}

func (o *outputs) add(sql string) string {
	i := slices.Index(o.sql, sql)
	if i < 0 {
		i = len(o.sql)
		o.sql = append(o.sql, sql)
	}
	return fmt.Sprintf("%s%d", o.prefix, i)
}

func (o *outputs) named() []string {
	var list []string
	for i, sql := range o.sql {
		list = append(list, fmt.Sprintf("%s AS %s%d", sql, o.prefix, i))
	}
	return list
}

// fuse gives a judge its scan, and every fused expectation its tallies.
func fuse(j *Judge, d dialect.Dialect, dt dialect.Table) {
	f := &fusion{d: d, dt: dt, scan: outputs{prefix: "n"}, second: outputs{prefix: "m"},
		strict: map[int]bool{}, notNull: map[string]bool{}, tallies: map[int]map[string]Tally{}}
	j.Fused, j.Queries = []string{}, []Query{}
	f.setApart(j.Expectations)
	for i := range j.Expectations {
		e := &j.Expectations[i]
		if queries := e.Queries(); queries != nil {
			j.ask(e, queries)
		} else {
			j.Fused = append(j.Fused, e.Name)
		}
	}
	if len(j.Fused) == 0 {
		return
	}
	f.gather(j.Expectations)
	broken := f.condition()
	if broken != "" {
		j.Broken = f.scan.add(dialect.Filtered("count(*)", broken))
	}
	for i := range j.Expectations {
		e := &j.Expectations[i]
		if len(e.Scan) == 0 || e.Apart {
			continue
		}
		e.Tallies = map[string]Tally{}
		for _, o := range e.Scan {
			e.Tallies[o.Name] = f.tally(e, o)
		}
		if f.strict[e.Index] {
			j.Strict = append(j.Strict, e.Index)
		}
	}
	j.Scan = scan(f.scan.named(), d, dt, "one scan for "+strings.Join(j.Fused, ", "))
	if broken != "" {
		j.Second = scan(f.second.named(), d, dt, "which expectations the rows break that break any")
		j.Second.SQL += "\nWHERE " + broken
	}
}

// mostPatterns is how many different regular expressions the scan may hold.
// PostgreSQL keeps 32 compiled ones in a session; with one more, each is
// compiled again for every row, which takes more than ten times as long.
const mostPatterns = 28

// setApart keeps expectations out of the scan whose regular expressions would
// be too many there.
func (f *fusion) setApart(list []Expectation) {
	held := map[string]bool{}
	for i := range list {
		e := &list[i]
		more := 0
		for _, pattern := range e.Patterns {
			if !held[pattern] {
				more++
			}
		}
		if e.Apart = more > 0 && len(held)+more > mostPatterns; e.Apart {
			continue
		}
		for _, pattern := range e.Patterns {
			held[pattern] = true
		}
	}
}

// ask adds an expectation to those that are judged by the same query.
func (j *Judge) ask(e *Expectation, queries []Statement) {
	i := slices.IndexFunc(j.Queries, func(q Query) bool {
		return slices.EqualFunc(q.Statements, queries, func(a, b Statement) bool { return a.SQL == b.SQL })
	})
	if i < 0 {
		i = len(j.Queries)
		j.Queries = append(j.Queries, Query{Statements: queries})
	}
	j.Queries[i].Expectations = append(j.Queries[i].Expectations, e.Name)
}

// gather collects the strict expectations and what they make sure of.
func (f *fusion) gather(list []Expectation) {
	var strict []*Expectation
	for i := range list {
		e := &list[i]
		if e.Row != nil && !e.Apart && e.Judge.Kind == expectation.JudgeRows && e.Judge.Mostly == 1 {
			strict = append(strict, e)
		}
	}
	if len(strict) < fewest {
		return
	}
	for _, e := range strict {
		f.strict[e.Index] = true
		if e.Row.NotNull != "" && e.Row.Filter == "" {
			f.notNull[e.Row.NotNull] = true
		}
		for _, c := range e.Row.Expected {
			f.add(c, e.Row)
		}
	}
	f.terms = slices.DeleteFunc(slices.Clone(f.terms), f.follows)
}

func (f *fusion) add(c rule.Conjunct, r *expectation.Row) {
	filter := r.Filter
	i := slices.IndexFunc(f.terms, func(t term) bool { return t.SQL == c.SQL })
	switch {
	case i < 0 && filter == "":
		f.terms = append(f.terms, term{c, nil, r.NotNull})
	case i < 0:
		f.terms = append(f.terms, term{c, []string{filter}, r.NotNull})
	case filter == "" || len(f.terms[i].filters) == 0:
		f.terms[i].filters = nil
	case !slices.Contains(f.terms[i].filters, filter):
		f.terms[i].filters = append(f.terms[i].filters, filter)
	}
}

// follows tells whether a term says nothing that another one of all rows does
// not say. Of two that say the same, the later follows.
func (f *fusion) follows(t term) bool {
	own := slices.IndexFunc(f.terms, func(o term) bool { return o.SQL == t.SQL })
	return slices.ContainsFunc(f.terms[:own], func(o term) bool { return len(o.filters) == 0 && o.Implies(t.Conjunct) }) ||
		slices.ContainsFunc(f.terms[own+1:], func(o term) bool {
			return len(o.filters) == 0 && o.Implies(t.Conjunct) && (len(t.filters) > 0 || !t.Implies(o.Conjunct))
		})
}

// condition is true of the rows that break any strict expectation; empty when
// there is none. A conjunction is false exactly when one of its parts is. Where
// every NULL breaks an expectation anyhow, a part that is not true is as good as
// false, and nobody need ask for the NULL apart.
func (f *fusion) condition() string {
	var sure, parts []string
	told := map[string]bool{} // columns whose NULL leaves a part of sure unknown
	for _, t := range f.terms {
		if columns, ok := f.isSure(t); ok {
			sure = append(sure, t.SQL)
			for _, name := range columns {
				told[name] = true
			}
		}
	}
	for _, t := range f.terms {
		_, isSure := f.isSure(t)
		switch {
		case isSure || t.notNull != "" && told[t.notNull]:
		case len(t.filters) == 0:
			parts = append(parts, t.SQL)
		case len(t.filters) == 1:
			parts = append(parts, f.unless(t, t.filters[0]))
		default:
			parts = append(parts, f.unless(t, "("+strings.Join(t.filters, " OR ")+")"))
		}
	}
	var either []string
	if len(sure) > 0 {
		either = append(either, "("+strings.Join(sure, "\n  AND ")+") IS NOT TRUE")
	}
	if len(parts) > 0 {
		either = append(either, "("+strings.Join(parts, "\n  AND ")+") IS FALSE")
	}
	return strings.Join(either, "\n  OR ")
}

// isSure tells whether a term of all rows is unknown exactly where one of its
// columns is NULL, which breaks an expectation of its own.
func (f *fusion) isSure(t term) ([]string, bool) {
	columns, total, strict := t.Unknown()
	if len(t.filters) > 0 || len(columns) == 0 || !total || !strict {
		return nil, false
	}
	return columns, !slices.ContainsFunc(columns, func(name string) bool { return !f.notNull[name] })
}

// unless is the term where the filter holds. What is asked first is the whole
// answer most of the time, so a term is asked before its filter unless it is
// dear.
func (f *fusion) unless(t term, filter string) string {
	if t.Cost > dear {
		return "(NOT " + filter + " OR " + t.SQL + ")"
	}
	return "(" + t.SQL + " OR NOT " + filter + ")"
}

// dear is the cost of a term above which it is asked after its filter.
const dear = 25

// tally finds or makes the outputs that an output of an expectation is made of.
func (f *fusion) tally(e *Expectation, o expectation.Output) Tally {
	if e.Row == nil {
		return Tally{Scan: f.scan.add(o.SQL)}
	}
	rows := f.scan.add("count(*)")
	switch o.Name {
	case "unexpected_count":
		switch {
		case f.strict[e.Index] || f.settled(e.Row):
			return Tally{Second: f.second.add(o.SQL)}
		case e.Row.NotNull != "" && e.Row.Filter == "":
			return Tally{Scan: rows, Less: f.filled(e.Row.NotNull)}
		}
	case "missing_count":
		switch {
		case f.neverMissing(e.Row):
			return Tally{Second: f.second.add(o.SQL)}
		case len(e.Row.MissingColumns) == 1 && e.Row.MissingIsNull && e.Row.Filter == "":
			return Tally{Scan: rows, Less: f.filled(e.Row.MissingColumns[0])}
		}
	}
	return Tally{Scan: f.scan.add(o.SQL)}
}

// filled is the output that counts the values of a column.
func (f *fusion) filled(column string) string { return f.scan.add("count(" + f.d.Quote(column) + ")") }

// settled tells whether a row can break a lenient expectation only by breaking
// a strict one.
func (f *fusion) settled(r *expectation.Row) bool {
	return !slices.ContainsFunc(r.Expected, func(c rule.Conjunct) bool {
		return !slices.ContainsFunc(f.terms, func(t term) bool {
			return len(t.filters) == 0 && (t.SQL == c.SQL || t.Implies(c))
		})
	})
}

// neverMissing tells whether a row can be missing only by breaking a strict
// expectation.
func (f *fusion) neverMissing(r *expectation.Row) bool {
	if r.MissingColumns == nil || len(f.terms) == 0 {
		return false
	}
	return !slices.ContainsFunc(r.MissingColumns, func(name string) bool { return !f.notNull[name] })
}
