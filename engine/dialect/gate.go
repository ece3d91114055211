package dialect

import (
	"fmt"
	"strings"
)

// HasDuplicates is a probe: <t>_duplicates, whether any key is staged twice.
func HasDuplicates(d Dialect, t Table) SQL {
	return SQL{Text: fmt.Sprintf("SELECT EXISTS (SELECT 1 FROM %s GROUP BY %s HAVING count(*) > 1) AS %s_duplicates",
		d.Staging(t), list(d, "", t.Key), t.Facts)}
}

// surplus selects the lines of staged rows that equal an earlier one in every
// typed value.
func surplus(d Dialect, t Table) string {
	return fmt.Sprintf(`SELECT %[1]s FROM (
  SELECT %[1]s, row_number() OVER (PARTITION BY %[2]s ORDER BY %[1]s) AS nth FROM %[3]s
) AS numbered WHERE nth > 1`, d.Quote(LineColumn), list(d, "", t.Names()), d.Staging(t))
}

// CountCollapsed is a probe: <t>_collapsed, staged rows that equal another.
func CountCollapsed(d Dialect, t Table) SQL {
	return SQL{Text: fmt.Sprintf("SELECT count(*) AS %s_collapsed FROM (%s) AS surplus", t.Facts, surplus(d, t))}
}

// Collapse leaves one of the staged rows that equal each other.
func Collapse(d Dialect, t Table) SQL {
	return SQL{Text: fmt.Sprintf("DELETE FROM %s WHERE %s IN (%s)", d.Staging(t), d.Quote(LineColumn), surplus(d, t))}
}

// conflicting selects the keys that are staged more than once.
func conflicting(d Dialect, t Table) string {
	return fmt.Sprintf("SELECT %s, min(%s) AS first_line, max(%s) AS last_line FROM %s GROUP BY %s HAVING count(*) > 1",
		list(d, "", t.Key), d.Quote(LineColumn), d.Quote(LineColumn), d.Staging(t), list(d, "", t.Key))
}

// Conflicts is a query of bad rows: staged rows of one key that differ.
func Conflicts(d Dialect, t Table) SQL {
	line := d.Quote(LineColumn)
	return SQL{Text: fmt.Sprintf(`SELECT 'duplicate_key' AS code, s.%[1]s AS line, %[2]s AS %[7]s, %[3]s AS value,
       CASE WHEN s.%[1]s = k.first_line THEN k.last_line ELSE k.first_line END AS other_line
FROM %[4]s AS s JOIN (%[5]s) AS k ON %[6]s
ORDER BY s.%[1]s`, line, Text(strings.Join(t.Key, ", ")), keyText(d, t, "s"), d.Staging(t), conflicting(d, t), pairs(d, "k", "s", t.Key), d.Quote("column"))}
}

// DeleteConflicts takes the rows that Conflicts gives out of staging.
func DeleteConflicts(d Dialect, t Table) SQL {
	return SQL{Text: fmt.Sprintf("DELETE FROM %[1]s WHERE %[2]s IN (SELECT s.%[2]s FROM %[1]s AS s JOIN (%[3]s) AS k ON %[4]s)",
		d.Staging(t), d.Quote(LineColumn), conflicting(d, t), pairs(d, "k", "s", t.Key))}
}

// keyText is the key of row alias as one text, its columns joined by ", ".
func keyText(d Dialect, t Table, alias string) string {
	var parts []string
	for _, k := range t.Key {
		parts = append(parts, d.AsText(alias+"."+d.Quote(k), t.column(k).Type))
	}
	return strings.Join(parts, " || ', ' || ")
}

func (t Table) column(name string) Column {
	for _, c := range t.Columns {
		if c.Name == name {
			return c
		}
	}
	return Column{Name: name}
}

// orphanLines selects the lines of staged rows whose reference finds no row.
func orphanLines(d Dialect, t Table, r Reference) string {
	return fmt.Sprintf("SELECT s.%s FROM %s AS s LEFT JOIN %s AS p ON p.%s = s.%s WHERE s.%[5]s IS NOT NULL AND p.%[4]s IS NULL",
		d.Quote(LineColumn), d.Staging(t), d.Quote(r.Table), d.Quote(r.RefColumn), d.Quote(r.Column))
}

// ownOrphanLines is orphanLines of a table that references itself: the file
// may bring the referenced row along, unless that one is an orphan too. The
// table is looked at only where it exists.
func ownOrphanLines(d Dialect, t Table, r Reference, exists bool) string {
	line, from, to, staging := d.Quote(LineColumn), d.Quote(r.Column), d.Quote(r.RefColumn), d.Staging(t)
	live := ""
	if exists {
		live = fmt.Sprintf(" AND NOT EXISTS (SELECT 1 FROM %s AS p WHERE p.%s = s.%s)", d.Quote(t.Name), to, from)
	}
	return fmt.Sprintf(`WITH RECURSIVE orphan(line, id) AS (
  SELECT s.%[1]s, s.%[3]s FROM %[4]s AS s
  WHERE s.%[2]s IS NOT NULL AND NOT EXISTS (SELECT 1 FROM %[4]s AS q WHERE q.%[3]s = s.%[2]s)%[5]s
  UNION
  SELECT s.%[1]s, s.%[3]s FROM %[4]s AS s JOIN orphan AS o ON s.%[2]s = o.id WHERE s.%[3]s <> o.id%[5]s
) SELECT line FROM orphan`, line, from, to, staging, live)
}

func orphans(d Dialect, t Table, r Reference, exists bool) string {
	if r.Table == t.Name {
		return ownOrphanLines(d, t, r, exists)
	}
	return orphanLines(d, t, r)
}

// Orphans is a query of bad rows: staged rows whose reference finds no row.
// exists tells, of a table that references itself, whether it is there yet.
func Orphans(d Dialect, t Table, r Reference, exists bool) SQL {
	return SQL{Text: fmt.Sprintf("SELECT 'orphan' AS code, s.%[1]s AS line, %[2]s AS %[3]s, %[4]s AS value, 0 AS other_line\nFROM %[5]s AS s\nWHERE s.%[1]s IN (%[6]s)\nORDER BY s.%[1]s",
		d.Quote(LineColumn), Text(r.Column), d.Quote("column"), d.AsText("s."+d.Quote(r.Column), t.column(r.Column).Type), d.Staging(t), orphans(d, t, r, exists))}
}

// DeleteOrphans takes the rows that Orphans gives out of staging.
func DeleteOrphans(d Dialect, t Table, r Reference, exists bool) SQL {
	return SQL{Text: fmt.Sprintf("DELETE FROM %s WHERE %s IN (%s)", d.Staging(t), d.Quote(LineColumn), orphans(d, t, r, exists))}
}
