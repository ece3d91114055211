// Package database opens a target and does there what a plan says:
// transactions, savepoints, bulk loads and locks. It composes no statement of
// a plan's; the few it has of its own set up a connection or take a lock.
//
// It may import coerce (the values that loads carry), dialect and spec.
package database
