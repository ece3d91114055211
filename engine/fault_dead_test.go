//go:build unix

package engine_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/internal/pgtest"
)

var runID = regexp.MustCompile(`\d{8}T\d{6}Z-[0-9a-f]{8}`)

// killedAt starts a run whose file never ends, and kills it while it stages.
// It gives the run's id.
func killedAt(t *testing.T, dir, target string) string {
	t.Helper()
	feedSlowly(t, filepath.Join(dir, "slow.csv"))
	cmd, out := pipe(dir, "run", "spec.yaml", "--target", target, "--var", "as_of=2024-01-31", "--var", "file=slow.csv")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	look := func(args ...string) string {
		cmd, out := pipe(dir, append(args, "--target", target)...)
		_ = cmd.Run() // there may be nothing yet
		return out.String()
	}
	id := ""
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if id == "" {
			id = runID.FindString(look("runs"))
		} else if strings.Contains(look("show", id), "is running at stage.counters") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("nothing shows that the run stages: %s\n%s\n%s", look("runs"), look("show", id), out)
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	return id
}

// A run that was killed is shown as interrupted, with the step that it had come
// to: before the next run has come by, and after.
func TestADeadRunIsShownAsOne(t *testing.T) {
	onBoth(t, func(t *testing.T, target string) {
		dir := counters(t, 3, "2024-01-31")
		id := killedAt(t, dir, target)
		shown := func(when string) {
			t.Helper()
			// The server needs a moment to see that the process is gone.
			for deadline := time.Now().Add(3 * time.Second); ; time.Sleep(50 * time.Millisecond) {
				list := exits(t, 0, dir, "runs", "--target", target, "--format", "csv")
				one := exits(t, 0, dir, "show", id, "--target", target)
				if strings.Contains(list, id+",counters,2024-01-31,interrupted,false,") && strings.Contains(list, ",stage.counters\n") &&
					strings.Contains(one, "run "+id+" was interrupted at stage.counters:") {
					return
				}
				if time.Now().After(deadline) {
					t.Fatalf("%s: %s\n%s", when, list, one)
				}
			}
		}
		shown("at once")
		exits(t, 0, dir, month(target, "2024-01-31", "--dry-run")...)
		shown("after a dry run")
		exits(t, 0, dir, month(target, "2024-01-31")...)
		shown("after the next run")
		noLeftovers(t, target)
	})
}

// Of the lock of a SQLite database nothing is left when its run has ended, and
// what a killed run or anybody else left in its file is in nobody's way.
func TestTheLockOfASQLiteFile(t *testing.T) {
	dir := counters(t, 3, "2024-01-31", "2024-02-29")
	path := filepath.Join(dir, "target.db")
	target := "sqlite:" + path
	gone := func(when string) {
		t.Helper()
		if _, err := os.Stat(path + ".lock"); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s the lock's file is there: %v", when, err)
		}
	}
	exits(t, 0, dir, month(target, "2024-01-31", "--dry-run")...)
	gone("after a dry run without a database")
	exits(t, 0, dir, month(target, "2024-01-31")...)
	gone("after a run")
	exits(t, 0, dir, month(target, "2024-02-29", "--dry-run")...)
	gone("after a dry run")
	for _, rubbish := range []string{"", "{", "\x00\xff", `{"run":7}`, strings.Repeat("x", 5000),
		`{"run":"20240101T000000Z-00000000","host":"elsewhere","pid":1,"started":"2024-01-01T00:00:00Z"}`} {
		write(t, path+".lock", rubbish)
		exits(t, 0, dir, month(target, "2024-01-31", "--dry-run", "--allow-older")...)
		write(t, path+".lock", rubbish)
		exits(t, 0, dir, month(target, "2024-02-29")...)
		gone("after rubbish")
	}
}

// A dry run that is killed leaves nothing at all, and needs no run to clean up
// behind it.
func TestADryRunThatIsKilledLeavesNothing(t *testing.T) {
	dir, temp := counters(t, 100000, "2024-01-31"), t.TempDir()
	cmd, out := pipe(dir, month("sqlite:"+filepath.Join(dir, "target.db"), "2024-01-31", "--dry-run")...)
	cmd.Env = append(cmd.Env, "TMPDIR="+temp)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(150 * time.Millisecond)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	_ = cmd.Wait() // it was killed
	for _, folder := range []string{dir, temp} {
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if name := e.Name(); name != "spec.yaml" && name != "2024-01-31.csv" {
				t.Errorf("left over: %s", name)
			}
		}
	}
}

// A foreign key that SQLite looks at when the transaction ends is looked at
// before: a dry run fails as the run would, and both say which rows it is.
func TestABrokenDeferredKeyIsTold(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "setup.sql"), `CREATE TABLE IF NOT EXISTS kinds (id INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS things (id INTEGER PRIMARY KEY, kind INTEGER REFERENCES kinds (id) DEFERRABLE INITIALLY DEFERRED);
`)
	write(t, filepath.Join(dir, "things.csv"), "id,kind\n1,7\n2,7\n3,\n")
	write(t, filepath.Join(dir, "spec.yaml"), `version: 1
name: things
setup: [setup.sql]
tables:
  things: {source: things.csv, primary_key: [id], columns: {id: integer, kind: integer}}
`)
	target := "sqlite:" + filepath.Join(dir, "target.db")
	for _, args := range [][]string{{"--dry-run"}, {}, {"--dry-run"}} {
		out := exits(t, 1, dir, append([]string{"run", "spec.yaml", "--target", target, "--report", "none"}, args...)...)
		if !strings.Contains(out, "a deferred foreign key is broken: 2 rows of table things find no row of") {
			t.Errorf("%v: nothing tells which rows they are:\n%s", args, out)
		}
	}
	write(t, filepath.Join(dir, "things.csv"), "id,kind\n1,\n2,\n3,\n")
	exits(t, 0, dir, "run", "spec.yaml", "--target", target, "--report", "none", "--dry-run")
	exits(t, 0, dir, "run", "spec.yaml", "--target", target, "--report", "none")
}

// Staging that nobody guards any more is not another run's to write to: a
// connection of a run that lost its locks while it slept finds that out.
func TestWhoLostTheLocksWritesNoStaging(t *testing.T) {
	target := pgtest.Database(t)
	names := []string{"stage_counters"}
	first, owner := open(t, target, "pipe 20240101T000000Z-00000001")
	second, other := open(t, target, "pipe 20240101T000000Z-00000002")
	defer done(t, second, other)
	lock := func(s *database.Session, run string) error {
		// The server needs a moment to see that a connection was closed.
		return s.Lock(t.Context(), names, database.Holder{Run: run, Host: "here", PID: os.Getpid()}, time.Second, func(database.Holder, time.Duration, time.Duration) {})
	}
	if err := lock(owner, "20240101T000000Z-00000001"); err != nil {
		t.Fatal(err)
	}
	stager, err := first.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := stager.Join(t.Context(), owner, names[0]); err != nil {
		t.Fatalf("a connection of the run that holds the lock: %v", err)
	}
	if err := owner.Close(); err != nil { // as when an administrator ends it
		t.Fatal(err)
	}
	if err := lock(other, "20240101T000000Z-00000002"); err == nil || !strings.Contains(err.Error(), "00000001") {
		t.Errorf("another run takes the table while staging is being filled: %v", err)
	}
	late, err := first.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := stager.Close(); err != nil {
		t.Fatal(err)
	}
	if err := lock(other, "20240101T000000Z-00000002"); err != nil {
		t.Errorf("nobody is left, and another run is refused: %v", err)
	}
	if err := late.Join(t.Context(), owner, names[0]); err == nil || !strings.Contains(err.Error(), "lost") {
		t.Errorf("a connection of a run that lost its locks begins to fill staging: %v", err)
	}
	done(t, first, late)
	if err := other.Holds(t.Context(), names); err != nil {
		t.Errorf("it holds the lock: %v", err)
	}
	// As behind a pooler that gives each transaction another session.
	if err := other.Unlock(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := other.Holds(t.Context(), names); err == nil || !strings.Contains(err.Error(), "pool_mode") {
		t.Errorf("a session that holds no lock may publish: %v", err)
	}
}

// A run that stands still while its locks are taken from it, and wakes while
// another is staging the same tables, leaves the other's staging alone: of five
// files the fifth is only begun when one of the first four has ended.
func TestARunThatWakesTooLateTouchesNothing(t *testing.T) {
	const rows = 100
	target, dir := pgtest.Database(t), t.TempDir()
	spec := "version: 1\nname: five\nvars: {dir: path}\ntables:\n"
	tables := []string{"t1", "t2", "t3", "t4", "t5"}
	for _, table := range tables {
		spec += "  " + table + ": {source: '${{ vars.dir }}/" + table + ".csv', primary_key: [id], columns: {id: integer, month: text}}\n"
	}
	write(t, filepath.Join(dir, "spec.yaml"), spec)
	for _, month := range []string{"before", "first", "second"} {
		if err := os.Mkdir(filepath.Join(dir, month), 0o755); err != nil {
			t.Fatal(err)
		}
		for _, table := range tables {
			write(t, filepath.Join(dir, month, table+".csv"), "id,month\n"+strings.Repeat("#,"+month+"\n", rows))
		}
	}
	number := func(month, table string) { // every row its id
		text, err := os.ReadFile(filepath.Join(dir, month, table+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		out := string(text)
		for id := range rows {
			out = strings.Replace(out, "#", strconv.Itoa(id), 1)
		}
		write(t, filepath.Join(dir, month, table+".csv"), out)
	}
	for _, month := range []string{"before", "first", "second"} {
		for _, table := range tables {
			number(month, table)
		}
	}
	load := func(month string) []string {
		return []string{"run", "spec.yaml", "--target", target, "--report", "none", "--var", "dir=" + month}
	}
	exits(t, 0, dir, load("before")...)
	for _, table := range tables[:4] {
		if err := os.Remove(filepath.Join(dir, "first", table+".csv")); err != nil {
			t.Fatal(err)
		}
		feedEvery(t, filepath.Join(dir, "first", table+".csv"), "id,month", 100*time.Microsecond)
	}
	held := filepath.Join(dir, "second", "t1.csv")
	text, err := os.ReadFile(held)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Remove(held), syscall.Mkfifo(held, 0o600)); err != nil {
		t.Fatal(err)
	}
	db, session := open(t, target, "administrator")
	defer done(t, db, session)
	until := func(what, query string) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			found, err := session.One(t.Context(), query)
			if err == nil && found["there"] == true {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s: %v %v; at work: %q", what, found, err, atWork(t, target))
			}
		}
	}
	first, said := pipe(dir, load("first")...)
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	until("four files are loading", "SELECT count(*) = 4 AS there FROM pg_stat_activity WHERE application_name LIKE 'pipe %' AND datname = current_database() AND state = 'active' AND query LIKE 'COPY%'")
	if err := first.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	if err := session.Exec(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'pipe %' AND datname = current_database()"); err != nil {
		t.Fatal(err)
	}
	second, out := pipe(dir, load("second")...)
	if err := second.Start(); err != nil {
		t.Fatal(err)
	}
	until("the fifth is staged", "SELECT count(*) > 0 AS there FROM pipe.stage_t5 WHERE month = 'second'")
	if err := first.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait() // its state tells
	if code := first.ProcessState.ExitCode(); code != 4 {
		t.Errorf("exit %d of the one that came too late\n%s", code, said)
	}
	f, err := os.OpenFile(held, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Close(), second.Wait()); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	for _, table := range tables {
		found, err := session.One(t.Context(), "SELECT count(*) AS n, min(month) AS least, max(month) AS most FROM "+table)
		if err != nil {
			t.Fatal(err)
		}
		if found["n"] != int64(rows) || found["least"] != "second" || found["most"] != "second" {
			t.Errorf("%s holds %v", table, found)
		}
	}
	noLeftovers(t, target)
}
