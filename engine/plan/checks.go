package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/expectation"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

// MaxFailing is how many failing rows of one expectation are kept.
const MaxFailing = 10000

// checkSteps evaluate every suite on its table as it would be.
func (c *compiler) checkSteps() {
	scope := c.scope()
	for _, s := range c.Spec.Suites {
		dt, ok := c.tables[s.Table.V]
		if !ok {
			c.list.Add(s.Table.Pos, "unknown-table", "suite %q looks at %q, which is no table or snapshot of the spec", s.Name.V, s.Table.V)
			continue
		}
		c.checkStep(s, dt, scope)
	}
}

func (c *compiler) checkStep(s *spec.Suite, dt dialect.Table, scope map[string][]rule.Column) {
	judge := Judge{Suite: s.Name.V, Table: dt.Name}
	needs := []string{}
	context := expectation.Context{Suite: s.Name.V, Table: dt.Name, Columns: scope[dt.Name], Tables: scope, Key: dt.Key, Dialect: c.d,
		Vars: c.ruleVars(), IsSnapshot: c.Spec.Snapshot(dt.Name) != nil}
	for _, e := range s.Expectations {
		compiled, list := expectation.Compile(e, s, context)
		c.list = append(c.list, list...)
		if list.HasErrors() {
			continue
		}
		judge.Expectations = append(judge.Expectations, c.expectation(compiled, dt))
		for _, other := range compiled.Reads {
			needs = append(needs, c.settled(other))
		}
	}
	judge.AllFit, judge.Fits = c.fits(judge, dt)
	fuse(&judge, c.d, dt)
	needs = append(needs, c.settled(dt.Name))
	if c.ChecksOnly {
		needs = nil
	}
	c.add(Step{ID: "check." + s.Name.V, Kind: Check, Phase: PublishPhase, Needs: needs, Pos: s.Pos, Table: dt.Name,
		Title: fmt.Sprintf("evaluate %s on %s", count(len(s.Expectations), "expectation"), dt.Name), Actions: []Action{judge}})
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func scan(outputs []string, d dialect.Dialect, dt dialect.Table, title string) Statement {
	return text(fmt.Sprintf("SELECT %s\nFROM %s", strings.Join(outputs, ",\n       "), d.Quote(dt.Name)), title)
}

func (c *compiler) expectation(compiled expectation.Compiled, dt dialect.Table) Expectation {
	e := Expectation{Compiled: compiled}
	if compiled.Own != nil {
		own(&e)
		return e
	}
	if compiled.Query != "" {
		e.Alone = text(compiled.Query, compiled.Name)
	} else {
		var outputs []string
		for _, o := range compiled.Scan {
			outputs = append(outputs, o.SQL+" AS "+o.Name)
		}
		e.Alone = scan(outputs, c.d, dt, compiled.Name)
	}
	if compiled.Failing != "" {
		e.Shown = shown(compiled, dt)
		e.FailingRows = text(c.failingRows(e, e.Shown, dt), "the rows that fail "+compiled.Name)
		if n := len(compiled.Shown); len(dt.Key) == 0 && n > 0 && n < len(e.Shown) {
			e.NarrowShown = e.Shown[:n]
			e.Narrow = text(c.failingRows(e, e.NarrowShown, dt), "the same without the other columns of "+dt.Name)
		}
		e.UserSQL = fmt.Sprintf("SELECT * FROM %s WHERE %s", c.d.Quote(dt.Name), compiled.Failing)
		e.Frequent = c.frequent(e, dt)
		c.tested(&e, dt)
	}
	return e
}

// shown are the key and the tested columns; all columns where a table has no
// key to name its rows by.
func shown(compiled expectation.Compiled, dt dialect.Table) []Field {
	var fields []Field
	for _, k := range dt.Key {
		fields = append(fields, Field{Name: k, Kind: columnOf(dt, k).Type.Kind, Key: true})
	}
	names := slices.Clone(compiled.Shown)
	if len(dt.Key) == 0 {
		for _, n := range dt.Names() {
			if !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	for _, n := range names {
		fields = append(fields, Field{Name: n, Kind: columnOf(dt, n).Type.Kind})
	}
	return fields
}

// failingRows joins the failing rows with staging, which knows the lines they
// came from.
func (c *compiler) failingRows(e Expectation, fields []Field, dt dialect.Table) string {
	var values, order []string
	for _, f := range fields {
		values = append(values, c.d.AsText("t."+c.d.Quote(f.Name), columnOf(dt, f.Name).Type))
	}
	for _, k := range dt.Key {
		order = append(order, c.ordered(dt, k, ""))
	}
	sorted := ""
	if len(order) > 0 {
		sorted = " ORDER BY " + strings.Join(order, ", ")
	}
	limit := fmt.Sprintf(" LIMIT %d", MaxFailing)
	if e.Test != nil {
		limit = "" // the run finds the failing ones among them
	}
	from := fmt.Sprintf("(SELECT * FROM %s WHERE %s%s%s) AS t", c.d.Quote(dt.Name), e.Failing, sorted, limit)
	table := c.Spec.Table(dt.Name)
	if c.ChecksOnly || table == nil || table.Source == nil {
		return fmt.Sprintf("SELECT %s, NULL\nFROM %s", strings.Join(values, ", "), from)
	}
	var on []string
	for i, k := range dt.Key {
		on = append(on, fmt.Sprintf("s.%[1]s = t.%[1]s", c.d.Quote(k)))
		order[i] = c.ordered(dt, k, "t.")
	}
	return fmt.Sprintf("SELECT %s, s.%s\nFROM %s LEFT JOIN %s AS s ON %s\nORDER BY %s", strings.Join(values, ", "), c.d.Quote(dialect.LineColumn),
		from, c.d.Staging(dt), strings.Join(on, " AND "), strings.Join(order, ", "))
}

// ordered is a column of a key as rows are ordered by it: a text by its code
// points, so that the first rows are the same ones on every database.
func (c *compiler) ordered(dt dialect.Table, key, prefix string) string {
	name := prefix + c.d.Quote(key)
	if columnOf(dt, key).Type.Kind == spec.KindText {
		return c.d.CodePoints(name)
	}
	return name
}
