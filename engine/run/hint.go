package run

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"

	"github.com/streamflow/pipe/engine/database"
)

// faultHint says what to do about a fault of the database; empty where its own
// message is all there is to say.
func faultHint(f *database.Fault) string {
	switch {
	case strings.HasPrefix(f.State, "08"):
		return "is the server running, and do the target's host, port and database name it? Running again is safe"
	case strings.HasPrefix(f.State, "28"):
		return "look at the target's user and password"
	case errors.Is(f, syscall.ENOSPC):
		return "the disk of the database is full: make room, and run again"
	case errors.Is(f, syscall.EROFS), errors.Is(f, fs.ErrPermission):
		return readOnlyHint
	case f.State == "SQLITE_ERROR" && strings.Contains(f.Message, "too many columns"):
		return "SQLite takes 2,000 columns a table, and pipe's own are among them: split the table"
	}
	return stateHints[f.State]
}

const (
	// RecordsForeignHint says what to do where pipe's own tables would be and are not.
	RecordsForeignHint = "pipe keeps its runs in the schema pipe, on SQLite in tables whose names begin with pipe_, and something of such a name there is not pipe's: rename it, or use another database"
	readOnlyHint       = "the user that runs pipe must be able to write the database file, and in its folder"
	fullHint           = "the disk of the database, or that of the folder for temporary files (TMPDIR), is full or fails: make room, and run again"
)

var stateHints = map[string]string{
	"42501": "the target's user lacks a privilege; pipe needs CREATE on the database for its records, and to write to the tables",
	"25006": "the server is a standby, or default_transaction_read_only is set for it, the database or the user",
	"57014": "the server ended the statement: a statement_timeout in the target's URL, or an administrator",
	"55P03": "somebody else held a lock for longer than the lock_timeout of the user or the database allows; try again",
	"3F000": "the target's schema does not exist: create it, or name another",
	"0A000": "a rule of the table (CREATE RULE) goes with no upsert, and a trigger does; else the message says what the server lacks",
	"22P05": "the database's encoding has no such character: use one that was created with ENCODING 'UTF8'",
	"54000": "a row of the server has 8 kB where its values do not compress, and a value of a key or an index 2,700 bytes: shorten it, or take the column out of the key or the index",
	"54011": "PostgreSQL takes 1,600 columns a table, fewer where rows are wide, and pipe's own are among them: split the table",
	"53100": "a disk of the server is full: make room there, and run again",
	"53300": "the server has as many connections as it takes; run again when there are fewer",

	"SQLITE_FULL":     fullHint,
	"SQLITE_IOERR":    fullHint,
	"SQLITE_READONLY": readOnlyHint,
	"SQLITE_CANTOPEN": readOnlyHint + "; or this process has as many files open as it may (ulimit -n)",
	"SQLITE_CORRUPT":  "the database file is damaged: bring back a copy of it from before",
	"SQLITE_NOTADB":   "the file is no SQLite database: name another, or move it away",
	"SQLITE_NOMEM":    "this process has not the memory that it needs: give it more (ulimit -v), or free some",
}
