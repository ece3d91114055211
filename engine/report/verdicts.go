package report

import (
	"regexp"
	"slices"

	"github.com/streamflow/pipe/engine/plan"
	"github.com/streamflow/pipe/engine/run"
)

// The ranks of expectations that are not met, the gravest first. One that could
// not be evaluated says nothing of the data, whatever its severity: it must not
// be taken for a warning.
const (
	notEvaluated = iota
	failed
	warned
	passed
)

func rank(e *run.Expectation) int {
	switch {
	case e.Success:
		return passed
	case e.Error != nil:
		return notEvaluated
	case e.Severity == "warn":
		return warned
	}
	return failed
}

// unmetFirst gives the expectations that are not met, the gravest first, and
// among equals in the order of their declaration.
func unmetFirst(all []run.Expectation) []*run.Expectation {
	var list []*run.Expectation
	for i := range all {
		if !all[i].Success {
			list = append(list, &all[i])
		}
	}
	slices.SortStableFunc(list, func(a, b *run.Expectation) int { return rank(a) - rank(b) })
	return list
}

// noTable is how the databases say that there is no such table. A server that
// speaks another language is not understood, and its message is shown as it is.
var noTable = regexp.MustCompile(`^relation "(.+)" does not exist .*\(42P01\)$|^SQL logic error: no such table: (?:main\.)?(.+) \(1\) \(SQLITE_ERROR\)$`)

// withoutTable takes those apart that could not be evaluated because a table
// is not there, as before the first run: a line for the table says it all.
func withoutTable(unmet []*run.Expectation) (missing []string, others []*run.Expectation) {
	for _, e := range unmet {
		var found []string
		if e.Error != nil {
			found = noTable.FindStringSubmatch(*e.Error)
		}
		if found == nil {
			others = append(others, e)
			continue
		}
		name := found[1] + found[2]
		if !slices.Contains(missing, name) {
			missing = append(missing, name)
		}
	}
	return missing, others
}

// missingTable says what is missing, and what makes it where a run of p would.
func missingTable(name string, p *plan.Plan) string {
	text := "table " + name + " does not exist in the target"
	if p == nil {
		return text
	}
	if slices.ContainsFunc(p.Tables, func(t plan.Table) bool { return t.Name == name && t.Loaded }) ||
		slices.ContainsFunc(p.Snapshots, func(s plan.Snapshot) bool { return s.Name == name }) {
		text += "; pipe run creates it"
	}
	return text
}

// checkSpans words the counts of expectations. In a result, failed are those
// too that could not be evaluated; here each is counted once.
func checkSpans(c run.Checks) []span {
	if c.Passed == c.Declared {
		return []span{{"✓ ", green}, {count(int64(c.Declared), "expectation"), plain}, {" passed", green}}
	}
	failed := c.Evaluated - c.Passed - c.Warned
	mark, not := span{"✓ ", green}, yellow
	switch {
	case c.Failed > 0:
		mark = span{"✗ ", red}
		if c.Failed > failed {
			not = red
		}
	case c.Warned > 0 || c.Evaluated < c.Declared:
		mark = span{"! ", yellow}
	}
	if c.Evaluated == 0 {
		return []span{mark, {count(int64(c.Declared), "expectation"), plain}, {" not evaluated", not}}
	}
	spans := []span{mark, {count(int64(c.Declared), "expectation"), plain}, {": ", plain}}
	parts := []span{}
	add := func(n int, word string, st style) {
		if n == 0 {
			return
		}
		if len(parts) > 0 {
			parts = append(parts, span{", ", plain})
		}
		parts = append(parts, span{thousands(int64(n)) + " " + word, st})
	}
	add(c.Passed, "passed", green)
	add(c.Warned, "warned", yellow)
	add(failed, "failed", red)
	add(c.Declared-c.Evaluated, "not evaluated", not)
	return append(spans, parts...)
}

// tally is the figure of an unmet expectation.
func tally(e *run.Expectation) string {
	switch {
	case e.Error != nil:
		return "not evaluated"
	case e.Result.UnexpectedCount > 0:
		text := count(e.Result.UnexpectedCount, "row")
		if e.Result.UnexpectedPercent != nil {
			text += ", " + percent(*e.Result.UnexpectedPercent)
		}
		return text
	case e.Result.ObservedValue != nil:
		if text := valueText(e.Result.ObservedValue); displayWidth(text) <= 40 {
			return "observed " + text
		}
	}
	if e.Severity == "warn" {
		return "warned"
	}
	return "failed"
}
