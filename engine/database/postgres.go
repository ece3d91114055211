package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/streamflow/pipe/engine/dialect"
)

func openPostgres(ctx context.Context, t Target, application string, mode Mode) (*DB, error) {
	db := &DB{Target: t}
	dsn := t.URL
	if dsn == "" {
		dsn = t.dsn()
	}
	// The driver refuses another DateStyle or encoding than its own, also where the
	// environment has one for psql.
	if u, err := url.Parse(dsn); err == nil {
		q := u.Query()
		if !q.Has("sslmode") {
			q.Set("sslmode", "prefer")
		}
		q.Set("datestyle", "ISO, MDY")
		q.Set("client_encoding", "UTF8")
		u.RawQuery = q.Encode()
		dsn = u.String()
	}
	cfg, err := pq.NewConfig(dsn)
	if err != nil {
		return nil, db.wrap(err, "reading the connection settings of "+t.Where())
	}
	db.password, cfg.ApplicationName = cfg.Password, application
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 15 * time.Second
	}
	if cfg.Runtime == nil {
		cfg.Runtime = map[string]string{}
	}
	asked := asksFor(cfg)
	for _, s := range dialect.SessionSettings(t.Schema) {
		if s.Means || !asked(s.Name) {
			cfg.Runtime[s.Name] = s.Value
		}
	}
	for name, value := range comforts {
		if !asked(name) {
			cfg.Runtime[name] = value
		}
	}
	if mode.reads() {
		cfg.Runtime["default_transaction_read_only"] = "on"
	}
	connector, err := pq.NewConnectorConfig(cfg)
	if err != nil {
		return nil, db.wrap(err, "reading the connection settings of "+t.Where())
	}
	connector.Dialer(dialer{ctx: ctx, net: net.Dialer{
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3},
		Control:         unanswered,
	}})
	db.pool = sqlx.NewDb(sql.OpenDB(connector), "postgres")
	// A connection that was used is never used again: it might be stale, and it
	// might hold locks.
	db.pool.SetMaxIdleConns(-1)
	return db, nil
}

// comforts are set where neither the URL nor PGOPTIONS says otherwise: what keeps
// a client that is cut off from holding its locks for hours (25 seconds after the
// last sign of it, whether the server waits for it, works, or has sent what
// nobody acknowledges, which keepalive alone does not look at), and memory for the joins of a
// merge and for the hash table of exists_in, without which PostgreSQL would read
// the other table once for each row.
var comforts = map[string]string{
	"tcp_keepalives_idle":     "10",
	"tcp_keepalives_interval": "5",
	"tcp_keepalives_count":    "3",
	"tcp_user_timeout":        "25000",
	"work_mem":                "64MB",
	"hash_mem_multiplier":     "8",
}

// asksFor tells whether the settings of a connection name one of the server's
// settings, in words of their own or among the options.
func asksFor(cfg pq.Config) func(name string) bool {
	options := strings.ToLower(strings.ReplaceAll(cfg.Options, "-", "_"))
	given := map[string]bool{}
	for name := range cfg.Runtime {
		given[strings.ToLower(name)] = true
	}
	return func(name string) bool { return given[name] || strings.Contains(options, name+"=") }
}

// encoding makes sure that a text means the same on the server: that it has
// characters, whose order is that of their code points.
func (db *DB) encoding(ctx context.Context) error {
	var name string
	if err := db.pool.GetContext(ctx, &name, "SELECT current_setting('server_encoding')"); err != nil {
		return db.wrap(err, "connecting to "+db.Target.Where())
	}
	if dialect.HasCharacters(name) {
		db.latin1 = name == "LATIN1"
		return nil
	}
	return &Fault{Message: fmt.Sprintf("the encoding of the database of %s is %s, in which lengths and the order of texts are other than elsewhere; "+
		"create it with ENCODING 'UTF8' TEMPLATE template0", db.Target.Where(), name)}
}

// watchClient makes a server notice within half a second that its client was
// killed, where its system can: elsewhere the setting itself is an error.
const watchClient = `DO $$
BEGIN
  PERFORM set_config('client_connection_check_interval', '500ms', false);
EXCEPTION WHEN OTHERS THEN
  NULL;
END $$`

// introduce sets up what must be set up in the session itself.
func (s *Session) introduce(ctx context.Context) error {
	if err := s.Exec(ctx, watchClient); err != nil {
		return err
	}
	found, err := s.One(ctx, "SELECT CAST(pg_backend_pid() AS bigint) AS backend")
	s.backend, _ = found["backend"].(int64)
	return err
}

// dsn gives the fields as a URL, in which every odd character is safe.
func (t Target) dsn() string {
	u := url.URL{Scheme: "postgres", Path: "/" + t.Database}
	q := url.Values{}
	if t.User != "" {
		u.User = url.UserPassword(t.User, t.Password)
	}
	host := t.Host
	if host == "" {
		host = "localhost"
	}
	q.Set("host", host)
	if t.Port != "" {
		q.Set("port", t.Port)
	}
	mode := t.SSLMode
	if mode == "" {
		mode = "prefer"
	}
	q.Set("sslmode", mode)
	u.RawQuery = q.Encode()
	return u.String()
}

// chunk is how much of a COPY is sent at once.
const chunk = 256 << 10

// copyStatement is what lib/pq gives for COPY ... FROM STDIN.
type copyStatement interface {
	CopyData(ctx context.Context, line string) (driver.Result, error)
	Exec(args []driver.Value) (driver.Result, error)
	Close() error
}

// loadPostgres sends rows in COPY's text form, typed already, in large chunks.
func (s *Session) loadPostgres(ctx context.Context, into string, feed Feed) error {
	own := !s.tx // lib/pq takes COPY inside a transaction only
	if own {
		if err := s.Begin(ctx); err != nil {
			return err
		}
	}
	err := s.raw(func(conn any) error {
		preparer, ok := conn.(driver.ConnPrepareContext)
		if !ok {
			return fmt.Errorf("the PostgreSQL driver cannot prepare a COPY")
		}
		prepared, err := preparer.PrepareContext(ctx, into)
		if err != nil {
			return err
		}
		statement, ok := prepared.(copyStatement)
		if !ok {
			return errors.Join(fmt.Errorf("the PostgreSQL driver does not take raw COPY data"), prepared.Close())
		}
		return copyRows(ctx, statement, feed)
	})
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err() // a cancelled COPY shows as a bad connection
		}
		if own {
			err = errors.Join(err, s.Rollback(context.WithoutCancel(ctx)))
		}
		return s.db.wrap(err, "")
	}
	if own {
		return s.Commit(ctx)
	}
	return nil
}

func copyRows(ctx context.Context, statement copyStatement, feed Feed) error {
	buffer := make([]byte, 0, chunk+4096)
	send := func() error {
		if len(buffer) == 0 {
			return nil
		}
		// CopyData adds a newline of its own, so the last one stays behind. It
		// copies the text before it returns, so the buffer may stand in for it.
		_, err := statement.CopyData(ctx, unsafe.String(&buffer[0], len(buffer)-1))
		buffer = buffer[:0]
		return err
	}
	fail := func(err error) error {
		// Closing ends the COPY on the server; the rollback that follows undoes it.
		return errors.Join(err, statement.Close())
	}
	for {
		row, err := feed()
		if err != nil {
			return fail(err)
		}
		if row == nil {
			break
		}
		for i := range row.Values {
			buffer = append(row.Values[i].AppendCopy(buffer), '\t')
		}
		buffer = append(strconv.AppendInt(buffer, row.Line, 10), '\n')
		if len(buffer) >= chunk {
			if err := send(); err != nil {
				return fail(err)
			}
		}
	}
	if err := send(); err != nil {
		return fail(err)
	}
	_, err := statement.Exec(nil)
	return err
}
