// Package expectation is the catalogue: what each kind of expectation takes,
// means and compiles to. One file per kind. A rule is one kind among them.
//
// It may import diag, spec, coerce, dialect and rule.
package expectation
