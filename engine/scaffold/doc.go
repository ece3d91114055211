// Package scaffold writes the files of a new project, as texts: an example
// that runs, or a spec for data files that were profiled. It writes nothing to
// disk, and the same input gives the same bytes.
//
// What it makes lints clean and loads the very files that it was made from.
// Where that cannot be, as of a file that has no key, the table stands there as
// a comment with the reason.
//
// It may import profile, spec and vars.
package scaffold
