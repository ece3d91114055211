// Package reference writes docs/expectations.md, the reference of the Great
// Expectations names, from the catalogue: every word of a kind's section is a
// field of it, and what its example finds is what a run finds on the rows that
// the page shows.
//
// It exists so that the page cannot say what is not so. Tests and
// `make reference` alone use it; it may import anything of the engine.
package reference
