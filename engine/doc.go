// Package engine is pipe for Go programs: read a spec, compile it, run it.
//
// One command, followed from specs/ingest_month.yaml to reports/:
//
//	cli          pipe run specs/ingest_month.yaml --var as_of=2024-01-31
//	spec         reads the entry and what it includes into a tree with places
//	lint         says everything that is wrong with it, in one pass
//	vars         gives --var and defaults their types, expands ${{ }} templates
//	rule         turns rules into typed, three-valued expressions and SQL
//	expectation  turns suites into what one scan must compute
//	dialect      says all of it in the target's SQL
//	plan         puts every statement that may run into steps: a plain value
//	database     connects, locks, loads, executes
//	run          walks the plan: lock, prepare, stage, publish, record
//	source       reads the files meanwhile, coerce types their cells
//	report       shows the result: terminal, JSON, reports/<name>_<as_of>.md
//
// Nothing on an upper line knows anything of a lower one, but for the program
// that holds them together. This package may import all but report and cli.
package engine
