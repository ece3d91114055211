package report

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/streamflow/pipe/engine/run"
)

// watch plays events into a Progress whose clock moves on by step each time it is read.
func watch(p *Progress, step time.Duration, events ...run.Event) {
	at := time.Date(2026, 1, 5, 8, 15, 2, 0, time.UTC)
	p.mu.Lock()
	p.now = func() time.Time { at = at.Add(step); return at }
	p.mu.Unlock()
	for _, e := range events {
		p.Event(e)
	}
}

const held = "table users is being loaded by run 20260301T060000Z-91bc0c1d (on warehouse.example.org, process 12345, since 2026-03-01 06:00:00 UTC)"

var loadEvents = []run.Event{
	{Kind: run.Waiting, Message: held, Most: 10 * time.Minute},
	{Kind: run.Waiting, Message: held, Elapsed: 300 * time.Millisecond, Most: 10 * time.Minute},
	{Kind: run.StepStarted, Step: "stage.users", Table: "users"},
	{Kind: run.StepStarted, Step: "stage.subscriptions", Table: "subscriptions"},
	{Kind: run.Loading, Step: "stage.users", Table: "users", Rows: 250000, Bytes: 11_000_000, Size: 44_000_000},
	{Kind: run.Loading, Step: "stage.subscriptions", Table: "subscriptions", Rows: 1, Bytes: 1000},
	{Kind: run.StepFinished, Step: "stage.users", Table: "users", Rows: 1000000, Bytes: 44_000_000, Elapsed: 3200 * time.Millisecond},
	{Kind: run.StepFinished, Step: "stage.subscriptions", Table: "subscriptions", Err: errors.New("12 bad rows"), Elapsed: time.Second},
	{Kind: run.Skipping, Step: "merge.subscriptions", Message: "stage.subscriptions did not succeed"},
	{Kind: run.Retrying, Step: "publish", Attempt: 2, Err: errors.New("could not serialize access\n(SQLSTATE 40001)")},
	{Kind: run.StepStarted, Step: "merge.users", Table: "users"},
	{Kind: run.StepFinished, Step: "merge.users", Table: "users", Elapsed: 41 * time.Second},
	{Kind: run.StepFinished, Step: "check.users", Table: "users", Elapsed: time.Millisecond},
	{Kind: run.Note, Message: "leftovers of run \x1b[2J were removed"},
}

func TestProgressOffATerminalIsPlainLines(t *testing.T) {
	for _, mode := range []string{"auto", "plain"} {
		var b bytes.Buffer
		p := NewProgress(&b, mode, mode == "plain", 80)
		watch(p, time.Second, loadEvents...)
		p.Close()
		golden(t, "progress/plain.txt", func(out *bytes.Buffer) error { _, err := out.Write(b.Bytes()); return err })
		if strings.ContainsAny(b.String(), "\r\x1b") {
			t.Errorf("%s: plain lines hold no carriage returns and no escape sequences: %q", mode, b.String())
		}
	}
}

func TestProgressNoneIsSilent(t *testing.T) {
	var b bytes.Buffer
	p := NewProgress(&b, "none", true, 80)
	watch(p, time.Second, loadEvents...)
	p.Close()
	if b.Len() > 0 {
		t.Errorf("wrote %q", b.String())
	}
}

// terminal is what is on the screen after the escape sequences that Progress uses.
func terminal(text string) []string {
	lines := []string{""}
	for text != "" {
		var up int
		switch {
		case strings.HasPrefix(text, "\r\x1b[J"):
			lines[len(lines)-1] = ""
			text = text[len("\r\x1b[J"):]
		case strings.HasPrefix(text, "\x1b["):
			_, _ = fmt.Sscanf(text, "\x1b[%dA", &up)
			lines = lines[:len(lines)-up]
			text = text[strings.Index(text, "A")+1:]
		case text[0] == '\n':
			lines = append(lines, "")
			text = text[1:]
		default:
			end := strings.IndexAny(text, "\r\n\x1b")
			if end < 0 {
				end = len(text)
			}
			lines[len(lines)-1] += text[:end]
			text = text[end:]
		}
	}
	return lines
}

func TestProgressOnATerminal(t *testing.T) {
	var b bytes.Buffer
	p := NewProgress(&b, "auto", true, 80)
	p.Tables("users", "subscriptions")
	watch(p, time.Second, loadEvents[2:6]...) // without the wait, whose clock the screen would race with
	p.mu.Lock()
	got := strings.Join(terminal(b.String()), "\n")
	p.mu.Unlock()
	golden(t, "progress/loading.txt", func(out *bytes.Buffer) error { _, err := out.WriteString(got); return err })

	watch(p, time.Second, loadEvents[6:]...)
	p.Close()
	for _, line := range terminal(b.String()) {
		if displayWidth(line) > 79 {
			t.Errorf("%d cells on a terminal of 80: %s", displayWidth(line), line)
		}
	}
	want := []string{
		"  ✓ users          1,000,000 rows, 44 MB in 3.2 s",
		"  ✗ subscriptions  not loaded after 1 row",
		"  trying publish again (attempt 2): could not serialize access (SQLSTATE 40001)",
		"  ✓ merge.users  in 41.0 s",
		"  leftovers of run \\x1b[2J were removed",
		"",
		"",
	}
	if diff := cmp.Diff(want, terminal(b.String())); diff != "" {
		t.Errorf("what stays on the terminal (-want +got):\n%s", diff)
	}
}

// Whoever waits at a terminal sees for whom, and a clock that runs.
func TestWaitingOnATerminal(t *testing.T) {
	var b bytes.Buffer
	p := NewProgress(&b, "auto", true, 80)
	screen := func() string {
		p.mu.Lock()
		defer p.mu.Unlock()
		return strings.Join(terminal(b.String()), "\n")
	}
	began := time.Date(2026, 1, 5, 8, 15, 2, 0, time.UTC)
	after := func(waited time.Duration) string {
		p.mu.Lock()
		p.now = func() time.Time { return began.Add(waited) }
		p.mu.Unlock()
		p.tick()
		return screen()
	}
	after(0)
	p.Event(run.Event{Kind: run.Waiting, Message: held, Most: 10 * time.Minute})
	after(71 * time.Second)
	p.Event(run.Event{Kind: run.Waiting, Message: held, Elapsed: 71 * time.Second, Most: 10 * time.Minute})
	want := `  waiting, 1 min 12 s of at most 10 min: table users is being loaded by run
    20260301T060000Z-91bc0c1d (on warehouse.example.org, process 12345, since
    2026-03-01 06:00:00 UTC)
`
	if diff := cmp.Diff(want, after(72*time.Second)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := after(75 * time.Second); !strings.HasPrefix(got, "  waiting, 1 min 15 s of") || strings.Count(got, "\n") != 3 {
		t.Errorf("three seconds later:\n%s", got)
	}
	p.Event(run.Event{Kind: run.StepStarted, Step: "prepare.records"})
	if got := screen(); !strings.HasPrefix(got, "  waited 1 min 15 s for another run\n  prepare.records") {
		t.Errorf("when it goes on:\n%s", got)
	}
	p.Close()
}

// A log is told at once who is waited for, and then ever more rarely that it is
// still so.
func TestWaitingInALog(t *testing.T) {
	var b bytes.Buffer
	p := NewProgress(&b, "auto", false, 80)
	var events []run.Event
	for waited := time.Duration(0); waited < time.Hour; waited += 250 * time.Millisecond {
		events = append(events, run.Event{Kind: run.Waiting, Message: held, Elapsed: waited, Most: time.Hour})
	}
	events = append(events, run.Event{Kind: run.Waiting, Message: "table users is being loaded by another run", Elapsed: 59 * time.Minute, Most: time.Hour},
		run.Event{Kind: run.StepStarted, Step: "prepare.records"})
	watch(p, 0, events...)
	p.Close()
	want := "waiting, at most 1 h: " + held + "\n"
	for _, waited := range []string{"1 min", "2 min", "4 min", "8 min", "16 min", "32 min"} {
		want += "waiting, " + waited + " of at most 1 h: " + held + "\n"
	}
	want += "waiting, 59 min of at most 1 h: table users is being loaded by another run\nwaited 59 min for another run\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestProgressIsSafeForConcurrentUse(t *testing.T) {
	var b bytes.Buffer
	p := NewProgress(&b, "auto", true, 80)
	var all sync.WaitGroup
	for i := range 8 {
		all.Add(1)
		go func() {
			defer all.Done()
			table := fmt.Sprintf("table_%d", i)
			p.Event(run.Event{Kind: run.StepStarted, Step: table, Table: table})
			for n := range 200 {
				p.Event(run.Event{Kind: run.Loading, Step: table, Table: table, Rows: int64(n), Bytes: int64(n), Size: 200})
			}
			p.Event(run.Event{Kind: run.StepFinished, Step: table, Table: table, Rows: 200, Bytes: 200})
		}()
	}
	all.Wait()
	p.Close()
	if got := strings.Count(strings.Join(terminal(b.String()), "\n"), "✓ table_"); got != 8 {
		t.Errorf("%d of 8 tables left their line", got)
	}
}
