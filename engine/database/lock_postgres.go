package database

import (
	"context"
	"fmt"
	"time"

	"github.com/streamflow/pipe/engine/dialect"
)

// tryAdvisory takes PostgreSQL's session locks: one on the run's id, by which
// others know that it lives, and one a table. A table that connections of
// another run are still filling the staging of is held by that run, even
// where it has lost the lock itself.
func (s *Session) tryAdvisory(ctx context.Context, names []string, me Holder) (*Holder, error) {
	const try = "SELECT pg_try_advisory_lock($1, hashtext($2)) AS got"
	got, err := s.One(ctx, try, dialect.RunLockClass, me.Run)
	if err != nil {
		return nil, err
	}
	if got["got"] != true {
		return &Holder{Run: me.Run, Host: me.Host, PID: me.PID, Started: me.Started, What: "the run"}, s.Unlock(ctx)
	}
	for _, name := range names {
		for _, class := range []int{dialect.TableLockClass, dialect.StageLockClass} {
			got, err := s.One(ctx, try, class, name)
			if err != nil {
				return nil, err
			}
			if got["got"] == true {
				continue
			}
			holder, err := s.advisoryHolder(ctx, class, name)
			if err != nil {
				return nil, err
			}
			return holder, s.Unlock(ctx)
		}
		// Free again for the connections of this run: see Join.
		if err := s.Exec(ctx, "SELECT pg_advisory_unlock($1, hashtext($2))", dialect.StageLockClass, name); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// Join makes s a connection that fills the staging of the table whose lock has
// the name given, on behalf of the session that holds the lock. As long as s
// lives nobody else gets that lock; where owner has lost it, the error is that
// of a lost connection: what s would write might be another run's by now.
func (s *Session) Join(ctx context.Context, owner *Session, name string) error {
	if s.db.sqlite != nil || s == owner {
		return nil
	}
	// First this, then the look: whoever takes the lock meanwhile asks for this.
	got, err := s.One(ctx, "SELECT pg_try_advisory_lock_shared($1, hashtext($2)) AS got", dialect.StageLockClass, name)
	if err != nil {
		return err
	}
	held, err := s.One(ctx, `SELECT count(*) > 0 AS held FROM pg_locks
WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND classid = $1 AND objid::bigint = (hashtext($2)::bigint & 4294967295) AND pid = $3`, dialect.TableLockClass, name, owner.backend)
	if err != nil {
		return err
	}
	if got["got"] != true || held["held"] != true {
		return &Fault{State: "08006", Transient: true, Message: "the connection that held the locks of this run was lost"}
	}
	return nil
}

// Holds fails where the session has lost its locks without being lost itself,
// as behind a pooler that gives every transaction another connection.
func (s *Session) Holds(ctx context.Context, names []string) error {
	if s.db.sqlite != nil || len(names) == 0 {
		return nil
	}
	found, err := s.One(ctx, `SELECT count(*) AS held FROM pg_locks
WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND classid = $1 AND pid = pg_backend_pid()`, dialect.TableLockClass)
	if err == nil && found["held"] != int64(len(names)) {
		err = &Fault{State: "08003", Message: "the locks of this run are gone, and its connection is not: " +
			"something between pipe and the server gives each transaction another session, as pgbouncer with pool_mode = transaction; connect to the server itself, or set pool_mode = session"}
	}
	return err
}

// EndOthers ends the server's side of every other connection of this run, and
// gives back when they are gone. They are connections that the run has lost:
// nothing of them, a COMMIT that is still under way least of all, may happen
// after this.
func (s *Session) EndOthers(ctx context.Context) error {
	if s.db.sqlite != nil {
		return nil
	}
	for begun := time.Now(); ; {
		found, err := s.One(ctx, `SELECT count(*) AS others, count(pg_terminate_backend(pid)) AS told FROM pg_stat_activity
WHERE application_name = $1 AND pid <> pg_backend_pid() AND datname = current_database() AND usename = current_user`, s.db.application)
		if err != nil || found["others"] == int64(0) {
			return err
		}
		if time.Since(begun) > ghostTime {
			return &Fault{State: "08006", Transient: true, Message: fmt.Sprintf("the server does not end %v lost connections of this run", found["others"])}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// advisoryHolder finds who holds a table's lock, as far as the server tells.
func (s *Session) advisoryHolder(ctx context.Context, class int, name string) (*Holder, error) {
	h := &Holder{What: "table " + trimStage(name)}
	err := s.Rows(ctx, func(_ []string, v []any) error {
		h.Run, _ = v[0].(string)
		return nil
	}, `SELECT substr(a.application_name, 6) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.classid = $1 AND l.objid::bigint = (hashtext($2)::bigint & 4294967295) AND a.application_name LIKE 'pipe %'`, class, name)
	if err != nil || h.Run == "" {
		return h, err
	}
	known, err := s.One(ctx, "SELECT to_regclass('pipe.runs') IS NOT NULL AS known")
	if err != nil || known["known"] != true {
		return h, err
	}
	err = s.Rows(ctx, func(_ []string, v []any) error {
		h.Host, _ = v[0].(string)
		pid, _ := v[1].(int64)
		h.PID = int(pid)
		h.Started, _ = v[2].(time.Time)
		h.ended, _ = v[3].(bool)
		return nil
	}, "SELECT host, pid, started_at, status <> 'running' FROM pipe.runs WHERE run_id = $1", h.Run)
	return h, err
}

func trimStage(name string) string {
	const prefix = "stage_"
	if len(name) > len(prefix) && name[:len(prefix)] == prefix {
		return name[len(prefix):]
	}
	return name
}
