package dialect

import "github.com/streamflow/pipe/engine/spec"

// Statements are the whole statements that databases say differently. What
// they say alike is written once, in merge.go, snapshot.go and gate.go.
type Statements interface {
	// Staging is the quoted, qualified name of a table's staging.
	Staging(t Table) string
	// CreateStaging makes the staging anew, empty.
	CreateStaging(t Table) []string
	// DropStaging removes the staging if it is there.
	DropStaging(t Table) string
	// Aside is the quoted, qualified name of a table that a publish makes and
	// drops again; CreateAside begins the statement that fills it by a query.
	Aside(t Table) string
	CreateAside(t Table) string
	// FollowByHash are statements for before and after a query that follows
	// references from row to row; none where the database needs none. Sorting
	// anew for every generation would cost the square of a long chain.
	FollowByHash() (before, after []string)
	// LoadInto is the statement that rows are loaded through: the table's
	// columns in order, then the line.
	LoadInto(t Table) string
	// Analyze refreshes the planner's statistics of a relation (a quoted
	// name); empty where the database has no use for it.
	Analyze(relation string) string
	// CreateTable makes a target table from its declaration. Where the
	// database can add keys later the table is made bare, and AddKeys gives
	// the statements to run once it is filled.
	CreateTable(t Table) string
	AddKeys(t Table) []string
	// TableExists is a probe that gives the facts <t>_exists.
	TableExists(t Table) string
	// Misfits is a query that gives (column, declared, actual, hint, accepts,
	// alter) for everything in which an existing table does not fit its
	// declaration. accepts is what could be declared instead: a type, or with
	// Separator between them the columns of a key, or the table and the column
	// that are referred to and the column's own type; alter is the SQL that would make the table
	// fit. Either is empty where there is none. known are the tables of the spec,
	// among which a foreign key must be declared.
	Misfits(t Table, known []string) string
	// AsText casts an expression of the given type to its canonical text.
	AsText(sql string, t spec.Type) string
	// CleanStaging removes stagings whose run is dead; empty where they go
	// with their connection.
	CleanStaging() string
	// OneAtATime makes others who prepare wait until this transaction ends;
	// empty where there is one writer anyway.
	OneAtATime() string
	// CheckAtOnce makes deferred constraints and their triggers act with each
	// statement, and not behind everything that was checked; empty where the
	// database cannot.
	CheckAtOnce() string
	// LockTable keeps others from writing to a table until the transaction
	// ends, so that checks and snapshots see what lands; empty where there is
	// one writer anyway.
	LockTable(t Table) string
	// Meddles is a probe: _meddled, whether anything in the database may change
	// or drop what is written to one of the tables: a trigger, a rule, a policy,
	// a conflict clause.
	Meddles(tables []Table) string
	// Integer casts a parameter to a 64-bit integer.
	Integer(param string) string
	// Records are the statements about pipe's own tables.
	Records() Records
}
