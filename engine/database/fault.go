package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"strings"
	"syscall"

	"github.com/lib/pq"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Fault is an error of a database, its secrets taken out.
type Fault struct {
	State   string // SQLSTATE, or SQLite's code as SQLITE_FULL
	Message string // with detail and hint where the server gave them
	// Data is true when the data or the spec is at fault (a constraint, a value out of range, a wrong
	// statement), false when the database could not do it.
	Data      bool
	Transient bool // worth trying again
	cause     error
}

// Error gives the message and the state.
func (f *Fault) Error() string {
	if f.State == "" {
		return f.Message
	}
	return f.Message + " (" + f.State + ")"
}

// Unwrap keeps errors of the context and of the disk recognisable. The driver's
// own error stays inside: it may hold secrets.
func (f *Fault) Unwrap() error {
	for _, target := range []error{context.Canceled, context.DeadlineExceeded, syscall.ENOSPC, syscall.EROFS, fs.ErrPermission} {
		if errors.Is(f.cause, target) {
			return target
		}
	}
	return nil
}

// fileFault is the fault of a file beside a database.
func fileFault(err error, format string, args ...any) error {
	return &Fault{Message: fmt.Sprintf(format, args...) + ": " + err.Error(), cause: err}
}

// wrap makes an error of a driver a Fault; doing says what was tried.
func (db *DB) wrap(err error, doing string) error {
	if err == nil {
		return nil
	}
	var known *Fault
	if errors.As(err, &known) {
		return err
	}
	f := &Fault{cause: err, Message: err.Error()}
	var server *pq.Error
	var embedded *sqlite.Error
	switch {
	case errors.As(err, &server):
		f.postgres(server)
	case errors.As(err, &embedded):
		f.sqlite(embedded)
	case IsConnectionLost(err):
		f.State, f.Transient = "08006", true
		if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, io.EOF) {
			f.Message = "the connection was lost"
		}
	case !isDriverError(err):
		return err // an error of a feed, which knows its own place
	}
	f.Message = db.Target.redact(f.Message, db.password)
	if doing != "" {
		f.Message = doing + ": " + f.Message // ours, and without secrets
	}
	return f
}

// isDriverError tells the errors that come from connecting from those that a
// feed gave.
func isDriverError(err error) bool {
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) ||
		strings.HasPrefix(err.Error(), "pq: ") || strings.HasPrefix(err.Error(), "sql: ")
}

// IsConnectionLost tells whether the connection is gone.
func IsConnectionLost(err error) bool {
	var network *net.OpError
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &network)
}

func (f *Fault) postgres(e *pq.Error) {
	f.State, f.Message = string(e.Code), e.Message
	if e.Detail != "" {
		f.Message += ": " + e.Detail
	}
	if e.Hint != "" && f.State != "2BP01" { // it would have what depends on it dropped too
		f.Message += " (" + e.Hint + ")"
	}
	if len(f.State) != 5 {
		return
	}
	switch f.State[:2] {
	case "08", "53":
		f.Transient = true
	case "0A", "22", "23", "42", "54", "P0": // 0A: what the server cannot do with such a table; 54: its limits; P0: raised by a function or a trigger
		f.Data = f.State != "42501" // insufficient privilege is the database's affair
	}
	switch f.State {
	case "08P01": // a protocol that the server does not speak; asking again is no help
		f.Transient = false
	case "40001", "40P01", "57P01", "57P02", "57P03", "57P04", "57P05":
		f.Transient = true
	}
}

func (f *Fault) sqlite(e *sqlite.Error) {
	code := e.Code() & 0xff
	// A sentence with the name behind it: "Database is full (SQLITE_FULL)".
	f.State = sqlite.ErrorCodeString[code]
	if i := strings.LastIndex(f.State, "("); i >= 0 {
		f.State = strings.TrimSuffix(f.State[i+1:], ")")
	}
	switch code {
	case sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_TOOBIG:
		f.Data = true
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		f.Transient = true
	case sqlite3.SQLITE_INTERRUPT:
		f.cause = fmt.Errorf("%w: %w", context.Canceled, f.cause)
	}
}
