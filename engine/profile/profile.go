package profile

import (
	"fmt"
	"strings"

	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/spec"
)

// Limits of what is kept while looking.
const (
	// FewValues is the largest number of different values that are kept.
	FewValues = 20
	// longestValue is the longest text, in bytes, that is kept as a value.
	longestValue = 80
	// longestShape is the longest text, in characters, that is looked at for a
	// shape.
	longestShape = 400
	// exactDistinct is how many different values of a column of a file are
	// counted.
	exactDistinct = 10_000
	// rememberedValues bounds the values that the columns of a file remember, all
	// together, to tell whether they are unique: some 20 bytes each.
	rememberedValues = 5_000_000
)

// Profile is what was found in one file or table.
type Profile struct {
	// Table is the name of the table, or the one that would suit the file.
	Table string
	// From names for people where the rows came from, without secrets.
	From string
	// Source tells how to read the file; nil for a table.
	Source *Source
	// Declared tells that the columns and their types are those that a spec
	// declares.
	Declared bool
	// Rows are the rows that were looked at.
	Rows int64
	// Malformed are the rows of the file that no load could take, as of wrong
	// bytes or of too few cells, so that nothing is known of them. FirstMalformed
	// is the line of the first, FirstCode and FirstWhy are of its
	// source.RowError: what is wrong and what to do.
	Malformed, FirstMalformed int64
	FirstCode, FirstWhy       string
	// HeaderReadsAsRow tells that the names of the columns are values of them too,
	// as where a file has no header.
	HeaderReadsAsRow bool
	// Key is the primary key: that of the database, or what serves as one in
	// these rows. It is nil when there is none.
	Key []string
	// KeyFound tells that Key is not declared anywhere but follows from the rows.
	KeyFound bool
	Columns  []Column
	// Left names what was left out, and why.
	Left []Omission
}

// Omission is a column that was not looked at.
type Omission struct{ Column, Why string }

// Source is a file and how to read it.
type Source struct {
	Path      string
	Delimiter rune
	Quote     rune
	Encoding  string // "" for UTF-8
	Header    bool
}

// Answer is yes, no, or not known: not looked at, or not to the end.
type Answer int

// The answers.
const (
	Unknown Answer = iota
	Yes
	No
)

// Column is what was found of one column.
type Column struct {
	Name string
	Type spec.Type
	// Format, Decimal, Thousands, NullValues and Trim say how the cells of a file
	// are read, where that is not by the defaults. Decimal is 0 for the point,
	// Thousands for none.
	Format     string
	Decimal    rune
	Thousands  rune
	NullValues []string
	Trim       bool
	// Note says why the type is what it is, where that is not plain.
	Note string
	// Inexact tells that some number has more digits than a double, so that on
	// SQLite its row is a bad row.
	Inexact bool

	Nulls int64
	// Distinct is the number of different values, NULL not among them; with
	// MoreDistinct there are more.
	Distinct     int64
	MoreDistinct bool
	// Unique tells whether no two rows have the same value, NULLs apart. It is
	// looked at for types that keys are made of.
	Unique Answer
	// Min and Max are the least and the greatest value of numbers and moments,
	// in canonical text; "" when there are none or the type has none.
	Min, Max string
	// Shortest and Longest are the lengths of texts in characters.
	Shortest, Longest int64
	// Values are all different values, the most frequent first, when there are
	// FewValues at most and none is long; else nil. They are looked at for texts,
	// integers and booleans.
	Values []Value
	// Shape is a regular expression (RE2) that every text of the column matches
	// from end to end; "" when no telling one was found.
	Shape string
}

// Value is one value of a column, in canonical text, and how often it stands
// there.
type Value struct {
	Text string
	N    int64
}

// Column finds a column by name, nil when there is none.
func (p *Profile) Column(name string) *Column {
	for i := range p.Columns {
		if p.Columns[i].Name == name {
			return &p.Columns[i]
		}
	}
	return nil
}

// longestName is how many bytes of a name PostgreSQL keeps.
const longestName = 63

// unnameable says why no spec can name a column; "" for one that it can.
func unnameable(name string) string {
	switch {
	case strings.TrimSpace(name) == "":
		return "whose name is blank"
	case strings.ContainsAny(name, "\x00\r\n"):
		return "whose name is more than one line"
	case len(name) > longestName:
		return fmt.Sprintf("whose name has more than the %d bytes that a table takes", longestName)
	case name == dialect.LineColumn:
		return "whose name pipe keeps for itself"
	}
	return ""
}

// leftOut says why no spec can name a column of these; "" for one that it can.
func (p *Profile) leftOut(column int) string {
	name := p.Columns[column].Name
	if why := unnameable(name); why != "" {
		return why
	}
	folded := strings.ToLower(name) // as lint folds names
	for _, before := range p.Columns[:column] {
		if strings.ToLower(before.Name) == folded {
			return fmt.Sprintf("whose name differs from that of column %s in case alone: the two are one to SQLite", before.Name)
		}
	}
	return ""
}

// leaveUnnameable takes the columns out that no spec can name.
func (p *Profile) leaveUnnameable() error {
	var kept []Column
	for i, c := range p.Columns {
		if why := p.leftOut(i); why != "" {
			p.Left = append(p.Left, Omission{c.Name, why})
			continue
		}
		kept = append(kept, c)
	}
	if p.Columns = kept; len(kept) == 0 {
		return &EmptyError{From: p.From, What: "column that a spec can declare"}
	}
	return nil
}

// isKeyType tells whether values of the type identify rows.
func isKeyType(k spec.Kind) bool {
	switch k {
	case spec.KindText, spec.KindInteger, spec.KindBigint, spec.KindUUID, spec.KindDate:
		return true
	}
	return false
}
