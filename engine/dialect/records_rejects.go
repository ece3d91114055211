package dialect

import (
	"fmt"

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

// CountRejects is a query of what a run rejected: (table, code, rows), in the
// order in which they were recorded.
func (r Records) CountRejects() string {
	return fmt.Sprintf("SELECT table_name, code, count(*) FROM %s WHERE run_id = %s GROUP BY table_name, code ORDER BY min(position)", r.Name("rejects"), r.d.Param(1))
}

// ListRejects is a query of the rejects of a run, by table and line: (table,
// code, path, member, line, byte offset, column, value, message, original,
// cut). The second parameter bounds how many are given of a table and code.
func (r Records) ListRejects(version int64) string {
	return fmt.Sprintf(`SELECT table_name, code, path, member, line, byte_offset, column_name, value, message, original, CASE WHEN cut THEN 1 ELSE 0 END
FROM (
  SELECT x.*, row_number() OVER (PARTITION BY table_name, code ORDER BY line, position) AS nth, min(position) OVER (PARTITION BY table_name) AS first
  FROM %s AS x WHERE run_id = %s
) AS numbered WHERE nth <= CAST(%s AS bigint)
ORDER BY first, line, position`, r.rejects(version), r.d.Param(1), r.d.Param(2))
}
