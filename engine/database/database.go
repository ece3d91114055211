package database

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/streamflow/pipe/engine/coerce"
	"github.com/streamflow/pipe/engine/spec"
)

// DB is an open target.
type DB struct {
	Target      Target
	application string
	password    string // that of the connection: it may come from PGPASSWORD
	pool        *sqlx.DB
	sqlite      *sqliteState // nil on PostgreSQL
	latin1      bool         // the encoding of the database on PostgreSQL
}

// Mode says what a target is opened for.
type Mode int

// The modes.
const (
	ReadWrite Mode = iota
	ReadOnly       // nothing may be written, and a SQLite file is not created
	// Scratch is ReadWrite for what will be rolled back: a SQLite file that
	// does not exist is stood in for by a temporary database.
	Scratch
	// Glance is ReadOnly for a moment in which nothing is written at all: SQLite
	// makes two files beside a database while it is read.
	Glance
)

// reads tells whether nothing may be written.
func (m Mode) reads() bool { return m == ReadOnly || m == Glance }

// Open connects to a target and makes sure that it answers. application names
// the connections to the server: the run id stands in it, by which a second
// run finds the holder of a lock.
func Open(ctx context.Context, t Target, application string, mode Mode) (*DB, error) {
	open := openPostgres
	if t.Driver == spec.SQLite {
		open = openSQLite
	}
	db, err := open(ctx, t, application, mode)
	if err == nil {
		db.application = application
		if err = db.pool.PingContext(ctx); err != nil {
			err = db.wrap(err, "connecting to "+t.Where())
			if fault, ok := errors.AsType[*Fault](err); ok {
				fault.Data = false // whatever it is, no data came that far
			}
		} else if db.sqlite == nil && mode != Glance { // doctor tells it in its own words
			err = db.encoding(ctx)
		}
		if err != nil {
			_ = db.pool.Close() // the reason it could not be used is told
		}
	}
	if err != nil {
		return nil, err
	}
	return db, nil
}

// Again opens the same target once more, apart from db: what is set or made
// for the session there reaches nobody else.
func (db *DB) Again(ctx context.Context) (*DB, error) {
	return Open(ctx, db.Target, db.application, ReadWrite)
}

// Close ends every connection.
func (db *DB) Close() error {
	return db.wrap(db.pool.Close(), "closing "+db.Target.Where())
}

// Parallel is how many sessions can work at once.
func (db *DB) Parallel() int {
	if db.sqlite != nil {
		return 1
	}
	return 4
}

// Session takes a connection of its own.
func (db *DB) Session(ctx context.Context) (*Session, error) {
	conn, err := db.pool.Connx(ctx)
	if err != nil {
		return nil, db.wrap(err, "connecting to "+db.Target.Where())
	}
	s := &Session{db: db, conn: conn}
	introduce := s.introduce
	if db.sqlite != nil {
		introduce = s.confine
	}
	if err := introduce(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Session is one connection. It is used by one goroutine at a time.
type Session struct {
	db   *DB
	conn *sqlx.Conn
	tx   bool
	// backend is the server's process behind the connection; 0 on SQLite.
	backend int64
}

// Close ends the connection; a transaction that is open is rolled back by the
// server, and its locks are free. (SQLite's one connection stays; its
// transactions are always ended before.)
func (s *Session) Close() error {
	return s.db.wrap(s.conn.Close(), "closing a connection")
}

// Begin opens a transaction that sees what was committed before each of its
// statements (PostgreSQL) and takes the write lock at once (SQLite).
func (s *Session) Begin(ctx context.Context) error {
	return s.begin(ctx, "BEGIN", "BEGIN IMMEDIATE")
}

// BeginReadOnly opens a transaction that sees one state and cannot write.
func (s *Session) BeginReadOnly(ctx context.Context) error {
	return s.begin(ctx, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "BEGIN")
}

func (s *Session) begin(ctx context.Context, postgres, sqlite string) error {
	text := postgres
	if s.db.sqlite != nil {
		text = sqlite
	}
	if _, err := s.conn.ExecContext(ctx, text); err != nil {
		return s.db.wrap(err, "opening a transaction")
	}
	s.tx = true
	return nil
}

// Commit publishes the transaction. The caller commits only when none of its
// statements failed: PostgreSQL answers the COMMIT of a failed transaction with
// a ROLLBACK and no error.
func (s *Session) Commit(ctx context.Context) error {
	_, err := s.conn.ExecContext(ctx, "COMMIT")
	// SQLite leaves a transaction open whose COMMIT it refused.
	s.tx = err != nil && s.db.sqlite != nil
	return s.db.wrap(err, "committing")
}

// Committable finds out what a COMMIT would be refused for, where the database
// keeps that until then: a deferred foreign key of SQLite.
func (s *Session) Committable(ctx context.Context) error {
	if s.db.sqlite == nil {
		return nil // every constraint is checked at once
	}
	return s.deferredKeys(ctx)
}

// Rollback undoes the transaction, if one is open. A connection that is gone
// has been rolled back by the server.
func (s *Session) Rollback(ctx context.Context) error {
	if !s.tx {
		return nil
	}
	s.tx = false
	_, err := s.conn.ExecContext(ctx, "ROLLBACK")
	if IsConnectionLost(err) {
		return nil
	}
	return s.db.wrap(err, "rolling back")
}

// Forget undoes what statements set for the session or made for it alone: the
// settings of Open hold again.
func (s *Session) Forget(ctx context.Context) error {
	if s.db.sqlite != nil {
		return nil // its temporary tables hold staging; a table of the spec among them is a misfit
	}
	return s.Exec(ctx, "RESET ALL; DISCARD TEMP")
}

// Alive tells whether the connection still answers.
func (s *Session) Alive(ctx context.Context) bool {
	if s.db.sqlite != nil {
		return true
	}
	_, err := s.conn.ExecContext(ctx, "SELECT 1")
	return !IsConnectionLost(err)
}

// Savepoint marks a point to come back to. Outside a transaction it marks none,
// since what fails there undoes itself alone; so do Release and Return.
func (s *Session) Savepoint(ctx context.Context) error {
	if !s.tx {
		return nil
	}
	return s.Exec(ctx, "SAVEPOINT pipe")
}

// Release forgets the savepoint.
func (s *Session) Release(ctx context.Context) error {
	if !s.tx {
		return nil
	}
	return s.Exec(ctx, "RELEASE SAVEPOINT pipe")
}

// Return undoes what was done since the savepoint.
func (s *Session) Return(ctx context.Context) error {
	if !s.tx {
		return nil
	}
	if err := s.Exec(ctx, "ROLLBACK TO SAVEPOINT pipe"); err != nil {
		return err
	}
	return s.Release(ctx)
}

// Exec executes a text, which may hold several statements when it has no
// arguments.
func (s *Session) Exec(ctx context.Context, text string, args ...any) error {
	_, err := s.conn.ExecContext(ctx, text, s.db.kept(args)...)
	return s.db.wrap(err, "")
}

// Rows runs a query and hands each row to each, values as the driver gives
// them with bytes made text, and the numerics of PostgreSQL numbers.
func (s *Session) Rows(ctx context.Context, each func(columns []string, values []any) error, text string, args ...any) (err error) {
	rows, err := s.conn.QueryxContext(ctx, text, s.db.kept(args)...)
	if err != nil {
		return s.db.wrap(err, "")
	}
	defer func() {
		if closing := rows.Close(); err == nil {
			err = s.db.wrap(closing, "")
		}
	}()
	return s.read(rows, numbered, each)
}

// numbered makes bytes text, and the numerics of PostgreSQL numbers.
func numbered(v any, typeName string) any {
	b, ok := v.([]byte)
	switch {
	case !ok:
		return v
	case typeName == "NUMERIC":
		return json.Number(b)
	}
	return string(b)
}

// read hands each row to each, its values made by value, which is told the name
// of their type. It leaves rows open.
func (s *Session) read(rows *sqlx.Rows, value func(v any, typeName string) any, each func(columns []string, values []any) error) error {
	columns, err := rows.Columns()
	if err != nil {
		return s.db.wrap(err, "")
	}
	types, err := rows.ColumnTypes()
	if err != nil {
		return s.db.wrap(err, "")
	}
	for rows.Next() {
		values, err := rows.SliceScan()
		if err != nil {
			return s.db.wrap(err, "")
		}
		for i, v := range values {
			values[i] = value(v, types[i].DatabaseTypeName())
		}
		if err := each(columns, values); err != nil {
			return err
		}
	}
	return s.db.wrap(rows.Err(), "")
}

// One runs a query that gives exactly one row, by column name.
func (s *Session) One(ctx context.Context, text string, args ...any) (map[string]any, error) {
	var found map[string]any
	err := s.Rows(ctx, func(columns []string, values []any) error {
		if found != nil {
			return fmt.Errorf("a query that should give one row gave several: %s", firstLine(text))
		}
		found = map[string]any{}
		for i, c := range columns {
			found[c] = values[i]
		}
		return nil
	}, text, args...)
	if err == nil && found == nil {
		err = fmt.Errorf("a query that should give one row gave none: %s", firstLine(text))
	}
	return found, err
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// Row is one row on its way into staging. Its values are valid until the next
// row is asked for.
type Row struct {
	Values []coerce.Value
	Line   int64 // the physical line it came from
}

// Feed gives the next row, or nil at the end.
type Feed func() (*Row, error)

// Load streams rows into a staging table. into is the plan's statement, table
// the unquoted name of the staging.
func (s *Session) Load(ctx context.Context, into, table string, feed Feed) error {
	if s.db.sqlite != nil {
		return s.loadSQLite(ctx, into, table, feed)
	}
	return s.loadPostgres(ctx, into, feed)
}

// raw gives the driver's own connection to do.
func (s *Session) raw(do func(conn any) error) error {
	return s.conn.Raw(do)
}
