//go:build unix

package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/internal/pgtest"
	"github.com/streamflow/pipe/engine/run"
)

// crowd are specs over the tables of one database, which share some of them
// and name them in odd orders.
var crowd = map[string]string{
	"a": "users subscriptions payments",
	"b": "payments -subscriptions -users",
	"c": "users regions",
	"d": "notes -users",
	"e": "subscriptions regions -users",
	"f": "payments notes -users -subscriptions",
}

var crowdColumns = map[string]string{
	"users":         "{id: integer, value: integer}",
	"regions":       "{id: integer, value: integer}",
	"subscriptions": "{id: {type: integer, references: users.id}, value: integer}",
	"payments":      "{id: {type: integer, references: subscriptions.id}, value: integer}",
	"notes":         "{id: {type: integer, references: users.id}, value: integer}",
}

// A run that is told as ended holds nothing: the next one, from whatever host,
// need not wait until the server has noticed that connections were closed.
func TestNoLockOutlivesItsRun(t *testing.T) {
	dir, target := crowded(t, 1)
	t.Chdir(dir)
	db, session := open(t, target, "look")
	defer done(t, db, session)
	for i := range 20 {
		compiled, err := engine.Compile(engine.Request{Project: os.DirFS("."), Spec: "a.yaml", Vars: map[string]string{"dir": fmt.Sprint(i % 2)}, Target: target, Env: func(string) string { return "" }})
		if err != nil {
			t.Fatal(err)
		}
		o := run.Options{RunID: run.NewID(time.Now()), Version: "test", Host: "h", User: "u"}
		target, err := run.Open(context.Background(), compiled.Plan, compiled.Target, database.ReadWrite, &o)
		if err != nil {
			t.Fatal(err)
		}
		if result := run.Run(context.Background(), compiled.Plan, target, o); result.Error != nil {
			t.Fatal(result.Error)
		}
		left, err := session.One(context.Background(), "SELECT count(*) AS held FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")
		if err != nil || left["held"] != int64(0) {
			t.Errorf("locks of a run that has ended: %v, %v", left["held"], err)
		}
		if err := target.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A run that is interrupted between two steps is recorded with the one that it had
// come to, as any other.
func TestInterruptedBetweenTwoSteps(t *testing.T) {
	dir, url := crowded(t, 1)
	t.Chdir(dir)
	for _, url := range []string{url, "sqlite:" + filepath.Join(dir, "x.db")} {
		compiled, err := engine.Compile(engine.Request{Project: os.DirFS("."), Spec: "c.yaml", Vars: map[string]string{"dir": "1"}, Target: url, Env: func(string) string { return "" }})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		var staged atomic.Int32
		o := run.Options{RunID: run.NewID(time.Now()), Version: "test", Host: "h", User: "u", Events: func(e run.Event) {
			if e.Kind == run.StepFinished && strings.HasPrefix(e.Step, "stage.") && staged.Add(1) == 2 {
				cancel() // before the next phase begins its transaction
			}
		}}
		target, err := run.Open(ctx, compiled.Plan, compiled.Target, database.ReadWrite, &o)
		if err != nil {
			t.Fatal(err)
		}
		result := run.Run(ctx, compiled.Plan, target, o)
		if result.Error == nil || result.Error.Code != "interrupted" || result.Error.Step == "" {
			t.Errorf("%s: %+v", url, result.Error)
		}
		if err := target.Close(); err != nil {
			t.Fatal(err)
		}
		if out := exits(t, 0, dir, "show", o.RunID, "--target", url); !strings.Contains(out, "in step stage.") {
			t.Errorf("pipe show says\n%s", out)
		}
	}
}

// crowdSpec is a spec over the tables named; "-" stands before one that exists
// already and is only referred to.
func crowdSpec(name, tables string) string {
	text := "version: 1\nname: " + name + "\nvars: {dir: path}\ntables:\n"
	for _, table := range strings.Fields(tables) {
		if name, ok := strings.CutPrefix(table, "-"); ok {
			text += fmt.Sprintf("  %s: {primary_key: [id], columns: %s}\n", name, crowdColumns[name])
			continue
		}
		text += fmt.Sprintf("  %s: {source: '${{ vars.dir }}/%[1]s.csv', primary_key: [id], columns: %s}\n", table, crowdColumns[table])
	}
	return text
}

// crowded makes the project, with rounds of files in folders, and the database
// with every table in it.
func crowded(t *testing.T, rounds int) (dir, target string) {
	t.Helper()
	dir, target = t.TempDir(), pgtest.Database(t)
	for name, tables := range crowd {
		write(t, filepath.Join(dir, name+".yaml"), crowdSpec(name, tables))
	}
	for round := range rounds + 1 {
		folder := filepath.Join(dir, fmt.Sprint(round))
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		for table := range crowdColumns {
			var b strings.Builder
			b.WriteString("id,value\n")
			for id := range 200 {
				fmt.Fprintf(&b, "%d,%d\n", id, round)
			}
			write(t, filepath.Join(folder, table+".csv"), b.String())
		}
	}
	for _, name := range []string{"c", "a", "d"} {
		exits(t, 0, dir, crowdRun(target, name, 0)...)
	}
	return dir, target
}

func crowdRun(target, name string, round int, more ...string) []string {
	return append([]string{"run", name + ".yaml", "--target", target, "--report", "none", "--var", fmt.Sprint("dir=", round)}, more...)
}

// all starts every spec of the crowd at once and waits for them.
func all(t *testing.T, dir, target string, round int) {
	t.Helper()
	var runs sync.WaitGroup
	for name := range crowd {
		runs.Go(func() {
			cmd, out := pipe(dir, crowdRun(target, name, round, "--wait", "2m")...)
			if err := cmd.Run(); err != nil {
				t.Errorf("round %d, %s: %v\n%s", round, name, err, out)
			}
			if said := strings.ToLower(out.String()); strings.Contains(said, "40p01") && !strings.Contains(said, "again") {
				t.Errorf("round %d, %s: a deadlock is shown\n%s", round, name, out)
			}
		})
	}
	runs.Wait()
}

// Runs of overlapping specs wait for each other, whatever the order they name
// their tables in, and never deadlock.
func TestACrowdOfSpecsNeverDeadlocks(t *testing.T) {
	const rounds = 5
	dir, target := crowded(t, rounds)
	before := deadlocks(t, target)
	for round := range rounds {
		all(t, dir, target, round+1)
	}
	if n := deadlocks(t, target) - before; n > 0 {
		t.Errorf("runs deadlocked %d times", n)
	}
	settled(t, target, rounds)
	noLeftovers(t, target)
}

// A client that locks rows and tables of the same database in any order may
// deadlock with a run; the run then tries again and ends well.
func TestADeadlockWithAnotherClientHeals(t *testing.T) {
	const rounds = 3
	dir, target := crowded(t, rounds)
	over := make(chan struct{})
	var clients sync.WaitGroup
	for range 2 {
		clients.Go(func() { meddle(t, target, over) })
	}
	for round := range rounds {
		all(t, dir, target, round+1)
	}
	close(over)
	clients.Wait()
	t.Logf("%d deadlocks in all", deadlocks(t, target))
	settled(t, target, rounds)
	noLeftovers(t, target)
}

// deadlocks is how many the server has seen in this database.
func deadlocks(t *testing.T, target string) (n int64) {
	t.Helper()
	db, session := open(t, target, "look")
	defer done(t, db, session)
	found, err := session.One(context.Background(), "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
	if err != nil {
		t.Fatal(err)
	}
	n, _ = found["deadlocks"].(int64)
	return n
}

// settled: every table holds the last round, whole.
func settled(t *testing.T, target string, round int) {
	t.Helper()
	db, session := open(t, target, "look")
	defer done(t, db, session)
	for table := range crowdColumns {
		found, err := session.One(context.Background(), "SELECT count(*) AS n, min(value) AS least, max(value) AS most FROM "+table)
		if err != nil {
			t.Fatal(err)
		}
		if found["n"] != int64(200) || found["least"] != int64(round) || found["most"] != int64(round) {
			t.Errorf("%s holds %v", table, found)
		}
	}
}

// meddle is a client that locks rows and tables in any order, and changes
// nothing.
func meddle(t *testing.T, target string, over chan struct{}) {
	ctx := context.Background()
	parsed, _, err := database.ParseTarget(target)
	if err != nil {
		t.Error(err)
		return
	}
	db, err := database.Open(ctx, parsed, "another client", database.ReadWrite)
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = db.Close() }()
	session, err := db.Session(ctx)
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = session.Close() }()
	tables := []string{"users", "regions", "subscriptions", "payments", "notes"}
	for {
		select {
		case <-over:
			return
		case <-time.After(rand.N(20 * time.Millisecond)):
		}
		err := session.Begin(ctx)
		rand.Shuffle(len(tables), func(i, j int) { tables[i], tables[j] = tables[j], tables[i] })
		for _, table := range tables[:3] {
			statement := []string{"SELECT id FROM %s WHERE id < 20 ORDER BY id DESC FOR UPDATE", "LOCK TABLE %s IN SHARE MODE", "LOCK TABLE %s IN ACCESS EXCLUSIVE MODE",
				"UPDATE %s SET value = value WHERE id = 5"}[rand.IntN(4)]
			if err == nil {
				err = session.Exec(ctx, fmt.Sprintf(statement, table))
			}
			time.Sleep(rand.N(15 * time.Millisecond))
		}
		var fault *database.Fault
		if errors.As(err, &fault) && fault.State != "40P01" || err != nil && fault == nil {
			t.Error(err)
			return
		}
		if err := session.Rollback(ctx); err != nil {
			t.Error(err)
			return
		}
	}
}

// Runs of specs that share no table work at the same time; of those that do,
// the second is told who is at it, where and since when.
func TestOnlyOverlappingSpecsWait(t *testing.T) {
	dir, target := crowded(t, 1)
	slow := filepath.Join(dir, "slow")
	if err := os.Mkdir(slow, 0o755); err != nil {
		t.Fatal(err)
	}
	feedEvery(t, filepath.Join(slow, "users.csv"), "id,value", 50*time.Millisecond)
	feedEvery(t, filepath.Join(slow, "regions.csv"), "id,value", 50*time.Millisecond)
	cmd, out := pipe(dir, "run", "c.yaml", "--target", target, "--report", "none", "--var", "dir=slow")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill() // its files never end
		_ = cmd.Wait()
	}()
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(exits(t, 0, dir, "runs", "--target", target), "running"); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it does not begin\n%s", out)
		}
	}
	exits(t, 0, dir, crowdRun(target, "d", 1)...)
	exits(t, 0, dir, crowdRun(target, "f", 1)...)
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{}, {"--wait", "700ms"}} {
		said := strings.Join(strings.Fields(exits(t, 4, dir, crowdRun(target, "e", 1, args...)...)), " ")
		for _, want := range []string{"table regions is being loaded by run ", "on " + host, fmt.Sprint("process ", cmd.Process.Pid), "since " + time.Now().UTC().Format("2006-01-02")} {
			if !strings.Contains(said, want) {
				t.Errorf("%v: the refusal does not say %q:\n%s", args, want, said)
			}
		}
		if waited := strings.Contains(said, "waiting, at most 700 ms: "); waited != (len(args) > 0) {
			t.Errorf("%v: whether it waits is told wrongly:\n%s", args, said)
		}
	}
}
