package dialect

import (
	"fmt"
	"strings"

	"github.com/streamflow/pipe/engine/spec"
)

// Records are the statements about pipe's own tables in the target: runs,
// files, ledgers, expectation results, snapshots, rejects and overrides.
type Records struct {
	d       Dialect
	prefix  string // "pipe." or "pipe_"
	now     string
	time    string // column types
	bytes   string
	deadRow string
}

func (postgres) Records() Records {
	return Records{d: postgres{}, prefix: "pipe.", now: "clock_timestamp()", time: "timestamptz", bytes: "bytea",
		// A live run holds a session lock on its id; whoever can take it knows that the run is dead.
		deadRow: fmt.Sprintf(" AND pg_try_advisory_xact_lock(%d, hashtext(run_id))", RunLockClass)}
}

func (sqlite) Records() Records {
	return Records{d: sqlite{}, prefix: "pipe_", now: "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')", time: "TEXT", bytes: "BLOB"}
}

// Lock classes of PostgreSQL's two-key advisory locks: the first key says
// what the second, a hash of a name, is about.
const (
	TableLockClass = 1885960293 // "pipe": the name is a staging's
	RunLockClass   = 1885960294 // the name is a run id
	// StageLockClass is held shared by every connection that fills the staging of
	// that name, and taken for a moment by whoever takes the table's lock.
	StageLockClass = 1885960296
	// PrepareLockClass is held, with 0, while a run makes what must exist:
	// CREATE ... IF NOT EXISTS fails when two do it at once.
	PrepareLockClass = 1885960295
)

// Name is the quoted name of one of pipe's tables.
func (r Records) Name(table string) string { return r.prefix + table }

// Create makes pipe's own tables where they are missing, but for the one that
// knows their version.
func (r Records) Create() []string {
	var statements []string
	for _, t := range recordTables {
		statements = append(statements, r.create(t.name, t.columns))
	}
	return statements
}

func (r Records) create(name, columns string) string {
	return fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s (\n  %s\n)", r.Name(name), r.typed(columns))
}

// typed writes the dialect's types into column declarations.
func (r Records) typed(columns string) string {
	return strings.NewReplacer("TIME", r.time, "BYTES", r.bytes).Replace(columns)
}

// recordTables are pipe's own tables, as RecordsVersion has them. TIME stands
// for the dialect's type of a point in time, BYTES for that of bytes.
var recordTables = []struct{ name, columns string }{
	{"runs", `run_id text PRIMARY KEY,
  spec text NOT NULL,
  as_of date,
  status text NOT NULL,
  published boolean NOT NULL,
  started_at TIME NOT NULL,
  ended_at TIME,
  duration_ms bigint,
  host text NOT NULL,
  pid bigint NOT NULL,
  os_user text NOT NULL,
  pipe_version text NOT NULL,
  plan_hash text NOT NULL,
  step text,
  error text,
  result text`},
	{"files", `run_id text NOT NULL,
  table_name text NOT NULL,
  as_of date,
  path text NOT NULL,
  sha256 text NOT NULL,
  bytes bigint NOT NULL,
  PRIMARY KEY (run_id, table_name)`},
	{"ledgers", `run_id text NOT NULL,
  table_name text NOT NULL,
  as_of date,
  rows_read bigint NOT NULL,
  rejected bigint NOT NULL,
  collapsed bigint NOT NULL,
  loaded bigint NOT NULL,
  inserted bigint NOT NULL,
  updated bigint NOT NULL,
  unchanged bigint NOT NULL,
  absent bigint NOT NULL,
  PRIMARY KEY (run_id, table_name)`},
	{"expectation_results", `run_id text NOT NULL,
  suite text NOT NULL,
  position bigint NOT NULL,
  name text NOT NULL,
  table_name text NOT NULL,
  expectation text NOT NULL,
  severity text NOT NULL,
  success boolean NOT NULL,
  element_count bigint,
  unexpected_count bigint,
  observed text,
  error text,
  PRIMARY KEY (run_id, suite, position)`},
	{"snapshots", `run_id text NOT NULL,
  snapshot text NOT NULL,
  as_of date NOT NULL,
  inserted bigint NOT NULL,
  kept bigint NOT NULL,
  added bigint NOT NULL,
  changed bigint NOT NULL,
  missing bigint NOT NULL,
  PRIMARY KEY (run_id, snapshot)`},
	{"rejects", `run_id text NOT NULL,
  position bigint NOT NULL,
  table_name text NOT NULL,
  code text NOT NULL,
  column_name text NOT NULL,
  value text NOT NULL,
  message text NOT NULL,
  ` + strings.Join(rejectColumns2, ",\n  ") + `,
  PRIMARY KEY (run_id, position)`},
	{"overrides", `run_id text NOT NULL,
  flag text NOT NULL,
  os_user text NOT NULL,
  at TIME NOT NULL,
  detail text NOT NULL`},
}

// MarkInterrupted shows runs as interrupted that are recorded as running and
// whose process is dead.
func (r Records) MarkInterrupted() SQL {
	a := &arguments{d: r.d}
	step := ""
	if r.d.Driver() == spec.SQLite {
		step = fmt.Sprintf(", step = coalesce(CASE run_id WHEN %s THEN nullif(%s, '') END, step)", a.of("dead_run"), a.of("dead_step"))
	}
	return SQL{fmt.Sprintf("UPDATE %s SET status = 'interrupted', ended_at = %s%s\nWHERE status = 'running' AND run_id <> %s%s",
		r.Name("runs"), r.now, step, a.of("run_id"), r.deadRow), a.args}
}

// Progress records which step a run has come to, beside the transaction that
// it is in; no text on SQLite, where the file of the lock keeps it.
func (r Records) Progress() SQL {
	if r.d.Driver() == spec.SQLite {
		return SQL{}
	}
	a := &arguments{d: r.d}
	return SQL{fmt.Sprintf("UPDATE %s SET step = %s WHERE run_id = %s AND status = 'running'", r.Name("runs"), a.of("step"), a.of("run_id")), a.args}
}

// StartRun records a run as running, also one that had lost its connection and
// was shown as interrupted meanwhile.
func (r Records) StartRun(specName, asOf string) SQL {
	a := &arguments{d: r.d}
	return SQL{fmt.Sprintf(`INSERT INTO %s AS r (run_id, spec, as_of, status, published, step, started_at, host, pid, os_user, pipe_version, plan_hash)
VALUES (%s, %s, %s, 'running', 1 = 0, 'prepare.records', %s, %s, %s, %s, %s, %s)
ON CONFLICT (run_id) DO UPDATE SET status = 'running', ended_at = NULL WHERE NOT r.published`, r.Name("runs"), a.of("run_id"), Text(specName), r.date(asOf), r.now,
		a.of("host"), a.of("pid"), a.of("os_user"), a.of("pipe_version"), a.of("plan_hash")), a.args}
}

// FinishRun records how a run ended. A run that is recorded as published stays
// so, whatever its end is taken for.
func (r Records) FinishRun() SQL {
	a := &arguments{d: r.d}
	return SQL{fmt.Sprintf("UPDATE %s SET status = %s, published = %s, ended_at = %s, duration_ms = %s, step = %s, error = %s, result = %s\nWHERE run_id = %s AND NOT published",
		r.Name("runs"), a.of("status"), a.of("published"), r.now, a.of("duration_ms"), a.of("failed_step"), a.of("error"), a.of("result"), a.of("run_id")), a.args}
}

// IsPublished is a probe: published, whether the run committed.
func (r Records) IsPublished() SQL {
	a := &arguments{d: r.d}
	return SQL{fmt.Sprintf("SELECT count(*) > 0 AS published FROM %s WHERE run_id = %s AND published", r.Name("runs"), a.of("run_id")), a.args}
}

func (r Records) date(asOf string) string {
	if asOf == "" {
		return "NULL"
	}
	return DateLiteral(r.d, asOf)
}

// Ledger records what was loaded into one table, and from which file.
func (r Records) Ledger(table, asOf, facts string) []SQL {
	a, b := &arguments{d: r.d}, &arguments{d: r.d}
	var values []string
	for _, name := range []string{"_read", "_rejected", "_collapsed", "_loaded", "_inserted", "_updated", "_unchanged", "_absent"} {
		values = append(values, b.of(facts+name))
	}
	file := fmt.Sprintf("INSERT INTO %s (run_id, table_name, as_of, path, sha256, bytes)\nVALUES (%s, %s, %s, %s, %s, %s)", r.Name("files"),
		a.of("run_id"), Text(table), r.date(asOf), a.of(facts+"_path"), a.of(facts+"_sha256"), a.of(facts+"_bytes"))
	ledger := fmt.Sprintf("INSERT INTO %s (table_name, as_of, rows_read, rejected, collapsed, loaded, inserted, updated, unchanged, absent, run_id)\nVALUES (%s, %s, %s, %s)",
		r.Name("ledgers"), Text(table), r.date(asOf), strings.Join(values, ", "), b.of("run_id"))
	return []SQL{{file, a.args}, {ledger, b.args}}
}

// Stamp records what was done to one snapshot.
func (r Records) Stamp(snapshot, asOf, facts string) SQL {
	a := &arguments{d: r.d}
	var values []string
	for _, name := range []string{"_inserted", "_kept", "_added", "_changed", "_missing"} {
		values = append(values, a.of(facts+name))
	}
	return SQL{fmt.Sprintf("INSERT INTO %s (snapshot, as_of, inserted, kept, added, changed, missing, run_id)\nVALUES (%s, %s, %s, %s)",
		r.Name("snapshots"), Text(snapshot), r.date(asOf), strings.Join(values, ", "), a.of("run_id")), a.args}
}

// field is one column of a list that is handed over as a JSON text.
type field struct{ name, kind string }

// insertEach inserts every object of the JSON list bound to fact.
func (r Records) insertEach(table, fact string, fields []field) SQL {
	a := &arguments{d: r.d}
	run, items := a.of("run_id"), a.of(fact)
	var names, picked, typed []string
	for _, f := range fields {
		names = append(names, f.name)
		picked = append(picked, "item."+f.name)
		typed = append(typed, f.name+" "+f.kind)
	}
	if r.d.Driver() == spec.Postgres {
		return SQL{fmt.Sprintf("INSERT INTO %s (run_id, %s)\nSELECT %s, %s FROM json_to_recordset(CAST(%s AS json)) AS item(%s)",
			r.Name(table), strings.Join(names, ", "), run, strings.Join(picked, ", "), items, strings.Join(typed, ", ")), a.args}
	}
	for i, f := range fields {
		picked[i] = "json_extract(item.value, '$." + f.name + "')"
	}
	return SQL{fmt.Sprintf("INSERT INTO %s (run_id, %s)\nSELECT %s, %s FROM json_each(%s) AS item",
		r.Name(table), strings.Join(names, ", "), run, strings.Join(picked, ", "), items), a.args}
}

// ExpectationResults records every verdict; the fact is a JSON list.
func (r Records) ExpectationResults() SQL {
	return r.insertEach("expectation_results", "expectation_results", []field{{"suite", "text"}, {"position", "bigint"}, {"name", "text"}, {"table_name", "text"},
		{"expectation", "text"}, {"severity", "text"}, {"success", "boolean"}, {"element_count", "bigint"}, {"unexpected_count", "bigint"}, {"observed", "text"}, {"error", "text"}})
}

// Overrides records guards that were set aside; the fact is a JSON list.
func (r Records) Overrides() SQL {
	return r.insertEach("overrides", "overrides", []field{{"flag", "text"}, {"os_user", "text"}, {"at", r.time}, {"detail", "text"}})
}

// SameAs is a probe: <t>_same_as, the as-of of an earlier published load of
// the same bytes into the same table, or no text.
func (r Records) SameAs(table, asOf, facts string) SQL {
	a := &arguments{d: r.d}
	other := ""
	if asOf != "" {
		other = " AND as_of <> " + r.date(asOf)
	}
	return SQL{fmt.Sprintf("SELECT coalesce(CAST(max(as_of) AS text), '') AS %s_same_as FROM %s WHERE table_name = %s AND sha256 = %s%s",
		facts, r.Name("files"), Text(table), a.of(facts+"_sha256"), other), a.args}
}

// NewerAsOf is a probe of the guard against going back in time: _newer_exists,
// _newer_as_of, _newer_run and _newer_table tell of the latest published load of
// one of the tables under a later as-of.
func (r Records) NewerAsOf(tables []string, asOf string) SQL {
	names := make([]string, len(tables))
	for i, t := range tables {
		names[i] = Text(t)
	}
	newer := fmt.Sprintf("SELECT as_of, run_id, table_name FROM %s WHERE table_name IN (%s) AND as_of > %s ORDER BY as_of DESC, run_id DESC, table_name LIMIT 1",
		r.Name("ledgers"), strings.Join(names, ", "), r.date(asOf))
	return SQL{Text: fmt.Sprintf(`SELECT count(*) > 0 AS _newer_exists, coalesce(CAST(max(as_of) AS text), '') AS _newer_as_of,
       coalesce(max(run_id), '') AS _newer_run, coalesce(max(table_name), '') AS _newer_table
FROM (%s) AS newest`, newer)}
}

// Exist is a probe: known, whether the target holds pipe's own tables.
func (r Records) Exist() string {
	if r.d.Driver() == spec.Postgres {
		return "SELECT to_regclass('pipe.runs') IS NOT NULL AS known"
	}
	return "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'pipe_runs') AS known"
}

// ListRuns is a query of the recorded runs, the newest first: (run_id, spec,
// as_of, status, published, started_at, duration_ms, host, os_user, rows
// read, inserted, updated, unchanged, the step that it has come to, was killed
// at or failed at).
func (r Records) ListRuns() string {
	return fmt.Sprintf(`SELECT r.run_id, r.spec, coalesce(CAST(r.as_of AS text), ''), r.status, CASE WHEN r.published THEN 1 ELSE 0 END, %s,
       coalesce(r.duration_ms, 0), r.host, r.os_user, coalesce(l.rows_read, 0), coalesce(l.inserted, 0), coalesce(l.updated, 0), coalesce(l.unchanged, 0),
       coalesce(r.step, '')
FROM %s AS r LEFT JOIN (
  SELECT run_id, CAST(sum(rows_read) AS bigint) AS rows_read, CAST(sum(inserted) AS bigint) AS inserted,
         CAST(sum(updated) AS bigint) AS updated, CAST(sum(unchanged) AS bigint) AS unchanged
  FROM %s GROUP BY run_id
) AS l ON l.run_id = r.run_id
ORDER BY r.started_at DESC, r.run_id DESC`, r.moment("r.started_at"), r.Name("runs"), r.Name("ledgers"))
}

// moment gives a point in time as RFC 3339 text.
func (r Records) moment(column string) string {
	if r.d.Driver() == spec.Postgres {
		return fmt.Sprintf(`to_char(%s, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`, column)
	}
	return column
}

// FindRun is a query of one run by its id or the start of it: (run_id,
// status, result document or no text, step), two rows at most.
func (r Records) FindRun() string {
	return fmt.Sprintf("SELECT run_id, status, coalesce(result, ''), coalesce(step, '') FROM %s WHERE substr(run_id, 1, length(CAST(%[2]s AS text))) = CAST(%[2]s AS text) ORDER BY run_id LIMIT 2",
		r.Name("runs"), r.d.Param(1))
}
