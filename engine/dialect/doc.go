// Package dialect is how a database says things. It returns text and executes
// nothing; what it returns is standard-conforming for the settings that
// package database always sets (UTC, ISO dates, conforming strings).
//
// It may import spec.
package dialect
