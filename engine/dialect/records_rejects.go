package dialect

import (
	"fmt"
	"strings"

	"github.com/streamflow/pipe/engine/spec"
)

// Rejects records bad rows; the fact is a JSON list, in which the bytes of the
// original line are hexadecimal digits.
func (r Records) Rejects(asOf string) SQL {
	a := &arguments{d: r.d}
	run, items := a.of("run_id"), a.of("rejects")
	const names = "run_id, position, table_name, code, column_name, value, message, as_of, path, member, line, byte_offset, original, cut"
	if r.d.Driver() == spec.Postgres {
		return SQL{fmt.Sprintf(`INSERT INTO %s (%s)
SELECT %s, position, table_name, code, column_name, value, message, %s, path, member, line, byte_offset, decode(original, 'hex'), cut
FROM json_to_recordset(CAST(%s AS json)) AS item(position bigint, table_name text, code text, column_name text, value text, message text,
  path text, member text, line bigint, byte_offset bigint, original text, cut boolean)`, r.Name("rejects"), names, run, r.date(asOf), items), a.args}
	}
	of := func(name string) string { return "json_extract(item.value, '$." + name + "')" }
	return SQL{fmt.Sprintf(`INSERT INTO %s (%s)
SELECT %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, unhex(%s), %s
FROM json_each(%s) AS item`, r.Name("rejects"), names, run, of("position"), of("table_name"), of("code"), of("column_name"), of("value"), of("message"),
		r.date(asOf), of("path"), of("member"), of("line"), of("byte_offset"), of("original"), of("cut"), items), a.args}
}

// rejects are the recorded rejects as RecordsVersion has them, whichever of the
// versions before it their table is of.
func (r Records) rejects(version int64) string {
	if version >= 2 {
		return r.Name("rejects")
	}
	return fmt.Sprintf(`(
  SELECT run_id, position, table_name, code, column_name, value, message, %s AS path, '' AS member, %s AS line,
         CAST(NULL AS bigint) AS byte_offset, CASE WHEN original <> '' THEN %s END AS original, 1 = 0 AS cut
  FROM %s)`, pathOfPlace, lineOfPlace, r.asBytes("original"), r.Name("rejects"))
}

// NewestRun is a query of the newest run that has ended, of a spec or of any:
// its id, or no row.
func (r Records) NewestRun() string {
	return fmt.Sprintf("SELECT run_id FROM %s WHERE status <> 'running' AND (CAST(%[2]s AS text) = '' OR spec = CAST(%[2]s AS text)) ORDER BY started_at DESC, run_id DESC LIMIT 1",
		r.Name("runs"), r.d.Param(1))
}

// NewestWithRejects is NewestRun of those that have rejects.
func (r Records) NewestWithRejects() string {
	return fmt.Sprintf("SELECT run_id FROM %s AS r WHERE EXISTS (SELECT 1 FROM %s AS x WHERE x.run_id = r.run_id) AND (CAST(%[3]s AS text) = '' OR spec = CAST(%[3]s AS text)) ORDER BY started_at DESC, run_id DESC LIMIT 1",
		r.Name("runs"), r.Name("rejects"), r.d.Param(1))
}

// KindsOfRejects is a query of what a run rejected, to be counted: (table,
// code) of every reject, as they were recorded. SQLite would sort them all to
// count them itself.
func (r Records) KindsOfRejects() string {
	return fmt.Sprintf("SELECT table_name, code FROM %s WHERE run_id = %s ORDER BY position", r.Name("rejects"), r.d.Param(1))
}

// ListRejects is a query of the rejects of a run, as they were recorded, table
// by table: (table, code, path, member, line, byte offset, column, value,
// message, original, cut). Nothing is sorted, so that they can be more than
// memory holds.
func (r Records) ListRejects(version int64) string {
	return fmt.Sprintf(`SELECT table_name, code, path, member, line, byte_offset, column_name, value, message, original, CASE WHEN cut THEN 1 ELSE 0 END
FROM %s AS x WHERE run_id = %s
ORDER BY position`, r.rejects(version), r.d.Param(1))
}

// FirstRejects is ListRejects of one table and code, by line: the second and
// third parameter; the fourth bounds how many are given.
func (r Records) FirstRejects(version int64) string {
	list, order, _ := strings.Cut(r.ListRejects(version), "\n"+"ORDER BY")
	return fmt.Sprintf("%s AND table_name = %s AND code = %s\nORDER BY%s LIMIT %s", list, r.d.Param(2), r.d.Param(3), order, r.d.Param(4))
}
