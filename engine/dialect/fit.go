package dialect

import (
	"fmt"
	"strings"

	"github.com/streamflow/pipe/engine/spec"
)

// Unreadable is a query that gives (column, declared, actual, hint), as Misfits
// does, when what a column of an existing table holds cannot be compared as its
// declared type would be: texts where numbers are declared, and the like. It
// gives nothing of a column that is not there. Whether every declared value
// could be stored there it does not ask: it is for tables that are only read.
func Unreadable(d Dialect, t Table, c Column) string {
	if d.Driver() == spec.Postgres {
		return postgres{}.unreadable(t, c)
	}
	return sqlite{}.unreadable(t, c)
}

// AllReadable is a query of one row with one output, readable: whether Unreadable
// would give nothing of any of the columns, found by looking at the table, or at
// the catalogue, once. It is empty for a single column.
func AllReadable(d Dialect, t Table, columns []Column) string {
	if len(columns) < 2 {
		return ""
	}
	if d.Driver() == spec.Postgres {
		return postgres{}.allReadable(t, columns)
	}
	var declared, alien []string
	for _, c := range columns {
		if isNumeric(c.Type.Kind) {
			declared = append(declared, "name = "+Text(c.Name)+" COLLATE NOCASE AND "+affinity+" = 'TEXT'")
		}
		test, _ := alienValues(d.Quote(c.Name), c.Type.Kind)
		alien = append(alien, test)
	}
	sql := "SELECT NOT EXISTS (SELECT 1 FROM " + d.Quote(t.Name) + " WHERE " + strings.Join(alien, "\n  OR ") + ")"
	if len(declared) > 0 {
		sql += "\n  AND NOT EXISTS (SELECT 1 FROM pragma_table_xinfo(" + Text(t.Name) + ") WHERE " + strings.Join(declared, "\n  OR ") + ")"
	}
	return sql + " AS readable"
}

// alienValues is the test, in SQLite, for a value that is none of a kind, and
// what such values are called.
func alienValues(x string, k spec.Kind) (test, called string) {
	switch {
	case k == spec.KindBoolean:
		return x + " NOT IN (0, 1)", "other values than 0 and 1"
	case k == spec.KindDate:
		return "(" + x + " IS NOT NULL AND " + x + " IS NOT date(" + x + "))", "values that are not written as 2024-01-31"
	case isNumeric(k):
		return "typeof(" + x + ") IN ('text', 'blob')", "texts or blobs"
	}
	return "typeof(" + x + ") IN ('integer', 'real', 'blob')", "numbers or blobs"
}

// isNumeric tells whether SQLite keeps values of a kind as numbers.
func isNumeric(k spec.Kind) bool {
	switch k {
	case spec.KindInteger, spec.KindBigint, spec.KindNumeric, spec.KindDouble, spec.KindBoolean:
		return true
	}
	return false
}

const unreadableHint = "declare the type that the table has, or change the table"

// unreadable asks the catalogue for the category of the type.
func (d postgres) unreadable(t Table, c Column) string {
	return fmt.Sprintf("SELECT a.attname::text, %s, format_type(a.atttypid, a.atttypmod), %s\n%s AND %s",
		Text(c.Type.String()), Text(unreadableHint), d.attributes(t), ofAnotherKind(c))
}

func (d postgres) allReadable(t Table, columns []Column) string {
	var other []string
	for _, c := range columns {
		other = append(other, ofAnotherKind(c))
	}
	return "SELECT NOT EXISTS (SELECT 1\n" + d.attributes(t) + " AND (" + strings.Join(other, "\n  OR ") + ")) AS readable"
}

// attributes are the columns that a table has, with their types.
func (d postgres) attributes(t Table) string {
	return "FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid\nWHERE a.attrelid = " + d.regclass(t.Name) + " AND a.attnum > 0 AND NOT a.attisdropped"
}

// ofAnotherKind is true of the column when PostgreSQL holds it as another kind
// than declared. Texts are what is no number and no boolean: an enumeration and
// json are read as texts.
func ofAnotherKind(c Column) string {
	fits := "t.typcategory NOT IN ('N', 'B') OR t.oid IN ('money'::regtype, 'oid'::regtype)"
	switch c.Type.Kind {
	case spec.KindInteger, spec.KindBigint, spec.KindNumeric, spec.KindDouble:
		fits = "t.typcategory = 'N'"
	case spec.KindBoolean:
		fits = "t.typcategory = 'B'"
	case spec.KindDate, spec.KindTimestamp, spec.KindTimestamptz:
		fits = "t.typcategory = 'D'"
	}
	return "a.attname = " + Text(c.Name) + " AND NOT (" + fits + ")"
}

// unreadable asks the declared type, and where that lets a column hold anything,
// the values: SQLite compares a text with a number by which kind comes first.
func (d sqlite) unreadable(t Table, c Column) string {
	declared := "0"
	if isNumeric(c.Type.Kind) {
		declared = affinity + " = 'TEXT'"
	}
	alien, called := alienValues(d.Quote(c.Name), c.Type.Kind)
	return fmt.Sprintf(`SELECT name, %s, CASE WHEN wrong THEN type ELSE CASE type WHEN '' THEN 'a column without a type' ELSE type END || ' with %s among its values' END, %s
FROM (SELECT name, type, %s AS wrong FROM pragma_table_xinfo(%s) WHERE name = %s COLLATE NOCASE)
WHERE wrong OR EXISTS (SELECT 1 FROM %s WHERE %s)`,
		Text(c.Type.String()), called, Text(unreadableHint), declared, Text(t.Name), Text(c.Name), d.Quote(t.Name), alien)
}
