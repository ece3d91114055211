package rapport

import (
	"fmt"
	"strings"
)

// relations prints what psql prints for \dt: by the query that psql sends, in
// psql's form, so that no psql is needed. Who connects differs from machine to
// machine; the owner shown is the user that .env names.
func (q *queries) relations() string {
	env, err := dotenv()
	if q.err == nil {
		q.err = err
	}
	rows := [][]string{{"Schema", "Name", "Type", "Owner"}}
	q.each(func(v []any) {
		rows = append(rows, []string{v[0].(string), v[1].(string), v[2].(string), v[3].(string)})
	}, `SELECT n.nspname::text, c.relname::text, CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' END,
  CASE WHEN pg_catalog.pg_get_userbyid(c.relowner) = current_user THEN $1 ELSE pg_catalog.pg_get_userbyid(c.relowner)::text END
FROM pg_catalog.pg_class AS c LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'pg_catalog' AND n.nspname !~ '^pg_toast' AND n.nspname <> 'information_schema'
  AND pg_catalog.pg_table_is_visible(c.oid)
ORDER BY n.nspname, c.relname`, env["POSTGRES_USER"])
	return aligned("List of relations", rows)
}

// aligned is psql's form: title and headings centred, the rest on the left.
func aligned(title string, rows [][]string) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, c := range row {
			widths[i] = max(widths[i], len(c))
		}
	}
	total := 3*len(widths) - 1
	var rule []string
	for _, w := range widths {
		total += w
		rule = append(rule, strings.Repeat("-", w+2))
	}
	lines := []string{strings.Repeat(" ", max(0, (total-len(title))/2)) + title}
	for n, row := range rows {
		var cells []string
		for i, c := range row {
			if n == 0 {
				c = strings.Repeat(" ", (widths[i]-len(c))/2) + c
			}
			cells = append(cells, fmt.Sprintf(" %-*s ", widths[i], c))
		}
		lines = append(lines, strings.TrimRight(strings.Join(cells, "|"), " "))
		if n == 0 {
			lines = append(lines, strings.Join(rule, "+"))
		}
	}
	return strings.Join(lines, "\n") + fmt.Sprintf("\n(%d rows)\n", len(rows)-1)
}
