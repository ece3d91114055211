//go:build unix

package engine_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/streamflow/pipe/engine/internal/pgtest"
)

// TestChaos loads month after month while something goes wrong at a random
// moment: PIPE_CHAOS_ROUNDS times (20; make chaos: 200), each database its
// share. After every round each table and snapshot belongs whole to the months
// that the records call published, and after the next run nothing is left of
// the one that died. PIPE_CHAOS_SEED repeats what was printed, PIPE_CHAOS_ONLY
// names one of the faults.
func TestChaos(t *testing.T) {
	seed, rounds := number(t, "PIPE_CHAOS_SEED", rand.Uint64()>>1), number(t, "PIPE_CHAOS_ROUNDS", 20)
	t.Logf("PIPE_CHAOS_SEED=%d PIPE_CHAOS_ROUNDS=%d", seed, rounds)
	t.Run("postgres", func(t *testing.T) {
		newPostgresArena(t, rand.New(rand.NewPCG(seed, 1))).play(postgresFaults, int(rounds-rounds*2/5))
	})
	t.Run("sqlite", func(t *testing.T) {
		newSQLiteArena(t, rand.New(rand.NewPCG(seed, 2))).play(sqliteFaults, int(rounds*2/5))
	})
}

func number(t *testing.T, variable string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

const chaosSpec = `version: 1
name: chaos
as_of: '${{ vars.as_of }}'
vars: {as_of: date, dir: path}
tables:
  users:
    source: '${{ vars.dir }}/users.csv'
    primary_key: [id]
    on_bad_row: quarantine
    max_rejects: 1
    columns: {id: integer, tag: integer, value: bigint}
  subscriptions:
    source: '${{ vars.dir }}/subscriptions.csv'
    primary_key: [id]
    columns: {id: {type: integer, references: users.id}, tag: integer, value: bigint}
  payments:
    source: '${{ vars.dir }}/payments.csv'
    primary_key: [id]
    columns: {id: {type: integer, references: subscriptions.id}, tag: integer, value: bigint}
suites:
  - {table: users, expectations: [rule: count_distinct(tag) == 1, rule: value >= 0]}
  - {table: subscriptions, expectations: [rule: count_distinct(tag) == 1, rule: unique(id)]}
  - {table: payments, expectations: [rule: count_distinct(tag) == 1, rule: 'row_count("users") == count()']}
snapshots:
  users_history: {from: users}
  subscriptions_history: {from: subscriptions}
  payments_history: {from: payments}
`

var chaosTables = []string{"users", "subscriptions", "payments"}

// chaosRows is how many rows each table has, every month.
const chaosRows = 2000

// arena is one project and its target, and the months loaded so far.
type arena struct {
	t      *testing.T
	rng    *rand.Rand
	dir    string
	temp   string // the processes' folder for temporary files
	target string // as pipe is told
	direct string // the same, and no network between
	month  int    // the last one that was loaded
	took   time.Duration

	cluster *pgtest.Cluster // nil on SQLite
	proxy   *pgtest.Proxy
	disk    string // a small file system that holds the target; empty where none can be made

	healed, failed int // runs that a fault met and that ended well, or not
}

func newArena(t *testing.T, rng *rand.Rand) *arena {
	a := &arena{t: t, rng: rng, dir: t.TempDir(), temp: t.TempDir()}
	write(t, filepath.Join(a.dir, "spec.yaml"), chaosSpec)
	return a
}

// value is what a row holds in a month, so that not one can be mistaken.
func value(id, month int) int { return (id*7919 + month*104729) % 100003 }

func day(month int) string {
	return time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, month).Format(time.DateOnly)
}

func (a *arena) files(month int) {
	a.t.Helper()
	folder := filepath.Join(a.dir, fmt.Sprint("month_", month))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		a.t.Fatal(err)
	}
	for _, table := range chaosTables {
		var b strings.Builder
		b.WriteString("id,tag,value\n")
		for id := range chaosRows {
			fmt.Fprintf(&b, "%d,%d,%d\n", id, month, value(id, month))
		}
		if table == "users" {
			b.WriteString("bad,row,here\n")
		}
		write(a.t, filepath.Join(folder, table+".csv"), b.String())
	}
}

// process is a run under way, or over.
type process struct {
	*exec.Cmd
	month    int
	out, err *bytes.Buffer
	begun    time.Time
	code     int // -1 when a signal ended it
	ended    chan struct{}
	RunID    string `json:"run_id"`
	Retries  []any  `json:"retries"`
	Dry      bool   `json:"dry_run"`
}

func (p *process) String() string {
	return fmt.Sprintf("month %d, %v, exit %d\n%s%s", p.month, p.Args, p.code, p.out, p.err)
}

// start begins to load a month.
func (a *arena) start(month int, more ...string) *process {
	a.t.Helper()
	a.files(month)
	cmd, _ := pipe(a.dir, append(a.arguments(month), more...)...)
	return a.launch(month, cmd)
}

func (a *arena) arguments(month int) []string {
	return []string{"run", "spec.yaml", "--target", a.target, "--format", "json", "--var", "as_of=" + day(month), "--var", fmt.Sprint("dir=month_", month)}
}

func (a *arena) launch(month int, cmd *exec.Cmd) *process {
	a.t.Helper()
	p := &process{Cmd: cmd, month: month, out: &bytes.Buffer{}, err: &bytes.Buffer{}, begun: time.Now(), ended: make(chan struct{})}
	cmd.Stdout, cmd.Stderr, cmd.Env = p.out, p.err, append(os.Environ(), "TMPDIR="+a.temp, "NO_COLOR=1")
	if err := cmd.Start(); err != nil {
		a.t.Fatal(err)
	}
	go func() {
		_ = cmd.Wait() // its state tells
		close(p.ended)
	}()
	return p
}

// end waits for a process; one that does not end within a minute is a violation.
func (a *arena) end(p *process) *process {
	a.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(time.Minute):
		_ = p.Process.Kill()
		<-p.ended
		a.t.Errorf("a run does not end: %v", p)
	}
	p.code = p.ProcessState.ExitCode()
	// Nothing to read where it was killed.
	_ = json.Unmarshal(p.out.Bytes(), p)
	return p
}

// moment waits for some moment of a run.
func (a *arena) moment() { a.pause(a.took * 5 / 4) }

// pause waits at most so long.
func (a *arena) pause(most time.Duration) {
	time.Sleep(time.Duration(a.rng.Int64N(int64(most))) + time.Millisecond)
}

// fault is one way in which a round goes wrong. It gives the runs that it
// started, all ended.
type fault struct {
	name string
	do   func(a *arena) []*process
	// heals: the run must end well in spite of it.
	heals bool
	// when, if not nil, tells whether this machine can do it.
	when func(a *arena) bool
}

// play does the rounds; every fault comes about equally often.
func (a *arena) play(faults []fault, rounds int) {
	a.t.Helper()
	if only := os.Getenv("PIPE_CHAOS_ONLY"); only != "" {
		faults = slices.DeleteFunc(slices.Clone(faults), func(f fault) bool { return f.name != only })
	}
	if len(faults) == 0 {
		a.t.Skip("this database has no such fault")
	}
	first := a.end(a.start(1))
	if first.code != 0 {
		a.t.Fatalf("the first month: %v", first)
	}
	a.month, a.took = 1, time.Since(first.begun)
	stop := a.observe()
	defer stop()
	var deck []fault
	count := map[string]int{}
	for round := range rounds {
		if len(deck) == 0 {
			deck = slices.Clone(faults)
			a.rng.Shuffle(len(deck), func(i, j int) { deck[i], deck[j] = deck[j], deck[i] })
		}
		f := deck[0]
		deck = deck[1:]
		if f.when != nil && !f.when(a) {
			count[f.name+" (this machine cannot)"]++
			continue
		}
		count[f.name]++
		a.round(round, f)
	}
	a.t.Logf("runs that a fault met: %d ended well, %d did not; a clean one took %v; faults: %v", a.healed, a.failed, a.took.Round(time.Millisecond), count)
}

func (a *arena) round(round int, f fault) {
	a.t.Helper()
	runs := f.do(a)
	w := a.look()
	if w == nil {
		a.t.Fatalf("round %d, %s: the target cannot be read", round, f.name)
	}
	for _, fault := range w.faults {
		a.t.Errorf("round %d, %s: %s", round, f.name, fault)
	}
	last := 0
	for _, p := range runs {
		last = max(last, p.month)
		if p.code == 0 {
			a.healed++
		} else {
			a.failed++
		}
		for _, fault := range w.against(p) {
			a.t.Errorf("round %d, %s: %s: %v", round, f.name, fault, p)
		}
		if f.heals && p.code != 0 {
			a.t.Errorf("round %d, %s: this may not stop a run: %v", round, f.name, p)
		}
	}
	// The next run on that target.
	next := a.end(a.start(last))
	if next.code != 0 {
		a.t.Errorf("round %d, %s: the next run: %v\n--- after\n%v", round, f.name, next, runs)
	}
	a.month = last
	if w = a.look(); w == nil {
		a.t.Fatalf("round %d, %s: the target cannot be read after the next run", round, f.name)
	}
	for _, fault := range append(w.faults, w.leftovers()...) {
		a.t.Errorf("round %d, %s, after the next run: %s\n%v\n%v", round, f.name, fault, runs, next)
	}
	for _, fault := range append(w.against(next), a.litter()...) {
		a.t.Errorf("round %d, %s, after the next run: %s\n%v\n%v", round, f.name, fault, runs, next)
	}
	if err := os.RemoveAll(filepath.Join(a.dir, fmt.Sprint("month_", last-3))); err != nil {
		a.t.Error(err)
	}
}

// litter is what lies about of runs that are over.
func (a *arena) litter() []string {
	var found []string
	list := func(folder string, odd func(name string) bool) {
		entries, err := os.ReadDir(folder)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			found = append(found, err.Error())
		}
		for _, e := range entries {
			if odd(e.Name()) {
				found = append(found, "left over: "+filepath.Join(folder, e.Name()))
			}
		}
	}
	list(a.temp, func(string) bool { return true })
	list(filepath.Join(a.dir, "reports"), func(name string) bool { return strings.HasPrefix(name, ".") })
	if path, ok := strings.CutPrefix(a.target, "sqlite:"); ok {
		list(filepath.Dir(path), func(name string) bool { return strings.HasSuffix(name, ".lock") })
		return found
	}
	var left []string
	for deadline := time.Now().Add(3 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if left = a.connections(); len(left) == 0 {
			return found
		}
	}
	return append(found, left...)
}

// connections are those of pipe, and what they hold.
func (a *arena) connections() []string {
	var left []string
	db, session := open(a.t, a.direct, "chaos")
	defer done(a.t, db, session)
	for _, query := range []string{
		"SELECT 'staging ' || relname FROM pg_class WHERE relname LIKE 'stage\\_%'",
		"SELECT 'lock ' || CAST(objid AS text) FROM pg_locks WHERE locktype = 'advisory'",
		"SELECT 'connection ' || application_name || ': ' || query FROM pg_stat_activity WHERE application_name LIKE 'pipe %'",
	} {
		err := session.Rows(context.Background(), func(_ []string, v []any) error {
			left = append(left, fmt.Sprint("left over: ", v[0]))
			return nil
		}, query)
		if err != nil {
			a.t.Fatal(err)
		}
	}
	return left
}

// A run on SQLite is killed at moments that lie close beside each other, from
// its start to its end: every time the file is sound, and holds the month
// before or the month that was loaded.
func TestASQLiteFileIsSoundWheneverItsRunIsKilled(t *testing.T) {
	const kills = 24
	a := newSQLiteArena(t, rand.New(rand.NewPCG(1, 2)))
	first := a.end(a.start(1))
	if first.code != 0 {
		t.Fatal(first)
	}
	took, published := time.Since(first.begun), 0
	for i := range kills {
		p := a.start(2 + i)
		time.Sleep(took * 3 / 2 * time.Duration(i+1) / kills)
		_ = p.Process.Kill() // it may have ended
		a.end(p)
		w := a.look()
		for _, fault := range w.faults {
			t.Errorf("killed at moment %d of %d: %s", i+1, kills, fault)
		}
		if w.published[p.month] {
			published++
		}
	}
	if next := a.end(a.start(2 + kills)); next.code != 0 {
		t.Errorf("the next run: %v", next)
	}
	for _, fault := range append(a.look().leftovers(), a.litter()...) {
		t.Error(fault)
	}
	t.Logf("%d of %d killed runs had been published", published, kills)
}
