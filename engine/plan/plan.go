package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/expectation"
	"github.com/streamflow/pipe/engine/spec"
)

// FormatVersion is the version of the plan's JSON form.
const FormatVersion = 1

// Plan is everything that a run may do, in an order that respects Needs.
type Plan struct {
	FormatVersion int               `json:"format_version"`
	Name          string            `json:"name"` // the spec's name
	Description   string            `json:"description"`
	Entry         string            `json:"entry"` // the entry file
	Dialect       spec.Driver       `json:"dialect"`
	Schema        string            `json:"schema"`  // the target's schema; empty: the connection's own
	AsOf          string            `json:"as_of"`   // 2024-01-31; empty when the spec has no as_of
	Vars          map[string]string `json:"vars"`    // as printed
	Timeout       time.Duration     `json:"timeout"` // 0: none
	Retries       int               `json:"retries"`
	// Session are the statements whose effect every connection begins with.
	Session   []string   `json:"session,omitempty"`
	Locks     []string   `json:"locks"` // names of the locks that a run holds, sorted
	Tables    []Table    `json:"tables"`
	Snapshots []Snapshot `json:"snapshots"`
	Steps     []Step     `json:"steps"`
	// Given are the facts that a run supplies; every other fact comes from a Probe, a Load or a Problems.
	Given []Given `json:"given"`
	// Progress records at the start of every step that the run has come to it, on a connection of its own;
	// without SQL where that is kept otherwise.
	Progress Statement `json:"progress"`
	// Lookup asks whether a run whose COMMIT was not answered was published.
	Lookup Statement `json:"lookup"`
	// Failure records a run that did not publish, in a transaction of its own.
	Failure []Statement `json:"failure"`
	// Cleanup is executed when a run ends, however it ends.
	Cleanup []Statement `json:"cleanup"`
}

// Given is a fact that the run supplies: who runs, what was asked for, how it
// ended.
type Given struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Default string `json:"default"` // what a script stands in for it
}

// Table is a target table of the plan, joined to its steps by Facts.
type Table struct {
	Name    string   `json:"name"`
	Loaded  bool     `json:"loaded"` // it has a source
	Key     []string `json:"key"`
	Columns []string `json:"columns"`
	Pos     diag.Pos `json:"pos"`
	// Facts prefixes the facts that a run learns of the table: Facts+"_read".
	Facts string `json:"facts"`
	// Source is the resolved path; empty when Loaded is false.
	Source string `json:"source"`
}

// Snapshot is a snapshot of the plan.
type Snapshot struct {
	Name    string   `json:"name"`
	From    string   `json:"from"`
	Columns []string `json:"columns"` // key, as_of, then the copied columns
	Pos     diag.Pos `json:"pos"`
	Facts   string   `json:"facts"`
}

// StepKind is the kind of a step.
type StepKind string

// The kinds of steps, in the order of their phases.
const (
	Prepare      StepKind = "prepare"
	Stage        StepKind = "stage"
	Gate         StepKind = "gate"
	Merge        StepKind = "merge"
	Check        StepKind = "check"
	SnapshotStep StepKind = "snapshot"
	Record       StepKind = "record"
)

// Phase says in which transaction a step runs.
type Phase string

// The phases. Prepare steps are committed before staging begins, Stage steps
// run on connections of their own, Publish steps share one transaction.
const (
	PreparePhase Phase = "prepare"
	StagePhase   Phase = "stage"
	PublishPhase Phase = "publish"
)

// Step is a node of the DAG.
type Step struct {
	ID      string   `json:"id"` // "stage.users"
	Kind    StepKind `json:"kind"`
	Phase   Phase    `json:"phase"`
	Needs   []string `json:"needs"` // IDs, sorted
	Pos     diag.Pos `json:"pos"`   // what asked for it
	Title   string   `json:"title"` // a sentence for people
	Table   string   `json:"table"` // the table or snapshot it is about; empty when none
	Actions []Action `json:"actions"`
	// Apart steps run on a connection of their own, which is given up when
	// they end: what their statements set for the session ends with it.
	Apart bool `json:"apart,omitempty"`
}

// Action is one thing that a step does. The executor knows these few and
// nothing else: Exec, Probe, Load, Problems, Limit, Require, Judge.
type Action interface{ verb() string }

// Statement is one SQL text. Args name the facts bound to its parameters, in
// order; When lists conditions that must all hold, each the name of a fact, or
// "!" and a name. A statement whose condition does not hold is not executed.
type Statement struct {
	// Own tells that it is about pipe's own tables alone; a text view names it
	// and leaves its SQL to the script.
	Own   bool     `json:"own,omitempty"`
	SQL   string   `json:"sql"`
	Args  []string `json:"args,omitempty"`
	When  []string `json:"when,omitempty"`
	Title string   `json:"title,omitempty"` // what it is for
	// ReadOnly statements hold SQL of the user's own: they are executed where
	// nothing can be written, and one command at a time.
	ReadOnly bool `json:"read_only,omitempty"`
	// Pieces tells that the list of rejects, which may be longer than memory, is
	// handed over in pieces: the statement is executed once for each, and not at
	// all when there is none.
	Pieces bool `json:"pieces,omitempty"`
}

// Exec executes a statement.
type Exec struct{ Statement }

// Probe runs a query that gives one row and learns each of its columns as a
// fact of that name (booleans, 64-bit integers, text; NULL is the empty text).
type Probe struct{ Statement }

// Load fills a table's staging from its file. It runs Create, loads, and the
// facts it learns are Facts+"_read", "_rejected", "_bytes", "_sha256",
// "_path", "_marked" and, for each optional column i of the table,
// Facts+"_has_<i>". Marked is a staging that holds keys of bad rows.
type Load struct {
	Table   *spec.Table `json:"-"`
	Name    string      `json:"name"`
	Facts   string      `json:"facts"`
	Source  string      `json:"source"`  // the resolved path
	Written string      `json:"written"` // the path as written, with its template
	// Inside tells that the path is the spec\'s own: it may not lead out of the
	// project directory. Else the caller gave it, or a part of it.
	Inside  bool   `json:"inside"`
	Staging string `json:"staging"` // quoted, qualified name of the staging table
	// StagingName is the same, unquoted and unqualified.
	StagingName string `json:"staging_name"`
	// Into is the statement that the driver loads rows through: COPY on
	// PostgreSQL, INSERT on SQLite. Its columns are the table's, in order,
	// then the line number.
	Into string `json:"into"`
	// Columns are the names of the columns, in the order of Into, without the line.
	Columns []string `json:"columns"`
	// Optional maps a column that may be absent from the file to its fact.
	Optional map[string]string `json:"optional,omitempty"`
	// Sample gives some rows of the table as it is, each value as text: what tells
	// a renamed column of the file from a new one. It is executed for the message
	// about a header that is not the columns, and for nothing else.
	Sample Statement `json:"sample"`
}

// Problems runs a query each of whose rows is something wrong. Columns of the
// query: see ProblemKind.
type Problems struct {
	Statement
	Kind ProblemKind `json:"kind"`
	// Table is the table it is about.
	Table string `json:"table"`
	// Count is the fact that learns how many rows the query gave; bad rows are
	// added to the table's rejected rows too.
	Count string `json:"count"`
	// Quarantine sets bad rows aside instead of failing the run.
	Quarantine bool `json:"quarantine"`
	// Places maps a column name to where it is declared.
	Places map[string]diag.Pos `json:"-"`
	Pos    diag.Pos            `json:"-"`
	// Declared is the table that misfits are about; nil of a snapshot.
	Declared *spec.Table `json:"-"`
}

// ProblemKind says what the rows of a Problems query are.
type ProblemKind string

// The kinds of problems.
const (
	// Misfit rows are (column, declared, actual, hint, accepts, alter), as
	// dialect.Misfits gives them: a table in the database that does not fit its
	// declaration.
	Misfit ProblemKind = "misfit"
	// BadRows rows are (code, line, column, value, other_line): rows of staging that may not be merged.
	BadRows ProblemKind = "bad_rows"
)

// Require refuses or fails the run unless its condition holds.
type Require struct {
	// Unless lists conditions; when all hold, the requirement is broken.
	Unless  []string `json:"unless"`
	Code    string   `json:"code"`
	Exit    int      `json:"exit"`
	Message string   `json:"message"` // {fact} is replaced by the fact's value
	Hint    string   `json:"hint"`
	Pos     diag.Pos `json:"-"`
	// Override names the flag that sets the guard aside; when its fact Overridden holds, the break is recorded instead.
	Override   string `json:"override"`
	Overridden string `json:"overridden"`
}

// Limit fails the run when more rows were set aside than max_rejects allows.
type Limit struct {
	Table    string     `json:"table"`
	Read     string     `json:"read"`     // the fact: rows read
	Rejected string     `json:"rejected"` // the fact: rows set aside
	Max      spec.Limit `json:"max"`
	Pos      diag.Pos   `json:"-"`
}

// Judge evaluates the expectations of one suite.
type Judge struct {
	Suite string `json:"suite"`
	Table string `json:"table"`
	// Fits are asked before the expectations, of a check alone.
	Fits []Fit `json:"fits,omitempty"`
	// AllFit gives readable: when that is true, Fits need not be asked. Its SQL is
	// empty when they cost nothing.
	AllFit Statement `json:"all_fit"`
	// Scan gives one row with the outputs that the Tallies of every fused
	// expectation name; its SQL is empty when none is fused.
	Scan Statement `json:"scan"`
	// Broken is the output of Scan that counts the rows which break any of the
	// Strict expectations; empty when there are none.
	Broken string `json:"broken,omitempty"`
	// Second is executed when Broken is not 0. It looks at these rows alone, and
	// gives one row with the outputs of the Tallies' second part.
	Second Statement `json:"second"`
	// Strict are the indexes of the expectations that Broken is about.
	Strict []int `json:"strict,omitempty"`
	// Fused are the names of the expectations that Scan is about.
	Fused []string `json:"fused"`
	// Queries are the other queries, each executed once however many
	// expectations are judged by it.
	Queries      []Query       `json:"queries"`
	Expectations []Expectation `json:"expectations"`
}

// Query is what expectations are judged by that are not part of the scan, and
// their names.
type Query struct {
	Expectations []string    `json:"expectations"`
	Statements   []Statement `json:"statements"` // one, or two that are compared
}

// Expectation is one expectation of a Judge.
type Expectation struct {
	expectation.Compiled
	// Tallies say by output where its value comes from; nil when the expectation
	// has a query of its own.
	Tallies map[string]Tally `json:"tallies,omitempty"`
	// Shown are the fields of FailingRows, in order: the key's, then the
	// others. A last column, not listed, is the line (NULL when this run did
	// not bring the row).
	Shown []Field `json:"shown"`
	// Apart tells that it stays out of the scan although it could be part of it.
	Apart bool `json:"apart,omitempty"`
	// Alone is the scan with only this expectation's outputs, run to name the
	// guilty one when Scan fails; or its own query.
	Alone Statement `json:"alone"`
	// FailingRows fetches the failing rows, the first 10,000 by key, each
	// value as text. Its SQL is empty when there are none to show.
	FailingRows Statement `json:"failing_rows"`
	// Narrow is executed when FailingRows cannot be: it gives the columns of the
	// expectation alone, NarrowShown, which the verdict has shown to be there. Its
	// SQL is empty where FailingRows has no others.
	Narrow      Statement `json:"narrow"`
	NarrowShown []Field   `json:"narrow_shown,omitempty"`
	// Compared are two queries whose rows are compared as bags, instead of
	// Alone; nil when there are none.
	Compared []Statement `json:"compared,omitempty"`
	// Frequent gives the most frequent unexpected values: those of the Tested
	// columns, each as text, and the number of rows. Its SQL is empty when there
	// are none to show, or Go has to look at the values.
	Frequent Statement `json:"frequent"`
	// UserSQL returns the failing rows outside a run, for people.
	UserSQL string `json:"user_sql"`
}

// Field is one column of a failing row.
type Field struct {
	Name string    `json:"name"`
	Kind spec.Kind `json:"kind"` // how its text is to be read
	Key  bool      `json:"key"`
}

func (Exec) verb() string     { return "execute" }
func (Probe) verb() string    { return "probe" }
func (Load) verb() string     { return "load" }
func (Problems) verb() string { return "problems" }
func (Limit) verb() string    { return "limit" }
func (Require) verb() string  { return "require" }
func (Judge) verb() string    { return "judge" }

// Verb names what an action does, for views.
func Verb(a Action) string { return a.verb() }

// MarshalJSON writes each action with its verb under "do".
func (s Step) MarshalJSON() ([]byte, error) {
	type bare Step
	actions := make([]map[string]any, 0, len(s.Actions))
	for _, a := range s.Actions {
		text, err := json.Marshal(a)
		if err != nil {
			return nil, err
		}
		m := map[string]any{}
		if err := json.Unmarshal(text, &m); err != nil {
			return nil, err
		}
		m["do"] = a.verb()
		actions = append(actions, m)
	}
	return json.Marshal(struct {
		bare
		Actions []map[string]any `json:"actions"`
	}{bare(s), actions})
}

// Hash is the SHA-256 of the plan's JSON form, in hex.
func (p *Plan) Hash() (string, error) {
	text, err := json.Marshal(p)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// Step finds a step by ID, nil when there is none.
func (p *Plan) Step(id string) *Step {
	for i := range p.Steps {
		if p.Steps[i].ID == id {
			return &p.Steps[i]
		}
	}
	return nil
}
