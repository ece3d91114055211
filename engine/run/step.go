package run

import (
	"context"
	"errors"
	"time"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/plan"
)

// stepError says which step an error belongs to.
type stepError struct {
	step string
	err  error
}

func (e *stepError) Error() string { return e.step + ": " + e.err.Error() }
func (e *stepError) Unwrap() error { return e.err }

// step carries out one step: on the session that publishes, or on one of its
// own while staging.
func (x *execution) step(ctx context.Context, s *plan.Step) (err error) {
	begun := time.Now()
	x.o.Events(Event{Kind: StepStarted, Step: s.ID, Table: s.Table, Message: s.Title})
	defer func() {
		x.mu.Lock()
		for i := range x.result.Steps {
			if x.result.Steps[i].ID == s.ID {
				x.result.Steps[i].DurationMS = time.Since(begun).Milliseconds()
			}
		}
		event := Event{Kind: StepFinished, Step: s.ID, Table: s.Table, Err: err, Elapsed: time.Since(begun)}
		if s.Kind == plan.Stage {
			prefix := x.prefix(s.Table)
			event.Rows, event.Bytes = x.facts.integer(prefix+"_read"), x.facts.integer(prefix+"_bytes")
		}
		x.mu.Unlock()
		x.o.Events(event)
	}()
	x.note(ctx, s)
	session, release, err := x.sessionFor(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ignoreLost(release())) }()
	own := s.Phase == plan.PreparePhase && !x.o.DryRun
	if own {
		if err := session.Begin(ctx); err != nil {
			return err
		}
	}
	if s.Kind == plan.Record {
		err = x.seal()
	}
	for _, a := range s.Actions {
		if err != nil && !isMisfit(err) {
			break
		}
		err = errors.Join(err, x.action(ctx, session, s, a))
	}
	if isMisfit(err) {
		x.headersToo(ctx, session)
	}
	if s.Apart && x.o.DryRun && err == nil {
		err = session.Forget(ctx)
	}
	if own && err == nil {
		err = session.Commit(ctx)
		if err == nil && s.ID == plan.RecordsStep {
			x.begun.Store(true)
		}
	} else if own {
		err = errors.Join(err, ignoreLost(session.Rollback(context.WithoutCancel(ctx))))
	}
	return err
}

// sessionFor gives the connection that a step works on: the one that
// publishes, one of its own while staging side by side, or one apart. A dry
// run has one transaction and so one connection.
func (x *execution) sessionFor(ctx context.Context, s *plan.Step) (session *database.Session, release func() error, err error) {
	keep := func() error { return nil }
	switch {
	case x.o.DryRun:
		return x.session, keep, nil
	case s.Apart:
		apart, err := x.db.Again(ctx)
		if err != nil {
			return nil, nil, err
		}
		if session, err = apart.Session(ctx); err != nil {
			return nil, nil, errors.Join(err, ignoreLost(apart.Close()))
		}
		return session, func() error { return errors.Join(session.Close(), apart.Close()) }, nil
	case s.Phase == plan.StagePhase && x.db.Parallel() > 1:
		if session, err = x.db.Session(ctx); err != nil {
			return nil, nil, err
		}
		for _, a := range s.Actions {
			if l, ok := a.(plan.Load); ok && err == nil {
				err = session.Join(ctx, x.session, l.StagingName)
			}
		}
		if err != nil {
			return nil, nil, errors.Join(err, ignoreLost(session.Close()))
		}
		return session, func() error {
			// Not by closing alone, which the server notices when it comes to it.
			return errors.Join(ignoreLost(session.Unlock(ctx)), session.Close())
		}, nil
	}
	return x.session, keep, nil
}
