package dialect

import (
	"fmt"
	"strings"

	"github.com/streamflow/pipe/engine/spec"
)

// Separator stands between names in one text.
const Separator = "\x1f"

// Shape is a probe of an existing table: <t>_relation is its name as people
// write it in SQL, <t>_columns the names of its columns, <t>_required of
// those that take no NULL and have no default, and <t>_held of those among them
// that DropNotNull cannot do anything about.
func Shape(d Dialect, t Table) string {
	if d.Driver() == spec.Postgres {
		return postgres{}.shape(t)
	}
	return sqlite{}.shape(t)
}

// SampleRows is how many rows Sample gives at most.
const SampleRows = 1000

// Sample gives some rows of an existing table, every column as text.
func Sample(d Dialect, t Table) string {
	var columns []string
	for _, c := range t.Columns {
		columns = append(columns, d.AsText(d.Quote(c.Name), c.Type)+" AS "+d.Quote(c.Name))
	}
	return fmt.Sprintf("SELECT %s FROM %s LIMIT %d", strings.Join(columns, ", "), d.Quote(t.Name), SampleRows)
}

// What follows is shown to people, who alter their tables by it; pipe alters
// none.

// AddColumn is the statement that adds a column to a relation, which is
// written as in SQL.
func AddColumn(d Dialect, relation, column string, t spec.Type) string {
	return fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s;", relation, d.Quote(column), d.Type(t))
}

// RenameColumn is the statement that renames a column.
func RenameColumn(d Dialect, relation, from, to string) string {
	return fmt.Sprintf("ALTER TABLE %s RENAME COLUMN %s TO %s;", relation, d.Quote(from), d.Quote(to))
}

// DropNotNull is what lets a column of a type be NULL. SQLite can only put another
// column in its place, without its indexes.
func DropNotNull(d Dialect, relation, column string, t spec.Type) string {
	if d.Driver() == spec.SQLite {
		old, spare := d.Quote(column), d.Quote(column+"_new")
		return AddColumn(d, relation, column+"_new", t) + fmt.Sprintf("\nUPDATE %[1]s SET %[3]s = %[2]s;\nALTER TABLE %[1]s DROP COLUMN %[2]s;\nALTER TABLE %[1]s RENAME COLUMN %[3]s TO %[2]s;", relation, old, spare)
	}
	return fmt.Sprintf("ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL;", relation, d.Quote(column))
}

const required = "attnotnull AND NOT atthasdef AND attidentity = ''"

func (d postgres) shape(t Table) string {
	names := func(condition string) string {
		return "(SELECT coalesce(string_agg(attname, chr(31) ORDER BY attnum), '') FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped" + condition + ")"
	}
	return fmt.Sprintf("SELECT %[1]s AS %[2]s_relation,\n  %[3]s AS %[2]s_columns,\n  %[4]s AS %[2]s_required,\n  '' AS %[2]s_held\nFROM pg_class AS c WHERE c.oid = %[5]s",
		relationName("c.oid"), t.Facts, names(""), names(" AND "+required), d.regclass(t.Name))
}

// relationName writes a relation's name as people do, with its schema.
func relationName(oid string) string {
	return "(SELECT format('%I.%I', n.nspname, r.relname) FROM pg_class AS r JOIN pg_namespace AS n ON n.oid = r.relnamespace WHERE r.oid = " + oid + ")"
}

// altered begins a statement about a column whose name is an expression.
func altered(reg, column string) string {
	return "format('ALTER TABLE %s ALTER COLUMN %I ', " + relationName(reg) + ", " + column + ")"
}

// declarable is the type of pipe that holds what a column of a type holds;
// empty where there is none.
const declarable = `CASE WHEN a.atttypid = 'numeric'::regtype THEN format_type(a.atttypid, a.atttypmod) ELSE
         CASE format_type(a.atttypid, a.atttypmod) WHEN 'double precision' THEN 'double' WHEN 'timestamp without time zone' THEN 'timestamp'
           WHEN 'timestamp with time zone' THEN 'timestamptz' WHEN 'character varying' THEN 'text' WHEN 'text' THEN 'text' WHEN 'integer' THEN 'integer'
           WHEN 'bigint' THEN 'bigint' WHEN 'boolean' THEN 'boolean' WHEN 'date' THEN 'date' WHEN 'uuid' THEN 'uuid' ELSE '' END END`

// misfitRequired finds columns that nobody declared and that take no NULL: no
// row could be inserted. A trigger may fill them in.
func (d postgres) misfitRequired(t Table, reg string) string {
	var declared []string
	for _, c := range t.Columns {
		declared = append(declared, Text(c.Name))
	}
	return fmt.Sprintf(`SELECT a.attname::text, 'not declared', format_type(a.atttypid, a.atttypmod) || ', NOT NULL and without a default', 'declare it, or let it be NULL', %s, %s || 'DROP NOT NULL;'
FROM pg_attribute AS a
WHERE a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND %s AND a.attname NOT IN (%s)
  AND NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = a.attrelid AND NOT tgisinternal AND tgtype & 7 = 7)`,
		declarable, altered(reg, "a.attname"), reg, required, strings.Join(declared, ", "))
}

func (d sqlite) shape(t Table) string {
	names := func(condition string) string {
		return "(SELECT coalesce(group_concat(x.name, char(31)), '') FROM pragma_table_xinfo(" + Text(t.Name) + ") AS x WHERE x.hidden < 2" + condition + ")"
	}
	return fmt.Sprintf("SELECT %[1]s AS %[2]s_relation,\n  %[3]s AS %[2]s_columns,\n  %[4]s AS %[2]s_required,\n  %[5]s AS %[2]s_held",
		Text(d.Quote(t.Name)), t.Facts, names(""), names(" AND "+requiredInfo), names(" AND "+requiredInfo+" AND "+d.holder(t, "x")+" <> ''"))
}

const requiredInfo = `"notnull" = 1 AND dflt_value IS NULL AND pk = 0`

// quotedName makes a name that is an expression an identifier.
func quotedName(name string) string { return "'`' || replace(" + name + ", '`', '``') || '`'" }

// retyped are the statements that give a column another type: SQLite can only
// put another column in its place, without its indexes meanwhile. name and
// newType are expressions that bear the name of their table.
func (d sqlite) retyped(t Table, name, newType string) string {
	relation, quoted, spare := Text(d.Quote(t.Name)), quotedName(name), quotedName(name+" || '_new'")
	indexes := fmt.Sprintf(`FROM main.sqlite_master AS m JOIN pragma_index_list(%[1]s) AS i ON i.name = m.name
      WHERE i.origin = 'c' AND EXISTS (SELECT 1 FROM pragma_index_xinfo(m.name) AS k
        WHERE lower(k.name) = lower(%[2]s) OR (i.partial OR k.cid = -2) AND instr(lower(m.sql), lower(%[2]s)) > 0)), '')`, Text(t.Name), name)
	return fmt.Sprintf(`coalesce((SELECT group_concat('DROP INDEX ' || %[5]s || ';' || char(10), '') %[6]s
    || 'ALTER TABLE ' || %[1]s || ' ADD COLUMN ' || %[2]s || ' ' || %[4]s || ';' || char(10)
    || 'UPDATE ' || %[1]s || ' SET ' || %[2]s || ' = ' || %[3]s || ';' || char(10)
    || 'ALTER TABLE ' || %[1]s || ' DROP COLUMN ' || %[3]s || ';' || char(10)
    || 'ALTER TABLE ' || %[1]s || ' RENAME COLUMN ' || %[2]s || ' TO ' || %[3]s || ';'
    || coalesce((SELECT group_concat(char(10) || m.sql || ';', '') %[6]s`, relation, spare, quoted, newType, quotedName("m.name"), indexes)
}

// holder is what keeps SQLite from putting another column in the place of one: x
// is its row of pragma_table_xinfo. It is empty where nothing does.
func (d sqlite) holder(t Table, x string) string {
	name, table := "lower("+x+".name)", Text(t.Name)
	return fmt.Sprintf(`coalesce(CASE WHEN %[1]s.pk > 0 THEN 'it is of the primary key'
    WHEN EXISTS (SELECT 1 FROM pragma_index_list(%[3]s) AS i, pragma_index_xinfo(i.name) AS k WHERE i.origin <> 'c' AND lower(k.name) = %[2]s) THEN 'it is unique'
    WHEN EXISTS (SELECT 1 FROM pragma_foreign_key_list(%[3]s) AS f WHERE lower(f."from") = %[2]s) THEN 'it refers to another table'
    WHEN EXISTS (SELECT 1 FROM pragma_table_xinfo(%[3]s) AS g WHERE g.hidden > 1 AND lower(g.name) <> %[2]s) THEN 'the table has generated columns'
    WHEN EXISTS (SELECT 1 FROM main.sqlite_master AS m WHERE m.type = 'table' AND m.name = %[3]s COLLATE NOCASE AND instr(lower(m.sql), 'check') > 0
      AND instr(substr(lower(m.sql), instr(lower(m.sql), 'check')), %[2]s) > 0) THEN 'it may be in a CHECK of the table'
    ELSE (SELECT 'it is in the ' || m.type || ' ' || m.name FROM main.sqlite_master AS m WHERE m.type IN ('view', 'trigger')
      AND instr(lower(m.sql), lower(%[3]s)) > 0 AND instr(lower(m.sql), %[2]s) > 0 ORDER BY m.name LIMIT 1) END, '')`, x, name, table)
}

// heldHint says what to do about a column that is held, or is not.
const heldHint = `CASE WHEN held = '' AND hidden > 1 THEN 'take it out of the columns, since the database computes it, or put a column that it does not compute in its place'
         WHEN held = '' THEN 'declare the type that the table has, or change the table'
         ELSE 'SQLite cannot put another column in its place, since ' || held || ': make the table anew, with its rows' END`

const declarableAffinity = "CASE " + affinity + " WHEN 'INTEGER' THEN 'bigint' WHEN 'REAL' THEN 'double' WHEN 'TEXT' THEN 'text' ELSE '' END"

func (d sqlite) misfitRequired(t Table) string {
	var declared []string
	for _, c := range t.Columns {
		declared = append(declared, Text(c.Name))
	}
	return fmt.Sprintf(`SELECT name, 'not declared', type || ', NOT NULL and without a default', CASE WHEN held = '' THEN 'declare it, or let it be NULL' ELSE %s END, %s, CASE WHEN held <> '' THEN '' ELSE %s END
FROM (SELECT x.*, %s AS held FROM pragma_table_xinfo(%s) AS x) AS o WHERE hidden = 0 AND %s AND name COLLATE NOCASE NOT IN (%s)`,
		heldHint, declarableAffinity, d.retyped(t, "o.name", "o.type"), d.holder(t, "x"), Text(t.Name), requiredInfo, strings.Join(declared, ", "))
}

// Names takes a list of names apart that Separator joins.
func Names(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, Separator)
}
