//go:build unix

package engine_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/streamflow/pipe/engine/internal/pgtest"
)

// A COMMIT whose answer is lost is looked up: what the run says is what there
// is, whether it arrived, did not, or arrives when nobody expects it any more.
func TestALostCommitIsResolved(t *testing.T) {
	for name, fate := range map[string]pgtest.Fate{"it arrived": pgtest.LastOne, "it did not arrive": pgtest.Lose, "it arrives late": pgtest.Late} {
		t.Run(name, func(t *testing.T) {
			direct := pgtest.Database(t)
			proxy := pgtest.NewProxy(t, direct)
			var mu sync.Mutex
			recorded, cut := false, 0
			proxy.Forward = func(chunk []byte) pgtest.Fate {
				mu.Lock()
				defer mu.Unlock()
				recorded = recorded || bytes.Contains(chunk, []byte("SET status = $1"))
				if cut == 0 && recorded && bytes.Contains(chunk, []byte("COMMIT")) {
					cut++
					return fate
				}
				return pgtest.Pass
			}
			dir := counters(t, 500, "2024-01-31")
			out := exits(t, 0, dir, month(proxy.URL, "2024-01-31", "--format", "json")...)
			mu.Lock()
			defer mu.Unlock()
			if cut != 1 {
				t.Fatalf("no COMMIT was lost\n%s", out)
			}
			// What arrived is not done again; what did not is, and that is told.
			again := fate != pgtest.LastOne
			if strings.Contains(out, `"retries":[{"step":"publish"`) != again || !strings.Contains(out, `"status":"succeeded","published":true`) {
				t.Errorf("the publish was repeated, or not, wrongly:\n%s", out)
			}
			if want := "live2024-01-31500;stamp2024-01-31500"; compact(state(t, direct)) != want {
				t.Errorf("the target holds %s", state(t, direct))
			}
			noLeftovers(t, direct)
		})
	}
}

// Nobody can tell whether a run was published when its COMMIT is lost and the
// server cannot be asked: that is what it says, and the records tell later.
func TestAnOutcomeThatNobodyKnowsIsCalledSo(t *testing.T) {
	t.Parallel() // it waits for half a minute
	direct := pgtest.Database(t)
	proxy := pgtest.NewProxy(t, direct)
	recorded := false
	var mu sync.Mutex
	proxy.Forward = func(chunk []byte) pgtest.Fate {
		mu.Lock()
		defer mu.Unlock()
		recorded = recorded || bytes.Contains(chunk, []byte("SET status = $1"))
		if recorded && bytes.Contains(chunk, []byte("COMMIT")) {
			go proxy.Stall()
			return pgtest.LastOne
		}
		return pgtest.Pass
	}
	dir := counters(t, 500, "2024-01-31")
	out := exits(t, 3, dir, month(proxy.URL, "2024-01-31", "--format", "json")...)
	if !strings.Contains(out, `"code":"outcome_unknown"`) || strings.Contains(out, "rolled back") {
		t.Errorf("it claims to know:\n%s", out)
	}
	if want := "live2024-01-31500;stamp2024-01-31500"; compact(state(t, direct)) != want {
		t.Errorf("the target holds %s", state(t, direct))
	}
	proxy.Resume()
	exits(t, 0, dir, month(direct, "2024-01-31")...)
	noLeftovers(t, direct)
}

// A server must not wait a quarter of an hour for a client that a cut network
// took away, whatever it was at; what the URL asks for is left alone. (That the
// session then ends was measured with a link between two machines taken down.)
func TestTheServerIsToldHowLongASilentClientCounts(t *testing.T) {
	target := pgtest.Database(t)
	const settings = "SELECT current_setting('tcp_keepalives_idle'), current_setting('tcp_keepalives_interval'), current_setting('tcp_keepalives_count'), current_setting('tcp_user_timeout')"
	if got := ask(t, target, settings); got[0] != "10|5|3|25000" {
		t.Errorf("the server has %s", got)
	}
	other := "&"
	if !strings.Contains(target, "?") {
		other = "?"
	}
	if got := ask(t, target+other+"tcp_user_timeout=90000", settings); got[0] != "10|5|3|90000" {
		t.Errorf("where the URL asks for another, the server has %s", got)
	}
}

// endless is a spec one of whose steps never ends.
func endless(t *testing.T, setup, rule string) string {
	t.Helper()
	dir := counters(t, 2000, "2024-01-31")
	text := strings.Replace(countersSpec, "rule: count_distinct(month) == 1", rule, 1)
	if setup != "" {
		write(t, filepath.Join(dir, "setup.sql"), setup)
		text = strings.Replace(text, "tables:", "setup: [setup.sql]\ntables:", 1)
	}
	write(t, filepath.Join(dir, "spec.yaml"), text)
	return dir
}

// When its time is up, or somebody interrupts it, nothing of a run is left on
// the server two seconds later, whatever it was waiting for.
func TestNothingOutlivesATimeoutOrCtrlC(t *testing.T) {
	const ok = "rule: count_distinct(month) == 1"
	long := "expect_query_results_to_match_comparison: {base_query: SELECT 1 AS n FROM pg_sleep(60), comparison_query: SELECT 1 AS n}"
	cases := map[string]struct {
		setup, rule string
		args        []string
		slow        bool                // a file that never ends
		hold        string              // another client's, meanwhile
		stall       func(*pgtest.Proxy) // half a second after the start
	}{
		"a check":                   {rule: long},
		"the setup SQL":             {rule: ok, setup: "SELECT pg_sleep(60);"},
		"a lock of a client":        {rule: ok, setup: "CREATE TABLE IF NOT EXISTS counters (id integer PRIMARY KEY, month text);", hold: "LOCK TABLE counters IN ACCESS EXCLUSIVE MODE"},
		"another run":               {rule: ok, args: []string{"--wait", "1m"}, hold: "SELECT pg_advisory_lock(1885960293, hashtext('stage_counters'))"},
		"a lost network":            {rule: long, stall: (*pgtest.Proxy).StallLinks},
		"a COPY":                    {rule: ok, slow: true},
		"a COPY and a lost network": {rule: ok, slow: true, stall: (*pgtest.Proxy).StallLinks},
	}
	for name, c := range cases {
		for _, how := range []string{"--timeout", "Ctrl-C"} {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				direct := pgtest.Database(t)
				proxy := pgtest.NewProxy(t, direct)
				dir := endless(t, c.setup, c.rule)
				if c.hold != "" {
					hold(t, direct, c.setup+c.hold)
				}
				feedSlowly(t, filepath.Join(dir, "slow.csv"))
				args := month(proxy.URL, "2024-01-31", c.args...)
				if c.slow {
					args[slices.Index(args, "file=2024-01-31.csv")] = "file=slow.csv"
				}
				const after = 1500 * time.Millisecond
				want := 130
				if how == "--timeout" {
					args, want = append(args, "--timeout", after.String()), 3
				}
				begun := time.Now()
				cmd, out := pipe(dir, args...)
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				ended := make(chan struct{})
				go func() { _ = cmd.Wait(); close(ended) }() // its state tells
				if c.stall != nil {
					time.Sleep(after / 2)
					c.stall(proxy)
				}
				time.Sleep(time.Until(begun.Add(after)))
				if how == "Ctrl-C" {
					if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
						t.Fatalf("it ended before: %v\n%s", err, out)
					}
				}
				time.Sleep(2 * time.Second)
				left := atWork(t, direct)
				if len(left) > 0 { // a machine that is busy elsewhere
					time.Sleep(time.Second)
					left = atWork(t, direct)
				}
				if len(left) > 0 {
					t.Errorf("two seconds later the server still works for it: %v", left)
				}
				select {
				case <-ended:
				case <-time.After(8 * time.Second):
					_ = cmd.Process.Kill()
					<-ended
					t.Errorf("it does not end\n%s", out)
				}
				if got := cmd.ProcessState.ExitCode(); got != want {
					t.Errorf("exit %d, want %d\n%s", got, want, out)
				}
				if !strings.Contains(out.String(), "rolled back") {
					t.Errorf("nothing says what became of it\n%s", out)
				}
			})
		}
	}
}

// atWork are the statements of pipe that the server is busy with.
func atWork(t *testing.T, target string) (left []string) {
	t.Helper()
	db, session := open(t, target, "look")
	defer done(t, db, session)
	err := session.Rows(context.Background(), func(_ []string, v []any) error {
		left = append(left, fmt.Sprint(v...))
		return nil
	}, "SELECT state || ': ' || query FROM pg_stat_activity WHERE application_name LIKE 'pipe %' AND datname = current_database()")
	if err != nil {
		t.Fatal(err)
	}
	return left
}

// hold executes a statement in a transaction that stays open until the test ends.
func hold(t *testing.T, target, statement string) {
	t.Helper()
	db, session := open(t, target, "another client")
	t.Cleanup(func() { done(t, db, session) })
	ctx := context.Background()
	if err := session.Begin(ctx); err != nil {
		t.Fatal(err)
	}
	if err := session.Exec(ctx, statement); err != nil {
		t.Fatal(err)
	}
}

// feedSlowly makes a pipe whose rows have no end, until the test ends.
func feedSlowly(t *testing.T, path string) { feedEvery(t, path, "id,month", 50*time.Millisecond) }

func feedEvery(t *testing.T, path, header string, pause time.Duration) {
	t.Helper()
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	go feed(ctx, path, header, pause)
}

// feed writes rows into a named pipe, many and then one now and then, until
// ctx ends.
func feed(ctx context.Context, path, header string, pause time.Duration) {
	// Opened for both, since for writing alone it would wait for a reader.
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return // the folder is gone: nobody came to read
	}
	stop := context.AfterFunc(ctx, func() { _ = f.Close() }) // ends a Write that waits
	defer stop()
	var many strings.Builder
	many.WriteString(header + "\n")
	const atOnce = 60000 // more than a reader's buffer takes, so that rows are on their way
	for id := range atOnce {
		fmt.Fprintf(&many, "%d,7\n", id)
	}
	_, err = f.WriteString(many.String())
	for id := atOnce; err == nil; id++ {
		time.Sleep(pause)
		_, err = fmt.Fprintf(f, "%d,7\n", id)
	}
}

// A check heals as a run does: it begins again, and says so.
func TestACheckThatLosesItsConnectionBeginsAgain(t *testing.T) {
	target := pgtest.Database(t)
	dir := counters(t, 100, "2024-01-31")
	exits(t, 0, dir, month(target, "2024-01-31")...)
	slow := strings.Replace(countersSpec, "rule: count_distinct(month) == 1",
		"expect_query_results_to_match_comparison: {base_query: SELECT 1 AS n FROM pg_sleep(1), comparison_query: SELECT 1 AS n}", 1)
	write(t, filepath.Join(dir, "spec.yaml"), slow)
	cmd, out := pipe(dir, "check", "spec.yaml", "--target", target, "--var", "as_of=2024-01-31", "--var", "file=2024-01-31.csv", "--format", "json")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	db, session := open(t, target, "administrator")
	defer done(t, db, session)
	ended := false
	for deadline := time.Now().Add(20 * time.Second); !ended && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		err := session.Rows(t.Context(), func([]string, []any) error { ended = true; return nil },
			"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'pipe %' AND datname = current_database() AND query LIKE '%pg_sleep%'")
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := cmd.Wait(); err != nil || !ended {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{`"status":"succeeded"`, `"attempts":2`, `"retries":[{"step":"check"`, `"evaluated":1`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
}
