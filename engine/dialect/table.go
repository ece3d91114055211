package dialect

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/streamflow/pipe/engine/spec"
)

// LineColumn is the column of a staging table that holds the physical line a
// row came from. A table may not declare a column of this name.
const LineColumn = "_line"

// Table is what statements need to know of a target table or snapshot.
type Table struct {
	Name       string
	Schema     string // PostgreSQL: the target's schema
	Columns    []Column
	Key        []string
	References []Reference
	// Written tells that runs write to it: it has a source, or is a snapshot.
	Written bool
	// Facts prefixes the names of the facts that probes of the table give.
	Facts string
}

// Column is one column of a Table.
type Column struct {
	Name string
	Type spec.Type
	// Has is the fact that tells whether the file brought the column; empty
	// when it always does.
	Has string
}

// Reference says that values of Column must exist in another table.
type Reference struct {
	Column    string
	Table     string
	RefColumn string
}

// IsKey tells whether the named column is part of the key.
func (t Table) IsKey(name string) bool {
	for _, k := range t.Key {
		if k == name {
			return true
		}
	}
	return false
}

// Rest are the columns that are not part of the key.
func (t Table) Rest() []Column {
	var rest []Column
	for _, c := range t.Columns {
		if !t.IsKey(c.Name) {
			rest = append(rest, c)
		}
	}
	return rest
}

// Names are the names of all columns, in order.
func (t Table) Names() []string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return names
}

// StagingName is the constant name of a table's staging, unquoted and without
// its schema. It is also the name of the lock that guards it. Names that would
// exceed PostgreSQL's 63 bytes are cut and made unique by a hash.
func (t Table) StagingName() string {
	name := t.Name
	if t.Schema != "" && t.Schema != "public" {
		name = t.Schema + "." + t.Name
	}
	name = "stage_" + name
	if len(name) <= 63 {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	cut := strings.ToValidUTF8(name[:50], "")
	return cut + "_" + hex.EncodeToString(sum[:6])
}

// list joins the quoted names, each behind prefix.
func list(d Dialect, prefix string, names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = prefix + d.Quote(n)
	}
	return strings.Join(quoted, ", ")
}

// pairs joins conditions "a.x = b.x" over names.
func pairs(d Dialect, a, b string, names []string) string {
	conditions := make([]string, len(names))
	for i, n := range names {
		conditions[i] = a + "." + d.Quote(n) + " = " + b + "." + d.Quote(n)
	}
	return strings.Join(conditions, " AND ")
}
