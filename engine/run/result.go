package run

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// Status is how a run ended.
type Status string

// The ends of a run.
const (
	Succeeded    Status = "succeeded"     // published, and wrote something
	Unchanged    Status = "unchanged"     // published, and wrote no row of any table or snapshot
	ChecksFailed Status = "checks_failed" // an error-severity expectation was not met: rolled back
	Failed       Status = "failed"        // bad data, a bad spec or an outside fault: rolled back
	Refused      Status = "refused"       // a guard said no: rolled back
	Interrupted  Status = "interrupted"   // cancelled or killed: rolled back
)

// StepStatus is how one step ended.
type StepStatus string

// The ends of a step.
const (
	StepSucceeded  StepStatus = "succeeded"
	StepFailed     StepStatus = "failed"
	StepSkipped    StepStatus = "skipped" // something it needs did not succeed
	StepRolledBack StepStatus = "rolled_back"
)

// Result is everything a run found and did: the one value that the terminal,
// the JSON document and the reports are views of. Its JSON form is the
// contract's format_version 1.
type Result struct {
	FormatVersion int               `json:"format_version"`
	Kind          string            `json:"kind"` // "run" or "check"
	RunID         string            `json:"run_id"`
	Spec          string            `json:"spec"` // the spec's name
	AsOf          string            `json:"as_of"`
	Status        Status            `json:"status"`
	Published     bool              `json:"published"`
	DryRun        bool              `json:"dry_run"`
	Target        Target            `json:"target"`
	Vars          map[string]string `json:"vars"`
	StartedAt     time.Time         `json:"started_at"`
	DurationMS    int64             `json:"duration_ms"`
	Tables        []Table           `json:"tables"`
	Checks        Checks            `json:"checks"`
	Expectations  []Expectation     `json:"expectations"`
	Snapshots     []Snapshot        `json:"snapshots"`
	Steps         []Step            `json:"steps"`
	RejectsTotal  int64             `json:"rejects_total"`
	Rejects       []Reject          `json:"rejects"` // the first 100
	Overrides     []Override        `json:"overrides,omitempty"`
	Retries       []Retry           `json:"retries,omitempty"`
	Attempts      int               `json:"attempts"`
	Error         *Error            `json:"error"`
	// Problems are all errors told at once where there are several (every
	// source is attempted); Error is the first of them.
	Problems []Error `json:"problems,omitempty"`
}

// Target is where a run wrote. It never carries a secret.
type Target struct {
	Driver string `json:"driver"`
	Name   string `json:"name"`
}

// Table is the ledger of one table.
type Table struct {
	Name   string           `json:"name"`
	Source Source           `json:"source"`
	Rows   Rows             `json:"rows"`
	Nulls  map[string]int64 `json:"nulls"` // blanks that became NULL, by column; columns without any are left out
}

// Source is the file that a table was loaded from.
type Source struct {
	Path   string  `json:"path"`
	SHA256 string  `json:"sha256"`
	Bytes  int64   `json:"bytes"`
	SameAs *string `json:"same_as"` // the as_of of an earlier published load of the same bytes
}

// Rows balances: Read = Loaded + Rejected + Collapsed and
// Loaded = Inserted + Updated + Unchanged.
type Rows struct {
	Read      int64 `json:"read"`
	Rejected  int64 `json:"rejected"`
	Collapsed int64 `json:"collapsed"`
	Loaded    int64 `json:"loaded"`
	Inserted  int64 `json:"inserted"`
	Updated   int64 `json:"updated"`
	Unchanged int64 `json:"unchanged"`
	Absent    int64 `json:"absent"` // rows of the table that the file did not bring
}

// Balances tells whether the ledger adds up.
func (r Rows) Balances() bool {
	return r.Read == r.Loaded+r.Rejected+r.Collapsed && r.Loaded == r.Inserted+r.Updated+r.Unchanged
}

// Checks counts expectations. Declared equals Evaluated or the run fails.
type Checks struct {
	Declared  int `json:"declared"`
	Evaluated int `json:"evaluated"`
	Passed    int `json:"passed"`
	Warned    int `json:"warned"`
	Failed    int `json:"failed"`
}

// Expectation is the verdict on one expectation.
type Expectation struct {
	Suite       string         `json:"suite"`
	Table       string         `json:"table"`
	Index       int            `json:"index"`
	Name        string         `json:"name"`
	Expectation string         `json:"expectation"` // "rule" or the Great Expectations name
	Arguments   map[string]any `json:"arguments"`
	Rule        string         `json:"rule"`
	Severity    string         `json:"severity"`
	Success     bool           `json:"success"`
	Error       *string        `json:"error"` // why it could not be evaluated
	At          string         `json:"at"`
	// Sentence says in words what was found: "3 of 7,043 rows (0.04 %) have months_active >= 0 false".
	Sentence string `json:"message,omitempty"`
	// Note says what could not be shown of an expectation that is not met, and
	// why; the verdict stands. Empty when all was shown.
	Note   string `json:"note,omitempty"`
	Result Found  `json:"result"`
	// Meta is what the expectation carries for whoever reads the result; nil when
	// it carries nothing.
	Meta any `json:"meta,omitempty"`
	// SQL returns every failing row; empty when the expectation has no rows.
	SQL string `json:"sql,omitempty"`
	// FailingRows is the CSV file that holds them, written beside the report; empty when there is none.
	FailingRows string `json:"failing_rows,omitempty"`
	// Failing are the failing rows, the first 10,000, for the CSV.
	Failing []UnexpectedRow `json:"-"`
}

// Found is what an expectation found, in Great Expectations' result fields.
type Found struct {
	ElementCount      int64    `json:"element_count"`
	MissingCount      *int64   `json:"missing_count,omitempty"`
	UnexpectedCount   int64    `json:"unexpected_count"`
	UnexpectedPercent *float64 `json:"unexpected_percent"`
	// The shares are 0 to 100, and nil of no row: UnexpectedPercentNonmissing is
	// UnexpectedPercent by its other name, UnexpectedPercentTotal and
	// MissingPercent are of all rows.
	UnexpectedPercentNonmissing *float64 `json:"unexpected_percent_nonmissing"`
	UnexpectedPercentTotal      *float64 `json:"unexpected_percent_total"`
	MissingPercent              *float64 `json:"missing_percent,omitempty"`
	ObservedValue               any      `json:"observed_value"`
	// PartialUnexpectedList are the first 20 unexpected values, by key.
	PartialUnexpectedList []any `json:"partial_unexpected_list"`
	// PartialUnexpectedCounts are the 20 most frequent of them: the most frequent
	// first, and among equals the least.
	PartialUnexpectedCounts []ValueCount    `json:"partial_unexpected_counts"`
	UnexpectedRows          []UnexpectedRow `json:"unexpected_rows"` // the first 20
	Details                 any             `json:"details,omitempty"`
}

// ValueCount is an unexpected value and the number of rows that have it. Value
// is nil, bool, string, json.Number, a list of these for a pair of columns, or
// Fields for several.
type ValueCount struct {
	Value any   `json:"value"`
	Count int64 `json:"count"`
}

// Field is a named value that keeps the order of its table's columns. V is
// nil, bool, string or json.Number.
type Field struct {
	Name string
	V    any
}

// Fields marshals as a JSON object in its own order.
type Fields []Field

// MarshalJSON writes {"name": value, ...}.
func (f Fields) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, field := range f {
		if i > 0 {
			b = append(b, ',')
		}
		name, err := json.Marshal(field.Name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(field.V)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, name...), ':'), value...)
	}
	return append(b, '}'), nil
}

// UnmarshalJSON reads what MarshalJSON writes, in the order of the text;
// numbers keep their digits. Null gives no fields.
func (f *Fields) UnmarshalJSON(text []byte) error {
	*f = nil
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	token, err := d.Token()
	if err != nil || token == nil {
		return err
	}
	if token != json.Delim('{') {
		return fmt.Errorf("fields are a JSON object, not %v", token)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		field := Field{Name: name.(string)} // the decoder admits nothing else as a key
		if err := d.Decode(&field.V); err != nil {
			return err
		}
		*f = append(*f, field)
	}
	_, err = d.Token()
	return err
}

// UnexpectedRow is a row that failed an expectation.
type UnexpectedRow struct {
	Key    Fields `json:"key"`
	Values Fields `json:"values"`
	// At is the file:line that brought the row in this run; empty when this run did not bring it.
	At string `json:"at"`
}

// Snapshot is what a run did to one snapshot.
type Snapshot struct {
	Name     string `json:"name"`
	AsOf     string `json:"as_of"`
	Inserted int64  `json:"inserted"`
	Kept     int64  `json:"kept"` // rows of the stamp that stayed as they were
	Added    int64  `json:"added"`
	Changed  int64  `json:"changed"`
	Missing  int64  `json:"missing"`
}

// Step is how one step of the plan went, joined to it by ID.
type Step struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind"`
	Needs      []string   `json:"needs"`
	Status     StepStatus `json:"status"`
	DurationMS int64      `json:"duration_ms"`
}

// Reject is a bad row.
type Reject struct {
	Table  string `json:"table"`
	Code   string `json:"code"`
	At     string `json:"at"` // file:line
	Column string `json:"column"`
	Value  string `json:"value"`
	Line   string `json:"line"` // the original line, readable
	// Message says in words what is wrong and what to do.
	Message string `json:"message,omitempty"`

	// What the records hold beyond: the place in parts, and the line byte for
	// byte. File is the archive of a Member. Original is nil where the line is not
	// known, and Cut tells that the line goes on behind it.
	File       string `json:"-"`
	Member     string `json:"-"`
	LineNumber int64  `json:"-"`
	Offset     int64  `json:"-"` // of the line's first byte in the file, or the unpacked member
	Original   []byte `json:"-"`
	Cut        bool   `json:"-"`
}

// Override is a guard that the caller set aside.
type Override struct {
	Flag   string `json:"flag"` // "--allow-older"
	User   string `json:"user"`
	At     string `json:"at"` // RFC 3339
	Detail string `json:"detail"`
}

// Retry is a transient fault that was tried again.
type Retry struct {
	Step    string `json:"step"`
	Attempt int    `json:"attempt"`
	Message string `json:"message"`
}

// Error says why a run did not publish.
type Error struct {
	Code     string `json:"code"` // stable, snake_case
	Message  string `json:"message"`
	Step     string `json:"step"`
	At       string `json:"at"`
	SQLState string `json:"sqlstate"`
	Hint     string `json:"hint"`
	// Exit is the exit code of the contract's table that this error means.
	Exit int `json:"-"`
	// group is shared by errors of one cause, of which one is told.
	group string
	more  int // how many others of the group were not told
}

// Error gives the message with its place.
func (e *Error) Error() string {
	s := e.Message
	if e.At != "" {
		s = e.At + ": " + s
	}
	return s
}
