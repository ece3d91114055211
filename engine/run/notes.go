package run

import (
	"context"
	"sync"
	"time"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/plan"
)

// notes keep in the target which step a run has come to, for whoever finds
// that it was killed. They stand apart from the transaction that the step is
// part of, on a connection of their own. A note that cannot be kept is left
// out: it is not worth failing a run for.
type notes struct {
	mu      sync.Mutex
	session *database.Session
}

// noteTime is how long a note may take.
const noteTime = time.Second

// note says that a step begins.
func (x *execution) note(ctx context.Context, s *plan.Step) {
	x.mu.Lock()
	x.came = s.ID
	x.mu.Unlock()
	if x.result.Kind != "run" || x.o.DryRun || !x.begun.Load() {
		return
	}
	if x.plan.Progress.SQL == "" {
		_ = x.session.Note(s.ID) // see notes
		return
	}
	x.mu.Lock()
	x.facts["step"] = s.ID
	x.mu.Unlock()
	args, _ := x.applies(x.plan.Progress)
	n := &x.notes
	n.mu.Lock()
	defer n.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, noteTime)
	defer cancel()
	for range 2 { // the connection may be stale
		if n.session == nil {
			session, err := x.db.Session(ctx)
			if err != nil {
				return
			}
			n.session = session
		}
		if n.session.Exec(ctx, x.plan.Progress.SQL, args...) == nil {
			return
		}
		_ = n.session.Close() // see notes
		n.session = nil
	}
}

// close gives the connection up.
func (n *notes) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.session != nil {
		_ = n.session.Close() // see notes
		n.session = nil
	}
}
