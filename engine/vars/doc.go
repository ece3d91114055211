// Package vars holds the types of vars and the templates that use them:
// `${{ ... }}` around one expr-lang expression over vars, env and a closed list
// of functions. The language is expr-lang's; the checker and the evaluator are
// ours, so that every fault has its own place, a misspelt name gets a
// suggestion, env values never reach an error message, and an unset variable is
// named instead of becoming an empty text.
//
// It may import diag and spec. It reads the environment only through the
// function it is given.
package vars
