package dialect

import (
	"fmt"
	"strings"
)

// SQL is a statement's text with the facts bound to its parameters.
type SQL struct {
	Text string
	Args []string
}

// arguments numbers the parameters of one statement: one number a fact.
type arguments struct {
	d    Dialect
	args []string
}

func (a *arguments) of(fact string) string {
	for i, have := range a.args {
		if have == fact {
			return a.d.Param(i + 1)
		}
	}
	a.args = append(a.args, fact)
	return a.d.Param(len(a.args))
}

// differs is the condition that row s brings a value that row t does not hold.
// A column that the file did not bring never differs.
func differs(t Table, a *arguments) string {
	var parts []string
	for _, c := range t.Rest() {
		part := fmt.Sprintf("s.%[1]s IS DISTINCT FROM t.%[1]s", a.d.Quote(c.Name))
		if c.Has != "" {
			part = "(" + a.of(c.Has) + " AND " + part + ")"
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		return "1 = 0"
	}
	return strings.Join(parts, " OR ")
}

// IsEmpty is a probe: <t>_empty, whether the target table holds no row.
func IsEmpty(d Dialect, t Table) SQL {
	return SQL{Text: fmt.Sprintf("SELECT NOT EXISTS (SELECT 1 FROM %s) AS %s_empty", d.Quote(t.Name), t.Facts)}
}

// CountFresh is the probe of a merge into an empty table: every staged row is
// new.
func CountFresh(d Dialect, t Table) SQL {
	return SQL{Text: fmt.Sprintf(`SELECT count(*) AS %[1]s_loaded, 0 AS %[1]s_held, count(*) AS %[1]s_inserted, 0 AS %[1]s_updated, 0 AS %[1]s_unchanged,
       0 AS %[1]s_absent, count(*) > 0 AS %[1]s_writes
FROM %[2]s`, t.Facts, d.Staging(t))}
}

// CountChanges is the probe of a merge into a table that holds rows: how many
// staged rows are new, changed and equal, and how many rows of the table the
// file did not bring.
func CountChanges(d Dialect, t Table) SQL {
	a := &arguments{d: d}
	f := t.Facts
	key := "t." + d.Quote(t.Key[0])
	text := fmt.Sprintf(`SELECT loaded AS %[1]s_loaded, held AS %[1]s_held, fresh AS %[1]s_inserted, changed AS %[1]s_updated, loaded - fresh - changed AS %[1]s_unchanged,
       held - (loaded - fresh) AS %[1]s_absent, fresh + changed > 0 AS %[1]s_writes
FROM (
  SELECT count(*) AS loaded,
         count(*) FILTER (WHERE %[2]s IS NULL) AS fresh,
         count(*) FILTER (WHERE %[2]s IS NOT NULL AND (%[3]s)) AS changed,
         (SELECT count(*) FROM %[4]s) AS held
  FROM %[5]s AS s LEFT JOIN %[4]s AS t ON %[6]s
) AS counted`, f, key, differs(t, a), d.Quote(t.Name), d.Staging(t), pairs(d, "t", "s", t.Key))
	return SQL{text, a.args}
}

// Verify is a probe of what was really written: <t>_lost, whether any staged
// row is not in the table as it was staged, or the table holds another number
// of rows than it should. A trigger, a rule or a conflict clause of the
// database may have changed or dropped what was written.
func Verify(d Dialect, t Table) SQL {
	a := &arguments{d: d}
	text := fmt.Sprintf(`SELECT count(*) > 0 OR (SELECT count(*) FROM %[1]s) <> %[2]s + %[3]s AS %[4]s_lost
FROM %[5]s AS s LEFT JOIN %[1]s AS t ON %[6]s
WHERE t.%[7]s IS NULL OR %[8]s`, d.Quote(t.Name), d.Integer(a.of(t.Facts+"_held")), d.Integer(a.of(t.Facts+"_inserted")), t.Facts, d.Staging(t),
		pairs(d, "t", "s", t.Key), d.Quote(t.Key[0]), differs(t, a))
	return SQL{text, a.args}
}

// AnyWritten is a probe: _wrote, whether any table was written to.
func AnyWritten(d Dialect, tables []Table) SQL {
	a := &arguments{d: d}
	parts := []string{"1 = 0"}
	for _, t := range tables {
		parts = append(parts, a.of(t.Facts+"_writes"))
	}
	return SQL{"SELECT " + strings.Join(parts, " OR ") + " AS _wrote", a.args}
}

// InsertAll fills an empty target table, in the order of its key: indexes then
// grow at their end, and the rows that a foreign key looks up lie together.
func InsertAll(d Dialect, t Table) SQL {
	return SQL{Text: fmt.Sprintf("INSERT INTO %s (%s)\nSELECT %s FROM %s AS s ORDER BY %s",
		d.Quote(t.Name), list(d, "", t.Names()), list(d, "s.", t.Names()), d.Staging(t), list(d, "s.", t.Key))}
}

// Upsert writes the new and the changed rows, and no other: finding them by a
// join first costs less than letting every row conflict.
func Upsert(d Dialect, t Table) SQL {
	a := &arguments{d: d}
	where := fmt.Sprintf("t.%s IS NULL OR %s", d.Quote(t.Key[0]), differs(t, a))
	text := fmt.Sprintf("INSERT INTO %[1]s (%[2]s)\nSELECT %[3]s\nFROM %[4]s AS s LEFT JOIN %[1]s AS t ON %[5]s\nWHERE %[6]s\nON CONFLICT (%[7]s) ",
		d.Quote(t.Name), list(d, "", t.Names()), list(d, "s.", t.Names()), d.Staging(t), pairs(d, "t", "s", t.Key), where, list(d, "", t.Key))
	return SQL{text + onConflict(d, t, a), a.args}
}

func onConflict(d Dialect, t Table, a *arguments) string {
	var set []string
	for _, c := range t.Rest() {
		name := d.Quote(c.Name)
		value := "EXCLUDED." + name
		if c.Has != "" {
			value = fmt.Sprintf("CASE WHEN %s THEN %s ELSE %s.%s END", a.of(c.Has), value, d.Quote(t.Name), name)
		}
		set = append(set, name+" = "+value)
	}
	if len(set) == 0 {
		return "DO NOTHING"
	}
	return "DO UPDATE SET " + strings.Join(set, ", ")
}
