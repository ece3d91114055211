package engine_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/streamflow/pipe/engine"
	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/internal/pgtest"
)

// Each test of this file runs on both databases.
func onBoth(t *testing.T, test func(t *testing.T, target string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, "sqlite:"+filepath.Join(t.TempDir(), "target.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, pgtest.Database(t)) })
}

const countersSpec = `version: 1
name: counters
as_of: '${{ vars.as_of }}'
vars: {as_of: date, file: path}
tables:
  counters:
    source: '${{ vars.file }}'
    primary_key: [id]
    on_bad_row: quarantine
    max_rejects: 1
    columns: {id: integer, month: text}
suites:
  - table: counters
    expectations:
      - rule: count_distinct(month) == 1
snapshots:
  counters_history: {from: counters}
`

// counters makes a project with one table and a file a month, of n rows that
// all hold the month's name, and one bad row.
func counters(t *testing.T, n int, months ...string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "spec.yaml"), countersSpec)
	for _, m := range months {
		var b strings.Builder
		b.WriteString("id,month\n")
		for i := range n {
			fmt.Fprintf(&b, "%d,%s\n", i, m)
		}
		fmt.Fprintf(&b, "one bad row,%s\n", m)
		write(t, filepath.Join(dir, m+".csv"), b.String())
	}
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// pipe starts a real process of the program.
func pipe(dir string, args ...string) (*exec.Cmd, *bytes.Buffer) {
	out := &bytes.Buffer{}
	cmd := &exec.Cmd{Path: os.Args[0], Args: append([]string{"pipe"}, args...), Dir: dir, Stdout: out, Stderr: out, Env: append(os.Environ(), "NO_COLOR=1")}
	return cmd, out
}

func month(target, month string, more ...string) []string {
	return append([]string{"run", "spec.yaml", "--target", target, "--report", "none", "--var", "as_of=" + month, "--var", "file=" + month + ".csv"}, more...)
}

// exits runs pipe to its end and checks the exit code.
func exits(t *testing.T, want int, dir string, args ...string) string {
	t.Helper()
	cmd, out := pipe(dir, args...)
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); got != want {
		t.Fatalf("pipe %s: exit %d, want %d\n%s", strings.Join(args, " "), got, want, out)
	}
	return out.String()
}

// open opens the target as pipe does, with a name of our own.
func open(t *testing.T, target, name string) (*database.DB, *database.Session) {
	t.Helper()
	parsed, _, err := database.ParseTarget(target)
	if err != nil {
		t.Fatal(err)
	}
	db, err := database.Open(context.Background(), parsed, name, database.ReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	session, err := db.Session(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return db, session
}

func done(t *testing.T, db *database.DB, s *database.Session) {
	t.Helper()
	if err := errors.Join(s.Close(), db.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestASecondRunOfATableIsRefusedOrWaits(t *testing.T) {
	onBoth(t, func(t *testing.T, target string) {
		dir := counters(t, 3, "2024-01-31")
		db, session := open(t, target, "pipe 20240101T000000Z-00000000")
		me := database.Holder{Run: "20240101T000000Z-00000000", Host: "elsewhere", PID: 7, Started: time.Now()}
		err := session.Lock(context.Background(), []string{"stage_counters"}, me, 0, func(database.Holder, time.Duration, time.Duration) {})
		if err != nil {
			t.Fatal(err)
		}
		out := exits(t, 4, dir, month(target, "2024-01-31")...)
		if !strings.Contains(out, me.Run) || !strings.Contains(out, "--wait") {
			t.Errorf("the refusal names neither the holder nor the cure:\n%s", out)
		}
		free := time.AfterFunc(700*time.Millisecond, func() {
			if err := session.Unlock(context.Background()); err != nil {
				t.Error(err)
			}
		})
		defer free.Stop()
		out = exits(t, 0, dir, month(target, "2024-01-31", "--wait", "30s")...)
		if !strings.Contains(out, me.Run) {
			t.Errorf("nothing tells whom the run waits for:\n%s", out)
		}
		done(t, db, session)
	})
}

// state is what a reader sees: how many rows each month has in the table and
// in its snapshot.
func state(t *testing.T, target string) string {
	t.Helper()
	db, session := open(t, target, "look")
	defer done(t, db, session)
	var parts []string
	for _, query := range []string{
		"SELECT 'live', month, count(*) FROM counters GROUP BY month ORDER BY month",
		"SELECT 'stamp', CAST(as_of AS text), count(*) FROM counters_history GROUP BY as_of ORDER BY as_of",
	} {
		err := session.Rows(context.Background(), func(_ []string, v []any) error {
			parts = append(parts, fmt.Sprint(v...))
			return nil
		}, query)
		if err != nil {
			t.Fatal(err)
		}
	}
	return strings.Join(parts, "; ")
}

// A run that is killed leaves the target exactly as it was or as it should be,
// and nothing else once the next run has ended.
func TestAKilledRunLeavesBeforeOrAfter(t *testing.T) {
	const rows = 60000
	onBoth(t, func(t *testing.T, target string) {
		dir := counters(t, rows, "2024-01-31", "2024-02-29")
		begun := time.Now()
		exits(t, 0, dir, month(target, "2024-01-31")...)
		took := time.Since(begun)
		before := state(t, target)
		for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL} {
			cmd, out := pipe(dir, month(target, "2024-02-29")...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(rand.N(took))
			// It may have ended already, which is as good an outcome.
			_ = cmd.Process.Signal(signal)
			_ = cmd.Wait()
			code := cmd.ProcessState.ExitCode()
			want := map[syscall.Signal]int{syscall.SIGKILL: -1, syscall.SIGINT: 130, syscall.SIGTERM: 143}[signal]
			// A signal that comes before the program listens ends it at once.
			if code != want && code != 0 && code != -1 {
				t.Errorf("%v: exit %d, want %d or 0\n%s", signal, code, want, out)
			}
			got := state(t, target)
			after := fmt.Sprintf("live2024-02-29%d; stamp2024-01-31%[1]d; stamp2024-02-29%[1]d", rows)
			if after = strings.ReplaceAll(after, "live2024-02-29", "live 2024-02-29 "); compact(got) != compact(before) && compact(got) != compact(after) {
				t.Fatalf("%v: the target is neither before nor after: %s", signal, got)
			}
			if compact(got) == compact(after) {
				break
			}
		}
		exits(t, 0, dir, month(target, "2024-02-29")...)
		noLeftovers(t, target)
	})
}

func compact(s string) string { return strings.ReplaceAll(s, " ", "") }

func noLeftovers(t *testing.T, target string) {
	t.Helper()
	db, session := open(t, target, "look")
	defer func() { done(t, db, session) }()
	// SQLite has one connection: the listing takes it in its turn.
	if err := session.Close(); err != nil {
		t.Fatal(err)
	}
	records, err := engine.Runs(context.Background(), db, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if r.Status == "running" {
			t.Errorf("run %s is still shown as running", r.RunID)
		}
	}
	if session, err = db.Session(context.Background()); err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(target, "sqlite:") {
		return
	}
	var left []string
	// The server may need a moment to see that a connection was closed.
	for deadline := time.Now().Add(2 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		left = nil
		for _, query := range []string{
			"SELECT relname FROM pg_class WHERE relname LIKE 'stage\\_%'",
			"SELECT CAST(objid AS text) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
			"SELECT application_name FROM pg_stat_activity WHERE application_name LIKE 'pipe %' AND datname = current_database()",
		} {
			err := session.Rows(context.Background(), func(_ []string, v []any) error {
				left = append(left, fmt.Sprintf("%v (%s)", v[0], query))
				return nil
			}, query)
			if err != nil {
				t.Fatal(err)
			}
		}
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Errorf("left over: %v", left)
			return
		}
	}
}

func TestATimeoutRollsBack(t *testing.T) {
	onBoth(t, func(t *testing.T, target string) {
		dir := counters(t, 200000, "2024-01-31")
		out := exits(t, 3, dir, month(target, "2024-01-31", "--timeout", "120ms")...)
		if !strings.Contains(out, "timeout") {
			t.Errorf("the time is up, and nothing says so:\n%s", out)
		}
		exits(t, 0, dir, month(target, "2024-01-31")...)
	})
}

// A backend that is ended by an administrator is a transient fault: the run
// heals by itself and says so.
func TestAnEndedBackendHeals(t *testing.T) {
	target := pgtest.Database(t)
	dir := counters(t, 150000, "2024-01-31", "2024-02-29")
	exits(t, 0, dir, month(target, "2024-01-31")...)
	cmd, out := pipe(dir, month(target, "2024-02-29", "--format", "json")...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	db, session := open(t, target, "administrator")
	ended := false
	for deadline := time.Now().Add(20 * time.Second); !ended && time.Now().Before(deadline); {
		err := session.Rows(context.Background(), func([]string, []any) error {
			ended = true
			return nil
		}, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'pipe %' AND datname = current_database() AND query LIKE 'INSERT INTO \"counters%'")
		if err != nil {
			t.Fatal(err)
		}
	}
	done(t, db, session)
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if ended && !strings.Contains(out.String(), `"retries":[{"step":"publish"`) {
		t.Errorf("the publish was ended and the retry is not told:\n%s", out)
	}
	if !strings.Contains(out.String(), `"rejects_total":1,`) {
		t.Errorf("the bad row is not told once:\n%s", out)
	}
	if want := "live2024-02-29150000;stamp2024-01-31150000;stamp2024-02-29150000"; compact(state(t, target)) != want {
		t.Errorf("the target holds %s", state(t, target))
	}
	noLeftovers(t, target)
}
