package run

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"sync"
	"sync/atomic"
	"time"

	"github.com/streamflow/pipe/engine/dag"
	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/plan"
)

// Snapshots says what a run may do to a stamp that differs from its table.
type Snapshots string

// The answers to --snapshots.
const (
	RefuseSnapshots  Snapshots = "refuse"
	KeepSnapshots    Snapshots = "keep"
	ReplaceSnapshots Snapshots = "replace"
)

// Options are what the caller of a run asks for.
type Options struct {
	RunID      string // from NewID
	DryRun     bool   // prepare and publish in one transaction, and roll it back
	AllowOlder bool
	Snapshots  Snapshots // RefuseSnapshots when empty
	Wait       time.Duration
	Version    string // the program's
	User       string
	Host       string
	PID        int
	// Retried are the faults that Open met: they count against the plan's retries.
	Retried []Retry
	// Events hears what happens; it is called from several goroutines.
	Events func(Event)
}

// NewID makes a run id: the time, so that ids sort, and 32 random bits.
func NewID(now time.Time) string {
	random := make([]byte, 4)
	// crypto/rand.Read never fails: it ends the program instead.
	_, _ = rand.Read(random)
	return now.UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(random)
}

// ErrTimeout is the cause of a context that ended because the run's time was up.
var ErrTimeout = errors.New("the time given to the run is up")

// Open opens the target of a run, again after faults that may pass, and notes
// each in o.
func Open(ctx context.Context, p *plan.Plan, target database.Target, mode database.Mode, o *Options) (*database.DB, error) {
	for {
		db, err := database.Open(ctx, target, "pipe "+o.RunID, mode)
		if err == nil || ctx.Err() != nil || !isTransient(err) || len(o.Retried) >= p.Retries {
			return db, err
		}
		attempt := len(o.Retried) + 2
		o.Retried = append(o.Retried, Retry{Step: "connect", Attempt: attempt, Message: err.Error()})
		if o.Events != nil {
			o.Events(Event{Kind: Retrying, Message: "connect", Attempt: attempt, Err: err})
		}
		if !pause(ctx, len(o.Retried)) {
			return nil, err
		}
	}
}

// Run carries out a plan on a database. It always gives a Result; what went
// wrong stands in Result.Error. Ending ctx cancels the statement that is under
// way and rolls back; its cause tells a timeout (ErrTimeout) from an
// interruption.
func Run(ctx context.Context, p *plan.Plan, db *database.DB, o Options) *Result {
	x := newExecution(p, db, o, "run")
	err := x.phases(ctx)
	return x.finish(ctx, x.closing(err))
}

// Check carries out a plan that holds nothing but checks, in one transaction
// that cannot write.
func Check(ctx context.Context, p *plan.Plan, db *database.DB, o Options) *Result {
	x := newExecution(p, db, o, "check")
	begun := x.mark()
	err := x.retrying(ctx, func() (string, error) {
		x.reset(begun)
		return "check", x.checkOnce(ctx)
	})
	return x.finish(ctx, x.closing(err))
}

func (x *execution) checkOnce(ctx context.Context) error {
	if x.session == nil {
		var err error
		if x.session, err = x.db.Session(ctx); err != nil {
			return err
		}
	}
	err := x.session.BeginReadOnly(ctx)
	if err == nil {
		err = x.walk(ctx, plan.PublishPhase, 1)
	}
	if c := x.countChecks(); err == nil && c.Evaluated != c.Declared {
		err = incomplete(c)
	}
	return x.dropIfLost(ctx, errors.Join(err, ignoreLost(x.session.Rollback(context.WithoutCancel(ctx)))))
}

// Unopened is the result of a run whose target could not be opened.
func Unopened(ctx context.Context, p *plan.Plan, target string, o Options, err error) *Result {
	x := newExecution(p, &database.DB{Target: database.Target{Name: target}}, o, "run")
	return x.finish(ctx, err)
}

// execution is a run under way.
type execution struct {
	plan    *plan.Plan
	db      *database.DB
	o       Options
	session *database.Session // holds the locks and publishes
	result  *Result
	started time.Time
	retries int
	notes   notes
	// attempted: the locks were asked for before.
	attempted bool
	locked    bool // they were held once

	begun atomic.Bool // the run is recorded as running
	// referenced are the tables that rows of others, or their own, refer to.
	referenced map[string]bool

	mu       sync.Mutex // guards what follows
	came     string     // the step that began last
	facts    facts
	rejects  rejects
	problems []*Error
	nulls    map[string]map[string]int64
	lines    map[string]string      // table -> the path its lines are in
	drained  map[string]bool        // tables whose source is no regular file and was opened
	archives map[string]fs.FileInfo // as they were when a member was read first
}

func newExecution(p *plan.Plan, db *database.DB, o Options, kind string) *execution {
	if o.Events == nil {
		o.Events = func(Event) {}
	}
	if o.Snapshots == "" {
		o.Snapshots = RefuseSnapshots
	}
	now := time.Now()
	x := &execution{plan: p, db: db, o: o, started: now, facts: facts{}, rejects: rejects{}, nulls: map[string]map[string]int64{}, lines: map[string]string{}, drained: map[string]bool{}, archives: map[string]fs.FileInfo{}, referenced: referencedTables(p)}
	x.result = &Result{FormatVersion: 1, Kind: kind, RunID: o.RunID, Spec: p.Name, AsOf: p.AsOf, DryRun: o.DryRun, Vars: p.Vars,
		Target: Target{Driver: string(p.Dialect), Name: db.Target.Name}, StartedAt: now.UTC().Truncate(time.Millisecond), Attempts: 1,
		Tables: []Table{}, Expectations: []Expectation{}, Snapshots: []Snapshot{}, Steps: []Step{}, Rejects: []Reject{}}
	for _, s := range p.Steps {
		x.result.Steps = append(x.result.Steps, Step{ID: s.ID, Kind: string(s.Kind), Needs: append([]string{}, s.Needs...), Status: StepSkipped})
	}
	x.retries, x.result.Retries, x.result.Attempts = len(o.Retried), o.Retried, 1+len(o.Retried)
	x.give()
	return x
}

// give sets the facts that a run knows from the start.
func (x *execution) give() {
	for _, g := range x.plan.Given {
		x.facts[g.Name] = g.Default
	}
	hash, err := x.plan.Hash()
	if err != nil {
		hash = ""
	}
	x.facts["run_id"], x.facts["host"], x.facts["pid"], x.facts["os_user"] = x.o.RunID, x.o.Host, int64(x.o.PID), x.o.User
	x.facts["pipe_version"], x.facts["plan_hash"] = x.o.Version, hash
	x.facts["allow_older"] = x.o.AllowOlder
	x.facts["snapshots_keep"] = x.o.Snapshots == KeepSnapshots
	x.facts["snapshots_replace"] = x.o.Snapshots == ReplaceSnapshots
}

// closing gives the session up at the end of what it was for.
func (x *execution) closing(err error) error {
	if x.session == nil {
		return err
	}
	err = errors.Join(err, ignoreLost(x.session.Close()))
	x.session = nil
	return err
}

// ignoreLost drops the news that a connection which is being given up is gone.
func ignoreLost(err error) error {
	var fault *database.Fault
	if errors.As(err, &fault) && fault.Transient || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}

// stage is how far a run has come under the locks that it holds.
type stage int

// The stages.
const (
	unlocked stage = iota
	locked
	prepared
	staged
)

// phases goes through lock, prepare, stage and publish. A transient fault
// repeats the phase that it hit. With the session go the locks: whoever took
// them meanwhile may have published, and a server that restarted has emptied
// its unlogged tables, so that then all is done anew.
func (x *execution) phases(ctx context.Context) error {
	at := unlocked
	marks := map[stage]checkpoint{}
	reach := func(s stage) {
		at, marks[s] = s, x.mark()
	}
	marks[locked] = x.mark()
	err := x.retrying(ctx, func() (string, error) {
		if x.session == nil {
			at = unlocked
		}
		if at < locked {
			if err := x.acquire(ctx); err != nil {
				return "lock", err
			}
			at, x.locked = locked, true
		}
		if x.o.DryRun {
			x.reset(marks[locked])
			return "dry run", x.dropIfLost(ctx, x.dryRun(ctx))
		}
		if at < prepared {
			x.reset(marks[locked])
			x.remember(x.session.Dead())
			if err := x.dropIfLost(ctx, x.walk(ctx, plan.PreparePhase, 1)); err != nil {
				return "prepare", err
			}
			reach(prepared)
		}
		if at < staged {
			x.reset(marks[prepared])
			if err := x.dropIfLost(ctx, x.walk(ctx, plan.StagePhase, x.db.Parallel())); err != nil {
				return "stage", err
			}
			reach(staged)
		}
		x.reset(marks[staged])
		return "publish", x.publishOnce(ctx)
	})
	switch {
	case x.session != nil && at < locked || !x.locked:
		return err // another run's they are
	case isUnknown(err):
		return err // the target does not answer
	case x.o.DryRun:
		return errors.Join(err, x.unlock(ctx))
	}
	return errors.Join(err, x.cleanup(ctx))
}

// unlock gives the locks back, where they are not gone with their session.
func (x *execution) unlock(ctx context.Context) error {
	if x.session == nil {
		return nil
	}
	return ignoreLost(x.session.Unlock(context.WithoutCancel(ctx)))
}

// remember sets the facts about a run that was killed.
func (x *execution) remember(dead *database.Holder) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.facts["dead_run"], x.facts["dead_step"] = "", ""
	if dead != nil {
		x.facts["dead_run"], x.facts["dead_step"] = dead.Run, dead.Step
	}
}

// dryRun does everything in one transaction on one connection, so that
// nothing at all is left when it is rolled back.
func (x *execution) dryRun(ctx context.Context) error {
	if err := x.session.Begin(ctx); err != nil {
		return err
	}
	err := x.walk(ctx, plan.PreparePhase, 1)
	if err == nil {
		err = x.walk(ctx, plan.StagePhase, 1)
	}
	if err == nil {
		err = x.walk(ctx, plan.PublishPhase, 1)
	}
	if err == nil {
		err = x.committable(ctx)
	}
	return errors.Join(err, ignoreLost(x.session.Rollback(context.WithoutCancel(ctx))))
}

// committable finds what the database would refuse a COMMIT for.
func (x *execution) committable(ctx context.Context) error {
	if err := x.session.Committable(ctx); err != nil {
		return &stepError{"record", err}
	}
	return nil
}

func (x *execution) lock(ctx context.Context, session *database.Session, wait time.Duration) error {
	me := database.Holder{Run: x.o.RunID, Host: x.o.Host, PID: x.o.PID, Started: x.started.UTC()}
	return session.Lock(ctx, x.plan.Locks, me, wait, func(h database.Holder, waited, most time.Duration) {
		x.o.Events(Event{Kind: Waiting, Message: (&database.HeldError{Holder: h}).Error(), Elapsed: waited, Most: most})
	})
}

// walk carries out the steps of one phase. It gives an error when any of them
// failed; the steps' own errors are in problems.
func (x *execution) walk(ctx context.Context, phase plan.Phase, limit int) error {
	g := dag.New()
	inPhase := map[string]bool{}
	for _, s := range x.plan.Steps {
		if s.Phase != phase {
			continue
		}
		inPhase[s.ID] = true
		var needs []string
		for _, n := range s.Needs {
			if inPhase[n] {
				needs = append(needs, n)
			}
		}
		g.Add(s.ID, needs...)
	}
	var aborted atomic.Bool
	outcomes := g.Walk(ctx, limit, func(ctx context.Context, id string) error {
		if aborted.Load() {
			return errAborted
		}
		err := x.step(ctx, x.plan.Step(id))
		var fault *database.Fault
		if phase == plan.PublishPhase && errors.As(err, &fault) {
			// The transaction is lost: whatever came next would only seem to fail.
			aborted.Store(true)
		}
		return err
	})
	var failed error
	for i := range x.result.Steps {
		s := &x.result.Steps[i]
		o, ok := outcomes[s.ID]
		if !ok {
			continue
		}
		if errors.Is(o.Err, errAborted) {
			o.State = dag.Skipped
		}
		switch o.State {
		case dag.Done:
			s.Status = StepSucceeded
		case dag.Failed, dag.Cancelled:
			s.Status = StepFailed
			failed = errors.Join(failed, &stepError{s.ID, o.Err})
		case dag.Skipped:
			s.Status = StepSkipped
			if o.Because != "" {
				x.o.Events(Event{Kind: Skipping, Step: s.ID, Message: "it needs " + o.Because})
			}
		}
	}
	return failed
}

// errAborted is that of a step which is not begun, because the transaction
// that it would work in is lost.
var errAborted = errors.New("the transaction is lost")

func (x *execution) prefix(table string) string {
	for _, t := range x.plan.Tables {
		if t.Name == table {
			return t.Facts
		}
	}
	for _, s := range x.plan.Snapshots {
		if s.Name == table {
			return s.Facts
		}
	}
	return table
}
