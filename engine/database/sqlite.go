package database

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/gofrs/flock"
	"github.com/jmoiron/sqlx"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteState is what a SQLite target has beside its connection.
type sqliteState struct {
	path string // empty: a temporary database, which goes with its connection
	lock *flock.Flock
	me   Holder // what the lock's file says, while lock is held
	mu   sync.Mutex
	feed map[string]*feeding // by the name of the virtual table
}

// openSQLite opens a file through a driver of its own, so that functions and
// virtual tables reach no other user of the package. There is one connection:
// SQLite has one writer, and staging lives in its temporary database.
func openSQLite(_ context.Context, t Target, _ string, mode Mode) (*DB, error) {
	path, err := settlePath(t, mode)
	if err == nil {
		err = companions(path)
	}
	if err != nil {
		return nil, err
	}
	db := &DB{Target: t, sqlite: &sqliteState{path: path, feed: map[string]*feeding{}}}
	own := &sqlite.Driver{}
	if err := registerFunctions(own); err != nil {
		return nil, fmt.Errorf("preparing SQLite: %w", err)
	}
	if err := own.RegisterModule("pipe_rows", rowsModule{db.sqlite}); err != nil {
		return nil, fmt.Errorf("preparing SQLite: %w", err)
	}
	db.pool = sqlx.NewDb(openWith(own, dataSource(path, mode)), "sqlite")
	db.pool.SetMaxOpenConns(1)
	db.pool.SetConnMaxLifetime(0)
	return db, nil
}

// dataSource names the file as a URI, in which odd characters are safe.
// Writers do not block readers in WAL mode; FULL keeps the last commit through
// a power cut.
func dataSource(path string, mode Mode) string {
	q := url.Values{}
	if mode.reads() {
		// Not ro: such a connection leaves the log beside the file when it is closed.
		q.Set("mode", "rw")
		if mode == Glance && isAtRest(path) {
			q.Set("immutable", "1") // what stands in the file is all there is
		}
		q.Add("_pragma", "query_only(1)")
	} else {
		if mode != Scratch { // the mode of the file is written into it for good
			q.Add("_pragma", "journal_mode(WAL)")
		}
		q.Add("_pragma", "synchronous(FULL)")
	}
	q.Add("_pragma", "busy_timeout(10000)")
	q.Add("_pragma", "foreign_keys(1)")
	q.Add("_pragma", "cache_size(-65536)")
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: q.Encode()}
	return u.String()
}

// isAtRest tells whether nobody has a database open: the log that writers and
// readers share goes with the last of them.
func isAtRest(path string) bool {
	_, err := os.Stat(path + "-wal")
	return os.IsNotExist(err)
}

// settlePath finds the file itself, links followed, so that one file has one
// lock, and makes the folder it will lie in. It is empty where a file that is
// not there must not be made either: SQLite then keeps a database that nobody
// else sees and that goes with the process, whatever ends it.
func settlePath(t Target, mode Mode) (path string, err error) {
	if t.Path == ":memory:" {
		return "", fmt.Errorf("a SQLite target in memory would keep nothing; name a file")
	}
	path, err = filepath.EvalSymlinks(t.Path)
	if link, dangling := os.Readlink(t.Path); err != nil && dangling == nil {
		// A link to a file that is not there yet: the file will lie where it points.
		if !filepath.IsAbs(link) {
			link = filepath.Join(filepath.Dir(t.Path), link)
		}
		t.Path = link
	}
	if info, found := os.Stat(t.Path); found == nil && info.IsDir() {
		return "", fmt.Errorf("%s is a folder; name the database file in it", t.Where())
	}
	switch {
	case err == nil:
		return path, nil
	case !os.IsNotExist(err) || mode.reads():
		return "", fmt.Errorf("opening %s: %w", t.Where(), err)
	case mode == Scratch:
		return "", nil
	}
	if err := os.MkdirAll(filepath.Dir(t.Path), 0o755); err != nil {
		return "", fileFault(err, "making the folder of %s", t.Where())
	}
	return t.Path, nil
}

// confine keeps whatever SQL is executed to the database's own file: a path in an
// ATTACH would lead anywhere, and what is written there commits by itself.
func (s *Session) confine(context.Context) error {
	_, err := sqlite.Limit(s.conn.Conn, sqlite3.SQLITE_LIMIT_ATTACHED, 0)
	return s.db.wrap(err, "preparing SQLite")
}

// companions fails where a file that SQLite or the lock keeps beside the database
// is a symbolic link: what is written through it would be somebody else's file.
func companions(path string) error {
	for _, ending := range []string{".lock", "-wal", "-shm", "-journal"} {
		if _, err := os.Readlink(path + ending); path != "" && err == nil {
			return fmt.Errorf("%s%s is a symbolic link, and is written to as the database is: remove it", filepath.ToSlash(path), ending)
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

// deferredKeys fails where rows of this transaction refer to rows that are not
// there, by a foreign key that is looked at when it ends.
func (s *Session) deferredKeys(ctx context.Context) error {
	broken := 0
	err := s.raw(func(conn any) (err error) {
		status, ok := conn.(sqlite.DBStatus)
		if !ok {
			return fmt.Errorf("the SQLite driver does not tell of deferred foreign keys")
		}
		broken, _, err = status.Status(sqlite.DBStatusDeferredFKs, false)
		return err
	})
	if err != nil || broken == 0 {
		return err
	}
	var found []string
	err = s.Rows(ctx, func(_ []string, v []any) error {
		found = append(found, fmt.Sprintf("%v of table %v find no row of %v", v[0], v[1], v[2]))
		return nil
	}, `SELECT count(*) || CASE count(*) WHEN 1 THEN ' row' ELSE ' rows' END, "table", parent FROM pragma_foreign_key_check GROUP BY "table", parent ORDER BY "table", parent`)
	if err != nil {
		return err
	}
	return &Fault{State: "SQLITE_CONSTRAINT", Data: true, Message: "a deferred foreign key is broken: " + strings.Join(found, "; ")}
}
