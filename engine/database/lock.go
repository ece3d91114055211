package database

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/gofrs/flock"

	"github.com/streamflow/pipe/engine/dialect"
)

// Holder is the run that holds a lock.
type Holder struct {
	Run     string    `json:"run"`
	Host    string    `json:"host"`
	PID     int       `json:"pid"`
	Started time.Time `json:"started"`
	What    string    `json:"-"` // what is locked
}

// String names the holder for people.
func (h Holder) String() string {
	s := "another run"
	if h.Run != "" {
		s = "run " + h.Run
	}
	if h.Host != "" {
		s += fmt.Sprintf(" (on %s, process %d", h.Host, h.PID)
		if !h.Started.IsZero() {
			s += ", since " + h.Started.UTC().Format("2006-01-02 15:04:05 UTC")
		}
		s += ")"
	}
	return s
}

// HeldError says that another run holds a lock.
type HeldError struct{ Holder Holder }

// Error names the holder.
func (e *HeldError) Error() string {
	return fmt.Sprintf("%s is being loaded by %s", e.Holder.What, e.Holder)
}

// ghostTime is how long a lock is waited for whose holder is dead: its server
// process has yet to notice.
const ghostTime = 5 * time.Second

// Lock takes every lock of a run on this session, or none: names are those of
// the plan, me says who asks. Where another run holds one, it waits up to wait
// and tells waiting of it, once a holder. A holder that was killed on this
// very host is waited for a moment in any case.
func (s *Session) Lock(ctx context.Context, names []string, me Holder, wait time.Duration, waiting func(Holder)) error {
	begun := time.Now()
	told := ""
	for {
		holder, err := s.tryLock(ctx, names, me)
		if err != nil || holder == nil {
			return err
		}
		patience := wait
		if holder.Host == me.Host && !isAlive(holder.PID) {
			patience = max(wait, ghostTime)
		}
		if time.Since(begun) >= patience {
			return &HeldError{*holder}
		}
		if told != holder.Run {
			told = holder.Run
			waiting(*holder)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200*time.Millisecond + rand.N(100*time.Millisecond)):
		}
	}
}

// isAlive tells whether a process of this host runs. Where that cannot be
// known it is taken to be alive.
func isAlive(pid int) bool {
	process, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	return !errors.Is(process.Signal(syscall.Signal(0)), os.ErrProcessDone)
}

func (s *Session) tryLock(ctx context.Context, names []string, me Holder) (*Holder, error) {
	if s.db.sqlite != nil {
		return s.db.sqlite.tryLock(me)
	}
	return s.tryAdvisory(ctx, names, me)
}

// Unlock gives the locks back. Closing the session does so too.
func (s *Session) Unlock(ctx context.Context) error {
	if state := s.db.sqlite; state != nil {
		if state.lock == nil {
			return nil
		}
		// The file stays: removing it would let two runs lock two files of one name.
		err := errors.Join(os.Truncate(state.lock.Path(), 0), state.lock.Unlock())
		state.lock = nil
		return err
	}
	return s.Exec(ctx, "SELECT pg_advisory_unlock_all()")
}

// tryAdvisory takes PostgreSQL's session locks: one on the run's id, by which
// others know that it lives, and one a table.
func (s *Session) tryAdvisory(ctx context.Context, names []string, me Holder) (*Holder, error) {
	const try = "SELECT pg_try_advisory_lock($1, hashtext($2)) AS got"
	for i, name := range append([]string{me.Run}, names...) {
		class := dialect.TableLockClass
		if i == 0 {
			class = dialect.RunLockClass
		}
		got, err := s.One(ctx, try, class, name)
		if err != nil {
			return nil, err
		}
		if got["got"] == true {
			continue
		}
		if i == 0 {
			return &Holder{Run: me.Run, Host: me.Host, PID: me.PID, Started: me.Started, What: "the run"}, s.Unlock(ctx)
		}
		holder, err := s.advisoryHolder(ctx, name)
		if err != nil {
			return nil, err
		}
		return holder, s.Unlock(ctx)
	}
	return nil, nil
}

// advisoryHolder finds who holds a table's lock, as far as the server tells.
func (s *Session) advisoryHolder(ctx context.Context, name string) (*Holder, error) {
	h := &Holder{What: "table " + trimStage(name)}
	err := s.Rows(ctx, func(_ []string, v []any) error {
		h.Run, _ = v[0].(string)
		return nil
	}, `SELECT substr(a.application_name, 6) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.classid = $1 AND l.objid::bigint = (hashtext($2)::bigint & 4294967295) AND a.application_name LIKE 'pipe %'`, dialect.TableLockClass, name)
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
		return nil
	}, "SELECT host, pid, started_at FROM pipe.runs WHERE run_id = $1", h.Run)
	return h, err
}

func trimStage(name string) string {
	const prefix = "stage_"
	if len(name) > len(prefix) && name[:len(prefix)] == prefix {
		return name[len(prefix):]
	}
	return name
}

// tryLock takes the lock of a SQLite file: an OS lock on a file beside it that
// carries the holder. The OS frees it when the process dies.
func (state *sqliteState) tryLock(me Holder) (*Holder, error) {
	path := state.path + ".lock"
	if state.lock == nil {
		state.lock = flock.New(path)
	}
	got, err := state.lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("locking %s: %w", path, err)
	}
	if got {
		text, err := json.Marshal(me)
		if err != nil {
			return nil, err
		}
		return nil, os.WriteFile(path, text, 0o644)
	}
	h := &Holder{}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading who holds %s: %w", path, err)
	}
	// A holder that is just writing its name leaves the text incomplete; it is
	// then another run whose name is not known yet.
	if json.Unmarshal(text, h) != nil {
		h = &Holder{}
	}
	h.What = filepath.ToSlash(state.path)
	state.lock = nil
	return h, nil
}
