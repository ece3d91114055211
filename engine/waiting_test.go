//go:build unix

package engine_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const streamSpec = `version: 1
name: stream
tables:
  t:
    source: rows.csv
    primary_key: [id]
    columns: {id: integer}
`

// A source may be a pipe. One that nobody writes to is waited for until the
// time is up or somebody calls it off, and no longer.
func TestAPipeThatGivesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, target string) {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "spec.yaml"), streamSpec)
		path := filepath.Join(dir, "rows.csv")
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		if out := exits(t, 3, dir, "run", "spec.yaml", "--target", target, "--report", "none", "--timeout", "300ms"); !strings.Contains(out, "error[timeout]") {
			t.Errorf("no timeout is told:\n%s", out)
		}
		for _, c := range []struct {
			signal os.Signal
			exit   int
		}{{os.Interrupt, 130}, {syscall.SIGTERM, 143}} {
			cmd, out := pipe(dir, "run", "spec.yaml", "--target", target, "--report", "none")
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			w := awaitReader(t, path)
			if err := cmd.Process.Signal(c.signal); err != nil {
				t.Fatal(err)
			}
			err := cmd.Wait()
			if err := w.Close(); err != nil {
				t.Error(err)
			}
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != c.exit {
				t.Errorf("after %v: %v, want exit %d\n%s", c.signal, err, c.exit, out)
			}
		}
		if took := time.Since(begun); took > 30*time.Second {
			t.Errorf("it took %v", took)
		}

		cmd, out := pipe(dir, "run", "spec.yaml", "--target", target, "--report", "none")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("id\n1\n2\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil || !strings.Contains(out.String(), "2 rows") {
			t.Errorf("a pipe that gives rows: %v\n%s", err, out)
		}
	})
}

// Programs that keep passwords give .env as a pipe. One that nobody writes to is
// waited for until somebody calls it off, and what comes out of one is read.
func TestAPipeOfVariables(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "spec.yaml"), streamSpec+"targets: {a: {driver: sqlite, path: '${{ env.FILE }}'}}\n")
	write(t, filepath.Join(dir, "rows.csv"), "id\n1\n")
	path := filepath.Join(dir, ".env")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"lint", "doctor"} {
		cmd, out := pipe(dir, command, "spec.yaml")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		w := awaitReader(t, path)
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		late := time.AfterFunc(20*time.Second, func() {
			t.Errorf("pipe %s waits on for .env", command)
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
		})
		err := cmd.Wait()
		late.Stop()
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		if got := cmd.ProcessState.ExitCode(); err == nil || got != 130 {
			t.Errorf("pipe %s: exit %d, want 130\n%s", command, got, out)
		}
	}
	cmd, out := pipe(dir, "run", "spec.yaml", "--report", "none")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("FILE=from_env.db\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil || !strings.Contains(out.String(), "succeeded") {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := os.Stat(filepath.Join(dir, "from_env.db")); err != nil {
		t.Error(err)
	}
}

// awaitReader opens a pipe to write once somebody reads it.
func awaitReader(t *testing.T, path string) *os.File {
	t.Helper()
	for range 2000 {
		w, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		if err == nil {
			return w
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("nobody reads the pipe")
	return nil
}

// A file that somebody writes to all the while is no month that anybody made:
// nothing of it lands.
func TestAFileThatChangesWhileItIsRead(t *testing.T) {
	onBoth(t, func(t *testing.T, target string) {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "spec.yaml"), streamSpec)
		path := filepath.Join(dir, "rows.csv")
		write(t, path, "id\n1\n2\n")
		exits(t, 0, dir, "run", "spec.yaml", "--target", target, "--report", "none")
		for name, change := range map[string]func(f *os.File) error{
			"in place": func(f *os.File) error { _, err := f.WriteAt([]byte("3"), 3); return err },
			"grown":    func(f *os.File) error { _, err := f.WriteString("999999\n"); return err },
		} {
			var rows strings.Builder
			rows.WriteString("id\n")
			for i := range 300_000 {
				fmt.Fprintf(&rows, "%d\n", i)
			}
			write(t, path, rows.String())
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.Seek(0, io.SeekEnd); err != nil {
				t.Fatal(err)
			}
			stop, ended := make(chan struct{}), make(chan error, 1)
			go func() {
				for {
					select {
					case <-stop:
						ended <- f.Close()
						return
					case <-time.After(time.Millisecond):
						if err := change(f); err != nil {
							t.Error(err)
						}
					}
				}
			}()
			out := exits(t, 3, dir, "run", "spec.yaml", "--target", target, "--report", "none")
			close(stop)
			if err := <-ended; err != nil {
				t.Error(err)
			}
			if !strings.Contains(out, "error[source_changed]") {
				t.Errorf("%s: the change is not told:\n%s", name, out)
			}
			db, session := open(t, target, "test")
			n, err := session.One(context.Background(), "SELECT count(*) AS n FROM t")
			if err != nil || fmt.Sprint(n["n"]) != "2" {
				t.Errorf("%s: the table has %v rows: %v", name, n["n"], err)
			}
			done(t, db, session)
		}
	})
}
