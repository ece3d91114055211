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
