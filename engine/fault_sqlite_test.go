//go:build unix

package engine_test

import (
	"context"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A timeout and Ctrl-C end a run on SQLite within two seconds, whatever it is
// at.
func TestATimeoutAndCtrlCEndARunOnSQLite(t *testing.T) {
	const ok = "rule: count_distinct(month) == 1"
	count := "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000000000) SELECT count(*) AS n FROM n"
	for name, c := range map[string]struct {
		setup, rule  string
		held, stream bool
	}{
		"a check":        {rule: "expect_query_results_to_match_comparison: {base_query: " + quoted(count) + ", comparison_query: SELECT 1 AS n}"},
		"the setup SQL":  {rule: ok, setup: count + ";"},
		"another writer": {rule: ok, held: true},
		"a slow file":    {rule: ok, stream: true},
	} {
		for _, how := range []string{"--timeout", "Ctrl-C"} {
			t.Run(name+", "+how, func(t *testing.T) {
				dir := endless(t, c.setup, c.rule)
				target := "sqlite:" + filepath.Join(dir, "target.db")
				args := month(target, "2024-01-31")
				if c.held {
					db, session := open(t, target, "writer")
					if err := session.Begin(context.Background()); err != nil {
						t.Fatal(err)
					}
					defer func() {
						if err := session.Rollback(context.Background()); err != nil {
							t.Error(err)
						}
						done(t, db, session)
					}()
				}
				if c.stream {
					feedSlowly(t, filepath.Join(dir, "slow.csv"))
					args[len(args)-1] = "file=slow.csv"
				}
				const after = time.Second
				want := 130
				if how == "--timeout" {
					args, want = append(args, "--timeout", after.String()), 3
				}
				cmd, out := pipe(dir, args...)
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				ended := make(chan struct{})
				go func() { _ = cmd.Wait(); close(ended) }() // its state tells
				time.Sleep(after)
				if how == "Ctrl-C" {
					if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
						t.Fatalf("it ended before: %v\n%s", err, out)
					}
				}
				select {
				case <-ended:
				case <-time.After(2500 * time.Millisecond): // the machine may be busy
					_ = cmd.Process.Kill()
					<-ended
					t.Errorf("it goes on\n%s", out)
				}
				if got := cmd.ProcessState.ExitCode(); got != want || !strings.Contains(out.String(), "rolled back") {
					t.Errorf("exit %d, want %d\n%s", got, want, out)
				}
			})
		}
	}
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// Another writer of a SQLite database is waited for, as long as retries and
// time allow.
func TestAnotherWriterOfASQLiteFileIsWaitedFor(t *testing.T) {
	dir := counters(t, 2000, "2024-01-31")
	target := "sqlite:" + filepath.Join(dir, "target.db")
	db, session := open(t, target, "writer")
	ctx := context.Background()
	if err := session.Begin(ctx); err != nil {
		t.Fatal(err)
	}
	free := time.AfterFunc(1500*time.Millisecond, func() {
		if err := session.Rollback(ctx); err != nil {
			t.Error(err)
		}
	})
	defer free.Stop()
	exits(t, 0, dir, month(target, "2024-01-31")...)
	done(t, db, session)
}
