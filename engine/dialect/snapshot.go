package dialect

import (
	"fmt"
	"strings"
)

// AsOfColumn is the column that every snapshot has beside its table's key.
const AsOfColumn = "as_of"

// Stamp is one snapshot at one as-of.
type Stamp struct {
	Snapshot Table  // key: the table's key and as_of
	From     Table  // the table it copies
	AsOf     string // 2024-01-31
	Literal  string // AsOf as a date literal
	Records  string // quoted name of the records of stamps
	Recorded string // the name that the records know the snapshot by
}

func (s Stamp) key() []string { return s.From.Key }

// copied are the columns of the snapshot without as_of.
func (s Stamp) copied() []string {
	var names []string
	for _, n := range s.Snapshot.Names() {
		if n != AsOfColumn {
			names = append(names, n)
		}
	}
	return names
}

func (s Stamp) values() Table {
	v := Table{Key: s.key()}
	for _, c := range s.Snapshot.Columns {
		if c.Name != AsOfColumn {
			v.Columns = append(v.Columns, c)
		}
	}
	return v
}

// join finds the row of the stamp that belongs to row t of the table. The
// as-of stands in the condition, so that the snapshot's own key serves it.
func (s Stamp) join(d Dialect) string {
	return fmt.Sprintf("%s AS t LEFT JOIN %s AS s ON %s AND s.%s = %s",
		d.Quote(s.From.Name), d.Quote(s.Snapshot.Name), pairs(d, "s", "t", s.key()), d.Quote(AsOfColumn), s.Literal)
}

// IsStamped is a probe: <s>_stamped, whether this as-of was ever published.
// The records are asked too, because a stamp may hold no row.
func IsStamped(d Dialect, s Stamp) SQL {
	return SQL{Text: fmt.Sprintf(`SELECT EXISTS (SELECT 1 FROM %s WHERE snapshot = %s AND as_of = %s)
    OR EXISTS (SELECT 1 FROM %s WHERE %s = %s) AS %s_stamped`,
		s.Records, Text(s.Recorded), s.Literal, d.Quote(s.Snapshot.Name), d.Quote(AsOfColumn), s.Literal, s.Snapshot.Facts)}
}

// CompareStamp is a probe: rows that the table has and the stamp does not
// (<s>_added), that differ (<s>_changed), that only the stamp has
// (<s>_missing), that stay in the stamp as they are (<s>_kept: the equal ones,
// and with --snapshots keep all), and whether any differ at all.
func CompareStamp(d Dialect, s Stamp) SQL {
	key := d.Quote(s.key()[0])
	f := s.Snapshot.Facts
	a := &arguments{d: d}
	differ := differs(s.values(), a)
	return SQL{fmt.Sprintf(`SELECT 0 AS %[1]s_inserted, live - both_sides AS %[1]s_added, changed AS %[1]s_changed, held - both_sides AS %[1]s_missing,
       CASE WHEN %[8]s THEN held ELSE both_sides - changed END AS %[1]s_kept,
       live - both_sides + changed + held - both_sides > 0 AS %[1]s_differs
FROM (
  SELECT count(*) AS live,
         count(s.%[2]s) AS both_sides,
         count(*) FILTER (WHERE s.%[2]s IS NOT NULL AND (%[3]s)) AS changed,
         (SELECT count(*) FROM %[4]s WHERE %[5]s = %[6]s) AS held
  FROM %[7]s
) AS compared`, f, key, differ, d.Quote(s.Snapshot.Name), d.Quote(AsOfColumn), s.Literal, s.join(d), a.of("snapshots_keep")), a.args}
}

// CountStamp is the probe of a first stamp: every row of the table is new.
func CountStamp(d Dialect, s Stamp) SQL {
	return SQL{Text: fmt.Sprintf(`SELECT count(*) AS %[1]s_inserted, 0 AS %[1]s_added, 0 AS %[1]s_changed, 0 AS %[1]s_missing, 0 AS %[1]s_kept,
       1 = 0 AS %[1]s_differs
FROM %[2]s`, s.Snapshot.Facts, d.Quote(s.From.Name))}
}

// VerifyStamp is a probe of what was really stamped: <s>_lost, whether the
// stamp differs from its table.
func VerifyStamp(d Dialect, s Stamp) SQL {
	a := &arguments{d: d}
	differ := differs(s.values(), a)
	return SQL{fmt.Sprintf(`SELECT live <> same OR held <> same AS %[1]s_lost
FROM (
  SELECT count(*) AS live, count(*) FILTER (WHERE s.%[2]s IS NOT NULL AND NOT (%[3]s)) AS same,
         (SELECT count(*) FROM %[4]s WHERE %[5]s = %[6]s) AS held
  FROM %[7]s
) AS compared`, s.Snapshot.Facts, d.Quote(s.key()[0]), differ, d.Quote(s.Snapshot.Name), d.Quote(AsOfColumn), s.Literal, s.join(d)), a.args}
}

// InsertStamp copies the table as it stands under the as-of.
func InsertStamp(d Dialect, s Stamp) SQL {
	return SQL{Text: s.insert(d, list(d, "t.", s.copied())) + fmt.Sprintf("\nFROM %s AS t ORDER BY %s", d.Quote(s.From.Name), list(d, "t.", s.key()))}
}

func (s Stamp) insert(d Dialect, columns string) string {
	return fmt.Sprintf("INSERT INTO %s (%s, %s)\nSELECT %s, %s", d.Quote(s.Snapshot.Name), list(d, "", s.copied()), d.Quote(AsOfColumn), columns, s.Literal)
}

// DeleteMissing is the first half of replacing a stamp: rows that the table no
// longer has.
func DeleteMissing(d Dialect, s Stamp) SQL {
	name := d.Quote(s.Snapshot.Name)
	return SQL{Text: fmt.Sprintf("DELETE FROM %s\nWHERE %s = %s AND NOT EXISTS (SELECT 1 FROM %s AS t WHERE %s)",
		name, d.Quote(AsOfColumn), s.Literal, d.Quote(s.From.Name), pairs(d, "t", name, s.key()))}
}

// ReplaceDiffering is the second half of replacing a stamp: rows that are new
// or differ.
func ReplaceDiffering(d Dialect, s Stamp) SQL {
	differ := differs(s.values(), &arguments{d: d})
	text := s.insert(d, list(d, "t.", s.copied())) + fmt.Sprintf("\nFROM %s\nWHERE s.%s IS NULL OR %s\nON CONFLICT (%s, %s) ",
		s.join(d), d.Quote(s.key()[0]), differ, list(d, "", s.key()), d.Quote(AsOfColumn))
	var set []string
	for _, c := range s.values().Rest() {
		set = append(set, d.Quote(c.Name)+" = EXCLUDED."+d.Quote(c.Name))
	}
	if len(set) == 0 {
		return SQL{Text: text + "DO NOTHING"}
	}
	return SQL{Text: text + "DO UPDATE SET " + strings.Join(set, ", ")}
}
