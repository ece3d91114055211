package database

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// lockText is how long the text of a lock's file is, filled up with blanks: it
// is written over and over, and a reader never finds it cut short.
const lockText = 1024

// lockFile is the file whose lock is the lock of the database.
func (state *sqliteState) lockFile() string { return state.path + ".lock" }

// tryLock takes the lock of a SQLite file: an OS lock on a file beside it that
// carries the holder. The OS frees it when the process dies.
func (state *sqliteState) tryLock(me Holder) (*Holder, error) {
	if state.path == "" {
		return nil, nil // a database that nobody else can see
	}
	path := state.lockFile()
	for {
		lock := flock.New(path, flock.SetPermissions(0o644))
		got, err := lock.TryLock()
		if err != nil {
			return nil, fileFault(err, "locking %s", path)
		}
		before, err := readHolder(path)
		if errors.Is(err, fs.ErrNotExist) || err == nil && got && !isAt(lock, path) {
			// Whoever held it removed the file meanwhile, and another may have
			// made it anew: a lock on what has no name is none.
			if err := lock.Close(); err != nil {
				return nil, fmt.Errorf("locking %s: %w", path, err)
			}
			continue
		}
		if err != nil {
			return nil, errors.Join(fileFault(err, "reading who holds %s", path), lock.Close())
		}
		if !got {
			before.What = filepath.ToSlash(state.path)
			return &before, nil
		}
		if before.Run != "" && before.Run != me.Run {
			me.Dead = &before
			if before.Dead != nil { // the one that took over did not come to record it
				me.Dead = before.Dead
			}
		}
		state.lock, state.me = lock, me
		if err := state.writeHolder(me); err != nil {
			return nil, errors.Join(err, state.unlock())
		}
		return nil, nil
	}
}

// readHolder reads what a lock's file says. A file that says nothing, or
// rubbish, names nobody.
func readHolder(path string) (Holder, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Holder{}, err
	}
	var h Holder
	if json.Unmarshal(text, &h) != nil {
		h = Holder{}
	}
	return h, nil
}

// isAt tells whether the file that is locked still is the one at path.
func isAt(lock *flock.Flock, path string) bool {
	locked, err := lock.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(locked, there)
}

func (state *sqliteState) writeHolder(h Holder) error {
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	if len(text) < lockText {
		text = append(text, bytes.Repeat([]byte(" "), lockText-len(text))...)
	}
	f, err := os.OpenFile(state.lockFile(), os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteAt(text, 0)
		if err == nil {
			err = f.Truncate(int64(len(text)))
		}
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return fileFault(err, "writing who holds %s", state.lockFile())
	}
	return nil
}

// unlock gives the lock back and removes its file, unless that is all that
// tells of a run which was killed.
func (state *sqliteState) unlock() error {
	if state.lock == nil {
		return nil
	}
	var err error
	if dead := state.me.Dead; dead != nil {
		err = state.writeHolder(*dead)
	} else if err = os.Remove(state.lockFile()); err != nil {
		// Not every system removes a file that is open. An empty one names nobody.
		err = os.Truncate(state.lockFile(), 0)
	}
	err = errors.Join(err, state.lock.Unlock())
	state.lock = nil
	return err
}

// Note keeps beside a SQLite database which step its run has come to, for
// whoever finds that it was killed. Before the first note the run before it
// that was killed is remembered, and none after.
func (s *Session) Note(step string) error {
	state := s.db.sqlite
	if state == nil || state.lock == nil {
		return nil
	}
	state.me.Step, state.me.Dead = step, nil
	return state.writeHolder(state.me)
}

// Dead is the run that held the lock of a SQLite database before, was killed,
// and is not recorded as such yet; nil where there is none.
func (s *Session) Dead() *Holder {
	if s.db.sqlite == nil {
		return nil
	}
	return s.db.sqlite.me.Dead
}
