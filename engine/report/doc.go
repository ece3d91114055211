// Package report shows plans and results: the terminal summary, JSON,
// Markdown, JUnit, graphs, drawings, the plan as a script, and the progress
// of a run.
//
// Every view reads one value, such as a plan.Plan or a run.Result, and adds
// nothing of its own: it sums what stands in it and words it, touches no
// database and reads no clock (a Progress, which watches a run, is the one
// exception). The same value gives the same bytes.
//
// It may import diag, doctor, plan, run and spec (for the names of drivers).
package report
