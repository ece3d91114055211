package plan

import (
	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/spec"
)

// The statements below would make an existing table take what a file brings.
// They are shown to people and never executed. relation is the table's name as
// the fact <table>_relation has it.

// AddColumn adds a column.
func (p *Plan) AddColumn(relation, column string, t spec.Type) string {
	return dialect.AddColumn(dialect.For(p.Dialect), relation, column, t)
}

// RenameColumn renames a column.
func (p *Plan) RenameColumn(relation, from, to string) string {
	return dialect.RenameColumn(dialect.For(p.Dialect), relation, from, to)
}

// DropNotNull lets a column of a type be NULL.
func (p *Plan) DropNotNull(relation, column string, t spec.Type) string {
	return dialect.DropNotNull(dialect.For(p.Dialect), relation, column, t)
}

// Names takes a list of names apart that a fact or a misfit holds.
func Names(list string) []string { return dialect.Names(list) }
