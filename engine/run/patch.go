package run

import (
	"fmt"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/spec"
)

// patch is what would make a spec and a table take what is there: lines for the
// spec, statements for the table. It is shown, and nothing acts upon it.
type patch struct {
	plan  *plan.Plan
	table *spec.Table // nil of a snapshot

	inTarget []relation // the table and its snapshots, those that exist

	key     []string // the primary key to declare, nil when it stays
	lines   []string // of columns
	renames bool     // some of them rename a column
	alter   []string
	notes   []string
}

// relation is a table of the target as it is.
type relation struct {
	name              string // as written in SQL
	columns, required []string
	held              []string // of required, those that cannot be changed in place
	takesNew          bool     // a new column of the file becomes one of it
}

func (r *relation) has(column string) bool { return slices.Contains(r.columns, column) }

// recased is the column that SQLite takes for another one of this name; empty
// where there is none.
func (p *patch) recased(r relation, name string) string {
	i := slices.IndexFunc(r.columns, func(c string) bool { return strings.EqualFold(c, name) })
	if i < 0 || p.plan.Dialect != spec.SQLite {
		return ""
	}
	return r.columns[i]
}

// patchFor begins a patch of a table that is loaded, with what is known of it.
func (x *execution) patchFor(l plan.Load) *patch {
	x.mu.Lock()
	defer x.mu.Unlock()
	p := &patch{plan: x.plan, table: l.Table}
	take := func(facts string, takesNew bool) {
		if !x.facts.truth(facts + "_exists") {
			return
		}
		p.inTarget = append(p.inTarget, relation{name: x.facts.text(facts + "_relation"), takesNew: takesNew,
			columns: plan.Names(x.facts.text(facts + "_columns")), required: plan.Names(x.facts.text(facts + "_required")), held: plan.Names(x.facts.text(facts + "_held"))})
	}
	take(l.Facts, true)
	for _, s := range x.plan.Snapshots {
		if s.From == l.Name {
			// It has the table's columns and as_of, when it does not state its own.
			take(s.Facts, len(s.Columns) == len(l.Table.Columns)+1)
		}
	}
	return p
}

// widest is how long a line of the patch may be: a terminal must not break it.
const widest = 56

func (p *patch) declare(name string, c *spec.Column, comment string) {
	if comment != "" {
		p.lines = append(p.lines, "# "+comment)
	}
	name = spec.Quote(name)
	if flow := name + ": " + c.YAML(); len(flow) <= widest {
		p.lines = append(p.lines, flow)
		return
	}
	p.lines = append(p.lines, name+":")
	for _, line := range c.Lines() {
		p.lines = append(p.lines, "  "+line)
	}
}

func ofType(t spec.Type) *spec.Column {
	return &spec.Column{Type: spec.Value[spec.Type]{V: t, Set: true}}
}

func (p *patch) statement(sql string) {
	if sql != "" {
		p.alter = append(p.alter, sql)
	}
}

// added accepts a new column of the file.
func (p *patch) added(name string, t spec.Type) {
	p.declare(name, ofType(t), "")
	for _, r := range p.inTarget {
		switch old := p.recased(r, name); {
		case r.has(name):
		case old != "":
			p.statement(p.plan.RenameColumn(r.name, old, name))
		case r.takesNew:
			p.statement(p.plan.AddColumn(r.name, name, t))
		}
	}
}

// renamed accepts another name for a column.
func (p *patch) renamed(c *spec.Column, name string) {
	p.declare(name, c, "instead of "+visible(c.Name.V))
	if p.table.IsKey(c.Name.V) {
		if p.key == nil {
			for _, k := range p.table.PrimaryKey {
				p.key = append(p.key, k.V)
			}
		}
		p.key[slices.Index(p.key, c.Name.V)] = name
	}
	for _, r := range p.inTarget {
		if r.has(c.Name.V) && !r.has(name) {
			p.statement(p.plan.RenameColumn(r.name, c.Name.V, name))
		}
	}
	p.renames = true
}

// optional accepts that the file lacks a column, which is NULL in new rows then.
func (p *patch) optional(c *spec.Column) {
	may := *c
	may.Optional, may.Nullable = spec.Value[bool]{V: true, Set: true}, spec.Value[bool]{V: true}
	p.declare(c.Name.V, &may, "")
	for _, r := range p.inTarget {
		switch {
		case slices.Contains(r.held, c.Name.V):
			p.notes = append(p.notes, fmt.Sprintf("%s cannot be NULL in %s, and SQLite cannot change that in place: make the table anew, with its rows", c.Name.V, r.name))
		case slices.Contains(r.required, c.Name.V):
			p.statement(p.plan.DropNotNull(r.name, c.Name.V, c.Type.V))
		}
	}
}

// yaml gives the lines for the spec, at their depth.
func (p *patch) yaml() string {
	if p.table == nil || len(p.lines) == 0 && p.key == nil {
		return ""
	}
	text := "tables:\n  " + spec.Quote(p.table.Name.V) + ":"
	if p.key != nil {
		var quoted []string
		for _, k := range p.key {
			quoted = append(quoted, spec.Quote(k))
		}
		text += "\n    primary_key: [" + strings.Join(quoted, ", ") + "]"
	}
	if len(p.lines) > 0 {
		text += "\n    columns:\n      " + strings.Join(p.lines, "\n      ")
	}
	return text
}

// hint says what ought to be done, and what would accept things as they are.
func (p *patch) hint(first string, pos diag.Pos) string {
	parts := slices.Clone(p.notes)
	yaml := p.yaml()
	switch {
	case yaml == "":
		parts = append(parts, first)
	case p.renames:
		parts = append(parts, fmt.Sprintf("%s in the spec (%s), where rules, references and snapshots may name it too:\n%s", first, pos, yaml))
	default:
		parts = append(parts, fmt.Sprintf("%s in the spec (%s):\n%s", first, pos, yaml))
	}
	if len(p.alter) > 0 {
		parts = append(parts, "and in the target:\n"+strings.Join(p.alter, "\n"))
	}
	return strings.Join(parts, "\n")
}

// choice offers to alter the table or to declare what it has.
func (p *patch) choice(pos diag.Pos) string {
	parts := slices.Clone(p.notes)
	if len(p.alter) > 0 {
		parts = append(parts, "alter the table:\n"+strings.Join(p.alter, "\n"))
	}
	if yaml := p.yaml(); yaml != "" {
		first := "declare"
		if len(p.alter) > 0 {
			first = "or declare"
		}
		parts = append(parts, fmt.Sprintf("%s what it has (%s):\n%s", first, pos, yaml))
	}
	return strings.Join(parts, "\n")
}
