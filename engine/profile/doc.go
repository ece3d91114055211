// Package profile looks at data that nobody has described yet, a file or a
// table, and says what it found: rows, types, nulls, ranges, sets of few
// values, uniqueness, shapes. From that it suggests a suite.
//
// A Profile is a plain value of facts. A figure that was not counted to the
// end says so, and nothing is suggested on it. Suggest makes expectations of a
// Profile, WriteSuite prints them as YAML; neither looks at data.
//
// A file is read from first to last row two times, so that memory stays flat:
// once to find the types that every cell fits, by the rules that loading goes
// by, and once for the figures of the typed values. It is read a third time only
// when no single column can be its key.
//
// It may import diag, source, spec, coerce, dialect and database.
package profile
