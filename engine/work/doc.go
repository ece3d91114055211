// Package work runs functions in goroutines so that none of them ends the
// program with a stack trace: a panic becomes a Fault of whoever waits for the
// work, or is handed to the one who started it.
//
// No other package starts a goroutine by itself. It imports nothing of the
// engine, so that every package may use it.
package work
