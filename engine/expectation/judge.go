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
)

// Judge is plain data: how to turn the outputs of an expectation into a
// verdict.
type Judge struct {
	Kind   JudgeKind
	Mostly float64 // JudgeRows; 1 unless stated
	// NoMissing leaves missing_count out of the result, as Great Expectations does for (not_)be_null.
	NoMissing bool
	// Observed lists the outputs that make the observed value, in order. With
	// one it is that value alone; with several an object.
	Observed []string
	// Sentence words the failure; {name} is replaced by the output of that
	// name, {percent} by the unexpected percentage, {considered} by the rows
	// considered.
	Sentence string
}
