package expectation

// JudgeKind says how a verdict is reached from the outputs.
type JudgeKind string

// The ways to judge.
const (
	// JudgeRows reads the outputs element_count, missing_count and
	// unexpected_count and succeeds when (considered - unexpected) /
	// considered >= Mostly, or nothing is considered.
	JudgeRows JudgeKind = "rows"
	// JudgeTruth reads the output success (NULL is no); every other output
	// is part of the observed value.
	JudgeTruth JudgeKind = "truth"
	// JudgeColumns reads the output columns, a JSON array of the names of the
	// table's columns in their order, and compares it with Columns.
	JudgeColumns JudgeKind = "columns"
	// JudgeQuantiles reads the outputs q0, q1 and so on, and compares each with
	// its range in Quantiles.
	JudgeQuantiles JudgeKind = "quantiles"
	// JudgeDivergence reads counts of values or of bins, and compares their
	// distribution with Divergence.
	JudgeDivergence JudgeKind = "divergence"
	// JudgeNoRows reads the output unexpected_count and succeeds when it is 0.
	JudgeNoRows JudgeKind = "no_rows"
	// JudgeComparison reads the outputs base_rows, comparison_rows and
	// matching_rows, and succeeds when matching_rows over the greater of the two
	// is at least Mostly, or there are none.
	JudgeComparison JudgeKind = "comparison"
)

// Judge is plain data: how to turn the outputs of an expectation into a
// verdict.
type Judge struct {
	Kind   JudgeKind `json:"kind"`
	Mostly float64   `json:"mostly"` // JudgeRows; 1 unless stated
	// NoMissing leaves missing_count out of the result, as Great Expectations
	// does for (not_)be_null and for what is not about single rows.
	NoMissing bool `json:"no_missing"`
	// Observed lists the outputs that make the observed value, in order. With
	// one it is that value alone; with several an object.
	Observed []string `json:"observed,omitempty"`
	// Labels are the keys of that object, in the order of Observed.
	Labels []string `json:"labels,omitempty"`
	// Truths are the outputs that are booleans, which SQLite gives as 0 and 1.
	Truths []string `json:"truths,omitempty"`
	// Gathered is the output of JudgeTruth that lists values of a column; nil
	// when there is none. The sentence knows them as {values}.
	Gathered *Gathered `json:"gathered,omitempty"`
	// Columns is what JudgeColumns wants.
	Columns *Columns `json:"columns,omitempty"`
	// Faults are what makes the question have no answer; the first that holds
	// is told instead of a verdict.
	Faults []Fault `json:"faults,omitempty"`
	// Quantiles is what JudgeQuantiles wants.
	Quantiles []QuantileRange `json:"quantiles,omitempty"`
	// Divergence is what JudgeDivergence wants.
	Divergence *Divergence `json:"divergence,omitempty"`
	// Sentence words what was found; {{ is a brace, and {name} is replaced by the
	// output of that name. JudgeRows knows {considered}, the rows considered, {rows}, "row" or
	// "rows" for them, {have}, "has" or "have" for the unexpected ones, and
	// {share}, " (0.04 %)" or nothing; JudgeTruth knows {truth}: true, false or
	// unknown.
	Sentence string `json:"sentence,omitempty"`
}

// Fault is a reason for which an expectation cannot be evaluated.
type Fault struct {
	// Output names the output that is a number above zero, or true, when the
	// reason is there.
	Output string `json:"output"`
	// Message says why; {name} is replaced by the output of that name.
	Message string `json:"message"`
}

// Columns says what columns a table should have. Nil fields want nothing.
type Columns struct {
	Set     []string `json:",omitempty"` // these, in any order
	Exact   bool     `json:",omitempty"` // and no others beside Set
	Ordered []string // exactly these in this order; nil wants none
	// Any sets Set or Ordered aside: whatever the columns are, they match.
	Any   bool   `json:",omitempty"`
	Min   *int64 `json:",omitempty"` // at least so many
	Max   *int64 `json:",omitempty"` // at most so many
	Has   string `json:",omitempty"` // this one
	Index *int64 `json:",omitempty"` // at this place, from 0; negative from the end
}
