//go:build unix

package engine_test

import (
	"errors"
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
			time.Sleep(300 * time.Millisecond)
			if err := cmd.Process.Signal(c.signal); err != nil {
				t.Fatal(err)
			}
			err := cmd.Wait()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != c.exit {
				t.Errorf("after %v: %v, want exit %d\n%s", c.signal, err, c.exit, out)
			}
		}
		if took := time.Since(begun); took > 10*time.Second {
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
