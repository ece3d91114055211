// Package doctor looks at everything that a run would need, and says what is
// in its way: the spec, its vars and files, the target, its privileges, tables,
// records and locks, the disk.
//
// It changes nothing: databases are read in a read-only transaction, and no
// file is made. What it says is safe to paste in public: no password, no host,
// no URL, no user and no folder outside the project.
//
// It may import engine, database, diag, dialect, plan, source, spec and vars.
package doctor
