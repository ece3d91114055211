package dialect

import (
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/spec"
)

// Dialect is the SQL of one kind of database. Files: dialect.go (names and
// types), expression.go (inside expressions), statement.go (whole statements).
type Dialect interface {
	// Driver is the driver whose SQL this is.
	Driver() spec.Driver
	// Quote makes any name an identifier.
	Quote(name string) string
	// Type is the column type that pipe creates for t.
	Type(t spec.Type) string
	// Param is the i-th parameter of a statement, from 1.
	Param(i int) string

	Expressions
	Statements
	Profiles
	Values
}

// For gives the dialect of a driver.
func For(driver spec.Driver) Dialect {
	if driver == spec.Postgres {
		return postgres{}
	}
	return sqlite{}
}

type postgres struct{}

func (postgres) Driver() spec.Driver { return spec.Postgres }

func (postgres) Quote(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

func (postgres) Param(i int) string { return "$" + strconv.Itoa(i) }

func (postgres) Type(t spec.Type) string {
	switch t.Kind {
	case spec.KindDouble:
		return "double precision"
	case spec.KindNumeric:
		return numericType(t)
	}
	return string(t.Kind)
}

type sqlite struct{}

func (sqlite) Driver() spec.Driver { return spec.SQLite }

// Quote uses backticks: SQLite reads a misspelt name in double quotes as a
// string.
func (sqlite) Quote(name string) string {
	return "`" + strings.ReplaceAll(name, "`", "``") + "`"
}

func (sqlite) Param(i int) string { return "?" + strconv.Itoa(i) }

// Type gives declared types whose affinity stores every value unchanged.
func (sqlite) Type(t spec.Type) string {
	switch t.Kind {
	case spec.KindNumeric:
		return numericType(t)
	case spec.KindDouble:
		return "REAL"
	case spec.KindInteger, spec.KindBigint:
		return "INTEGER"
	case spec.KindBoolean:
		return "BOOLEAN"
	}
	return "TEXT"
}

func numericType(t spec.Type) string {
	if t.Precision == 0 {
		return "numeric"
	}
	return "numeric(" + strconv.Itoa(t.Precision) + "," + strconv.Itoa(t.Scale) + ")"
}

// Text makes s a string literal. Both databases take standard-conforming
// strings.
func Text(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// DateLiteral makes a day, 2024-01-31, a literal of the dialect's date type.
func DateLiteral(d Dialect, day string) string {
	if d.Driver() == spec.Postgres {
		return "DATE " + Text(day)
	}
	return Text(day)
}
