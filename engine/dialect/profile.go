package dialect

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/spec"
)

// Profiles are the queries that learn of a table what it is and what it holds.
// None of them is part of a plan: they serve who does not know the table yet.
type Profiles interface {
	// Relations is a query of the tables and views of the target, by name:
	// (name). Pipe's own are not among them.
	Relations() string
	// RelationColumns is a query of a table's columns in their order: (name,
	// type, key), the type as the database spells it, an enum's as "enum", and
	// the column's place in the primary key, 0 for none.
	RelationColumns(table string) string
	// Odd counts the values of a column that are no values of the type; empty
	// where the database keeps such values out. column is quoted.
	Odd(column string, t spec.Type) string
}

func (postgres) Relations() string {
	return `SELECT relname::text AS name FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT relispartition ORDER BY relname::text COLLATE "C"`
}

// RelationColumns looks through domains to the type below.
func (d postgres) RelationColumns(table string) string {
	return fmt.Sprintf(`SELECT a.attname::text AS name,
       CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) ELSE format_type(a.atttypid, a.atttypmod) END AS type,
       coalesce(array_position(i.indkey::smallint[], a.attnum) - array_lower(i.indkey::smallint[], 1) + 1, 0) AS key
FROM pg_attribute AS a
JOIN pg_type AS t ON t.oid = a.atttypid
LEFT JOIN pg_index AS i ON i.indrelid = a.attrelid AND i.indisprimary
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`, d.regclass(table))
}

func (postgres) Odd(string, spec.Type) string { return "" }

func (sqlite) Relations() string {
	return `SELECT name FROM main.sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name NOT LIKE 'pipe\_%' ESCAPE '\' ORDER BY name`
}

func (sqlite) RelationColumns(table string) string {
	return fmt.Sprintf("SELECT name, lower(type) AS type, pk AS key FROM pragma_table_xinfo(%s) WHERE hidden <> 1 ORDER BY cid", Text(table))
}

// Odd knows that SQLite stores any value in any column.
func (d sqlite) Odd(column string, t spec.Type) string {
	fits := "typeof(" + column + ") = 'text'"
	switch t.Kind {
	case spec.KindInteger:
		fits = "typeof(" + column + ") = 'integer' AND " + column + " BETWEEN -2147483648 AND 2147483647"
	case spec.KindBigint:
		fits = "typeof(" + column + ") = 'integer'"
	case spec.KindNumeric, spec.KindDouble:
		fits = "typeof(" + column + ") IN ('integer', 'real')"
	case spec.KindBoolean:
		fits = "typeof(" + column + ") = 'integer' AND " + column + " IN (0, 1)"
	case spec.KindDate:
		fits = column + " IS date(" + column + ")"
	case spec.KindTimestamp, spec.KindTimestamptz:
		pattern := "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]*"
		if t.Kind == spec.KindTimestamptz {
			pattern += "+00"
		}
		fits = column + " GLOB " + Text(pattern)
	case spec.KindUUID:
		fits = "length(" + column + ") = 36"
	}
	return "count(*) FILTER (WHERE " + column + " IS NOT NULL AND NOT coalesce(" + fits + ", 0))"
}

// ProfileColumns is a query of one row that looks at all columns of a table in
// one scan. rows are the rows of the table; of column i there are c<i>_n, the
// values that are not NULL, c<i>_distinct, the different ones, c<i>_min and
// c<i>_max as text where its type has an order that is worth telling,
// c<i>_short and c<i>_long, lengths in characters of texts, and c<i>_odd, the
// values that are none of its type.
func ProfileColumns(d Dialect, t Table) string {
	outputs := []string{"count(*) AS rows"}
	for i, c := range t.Columns {
		name, prefix := d.Quote(c.Name), "c"+strconv.Itoa(i)
		add := func(sql, of string) { outputs = append(outputs, sql+" AS "+prefix+"_"+of) }
		add("count("+name+")", "n")
		values := name
		if c.Type.Kind == spec.KindText {
			values = d.CodePoints(name)
			add("min(length("+name+"))", "short")
			add("max(length("+name+"))", "long")
		}
		add("count(DISTINCT "+values+")", "distinct")
		switch c.Type.Kind {
		case spec.KindText, spec.KindBoolean, spec.KindUUID:
		default:
			add(d.AsText("min("+name+")", c.Type), "min")
			add(d.AsText("max("+name+")", c.Type), "max")
		}
		if odd := d.Odd(name, c.Type); odd != "" {
			add(odd, "odd")
		}
	}
	return "SELECT " + strings.Join(outputs, ",\n       ") + "\nFROM " + d.Quote(t.Name)
}

// ProfileValues is a query of the different values of a column and how often
// each stands there, (value, n), the most frequent first and at most limit.
func ProfileValues(d Dialect, t Table, c Column, limit int) string {
	name := d.Quote(c.Name)
	value := name
	if c.Type.Kind == spec.KindText {
		value = d.CodePoints(name)
	}
	return fmt.Sprintf("SELECT %s AS value, count(*) AS n FROM %s WHERE %s IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %d",
		d.AsText("("+value+")", c.Type), d.Quote(t.Name), name, limit)
}

// ProfileTexts is a query of every row's values of the columns of t, as text.
func ProfileTexts(d Dialect, t Table) string {
	var outputs []string
	for _, c := range t.Columns {
		outputs = append(outputs, d.AsText(d.Quote(c.Name), c.Type))
	}
	return "SELECT " + strings.Join(outputs, ", ") + " FROM " + d.Quote(t.Name)
}
