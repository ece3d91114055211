package database

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/streamflow/pipe/engine/dialect"
)

// Holders tells who holds the named locks of a plan, without taking any. host
// is the caller's: of a holder there that was killed, a file beside a SQLite
// database may still tell.
func (s *Session) Holders(ctx context.Context, names []string, host string) ([]Holder, error) {
	if state := s.db.sqlite; state != nil {
		return state.holders(host)
	}
	var holders []Holder
	for _, name := range names {
		held, err := s.isHeld(ctx, dialect.TableLockClass, name)
		if err != nil {
			return nil, err
		}
		if !held {
			continue
		}
		h, err := s.advisoryHolder(ctx, dialect.TableLockClass, name)
		if err != nil {
			return nil, err
		}
		holders = append(holders, *h)
	}
	return holders, nil
}

// Lives tells whether the process of a recorded run is still at work, as far
// as its locks show, and on SQLite the step that it came to. host is the
// caller's.
func (s *Session) Lives(ctx context.Context, runID, host string) (lives bool, step string, err error) {
	state := s.db.sqlite
	if state == nil {
		lives, err = s.isHeld(ctx, dialect.RunLockClass, runID)
		return lives, "", err
	}
	h, err := readHolder(state.lockFile())
	if errors.Is(err, fs.ErrNotExist) {
		return false, "", nil
	}
	for at := &h; err == nil && at != nil; at = at.Dead {
		if at.Run == runID {
			return at == &h && (h.Host != host || isAlive(h.PID)), at.Step, nil
		}
	}
	return false, "", err
}

func (s *Session) isHeld(ctx context.Context, class int, name string) (bool, error) {
	found, err := s.One(ctx, `SELECT count(*) > 0 AS held FROM pg_locks
WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND classid = $1 AND objid::bigint = (hashtext($2)::bigint & 4294967295)`, class, name)
	return found["held"] == true, err
}

// holders reads what the lock's file says. The lock itself is not asked: to
// ask for it is to take it, and a run that begins just then would be refused.
func (state *sqliteState) holders(host string) ([]Holder, error) {
	h, err := readHolder(state.lockFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading who holds the lock: %w", err)
	}
	if h.Run == "" || h.Host == host && !isAlive(h.PID) {
		return nil, nil
	}
	h.What = filepath.ToSlash(filepath.Base(state.path))
	return []Holder{h}, nil
}
