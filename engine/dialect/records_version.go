package dialect

import (
	"fmt"

	"github.com/streamflow/pipe/engine/spec"
)

// RecordsVersion is the version of the tables that pipe keeps of its own. A
// change of recordTables makes a new one, and a Migration to it.
const RecordsVersion = 2

// The facts that Version gives.
const (
	RecordsAreNew   = "_records_new"     // there are none yet
	RecordsAreNewer = "_records_newer"   // a newer pipe made them
	RecordsHave     = "_records_version" // their version, 0 where there are none
)

// CreateMeta makes the table that holds the version of the others.
func (r Records) CreateMeta() []string {
	var statements []string
	if r.d.Driver() == spec.Postgres {
		statements = append(statements, "CREATE SCHEMA IF NOT EXISTS pipe")
	}
	return append(statements, r.create("meta", "version integer NOT NULL"))
}

// Version is a probe of the version that pipe's own tables have: the facts
// above, and those that Migrations name.
func (r Records) Version() string {
	text := fmt.Sprintf("SELECT have AS %s, have = 0 AS %s, have > %d AS %s", RecordsHave, RecordsAreNew, RecordsVersion, RecordsAreNewer)
	for _, m := range r.Migrations() {
		text += fmt.Sprintf(", have BETWEEN 1 AND %d AS %s", m.From, m.When)
	}
	return text + fmt.Sprintf("\nFROM (SELECT CAST(coalesce(max(version), 0) AS bigint) AS have FROM %s) AS meta", r.Name("meta"))
}

// Migration brings pipe's own tables from one version to the next.
type Migration struct {
	From       int
	When       string // the fact of Version that says it is wanted
	Statements []string
}

// Migrations are all there are, the oldest first. They run in the transaction
// that looked at the version, before Create.
func (r Records) Migrations() []Migration {
	return []Migration{{1, "_records_before_2", r.to2()}}
}

// SetVersion says which version the tables now have.
func (r Records) SetVersion() []string {
	return []string{"DELETE FROM " + r.Name("meta"), fmt.Sprintf("INSERT INTO %s (version) VALUES (%d)", r.Name("meta"), RecordsVersion)}
}

// rejectColumns2 are what version 2 knows of a reject beyond version 1: the
// month, the place in parts, and the line byte for byte.
var rejectColumns2 = []string{
	"as_of date",
	"path text NOT NULL DEFAULT ''",
	"member text NOT NULL DEFAULT ''",
	"line bigint NOT NULL DEFAULT 0",
	"byte_offset bigint",
	"original BYTES",
	"cut boolean NOT NULL DEFAULT false",
}

// to2 keeps what version 1 knew of its rejects: a place was file:line, and the
// original a text, empty where it was not known. Columns are added and not the
// table made anew, so that what others were granted on it stays.
func (r Records) to2() []string {
	rejects, runs := r.Name("rejects"), r.Name("runs")
	alter := func(what string) string { return "ALTER TABLE " + rejects + " " + what }
	statements := []string{alter("RENAME COLUMN original TO original_text")}
	for _, c := range rejectColumns2 {
		statements = append(statements, alter("ADD COLUMN "+r.typed(c)))
	}
	return append(statements,
		fmt.Sprintf(`UPDATE %[1]s SET as_of = (SELECT as_of FROM %[2]s AS r WHERE r.run_id = %[1]s.run_id),
  path = %[3]s, line = %[4]s, original = CASE WHEN original_text <> '' THEN %[5]s END`, rejects, runs, pathOfPlace, lineOfPlace, r.asBytes("original_text")),
		alter("DROP COLUMN place"), alter("DROP COLUMN original_text"))
}

// The parts of a place of version 1, file:line.
const (
	pathOfPlace = "substr(place, 1, length(rtrim(place, '0123456789')) - 1)"
	lineOfPlace = "CAST(substr(place, length(rtrim(place, '0123456789')) + 1) AS bigint)"
)

// asBytes makes a text the bytes of its UTF-8.
func (r Records) asBytes(text string) string {
	if r.d.Driver() == spec.Postgres {
		return "convert_to(" + text + ", 'UTF8')"
	}
	return "CAST(" + text + " AS BLOB)"
}
