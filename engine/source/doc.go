// Package source reads a data file as a header and rows that know their
// physical line, in one pass and in flat memory. It knows files, not tables:
// what a cell means is coerce's. It imports nothing of the engine.
package source
