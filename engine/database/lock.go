package database

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"syscall"
	"time"
)

// Holder is the run that holds a lock.
type Holder struct {
	Run     string    `json:"run"`
	Host    string    `json:"host"`
	PID     int       `json:"pid"`
	Started time.Time `json:"started"`
	Step    string    `json:"step,omitempty"` // the one that it came to; SQLite only
	// Dead is a run before it that was killed, as long as its record does not say so; SQLite only.
	Dead *Holder `json:"dead,omitempty"`
	What string  `json:"-"` // what is locked
	// ended tells that the run is recorded as ended: it cleans up, or its server
	// process has yet to notice that the connection was closed.
	ended bool
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
type HeldError struct {
	Holder Holder
	Waited time.Duration // for it, in vain
}

// Error names the holder.
func (e *HeldError) Error() string {
	return fmt.Sprintf("%s is being loaded by %s", e.Holder.What, e.Holder)
}

// ghostTime is how long a lock is waited for whose holder is dead, or has ended:
// its server process has yet to notice.
const ghostTime = 5 * time.Second

// Lock takes every lock of a run on this session, or none: names are those of
// the plan, me says who asks. Where another run holds one, it waits up to wait
// and tells waiting each time that it has looked: for whom, since when and for
// how long at most. A holder that was killed on this very host, or whose run has
// ended, is waited for a moment in any case.
func (s *Session) Lock(ctx context.Context, names []string, me Holder, wait time.Duration, waiting func(h Holder, waited, most time.Duration)) error {
	begun := time.Now()
	for {
		holder, err := s.tryLock(ctx, names, me)
		if err != nil || holder == nil {
			return err
		}
		patience := wait
		if holder.ended || holder.Host == me.Host && !isAlive(holder.PID) {
			patience = max(wait, ghostTime)
		}
		waited := time.Since(begun)
		if waited >= patience {
			return &HeldError{*holder, min(waited, wait)}
		}
		waiting(*holder, waited, patience)
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
	if s.db.sqlite != nil {
		return s.db.sqlite.unlock()
	}
	return s.Exec(ctx, "SELECT pg_advisory_unlock_all()")
}
