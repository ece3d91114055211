package rule

import "github.com/streamflow/pipe/engine/spec"

// Column is a column that a rule may name.
type Column struct {
	Name     string
	Type     spec.Type
	Nullable bool
}

// Scope is what the names in a rule may mean.
type Scope struct {
	// Table is the table or snapshot that the rule looks at.
	Table   string
	Columns []Column
	// Tables are the other tables, for row_count("t").
	Tables map[string][]Column
	Vars   map[string]Var
}

// Var is a var that a rule may name as vars.x.
type Var struct {
	Type spec.VarType
	// Value is the var's canonical text (2024-01-31, 12.5, true); without Known
	// it is not there yet, and SQL made with it must not be executed.
	Value string
	Known bool
	// Default is what the value is when the caller gives none, where that is
	// known before there are values: what a rule cannot use is told there.
	Default spec.Text
}

func (s *Scope) column(name string) *Column {
	for i := range s.Columns {
		if s.Columns[i].Name == name {
			return &s.Columns[i]
		}
	}
	return nil
}
