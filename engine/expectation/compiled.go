package expectation

import (
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/rule"
)

// Compiled is one expectation as the plan carries it: SQL and plain data. The
// executor runs the SQL, hands the numbers to Judge.Verdict, and fetches
// Failing only when the verdict is no.
type Compiled struct {
	Suite       string         `json:"suite"`
	Table       string         `json:"table"` // the table or snapshot it looks at
	Index       int            `json:"index"`
	Name        string         `json:"name"`
	Kind        string         `json:"kind"`                // "rule" or the Great Expectations name
	Arguments   map[string]any `json:"arguments,omitempty"` // JSON values; empty for a rule
	Rule        string         `json:"rule,omitempty"`      // as written; empty for a Great Expectations name
	Severity    string         `json:"severity"`            // "error" or "warn"
	Description string         `json:"description,omitempty"`
	Pos         diag.Pos       `json:"pos"`
	// Scan are outputs that join the table's one scan: each an aggregate
	// expression over the whole table.
	Scan []Output `json:"scan,omitempty"`
	// Query is a query of its own that gives one row with Outputs, for what
	// cannot be fused (uniqueness, quantiles, catalogue look-ups); empty
	// when everything is in Scan.
	Query   string   `json:"query,omitempty"`
	Outputs []string `json:"outputs,omitempty"`
	// Test, when there is one, is asked in Go of every value that Query gives:
	// Query then gives many rows and not one, each a different value as text
	// (NULL among them) and the number of rows that have it.
	Test  *Test `json:"test,omitempty"`
	Judge Judge `json:"judge"`
	// Failing is the condition over a row of the table (a WHERE without the
	// word) that holds for exactly the unexpected rows; empty when the
	// expectation has no failing rows. With a Test it holds for the rows whose
	// value (the first of Shown) the Test is asked of.
	Failing string `json:"failing,omitempty"`
	// Shown are the columns whose values are shown of a failing row, the key
	// apart; the first of them is the tested one (partial_unexpected_list).
	Shown []string `json:"shown,omitempty"`
	// Own is SQL of the user's own; nil when there is none. Query, if there is
	// one, holds it too.
	Own *Own `json:"own,omitempty"`
	// Tested are those of Shown whose values are unexpected: the value of one
	// column alone, a list of two when they are a Pair, else an object.
	Tested []string `json:"tested,omitempty"`
	Pair   bool     `json:"pair,omitempty"`
	// Row says the same as Scan to whoever asks several expectations at once;
	// nil when it is not about single rows. The plan is made with it and does
	// not hold it.
	Row *Row `json:"-"`
	// Patterns are the different regular expressions that Scan holds. PostgreSQL
	// keeps few of them at hand and compiles the others for every row anew.
	Patterns []string `json:"-"`
	// Reads are the other tables it reads: steps it must come after.
	Reads []string `json:"reads,omitempty"`
}

// Output is one named output of a scan. Names are unique within one
// expectation; the plan makes them unique within the scan.
type Output struct {
	Name string `json:"name"`
	SQL  string `json:"sql"`
}

// Row is what an expectation says of single rows. A row is unexpected when the
// filter holds and one of Expected is false.
type Row struct {
	Filter   string // a condition that stands well beside AND; empty: all rows
	Expected []rule.Conjunct
	// NotNull is the column of which it is expected that it is not NULL, and
	// nothing else; empty when it is about something else.
	NotNull string
	// Missing is the condition of rows that are not considered; empty when all
	// are.
	Missing string
	// MissingColumns are the columns one of which is NULL in every row that is
	// missing. Nil when that is not known; empty when no row is ever missing.
	MissingColumns []string
	// MissingIsNull tells that every row in which one of MissingColumns is NULL
	// is missing.
	MissingIsNull bool
}
