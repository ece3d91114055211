// Package lint says what is wrong with a spec that reads well: names that mean
// nothing, or not what they are used for. One file per lint rule; the list is
// in lint.go. Faults of form are package spec's, types of rules package
// rule's, arguments of expectations package expectation's.
//
// It may import diag, dag, spec, vars, coerce, rule and expectation, and touches
// neither the world nor a database.
package lint
