// Package cli is what a user types: flags to the facade, the facade's answer
// to a report, and the exit codes.
//
// It may import engine, database, diag, doctor, plan, profile, run, report, spec and vars.
package cli
