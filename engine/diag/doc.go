// Package diag holds places in files and what is wrong there.
//
// Everything that reads a user's text (spec, vars, rule, expectation, lint)
// answers with a List of Diagnostic values instead of stopping at the first
// fault. It imports nothing of the engine, so that every package may use it.
package diag
