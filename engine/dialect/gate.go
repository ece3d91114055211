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

// CountCollapsed is a probe: <t>_collapsed, staged rows that equal another. It
// comes when the bad rows are out of staging: each of them is told.
func CountCollapsed(d Dialect, t Table) SQL {
	return SQL{Text: fmt.Sprintf("SELECT count(*) AS %s_collapsed FROM (%s) AS surplus", t.Facts, surplus(d, t))}
}

// Collapse leaves one of the staged rows that equal each other.
func Collapse(d Dialect, t Table) SQL {
	return SQL{Text: fmt.Sprintf("DELETE FROM %s WHERE %s IN (%s)", d.Staging(t), d.Quote(LineColumn), surplus(d, t))}
}

// conflicting selects the lines of the staged rows whose key another row has that
// differs: of the first and the last of the different rows, other_line is the one
// that the row itself does not equal.
func conflicting(d Dialect, t Table) string {
	return fmt.Sprintf(`SELECT line, CASE WHEN nth = first_line THEN last_line ELSE first_line END AS other_line FROM (
    SELECT line, nth, min(nth) OVER (PARTITION BY nth_key) AS first_line, max(nth) OVER (PARTITION BY nth_key) AS last_line FROM (
      SELECT s.%[1]s AS line, min(s.%[1]s) OVER (PARTITION BY %[2]s) AS nth, dense_rank() OVER (ORDER BY %[3]s) AS nth_key
      FROM %[4]s AS s JOIN (SELECT %[5]s FROM %[4]s GROUP BY %[5]s HAVING count(*) > 1) AS k ON %[6]s
    ) AS numbered
  ) AS sided WHERE first_line <> last_line`,
		d.Quote(LineColumn), list(d, "s.", t.Names()), list(d, "s.", t.Key), d.Staging(t), list(d, "", t.Key), pairs(d, "k", "s", t.Key))
}

// Conflicts is a query of bad rows: staged rows of one key that differ.
func Conflicts(d Dialect, t Table) SQL {
	return SQL{Text: fmt.Sprintf(`SELECT 'duplicate_key' AS code, s.%[1]s AS line, %[2]s AS %[3]s, %[4]s AS value, k.other_line
FROM %[5]s AS s JOIN (
  %[6]s
) AS k ON k.line = s.%[1]s
ORDER BY s.%[1]s`, d.Quote(LineColumn), Text(strings.Join(t.Key, ", ")), d.Quote("column"), keyText(d, t, "s"), d.Staging(t), conflicting(d, t))}
}

// DeleteConflicts takes the rows that Conflicts gives out of staging.
func DeleteConflicts(d Dialect, t Table) SQL {
	return SQL{Text: fmt.Sprintf("DELETE FROM %s WHERE %s IN (SELECT line FROM (\n  %s\n) AS k)",
		d.Staging(t), d.Quote(LineColumn), conflicting(d, t))}
}

// Of a bad row whose key can be read, staging holds a mark: the key, and the
// line as a negative number. What else the row says is not known, only that it
// is not what another row of its key says.

// Doubted is a query of bad rows: staged rows of a key that is marked.
func Doubted(d Dialect, t Table) SQL {
	line := d.Quote(LineColumn)
	return SQL{Text: fmt.Sprintf(`SELECT 'duplicate_key' AS code, s.%[1]s AS line, %[2]s AS %[3]s, %[4]s AS value, k.other_line
FROM %[5]s AS s JOIN (SELECT %[6]s, -max(%[1]s) AS other_line FROM %[5]s WHERE %[1]s < 0 GROUP BY %[6]s) AS k ON %[7]s
WHERE s.%[1]s > 0
ORDER BY s.%[1]s`, line, Text(strings.Join(t.Key, ", ")), d.Quote("column"), keyText(d, t, "s"), d.Staging(t), list(d, "", t.Key), pairs(d, "k", "s", t.Key))}
}

// DeleteDoubted takes the rows that Doubted gives out of staging.
func DeleteDoubted(d Dialect, t Table) SQL {
	return SQL{Text: fmt.Sprintf("DELETE FROM %[1]s WHERE %[2]s IN (SELECT s.%[2]s FROM %[1]s AS s JOIN (SELECT DISTINCT %[3]s FROM %[1]s WHERE %[2]s < 0) AS k ON %[4]s WHERE s.%[2]s > 0)",
		d.Staging(t), d.Quote(LineColumn), list(d, "", t.Key), pairs(d, "k", "s", t.Key))}
}

// DeleteMarks takes the marks out of staging.
func DeleteMarks(d Dialect, t Table) SQL {
	return SQL{Text: fmt.Sprintf("DELETE FROM %s WHERE %s < 0", d.Staging(t), d.Quote(LineColumn))}
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

// orphanLines selects the lines of staged rows whose reference to another table
// finds no row there.
func orphanLines(d Dialect, t Table, r Reference) string {
	return fmt.Sprintf("SELECT s.%s FROM %s AS s LEFT JOIN %s AS p ON p.%s = s.%s WHERE s.%[5]s IS NOT NULL AND p.%[4]s IS NULL",
		d.Quote(LineColumn), d.Staging(t), d.Quote(r.Table), d.Quote(r.RefColumn), d.Quote(r.Column))
}

// Orphans is a query of bad rows: staged rows whose reference to another table
// finds no row there.
func Orphans(d Dialect, t Table, r Reference) SQL {
	return SQL{Text: fmt.Sprintf("SELECT 'orphan' AS code, s.%[1]s AS line, %[2]s AS %[3]s, %[4]s AS value, 0 AS other_line\nFROM %[5]s AS s\nWHERE s.%[1]s IN (%[6]s)\nORDER BY s.%[1]s",
		d.Quote(LineColumn), Text(r.Column), d.Quote("column"), d.AsText("s."+d.Quote(r.Column), t.column(r.Column).Type), d.Staging(t), orphanLines(d, t, r))}
}

// DeleteOrphans takes the rows that Orphans gives out of staging.
func DeleteOrphans(d Dialect, t Table, r Reference) SQL {
	return SQL{Text: fmt.Sprintf("DELETE FROM %s WHERE %s IN (%s)", d.Staging(t), d.Quote(LineColumn), orphanLines(d, t, r))}
}

// HasOwnOrphans is a probe: <t>_astray, whether any staged row refers to a row
// of its own table that is neither live nor staged. exists tells whether the
// table is there yet, to be looked at.
func HasOwnOrphans(d Dialect, t Table, exists bool) SQL {
	var parts []string
	for _, r := range t.ownReferences() {
		ref := "s." + d.Quote(r.Column)
		parts = append(parts, fmt.Sprintf("EXISTS (SELECT 1 FROM %[1]s AS s WHERE %[2]s IS NOT NULL AND NOT EXISTS (SELECT 1 FROM %[1]s AS q WHERE q.%[3]s = %[2]s)%[4]s)",
			d.Staging(t), ref, d.Quote(r.RefColumn), notLive(d, t, r, ref, exists)))
	}
	return SQL{Text: fmt.Sprintf("SELECT %s AS %s_astray", strings.Join(parts, " OR "), t.Facts)}
}

// CollectOwnOrphans keeps, in a table for the moment, the staged rows that
// HasOwnOrphans is about, those that refer to them, and so on. Every reference
// that staging must satisfy is an edge; all of them are followed at once, since
// a row that goes for one may be what another refers to. As a table they have a
// size that the planner knows: it expects of a recursion far more rows than come.
func CollectOwnOrphans(d Dialect, t Table, exists bool) SQL {
	var edges []string
	line, to, staging := d.Quote(LineColumn), "", d.Staging(t)
	for _, r := range t.ownReferences() {
		from := "s." + d.Quote(r.Column)
		to = d.Quote(r.RefColumn)
		edges = append(edges, fmt.Sprintf("SELECT s.%s, s.%s, %s FROM %s AS s WHERE %[3]s <> s.%[2]s%[5]s", line, to, from, staging, notLive(d, t, r, from, exists)))
	}
	return SQL{Text: fmt.Sprintf(`%s AS
WITH RECURSIVE edge(line, id, parent) AS (
  %s
), orphan(line, id) AS (
  SELECT e.line, e.id FROM edge AS e WHERE NOT EXISTS (SELECT 1 FROM %s AS q WHERE q.%s = e.parent)
  UNION
  SELECT e.line, e.id FROM orphan AS o JOIN edge AS e ON e.parent = o.id
)
SELECT line, id FROM orphan`, d.CreateAside(t), strings.Join(edges, "\n  UNION ALL "), staging, to)}
}

// OwnOrphans is Orphans of what was collected. What a row lacks is told by the
// first of its references that finds nothing at all, or else by the first whose
// row goes because it is an orphan itself.
func OwnOrphans(d Dialect, t Table, exists bool) SQL {
	own := t.ownReferences()
	line, staging, n := d.Quote(LineColumn), d.Staging(t), len(own)
	var edges []string
	column, value := "CASE r.reason", "CASE r.reason"
	for i, r := range own {
		from := "s." + d.Quote(r.Column)
		edges = append(edges, fmt.Sprintf("SELECT s.%[1]s AS line, %[2]s AS parent, CASE WHEN q.%[1]s IS NULL THEN %[3]d ELSE %[4]d END AS reason FROM %[5]s AS s LEFT JOIN %[5]s AS q ON q.%[6]s = %[2]s WHERE %[2]s <> s.%[6]s%[7]s",
			line, from, i, n+i, staging, d.Quote(r.RefColumn), notLive(d, t, r, from, exists)))
		text := d.AsText(from, t.column(r.Column).Type)
		column += fmt.Sprintf(" WHEN %d THEN %s WHEN %d THEN %[2]s", i, Text(r.Column), n+i)
		value += fmt.Sprintf(" WHEN %d THEN %s WHEN %d THEN %[2]s", i, text, n+i)
	}
	return SQL{Text: fmt.Sprintf(`SELECT CASE WHEN r.reason < %[1]d THEN 'orphan' ELSE 'orphan_of_reject' END AS code, s.%[2]s AS line, %[3]s END AS %[4]s, %[5]s END AS value, 0 AS other_line
FROM (
  SELECT e.line, min(e.reason) AS reason
  FROM (
    %[6]s
  ) AS e LEFT JOIN %[7]s AS o ON o.id = e.parent WHERE e.reason < %[1]d OR o.id IS NOT NULL
  GROUP BY e.line
) AS r JOIN %[8]s AS s ON s.%[2]s = r.line
ORDER BY s.%[2]s`, n, line, column, d.Quote("column"), value, strings.Join(edges, "\n    UNION ALL "), d.Aside(t), staging)}
}

// DeleteOwnOrphans takes the rows that were collected out of staging.
func DeleteOwnOrphans(d Dialect, t Table) SQL {
	return SQL{Text: fmt.Sprintf("DELETE FROM %s WHERE %s IN (SELECT line FROM %s)", d.Staging(t), d.Quote(LineColumn), d.Aside(t))}
}

// notLive is the condition that the table itself, where it exists, does not
// hold the row that from names.
func notLive(d Dialect, t Table, r Reference, from string, exists bool) string {
	if !exists {
		return ""
	}
	return fmt.Sprintf(" AND NOT EXISTS (SELECT 1 FROM %s AS p WHERE p.%s = %s)", d.Quote(t.Name), d.Quote(r.RefColumn), from)
}

func (t Table) ownReferences() []Reference {
	var own []Reference
	for _, r := range t.References {
		if r.Table == t.Name {
			own = append(own, r)
		}
	}
	return own
}
