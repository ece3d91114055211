package database

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"github.com/gofrs/flock"
	"github.com/jmoiron/sqlx"
	"modernc.org/sqlite"
)

// sqliteState is what a SQLite target has beside its connection.
type sqliteState struct {
	path string
	made bool // the file did not exist before
	// folders is how many folders above it did not exist either.
	folders int
	lock    *flock.Flock
	mu      sync.Mutex
	feed    map[string]*feeding // by the name of the virtual table
}

// openSQLite opens a file through a driver of its own, so that functions and
// virtual tables reach no other user of the package. There is one connection:
// SQLite has one writer, and staging lives in its temporary database.
func openSQLite(t Target, application string, mode Mode) (*DB, error) {
	db := &DB{Target: t, sqlite: &sqliteState{path: t.Path, feed: map[string]*feeding{}}}
	if _, err := os.Stat(t.Path); err != nil {
		if mode == ReadOnly {
			return nil, fmt.Errorf("opening %s: %w", t.Where(), err)
		}
		db.sqlite.made = true
		for dir := filepath.Dir(t.Path); ; dir = filepath.Dir(dir) {
			if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
				break
			}
			db.sqlite.folders++
		}
		if err := os.MkdirAll(filepath.Dir(t.Path), 0o755); err != nil {
			return nil, fmt.Errorf("making the folder of %s: %w", t.Where(), err)
		}
	}
	own := &sqlite.Driver{}
	if err := registerFunctions(own); err != nil {
		return nil, fmt.Errorf("preparing SQLite: %w", err)
	}
	if err := own.RegisterModule("pipe_rows", rowsModule{db.sqlite}); err != nil {
		return nil, fmt.Errorf("preparing SQLite: %w", err)
	}
	db.pool = sqlx.NewDb(openWith(own, dataSource(t.Path, mode)), "sqlite")
	db.pool.SetMaxOpenConns(1)
	db.pool.SetConnMaxLifetime(0)
	return db, nil
}

// dataSource names the file as a URI, in which odd characters are safe.
// Writers do not block readers in WAL mode; FULL keeps the last commit through
// a power cut.
func dataSource(path string, mode Mode) string {
	q := url.Values{}
	if mode == ReadOnly {
		q.Set("mode", "ro")
		q.Add("_pragma", "query_only(1)")
	} else {
		q.Add("_pragma", "journal_mode(WAL)")
		q.Add("_pragma", "synchronous(FULL)")
	}
	q.Add("_pragma", "busy_timeout(10000)")
	q.Add("_pragma", "foreign_keys(1)")
	q.Add("_pragma", "cache_size(-65536)")
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: q.Encode()}
	return u.String()
}

// Discard removes a SQLite file that Open made, and nothing else: a dry run
// leaves nothing.
func (db *DB) Discard() error {
	if db.sqlite == nil || !db.sqlite.made {
		return nil
	}
	for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
		if err := os.Remove(db.sqlite.path + suffix); err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("removing %s%s: %w", db.sqlite.path, suffix, err)
		}
	}
	for dir := filepath.Dir(db.sqlite.path); db.sqlite.folders > 0; dir, db.sqlite.folders = filepath.Dir(dir), db.sqlite.folders-1 {
		if err := os.Remove(dir); err != nil {
			return fmt.Errorf("removing the folder %s: %w", dir, err)
		}
	}
	return nil
}

// loadSQLite lets SQLite pull the rows through a virtual table, which costs
// less than a bound INSERT for each.
func (s *Session) loadSQLite(ctx context.Context, into, table string, feed Feed) error {
	state := s.db.sqlite
	name := "load_" + table
	f := &feeding{feed: feed}
	state.mu.Lock()
	state.feed[name] = f
	state.mu.Unlock()
	err := s.Exec(ctx, into)
	if f.err != nil {
		err = f.err // SQLite repeats only its text
	}
	state.mu.Lock()
	delete(state.feed, name)
	state.mu.Unlock()
	return err
}
