//go:build unix

package engine_test

import (
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

	"github.com/streamflow/pipe/engine/internal/pgtest"
)

// Faults that both databases share, in turn with those of their own.
var commonFaults = []fault{
	{name: "kill -9", do: func(a *arena) []*process { return a.signalled(syscall.SIGKILL) }},
	{name: "SIGTERM", do: func(a *arena) []*process { return a.signalled(syscall.SIGTERM) }},
	{name: "SIGINT", do: func(a *arena) []*process { return a.signalled(syscall.SIGINT) }},
	{name: "two runs at once", do: (*arena).twoAtOnce},
	{name: "a stopped run and another", do: (*arena).stopped},
	{name: "a short --timeout", do: func(a *arena) []*process {
		return []*process{a.end(a.start(a.month+1, "--timeout", (time.Duration(a.rng.Int64N(int64(a.took))) + time.Millisecond).String()))}
	}},
	{name: "a dry run killed", do: func(a *arena) []*process {
		p := a.start(a.month+1, "--dry-run")
		a.moment()
		_ = p.Process.Kill() // it may have ended
		p = a.end(p)
		p.Dry = true
		return []*process{p}
	}},
	{name: "a full disk", do: (*arena).fullDisk, when: func(a *arena) bool { return a.disk != "" }},
}

var postgresFaults = append([]fault{
	{name: "a backend terminated", do: func(a *arena) []*process { return a.administered("pg_terminate_backend", "ORDER BY random() LIMIT 1") }, heals: true},
	{name: "all backends terminated", do: func(a *arena) []*process { return a.administered("pg_terminate_backend", "") }, heals: true},
	{name: "a backend cancelled", do: func(a *arena) []*process { return a.administered("pg_cancel_backend", "ORDER BY random() LIMIT 1") }},
	{name: "the server restarted", do: (*arena).restarted},
	{name: "the network cut", do: func(a *arena) []*process {
		p := a.start(a.month + 1)
		a.moment()
		a.proxy.Cut()
		return []*process{a.end(p)}
	}, heals: true},
	{name: "the network stalled for a moment", do: func(a *arena) []*process {
		p := a.start(a.month + 1)
		a.moment()
		a.proxy.Stall()
		a.pause(2 * time.Second)
		a.proxy.Resume()
		return []*process{a.end(p)}
	}, heals: true},
	{name: "the network stalled, and a --timeout", do: func(a *arena) []*process {
		p := a.start(a.month+1, "--timeout", a.took.String())
		a.moment()
		a.proxy.Stall()
		time.Sleep(a.took + 3*time.Second)
		a.proxy.Resume()
		return []*process{a.end(p)}
	}},
	{name: "a stopped run without its locks, and another", do: (*arena).stoppedAndRobbed},
}, commonFaults...)

var sqliteFaults = append([]fault{
	{name: "another writer", do: (*arena).anotherWriter},
	{name: "a limit on the size of files", do: (*arena).limitedFiles},
	{name: "rubbish in the lock file", do: func(a *arena) []*process {
		path, _ := strings.CutPrefix(a.target, "sqlite:")
		write(a.t, path+".lock", "\x00rubbish{")
		return []*process{a.end(a.start(a.month + 1))}
	}, heals: true},
}, commonFaults...)

// newPostgresArena has a server of its own, which can be restarted, a network
// that can be cut and, where file systems can be mounted, a disk that can be
// filled.
func newPostgresArena(t *testing.T, rng *rand.Rand) *arena {
	// What the server said is committed must survive its crash.
	cluster, err := pgtest.Start("synchronous_commit=on", "full_page_writes=on")
	if err != nil {
		if os.Getenv(pgtest.RequireVariable) != "" {
			t.Fatalf("this test needs a PostgreSQL of its own: %v", err)
		}
		t.Skipf("this test needs a PostgreSQL of its own: %v", err)
	}
	a := newArena(t, rng)
	a.cluster = cluster
	t.Cleanup(func() {
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
	})
	a.direct = cluster.URL
	if a.mount(); a.disk != "" {
		a.tablespace()
	}
	a.proxy = pgtest.NewProxy(t, a.direct)
	a.target = a.proxy.URL
	return a
}

func newSQLiteArena(t *testing.T, rng *rand.Rand) *arena {
	a := newArena(t, rng)
	folder := t.TempDir()
	if a.mount(); a.disk != "" {
		folder = a.disk
	}
	a.target = "sqlite:" + filepath.Join(folder, "target.db")
	a.direct = a.target
	return a
}

// mount makes a file system of a size that is soon filled, and that all the months fit into, where that may be done.
func (a *arena) mount() {
	if os.Geteuid() != 0 {
		a.t.Log("the disk cannot be filled: only root mounts file systems")
		return
	}
	folder := a.t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=256m,mode=777", "tmpfs", folder).CombinedOutput(); err != nil {
		a.t.Logf("the disk cannot be filled: %v %s", err, out)
		return
	}
	a.t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", folder).CombinedOutput(); err != nil {
			a.t.Errorf("%v %s", err, out)
		}
	})
	a.disk = folder
}

// tablespace puts all tables on the small disk.
func (a *arena) tablespace() {
	a.t.Helper()
	folder := filepath.Join(a.disk, "tables")
	// The server is another user, and must get there.
	if err := errors.Join(os.Mkdir(folder, 0o777), os.Chmod(filepath.Dir(a.disk), 0o755)); err != nil {
		a.t.Fatal(err)
	}
	if err := a.cluster.Own(folder); err != nil {
		a.t.Fatal(err)
	}
	a.admin("CREATE TABLESPACE small LOCATION '" + folder + "'")
	a.admin("ALTER SYSTEM SET default_tablespace = 'small'")
	a.admin("SELECT pg_reload_conf()")
}

// admin executes a statement with no network between, and counts the rows it
// gives.
func (a *arena) admin(statement string) (rows int) {
	a.t.Helper()
	db, session := open(a.t, a.direct, "administrator")
	defer done(a.t, db, session)
	if err := session.Rows(context.Background(), func([]string, []any) error { rows++; return nil }, statement); err != nil {
		a.t.Fatalf("%s: %v", statement, err)
	}
	return rows
}

func (a *arena) signalled(s syscall.Signal) []*process {
	p := a.start(a.month + 1)
	a.moment()
	_ = p.Process.Signal(s) // it may have ended
	return []*process{a.end(p)}
}

func (a *arena) administered(function, which string) []*process {
	p := a.start(a.month + 1)
	a.moment()
	a.admin("SELECT " + function + "(pid) FROM (SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'pipe %' " + which + ") AS victims")
	return []*process{a.end(p)}
}

func (a *arena) restarted() []*process {
	p := a.start(a.month + 1)
	a.moment()
	if err := a.cluster.Restart(); err != nil {
		a.t.Fatal(err)
	}
	return []*process{a.end(p)}
}

func (a *arena) twoAtOnce() []*process {
	var wait []string
	if a.rng.IntN(2) == 0 {
		wait = []string{"--wait", "20s"}
	}
	first := a.start(a.month+1, wait...)
	a.pause(a.took)
	second := a.start(a.month+1+a.rng.IntN(2), wait...)
	return []*process{a.end(first), a.end(second)}
}

// stopped: while a run stands still another may not take its place, and the
// first goes on as if nothing had been.
func (a *arena) stopped() []*process {
	first := a.start(a.month + 1)
	a.moment()
	_ = first.Process.Signal(syscall.SIGSTOP) // it may have ended
	second := a.end(a.start(a.month + 2))
	_ = first.Process.Signal(syscall.SIGCONT)
	return []*process{a.end(first), second}
}

// stoppedAndRobbed: a run stands still, its locks are taken from it, and
// another loads a later month. When the first wakes it may not touch what is
// the other's.
func (a *arena) stoppedAndRobbed() []*process {
	first := a.start(a.month + 1)
	a.moment()
	_ = first.Process.Signal(syscall.SIGSTOP) // it may have ended
	which := "JOIN pg_locks AS l USING (pid) WHERE l.locktype = 'advisory' AND application_name LIKE 'pipe %'"
	if a.rng.IntN(2) == 0 {
		which = "WHERE application_name LIKE 'pipe %'"
	}
	a.admin("SELECT pg_terminate_backend(pid) FROM (SELECT DISTINCT pid FROM pg_stat_activity " + which + ") AS victims")
	second := a.start(a.month + 2)
	if a.rng.IntN(2) == 0 {
		a.end(second)
	} else {
		a.moment()
	}
	_ = first.Process.Signal(syscall.SIGCONT)
	return []*process{a.end(first), a.end(second)}
}

// fullDisk fills the disk at some moment, and frees it soon or late.
func (a *arena) fullDisk() []*process {
	p := a.start(a.month + 1)
	a.moment()
	ballast := filepath.Join(a.disk, "ballast")
	f, err := os.Create(ballast)
	if err != nil {
		a.t.Fatal(err)
	}
	for block := make([]byte, 64<<10); err == nil; {
		_, err = f.Write(block)
	}
	if !errors.Is(errors.Join(err, f.Close()), syscall.ENOSPC) {
		a.t.Fatal(err)
	}
	if a.rng.IntN(2) == 0 {
		a.pause(time.Second)
	} else {
		a.end(p)
	}
	if err := os.Remove(ballast); err != nil {
		a.t.Fatal(err)
	}
	return []*process{a.end(p)}
}

// limitedFiles runs under ulimit -f: no file may grow beyond it.
func (a *arena) limitedFiles() []*process {
	path, _ := strings.CutPrefix(a.target, "sqlite:")
	info, err := os.Stat(path)
	if err != nil {
		a.t.Fatal(err)
	}
	a.files(a.month + 1)
	blocks := a.rng.Int64N(info.Size()/512+1000) + 1
	// The program knows itself by its name.
	link := filepath.Join(a.t.TempDir(), "pipe")
	if err := os.Symlink(os.Args[0], link); err != nil {
		a.t.Fatal(err)
	}
	cmd := exec.Command("/bin/sh", append([]string{"-c", fmt.Sprintf("ulimit -f %d; exec \"$@\"", blocks), "sh", link}, a.arguments(a.month+1)...)...)
	cmd.Dir = a.dir
	return []*process{a.end(a.launch(a.month+1, cmd))}
}

// anotherWriter holds the database for a while, and commits nothing.
func (a *arena) anotherWriter() []*process {
	p := a.start(a.month + 1)
	a.moment()
	db, session := open(a.t, a.direct, "writer")
	defer done(a.t, db, session)
	ctx := context.Background()
	if err := session.Begin(ctx); err != nil {
		a.t.Log(err) // the run was faster
		return []*process{a.end(p)}
	}
	a.pause(time.Second)
	if err := session.Rollback(ctx); err != nil {
		a.t.Fatal(err)
	}
	return []*process{a.end(p)}
}
