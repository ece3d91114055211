// Package run is the state machine: lock, prepare, stage, publish, record. It
// walks a plan on a database and gives a Result. It knows a plan's few kinds
// of actions and nothing of expectations or dialects; it composes no SQL.
//
// It may import diag, dag, source, coerce, plan, database and, for the
// columns that a Load carries, spec.
package run
