package dialect

import "fmt"

// Values are what expectations about the single values of a column ask, beside
// what rules say. As in Expressions, an argument that is SQL must be an atom.
type Values interface {
	// Like tells whether all of x matches a LIKE pattern, letter for letter:
	// % is any characters, _ is one, and escape, one character, makes the next
	// one stand for itself.
	Like(x, pattern, escape string) string
	// Percentile is the value below which the share q of the doubles lies,
	// interpolated between its neighbours; NULL of nothing.
	Percentile(x, q, filter string) string
	// TypeName is a scalar query of a column's type as Great Expectations names
	// it (see TypeNames), or, for a type without such a name, as the database
	// does; NULL when there is no such column.
	TypeName(table, column string) string
}

func (d postgres) Like(x, pattern, escape string) string {
	return d.CodePoints(x) + " LIKE " + Text(pattern) + " ESCAPE " + Text(escape)
}

func (postgres) Percentile(x, q, filter string) string {
	return Filtered("percentile_cont("+q+") WITHIN GROUP (ORDER BY "+x+")", filter)
}

// TypeNames are the names that Great Expectations has for the types of columns,
// sorted: those of SQLAlchemy's classes for PostgreSQL. FLOAT is among them
// though no column has it: a float is a DOUBLE_PRECISION or a REAL there.
func TypeNames() []string {
	return []string{"ARRAY", "BIGINT", "BIT", "BOOLEAN", "BYTEA", "CHAR", "CIDR", "DATE", "DATERANGE", "DOUBLE_PRECISION", "ENUM", "FLOAT", "HSTORE",
		"INET", "INT4RANGE", "INT8RANGE", "INTEGER", "INTERVAL", "JSON", "JSONB", "MACADDR", "MACADDR8", "MONEY", "NUMERIC", "NUMRANGE", "OID", "REAL",
		"REGCLASS", "SMALLINT", "TEXT", "TIME", "TIMESTAMP", "TSRANGE", "TSTZRANGE", "TSVECTOR", "UUID", "VARCHAR"}
}

// TypeName looks through domains, as Great Expectations does.
func (d postgres) TypeName(table, column string) string {
	return fmt.Sprintf(`(SELECT CASE WHEN b.typtype = 'e' THEN 'ENUM' WHEN b.typcategory = 'A' THEN 'ARRAY'
            ELSE CASE format_type(b.oid, NULL) WHEN 'character varying' THEN 'VARCHAR' WHEN 'character' THEN 'CHAR' WHEN 'bit varying' THEN 'BIT'
                 ELSE upper(replace(regexp_replace(format_type(b.oid, NULL), ' with(out)? time zone$', ''), ' ', '_')) END END
 FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid JOIN pg_type AS b ON b.oid = COALESCE(NULLIF(t.typbasetype, 0), t.oid)
 WHERE a.attrelid = %s::regclass AND a.attname = %s AND a.attnum > 0 AND NOT a.attisdropped)`, Text(d.Quote(table)), Text(column))
}

func (sqlite) Like(x, pattern, escape string) string {
	return "pipe_like(" + x + ", " + Text(pattern) + ", " + Text(escape) + ")"
}

func (sqlite) Percentile(x, q, filter string) string {
	return Filtered("pipe_percentile("+x+", "+q+")", filter)
}

// TypeName takes the declared type without its length. A type may be declared
// in any words there.
func (sqlite) TypeName(table, column string) string {
	return fmt.Sprintf(`(SELECT CASE declared WHEN 'INT' THEN 'INTEGER' WHEN 'BOOL' THEN 'BOOLEAN' WHEN 'DOUBLE' THEN 'DOUBLE_PRECISION' WHEN 'DECIMAL' THEN 'NUMERIC'
             WHEN 'CHARACTER' THEN 'CHAR' WHEN 'CHARACTER VARYING' THEN 'VARCHAR' WHEN 'DATETIME' THEN 'TIMESTAMP' ELSE replace(declared, ' ', '_') END
 FROM (SELECT upper(trim(substr(type, 1, instr(type || '(', '(') - 1))) AS declared FROM pragma_table_info(%s) WHERE name = %s))`, Text(table), Text(column))
}
