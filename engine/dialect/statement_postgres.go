package dialect

import (
	"fmt"
	"strings"

	"github.com/streamflow/pipe/engine/spec"
)

func (d postgres) Staging(t Table) string { return "pipe." + d.Quote(t.StagingName()) }

// CreateStaging makes an UNLOGGED table: staging needs no crash safety, and a
// TEMP table could not be filled by other connections. Autovacuum is kept off
// it: it lives for one run and is analysed by it.
func (d postgres) CreateStaging(t Table) []string {
	var columns []string
	for _, c := range t.Columns {
		columns = append(columns, d.Quote(c.Name)+" "+d.Type(c.Type))
	}
	columns = append(columns, d.Quote(LineColumn)+" bigint NOT NULL")
	return []string{
		d.DropStaging(t),
		fmt.Sprintf("CREATE UNLOGGED TABLE %s (\n  %s\n) WITH (autovacuum_enabled = false)", d.Staging(t), strings.Join(columns, ",\n  ")),
	}
}

func (d postgres) DropStaging(t Table) string { return "DROP TABLE IF EXISTS " + d.Staging(t) }

func (d postgres) Aside(t Table) string {
	return "pipe." + d.Quote("lost_"+strings.TrimPrefix(t.StagingName(), "stage_"))
}

func (d postgres) CreateAside(t Table) string { return "CREATE UNLOGGED TABLE " + d.Aside(t) }

func (postgres) FollowByHash() (before, after []string) {
	for _, way := range []string{"enable_mergejoin", "enable_nestloop"} {
		before = append(before, "SET LOCAL "+way+" TO off")
		after = append(after, "SET LOCAL "+way+" TO DEFAULT")
	}
	return before, after
}

func (d postgres) LoadInto(t Table) string {
	return fmt.Sprintf("COPY %s (%s) FROM STDIN", d.Staging(t), list(d, "", append(t.Names(), LineColumn)))
}

func (d postgres) Analyze(relation string) string { return "ANALYZE " + relation }

// CreateTable makes the table bare: filling it first and adding the keys then
// costs a sixth of filling it with them.
func (d postgres) CreateTable(t Table) string {
	var columns []string
	for _, c := range t.Columns {
		column := d.Quote(c.Name) + " " + d.Type(c.Type)
		if t.IsKey(c.Name) {
			column += " NOT NULL"
		}
		columns = append(columns, column)
	}
	return fmt.Sprintf("CREATE TABLE %s (\n  %s\n)", d.Quote(t.Name), strings.Join(columns, ",\n  "))
}

func (d postgres) AddKeys(t Table) []string {
	var statements []string
	if len(t.Key) > 0 {
		statements = append(statements, fmt.Sprintf("ALTER TABLE %s ADD PRIMARY KEY (%s)", d.Quote(t.Name), list(d, "", t.Key)))
	}
	for _, r := range t.References {
		statements = append(statements, fmt.Sprintf("ALTER TABLE %s ADD FOREIGN KEY (%s) REFERENCES %s (%s)", d.Quote(t.Name), d.Quote(r.Column), d.Quote(r.Table), d.Quote(r.RefColumn)))
	}
	return statements
}

func (d postgres) regclass(name string) string { return "to_regclass(" + Text(d.Quote(name)) + ")" }

func (d postgres) TableExists(t Table) string {
	return fmt.Sprintf("SELECT %s IS NOT NULL AS %s_exists", d.regclass(t.Name), t.Facts)
}

func (d postgres) AsText(sql string, t spec.Type) string {
	return "CAST(" + sql + " AS text)"
}

func (d postgres) Meddles(tables []Table) string {
	var trees []string
	for _, t := range tables {
		trees = append(trees, "SELECT CAST("+d.regclass(t.Name)+" AS oid) AS relid", "SELECT relid FROM pg_partition_tree("+d.regclass(t.Name)+")")
	}
	ours := strings.Join(trees, " UNION ALL ")
	return fmt.Sprintf(`WITH ours AS (%s)
SELECT EXISTS (SELECT 1 FROM pg_trigger WHERE NOT tgisinternal AND tgrelid IN (SELECT relid FROM ours))
    OR EXISTS (SELECT 1 FROM pg_rewrite WHERE rulename <> '_RETURN' AND ev_class IN (SELECT relid FROM ours))
    OR EXISTS (SELECT 1 FROM pg_class WHERE relrowsecurity AND oid IN (SELECT relid FROM ours)) AS _meddled`, ours)
}

func (postgres) OneAtATime() string {
	return fmt.Sprintf("SELECT pg_advisory_xact_lock(%d, 0)", PrepareLockClass)
}

func (postgres) CheckAtOnce() string { return "SET CONSTRAINTS ALL IMMEDIATE" }

func (d postgres) LockTable(t Table) string {
	return "LOCK TABLE " + d.Quote(t.Name) + " IN SHARE ROW EXCLUSIVE MODE"
}

func (postgres) Integer(param string) string { return "CAST(" + param + " AS bigint)" }

// CleanStaging drops the stagings that no live run guards. One that is another
// role's, that somebody is looking at, or that its run drops at this moment is
// left.
func (d postgres) CleanStaging() string {
	return fmt.Sprintf(`DO $clean$
DECLARE leftover text;
BEGIN
  FOR leftover IN SELECT relname FROM pg_class WHERE relnamespace = 'pipe'::regnamespace AND relkind = 'r' AND relname LIKE 'stage\_%%' LOOP
    IF pg_try_advisory_xact_lock(%d, hashtext(leftover)) AND pg_try_advisory_xact_lock(%d, hashtext(leftover)) THEN
      BEGIN
        EXECUTE format('LOCK TABLE pipe.%%I IN ACCESS EXCLUSIVE MODE NOWAIT', leftover);
        EXECUTE format('DROP TABLE pipe.%%I', leftover);
      EXCEPTION WHEN insufficient_privilege OR lock_not_available OR undefined_table THEN
        NULL;
      END;
    END IF;
  END LOOP;
END
$clean$`, TableLockClass, StageLockClass)
}

// fitting are the database types that store every value of t unchanged.
func (postgres) fitting(t spec.Type) []string {
	switch t.Kind {
	case spec.KindText:
		return []string{"text", "character varying"}
	case spec.KindInteger:
		return []string{"integer", "bigint", "numeric", "double precision"}
	case spec.KindBigint:
		return []string{"bigint", "numeric"}
	case spec.KindNumeric:
		return []string{"numeric"}
	case spec.KindDouble:
		return []string{"double precision"}
	case spec.KindTimestamp:
		return []string{"timestamp without time zone", "timestamp(6) without time zone"}
	case spec.KindTimestamptz:
		return []string{"timestamp with time zone", "timestamp(6) with time zone"}
	}
	return []string{string(t.Kind)}
}

func (d postgres) Misfits(t Table, known []string) string {
	reg := d.regclass(t.Name)
	var parts []string
	if t.Written {
		parts = append(parts, d.misfitIdentity(t, reg))
	}
	parts = append(parts, d.misfitColumns(t, reg), misfitKind(reg))
	if len(t.Key) > 0 {
		parts = append(parts, d.misfitKey(t, reg))
	}
	parts = append(parts, d.misfitReferences(t, reg, known))
	if t.Written {
		parts = append(parts, d.misfitRequired(t, reg))
	}
	return strings.Join(parts, "\nUNION ALL\n")
}

func misfitKind(reg string) string {
	return fmt.Sprintf(`SELECT '', 'a table', CASE relkind WHEN 'v' THEN 'a view' WHEN 'm' THEN 'a materialized view' ELSE 'relkind ' || relkind::text END, 'name a table', '', ''
FROM pg_class WHERE oid = %[1]s AND relkind NOT IN ('r', 'p')
UNION ALL
SELECT '', 'a table', 'a table with inheriting tables', 'name a table of its own, or a partitioned one', '', ''
FROM pg_class WHERE oid = %[1]s AND relkind = 'r' AND EXISTS (SELECT 1 FROM pg_inherits WHERE inhparent = %[1]s)`, reg)
}

// misfitColumns compares the declared columns with the catalogue. A numeric's
// precision and scale sit in its type modifier.
func (d postgres) misfitColumns(t Table, reg string) string {
	var rows []string
	for i, c := range t.Columns {
		var types []string
		for _, name := range d.fitting(c.Type) {
			types = append(types, Text(name))
		}
		digits, scale := 1000, 1000
		if c.Type.Kind == spec.KindNumeric && c.Type.Precision > 0 {
			digits, scale = c.Type.Precision-c.Type.Scale, c.Type.Scale
		} else if c.Type.Kind == spec.KindInteger {
			digits, scale = 10, 0
		} else if c.Type.Kind == spec.KindBigint {
			digits, scale = 19, 0
		}
		rows = append(rows, fmt.Sprintf("(%d, %s, %s, %s, ARRAY[%s], %d, %d)", i, Text(c.Name), Text(c.Type.String()), Text(d.Type(c.Type)), strings.Join(types, ", "), digits, scale))
	}
	generated := "a.attgenerated <> ''"
	if !t.Written {
		generated = "false" // it reads as any other
	}
	return fmt.Sprintf(`(SELECT w.name AS "column", w.declared,
       CASE WHEN o.attname IS NOT NULL THEN 'named ' || o.attname WHEN a.attname IS NULL THEN 'no such column' WHEN %[6]s THEN 'a generated column'
            WHEN NOT coalesce(l.collisdeterministic, true) THEN format_type(a.atttypid, a.atttypmod) || ' with a collation that takes different texts for equal' ELSE format_type(a.atttypid, a.atttypmod) END AS actual,
       CASE WHEN o.attname IS NOT NULL THEN 'spell it alike in both' WHEN a.attname IS NULL THEN 'add it to the table, or take it out of the columns'
            WHEN %[6]s THEN 'take it out of the columns, since the database computes it, or put a column that it does not compute in its place'
            WHEN b.holder IS NOT NULL THEN 'change its type without ' || b.holder || ', which PostgreSQL does not let it have otherwise'
            WHEN c.lossy THEN 'declare the type that the table has, or change it by hand: its times would be cut, or read in the time zone of the session'
            WHEN NOT c.castable THEN 'put a column of the other type in its place, since PostgreSQL has no cast from ' || format_type(a.atttypid, a.atttypmod) || ' to ' || w.made
            ELSE 'declare the type that the table has, or change the table' END AS hint,
       CASE WHEN a.attname IS NULL OR %[6]s OR NOT coalesce(l.collisdeterministic, true) THEN '' ELSE %[3]s END AS accepts,
       CASE WHEN o.attname IS NOT NULL THEN format('ALTER TABLE %%s RENAME COLUMN %%I TO %%I;', %[4]s, o.attname, w.name)
            WHEN a.attname IS NULL THEN format('ALTER TABLE %%s ADD COLUMN %%I %%s;', %[4]s, w.name, w.made)
            WHEN a.attgenerated = 's' AND %[6]s THEN %[5]s || 'DROP EXPRESSION;'
            WHEN %[6]s OR b.holder IS NOT NULL OR NOT c.castable OR c.lossy THEN ''
            WHEN NOT coalesce(l.collisdeterministic, true) THEN %[5]s || 'TYPE ' || format_type(a.atttypid, a.atttypmod) || ' COLLATE "C";'
            WHEN p.typcategory = t.typcategory OR t.typcategory = 'S' THEN %[5]s || 'TYPE ' || w.made || ';'
            ELSE CASE WHEN a.atthasdef THEN %[5]s || 'DROP DEFAULT;' || chr(10) ELSE '' END || %[5]s || format('TYPE %%s USING CAST(%%I AS %%s);', w.made, w.name, w.made) END AS alter
FROM (VALUES
  %[1]s
) AS w(position, name, declared, made, types, digits, scale)
LEFT JOIN pg_attribute AS a ON a.attrelid = %[2]s AND a.attname = w.name AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
LEFT JOIN LATERAL (SELECT attname FROM pg_attribute WHERE a.attname IS NULL AND attrelid = %[2]s AND lower(attname) = lower(w.name) AND attnum > 0 AND NOT attisdropped LIMIT 1) AS o ON true
LEFT JOIN pg_type AS p ON p.oid = a.atttypid
LEFT JOIN pg_type AS t ON t.oid = to_regtype(w.made)
LEFT JOIN LATERAL (SELECT a.attname IS NULL OR p.oid = t.oid OR 'S' IN (p.typcategory, t.typcategory)
    OR EXISTS (SELECT 1 FROM pg_cast WHERE castsource = p.oid AND casttarget = t.oid) AS castable,
    p.oid <> t.oid AND (p.typcategory, t.typcategory) = ('D', 'D') AND NOT (p.oid = 'date'::regtype AND t.oid = 'timestamp'::regtype) AS lossy) AS c ON true
LEFT JOIN LATERAL (%[7]s) AS b ON true
WHERE %[2]s IS NOT NULL AND (a.attname IS NULL OR %[6]s OR NOT coalesce(l.collisdeterministic, true) OR NOT (
  format_type(a.atttypid, a.atttypmod) = ANY (w.types)
  OR a.atttypid = 'numeric'::regtype AND 'numeric' = ANY (w.types) AND a.atttypmod > 0
     AND ((a.atttypmod - 4) & 2047) >= w.scale AND ((a.atttypmod - 4) >> 16) - ((a.atttypmod - 4) & 2047) >= w.digits))
ORDER BY w.position)`,
		strings.Join(rows, ",\n  "), reg, declarable, relationName(reg), altered(reg, "w.name"), generated, holder)
}

// holder is what keeps a column's type as it is: a view that shows it, or a
// foreign key of which it is one side.
const holder = `SELECT 'the view ' || r.ev_class::regclass::text AS holder FROM pg_depend AS u JOIN pg_rewrite AS r ON r.oid = u.objid
    WHERE u.classid = 'pg_rewrite'::regclass AND u.refclassid = 'pg_class'::regclass AND u.refobjid = a.attrelid AND u.refobjsubid = a.attnum AND r.ev_class <> a.attrelid
    UNION ALL
    SELECT 'the foreign key ' || quote_ident(k.conname) || ' of ' || k.conrelid::regclass::text FROM pg_constraint AS k
    WHERE k.contype = 'f' AND p.typcategory <> t.typcategory AND (k.conrelid = a.attrelid AND a.attnum = ANY (k.conkey) OR k.confrelid = a.attrelid AND a.attnum = ANY (k.confkey))
    ORDER BY 1 LIMIT 1`

// misfitIdentity finds declared columns whose values the database alone gives.
func (d postgres) misfitIdentity(t Table, reg string) string {
	var rows []string
	for _, c := range t.Columns {
		cure := "DROP IDENTITY"
		if c.Type.Kind == spec.KindInteger || c.Type.Kind == spec.KindBigint {
			cure = "SET GENERATED BY DEFAULT"
		}
		rows = append(rows, fmt.Sprintf("(%s, %s, %s)", Text(c.Name), Text(c.Type.String()), Text(cure)))
	}
	return fmt.Sprintf(`SELECT w.name, w.declared, format_type(a.atttypid, a.atttypmod) || ', GENERATED ALWAYS AS IDENTITY', 'let others give it values too', '', %s || w.cure || ';'
FROM (VALUES
  %s
) AS w(name, declared, cure) JOIN pg_attribute AS a ON a.attrelid = %s AND a.attname = w.name AND a.attidentity = 'a' AND NOT a.attisdropped`,
		altered(reg, "w.name"), strings.Join(rows, ",\n  "), reg)
}

// misfitKey asks for a unique index on exactly the primary key. A primary key of
// fewer columns must go for it, since it takes no two rows that differ in the others.
func (d postgres) misfitKey(t Table, reg string) string {
	var names []string
	for _, k := range t.Key {
		names = append(names, Text(k))
	}
	return fmt.Sprintf(`SELECT %[1]s, 'primary_key', 'no unique index on exactly (' || %[2]s || ')',
  CASE WHEN n.holder IS NULL THEN 'add the primary key to the table, or declare the key that it has' ELSE 'declare the primary key that it has, which ' || n.holder || ' needs' END,
  coalesce((SELECT string_agg(a.attname, chr(31) ORDER BY k.n) FROM pg_index AS i, unnest(i.indkey[0:i.indnkeyatts - 1]) WITH ORDINALITY AS k(att, n), pg_attribute AS a
            WHERE i.indrelid = %[3]s AND i.indisprimary AND a.attrelid = i.indrelid AND a.attnum = k.att), ''),
  CASE WHEN n.holder IS NOT NULL THEN '' WHEN n.conname IS NOT NULL THEN format('ALTER TABLE %%s DROP CONSTRAINT %%I, ADD PRIMARY KEY (%%s);', %[5]s, n.conname, %[6]s)
       WHEN EXISTS (SELECT 1 FROM pg_index AS i WHERE i.indrelid = %[3]s AND i.indisprimary) THEN format('CREATE UNIQUE INDEX ON %%s (%%s);', %[5]s, %[6]s)
       ELSE format('ALTER TABLE %%s ADD PRIMARY KEY (%%s);', %[5]s, %[6]s) END
FROM pg_class AS c LEFT JOIN LATERAL (
  SELECT p.conname, (SELECT 'the foreign key ' || quote_ident(f.conname) || ' of ' || f.conrelid::regclass::text FROM pg_constraint AS f WHERE f.contype = 'f' AND f.conindid = p.conindid ORDER BY 1 LIMIT 1) AS holder
  FROM pg_constraint AS p WHERE p.conrelid = c.oid AND p.contype = 'p' AND cardinality(p.conkey) < %[7]d
    AND NOT EXISTS (SELECT 1 FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum = ANY (p.conkey) AND a.attname::text <> ALL (ARRAY[%[4]s]))) AS n ON true
WHERE c.oid = %[3]s AND c.relkind IN ('r', 'p') AND NOT EXISTS (
  SELECT 1 FROM pg_index AS i
  WHERE i.indrelid = %[3]s AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
    AND ARRAY(SELECT a.attname::text FROM unnest(i.indkey[0:i.indnkeyatts - 1]) AS k(n) JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.n ORDER BY a.attname::text COLLATE "C")
      = ARRAY(SELECT k FROM unnest(ARRAY[%[4]s]) AS k ORDER BY k COLLATE "C"))`, Text(t.Key[0]), Text(strings.Join(t.Key, ", ")), reg, strings.Join(names, ", "),
		relationName(reg), Text(list(d, "", t.Key)), len(t.Key))
}

// misfitReferences finds foreign keys between tables of the spec that are not
// declared: without them the merges would come in the wrong order.
func (d postgres) misfitReferences(t Table, reg string, known []string) string {
	var tables, declared []string
	for _, k := range known {
		tables = append(tables, d.regclass(k))
	}
	for _, r := range t.References {
		declared = append(declared, fmt.Sprintf("(%s, %s)", Text(r.Column), d.regclass(r.Table)))
	}
	not := ""
	if len(declared) > 0 {
		not = fmt.Sprintf("\n  AND (array_length(c.conkey, 1) > 1 OR (a.attname::text, c.confrelid::regclass) NOT IN (%s))", strings.Join(declared, ", "))
	}
	return fmt.Sprintf(`SELECT a.attname::text, 'no reference', 'a foreign key to ' || c.confrelid::regclass::text, 'declare references on the column',
  CASE WHEN array_length(c.conkey, 1) = 1 THEN (SELECT r.relname || chr(31) || f.attname || chr(31) || %s FROM pg_class AS r JOIN pg_attribute AS f ON f.attrelid = r.oid WHERE r.oid = c.confrelid AND f.attnum = c.confkey[1]) ELSE '' END,
  format('ALTER TABLE %%s DROP CONSTRAINT %%I;', %s, c.conname)
FROM pg_constraint AS c JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.contype = 'f' AND c.conrelid = %s AND c.confrelid IN (%s)%s`, declarable, relationName(reg), reg, strings.Join(tables, ", "), not)
}
