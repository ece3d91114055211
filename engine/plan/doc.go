// Package plan turns a spec, its vars and a dialect into a Plan: a plain value
// that holds every statement that a run may execute, each with its condition
// and its cause. Compiling reads no clock, no environment and no database: the
// same spec, vars and dialect give the same bytes.
//
// It may import diag, dag, spec, vars, dialect, rule and expectation.
package plan
