package dialect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/spec"
)

// Staging is a TEMP table: it lives in the connection that publishes, takes no
// lock on the database while it is filled, and goes with the process. It is
// kept in the order of the key, as its target is: every join of the two then
// walks both from one end to the other, where rows in the order of the file
// would jump about in a table larger than the cache.
func (d sqlite) Staging(t Table) string { return "temp." + d.Quote(t.StagingName()) }

func (d sqlite) CreateStaging(t Table) []string {
	var columns []string
	for _, c := range t.Columns {
		columns = append(columns, d.Quote(c.Name)+" "+d.Type(c.Type))
	}
	columns = append(columns, d.Quote(LineColumn)+" INTEGER NOT NULL")
	ordered := ""
	if len(t.Key) > 0 {
		columns = append(columns, "PRIMARY KEY ("+list(d, "", append(slices.Clone(t.Key), LineColumn))+")")
		ordered = " WITHOUT ROWID"
	}
	load := "temp." + d.Quote(LoadName(t))
	return []string{
		d.DropStaging(t),
		fmt.Sprintf("CREATE TEMP TABLE %s (\n  %s\n)%s", d.Quote(t.StagingName()), strings.Join(columns, ",\n  "), ordered),
		"DROP TABLE IF EXISTS " + load,
		fmt.Sprintf("CREATE VIRTUAL TABLE %s USING pipe_rows(%d)", load, len(t.Columns)+1),
	}
}

func (d sqlite) DropStaging(t Table) string { return "DROP TABLE IF EXISTS " + d.Staging(t) }

func (d sqlite) Aside(t Table) string {
	return "temp." + d.Quote("lost_"+strings.TrimPrefix(t.StagingName(), "stage_"))
}

func (d sqlite) CreateAside(t Table) string {
	return "CREATE TEMP TABLE " + strings.TrimPrefix(d.Aside(t), "temp.")
}

func (sqlite) FollowByHash() (before, after []string) { return nil, nil }

// LoadInto reads the rows from the virtual table that package database opens
// over the file being loaded, and sorts them on their way.
func (d sqlite) LoadInto(t Table) string {
	names := append(t.Names(), LineColumn)
	var order []string
	for i, c := range t.Columns {
		if t.IsKey(c.Name) {
			order = append(order, fmt.Sprintf("c%d", i))
		}
	}
	order = append(order, fmt.Sprintf("c%d", len(t.Columns)))
	return fmt.Sprintf("INSERT INTO %s (%s) SELECT * FROM temp.%s ORDER BY %s", d.Staging(t), list(d, "", names), d.Quote(LoadName(t)), strings.Join(order, ", "))
}

// LoadName is the name of the virtual table that rows are loaded through.
func LoadName(t Table) string { return "load_" + t.StagingName() }

// Analyze says nothing: the keys that joins use are found without statistics.
func (sqlite) Analyze(string) string { return "" }

// CreateTable declares the keys at once: SQLite cannot add them later.
func (d sqlite) CreateTable(t Table) string {
	var parts []string
	for _, c := range t.Columns {
		part := d.Quote(c.Name) + " " + d.Type(c.Type)
		if t.IsKey(c.Name) {
			part += " NOT NULL"
		}
		parts = append(parts, part)
	}
	if len(t.Key) > 0 {
		parts = append(parts, "PRIMARY KEY ("+list(d, "", t.Key)+")")
	}
	for _, r := range t.References {
		parts = append(parts, fmt.Sprintf("FOREIGN KEY (%s) REFERENCES %s (%s)", d.Quote(r.Column), d.Quote(r.Table), d.Quote(r.RefColumn)))
	}
	return fmt.Sprintf("CREATE TABLE %s (\n  %s\n)", d.Quote(t.Name), strings.Join(parts, ",\n  "))
}

func (sqlite) AddKeys(Table) []string { return nil }

func (sqlite) TableExists(t Table) string {
	return fmt.Sprintf("SELECT EXISTS (SELECT 1 FROM main.sqlite_master WHERE type IN ('table', 'view') AND name = %s COLLATE NOCASE) AS %s_exists", Text(t.Name), t.Facts)
}

// AsText gives doubles their shortest form, as PostgreSQL does, and booleans
// their words.
func (sqlite) AsText(sql string, t spec.Type) string {
	switch t.Kind {
	case spec.KindBoolean:
		return "CASE " + sql + " WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
	case spec.KindNumeric, spec.KindDouble:
		return "pipe_number(" + sql + ")"
	}
	return "CAST(" + sql + " AS text)"
}

func (sqlite) Meddles(tables []Table) string {
	var names []string
	for _, t := range tables {
		names = append(names, Text(t.Name))
	}
	ours := strings.Join(names, ", ")
	return fmt.Sprintf(`SELECT EXISTS (SELECT 1 FROM main.sqlite_master WHERE type = 'trigger' AND tbl_name COLLATE NOCASE IN (%[1]s))
    OR EXISTS (SELECT 1 FROM temp.sqlite_master WHERE type = 'trigger' AND tbl_name COLLATE NOCASE IN (%[1]s))
    OR EXISTS (SELECT 1 FROM main.sqlite_master WHERE type = 'table' AND name COLLATE NOCASE IN (%[1]s) AND sql LIKE '%%ON%%CONFLICT%%') AS _meddled`, ours)
}

func (sqlite) OneAtATime() string { return "" }

func (sqlite) LockTable(Table) string { return "" }

func (sqlite) CheckAtOnce() string { return "" }

func (sqlite) Integer(param string) string { return "CAST(" + param + " AS INTEGER)" }

func (sqlite) CleanStaging() string { return "" }

// affinity computes a declared type's affinity by SQLite's own rules.
const affinity = `CASE WHEN type = '' THEN 'BLOB' WHEN type LIKE '%INT%' THEN 'INTEGER'
         WHEN type LIKE '%CHAR%' OR type LIKE '%CLOB%' OR type LIKE '%TEXT%' THEN 'TEXT'
         WHEN type LIKE '%BLOB%' THEN 'BLOB' WHEN type LIKE '%REAL%' OR type LIKE '%FLOA%' OR type LIKE '%DOUB%' THEN 'REAL' ELSE 'NUMERIC' END`

// fitting are the affinities that store every value of t unchanged.
func (sqlite) fitting(t spec.Type) string {
	switch t.Kind {
	case spec.KindInteger, spec.KindBigint, spec.KindBoolean:
		return "'INTEGER', 'NUMERIC'"
	case spec.KindNumeric, spec.KindDouble:
		return "'INTEGER', 'NUMERIC', 'REAL'"
	case spec.KindDate, spec.KindTimestamp, spec.KindTimestamptz:
		return "'TEXT', 'NUMERIC'"
	}
	return "'TEXT'"
}

func (d sqlite) Misfits(t Table, known []string) string {
	exists := fmt.Sprintf("EXISTS (SELECT 1 FROM main.sqlite_master WHERE type IN ('table', 'view') AND name = %s COLLATE NOCASE)", Text(t.Name))
	parts := []string{d.misfitColumns(t, exists),
		fmt.Sprintf("SELECT '', 'a table', 'a temporary table', 'do not make temporary tables of this name in the setup SQL', '', '' FROM temp.sqlite_master WHERE name = %s COLLATE NOCASE", Text(t.Name)),
		fmt.Sprintf("SELECT '', 'a table', 'a view', 'name a table', '', '' FROM main.sqlite_master WHERE type = 'view' AND name = %s COLLATE NOCASE", Text(t.Name))}
	if len(t.Key) > 0 {
		parts = append(parts, d.misfitKey(t))
	}
	parts = append(parts, d.misfitReferences(t, known))
	if t.Written {
		parts = append(parts, d.misfitRequired(t))
	}
	return strings.Join(parts, "\nUNION ALL\n")
}

func (d sqlite) misfitColumns(t Table, exists string) string {
	var wanted []string
	for i, c := range t.Columns {
		wanted = append(wanted, fmt.Sprintf("(%d, %s, %s, %s, %s, %s)", i, Text(c.Name), Text(c.Type.String()), Text(d.Type(c.Type)), Text(d.fitting(c.Type)), Text(AddColumn(d, d.Quote(t.Name), c.Name, c.Type))))
	}
	generated := "hidden > 1"
	if !t.Written {
		generated = "0" // it reads as any other
	}
	return fmt.Sprintf(`SELECT name AS `+"`column`"+`, declared,
       CASE WHEN cid IS NULL THEN 'no such column' WHEN spelt <> name THEN 'named ' || spelt WHEN %[9]s THEN 'a generated column' WHEN type = '' THEN 'a column without a type' ELSE type END AS actual,
       CASE WHEN spelt <> name THEN 'spell it alike in both' WHEN cid IS NULL THEN 'add it to the table, or take it out of the columns' ELSE %[10]s END AS hint,
       CASE WHEN cid IS NULL OR spelt <> name OR %[9]s THEN '' ELSE %[1]s END AS accepts,
       CASE WHEN cid IS NULL THEN added WHEN spelt <> name THEN 'ALTER TABLE ' || %[2]s || ' RENAME COLUMN ' || %[3]s || ' TO ' || %[4]s || ';' WHEN held <> '' THEN '' ELSE %[5]s END
FROM (WITH w(position, name, declared, made, fitting, added) AS (VALUES
  %[6]s)
  SELECT w.*, x.name AS spelt, x.cid, x.type, x.hidden, %[11]s AS held
  FROM w LEFT JOIN pragma_table_xinfo(%[7]s) AS x ON x.name = w.name COLLATE NOCASE) AS o
WHERE (cid IS NULL OR spelt <> name OR %[9]s OR instr(fitting, char(39) || %[8]s || char(39)) = 0) AND %[12]s`,
		declarableAffinity, Text(d.Quote(t.Name)), quotedName("spelt"), quotedName("name"), d.retyped(t, "o.name", "o.made"), strings.Join(wanted, ",\n  "), Text(t.Name), affinity,
		generated, heldHint, d.holder(t, "x"), exists)
}

// misfitKey asks for a unique index on exactly the primary key. An INTEGER
// PRIMARY KEY has no index: it is the row id. A primary key of fewer columns takes
// no two rows that differ in the others, and SQLite drops none.
func (d sqlite) misfitKey(t Table) string {
	var names []string
	for _, k := range t.Key {
		names = append(names, Text(k))
	}
	keys := strings.Join(names, ", ")
	return fmt.Sprintf(`SELECT %[1]s, 'primary_key', 'no unique index on exactly (' || %[2]s || ')',
  CASE WHEN narrow THEN 'SQLite cannot change the primary key of a table: make the table anew, with its rows' ELSE 'add the primary key to the table, or declare the key that it has' END,
  coalesce((SELECT group_concat(name, char(31)) FROM (SELECT name FROM pragma_table_info(%[3]s) WHERE pk > 0 ORDER BY pk)), ''), CASE WHEN narrow THEN '' ELSE %[6]s END
FROM (SELECT count(*) BETWEEN 1 AND %[4]d - 1 AND count(*) = sum(name IN (%[5]s)) AS narrow FROM pragma_table_info(%[3]s) WHERE pk > 0) AS n
WHERE EXISTS (SELECT 1 FROM main.sqlite_master WHERE type = 'table' AND name = %[3]s COLLATE NOCASE)
  AND NOT EXISTS (SELECT 1 FROM pragma_index_list(%[3]s) AS i WHERE i."unique" = 1 AND i.partial = 0
    AND (SELECT count(*) FROM pragma_index_xinfo(i.name) AS c WHERE c.key = 1) = %[4]d
    AND (SELECT count(*) FROM pragma_index_xinfo(i.name) AS c WHERE c.key = 1 AND c.coll = 'BINARY' AND c.name IN (%[5]s)) = %[4]d)
  AND NOT (1 = %[4]d AND (SELECT count(*) FROM pragma_table_info(%[3]s) WHERE pk > 0) = 1
    AND EXISTS (SELECT 1 FROM pragma_table_info(%[3]s) WHERE pk > 0 AND type LIKE 'INTEGER' AND name IN (%[5]s)))`,
		Text(t.Key[0]), Text(strings.Join(t.Key, ", ")), Text(t.Name), len(t.Key), keys,
		Text(fmt.Sprintf("CREATE UNIQUE INDEX %s ON %s (%s);", d.Quote(t.Name+"_key"), d.Quote(t.Name), list(d, "", t.Key))))
}

func (d sqlite) misfitReferences(t Table, known []string) string {
	var tables []string
	for _, k := range known {
		tables = append(tables, Text(k))
	}
	not := ""
	for _, r := range t.References {
		not += fmt.Sprintf(`
  AND NOT (f."from" = %s AND f."table" = %s COLLATE NOCASE AND (SELECT count(*) FROM pragma_foreign_key_list(%s) AS g WHERE g.id = f.id) = 1)`,
			Text(r.Column), Text(r.Table), Text(t.Name))
	}
	return fmt.Sprintf(`SELECT f."from", 'no reference', 'a foreign key to ' || f."table", 'declare references on the column',
  CASE WHEN (SELECT count(*) FROM pragma_foreign_key_list(%[1]s) AS g WHERE g.id = f.id) = 1 AND f."to" IS NOT NULL THEN f."table" || char(31) || f."to" || char(31)
    || (SELECT %[4]s FROM pragma_table_info(%[1]s) AS x WHERE x.name = f."from") ELSE '' END, ''
FROM pragma_foreign_key_list(%[1]s) AS f WHERE f.seq = 0 AND f."table" COLLATE NOCASE IN (%[2]s)%[3]s`, Text(t.Name), strings.Join(tables, ", "), not, declarableAffinity)
}
