package report

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/streamflow/pipe/engine/run"
	"github.com/streamflow/pipe/engine/work"
)

// Progress tells what a run is doing while it does it. On a terminal each
// step under way has a line that is redrawn in place, and each file that was
// loaded leaves one behind; elsewhere only the lines that stay are written.
// It is safe for concurrent use. What it cannot write it leaves out: progress
// is not worth failing a run for.
type Progress struct {
	mu       sync.Mutex
	w        io.Writer
	live     bool
	none     bool
	width    int
	now      func() time.Time
	interval time.Duration // between redraws

	active  []*activeStep
	waiting *waiting // nil: for nobody
	names   int      // the widest table name
	stayed  bool     // a line was left behind on the terminal
	drawn   int      // live lines on the terminal
	redrawn time.Time
	stop    chan struct{}
	stopped sync.WaitGroup
}

// waiting is what is known of a wait for a lock.
type waiting struct {
	holder string
	began  time.Time
	most   time.Duration
	told   time.Duration // the wait at the last line of a log
}

type activeStep struct {
	id, table         string
	rows, bytes, size int64
	began             time.Time
	loading           bool
}

// NewProgress makes a Progress that writes to w, which should be the standard
// error. The mode is auto (live on a terminal, plain elsewhere), plain or
// none; width is the terminal's (0: 80). Close must be called when the run
// has ended, before its summary is written.
func NewProgress(w io.Writer, mode string, isTerminal bool, width int) *Progress {
	if width <= 0 {
		width = defaultWidth
	}
	p := &Progress{w: w, none: mode == "none", live: mode == "auto" && isTerminal, width: width, now: time.Now, interval: 100 * time.Millisecond}
	if p.live {
		p.stop = make(chan struct{})
		p.stopped.Add(1)
		stop := p.stop
		work.Go(func() { p.keepDrawing(stop) }, func(fault error) {
			// The run is not less right for it: it goes on without moving clocks.
			_, _ = fmt.Fprintf(p.w, "\n%s\n", fault)
		})
	}
	return p
}

// Tables tells which tables are to come, so that all lines have one shape.
func (p *Progress) Tables(names ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, name := range names {
		p.names = max(p.names, min(displayWidth(printable(name)), 24))
	}
}

// keepDrawing moves the clocks of steps that send no events of their own.
func (p *Progress) keepDrawing(stop <-chan struct{}) {
	defer p.stopped.Done()
	ticker := time.NewTicker(p.interval)
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return
		case <-ticker.C:
			p.tick()
		}
	}
}

func (p *Progress) tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.active) > 0 || p.waiting != nil {
		p.redraw("", false)
	}
}

// Close takes the live lines away and leaves a blank line below those that
// stay. Events that come later are not shown.
func (p *Progress) Close() {
	p.mu.Lock()
	stop := p.stop
	p.stop = nil
	if p.live {
		p.active, p.waiting = nil, nil
		p.redraw("", true)
		if p.stayed { // apart from the summary
			_, _ = io.WriteString(p.w, "\n")
		}
	}
	p.none = true
	p.mu.Unlock()
	if stop != nil {
		close(stop)
		p.stopped.Wait()
	}
}

// slowStep is how long a step that loads nothing takes before its end is told.
const slowStep = 2 * time.Second

// Event shows an event of a run; it is the run's callback.
func (p *Progress) Event(e run.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.none {
		return
	}
	switch e.Kind {
	case run.StepStarted:
		waited := p.waited()
		p.start(e)
		p.redraw(waited, waited != "")
	case run.Loading:
		a := p.find(e.Step)
		if a == nil {
			a = p.start(e)
		}
		a.loading, a.rows, a.bytes, a.size = true, e.Rows, e.Bytes, e.Size
		p.redraw("", false)
	case run.StepFinished:
		p.redraw(p.finish(e), true)
	case run.Skipping:
		p.finish(e)
	case run.Waiting:
		p.wait(e)
	case run.Retrying:
		p.redraw(retryingText(e), true)
	case run.Note:
		p.redraw(e.Message, true)
	}
}

// wait tells of a wait: on a terminal who is waited for and how long by now, in a
// log the same at once and then whenever the wait is twice as long.
func (p *Progress) wait(e run.Event) {
	before := p.waiting
	p.waiting = &waiting{e.Message, p.now().Add(-e.Elapsed), e.Most, max(e.Elapsed, 30*time.Second)}
	isNew := before == nil || before.holder != e.Message
	switch {
	case p.live:
		p.redraw("", isNew)
	case isNew || e.Elapsed >= 2*before.told:
		p.redraw(p.waiting.text(e.Elapsed), true)
	default:
		p.waiting.told = before.told
	}
}

func (w *waiting) text(waited time.Duration) string {
	if waited < time.Second {
		return "waiting, at most " + clock(w.most) + ": " + w.holder
	}
	return "waiting, " + clock(waited) + " of at most " + clock(w.most) + ": " + w.holder
}

// waited is the line that a wait leaves behind, if it took a while.
func (p *Progress) waited() string {
	if p.waiting == nil {
		return ""
	}
	if took := p.now().Sub(p.waiting.began); took >= slowStep {
		return "waited " + clock(took) + " for another run"
	}
	return ""
}

func retryingText(e run.Event) string {
	what := e.Step
	if what == "" {
		what = "the run"
	}
	why := e.Message
	if e.Err != nil {
		why = e.Err.Error()
	}
	return fmt.Sprintf("trying %s again (attempt %d): %s", what, e.Attempt, why)
}

func (p *Progress) start(e run.Event) *activeStep {
	p.waiting = nil // whatever held the run up is over
	a := &activeStep{id: e.Step, table: e.Table, began: p.now()}
	p.active = append(p.active, a)
	if e.Table != "" {
		p.names = max(p.names, min(displayWidth(printable(e.Table)), 24))
	}
	return a
}

func (p *Progress) find(id string) *activeStep {
	for _, a := range p.active {
		if a.id == id {
			return a
		}
	}
	return nil
}

// finish forgets a step and gives the line that it leaves behind, if any.
func (p *Progress) finish(e run.Event) string {
	a := p.find(e.Step)
	took := e.Elapsed
	loaded := e.Bytes > 0 || e.Rows > 0
	if a != nil {
		for i := range p.active {
			if p.active[i] == a {
				p.active = append(p.active[:i], p.active[i+1:]...)
				break
			}
		}
		if took == 0 {
			took = p.now().Sub(a.began)
		}
		loaded = loaded || a.loading
		if e.Rows == 0 && e.Bytes == 0 {
			e.Rows, e.Bytes = a.rows, a.bytes
		}
	}
	name := padded(cutMiddle(printable(e.Table), 24), p.names)
	switch {
	case e.Kind == run.Skipping:
		return ""
	case e.Err != nil && loaded:
		return "✗ " + name + "  not loaded after " + count(e.Rows, "row")
	case e.Err != nil:
		return "✗ " + printable(e.Step) + "  failed"
	case loaded:
		return "✓ " + name + "  " + count(e.Rows, "row") + ", " + bytesText(e.Bytes) + " in " + elapsed(took)
	case took >= slowStep:
		return "✓ " + printable(e.Step) + "  in " + elapsed(took)
	}
	return ""
}

// redraw writes a line that stays (when text is not empty) and the live lines
// anew. Unless now is set, it does nothing when it was called a moment ago.
func (p *Progress) redraw(text string, now bool) {
	var b strings.Builder
	if !p.live {
		if text != "" {
			b.WriteString(plainLine(text) + "\n")
			_, _ = io.WriteString(p.w, b.String())
		}
		return
	}
	at := p.now()
	if !now && p.drawn > 0 && at.Sub(p.redrawn) < p.interval {
		return
	}
	p.redrawn = at
	if p.drawn > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", p.drawn)
	}
	b.WriteString("\r\x1b[J") // to the first live line, and clear from there on
	if text != "" {
		p.stayed = true
		for _, line := range wrap("  "+strings.Join(strings.Split(text, "\n"), " "), p.width-1) {
			b.WriteString(line + "\n")
		}
	}
	lines := p.liveLines(at)
	for _, line := range lines {
		b.WriteString(cutEnd(line, p.width-1) + "\n")
	}
	p.drawn = len(lines)
	_, _ = io.WriteString(p.w, b.String())
}

// plainLine is a line of its own, whatever the text holds.
func plainLine(text string) string { return printable(strings.Join(strings.Fields(text), " ")) }

func (p *Progress) liveLines(now time.Time) []string {
	var lines []string
	for _, a := range p.active {
		if a.loading {
			lines = append(lines, p.loadingLine(a, now))
			continue
		}
		lines = append(lines, "  "+printable(a.id)+"  "+elapsed(now.Sub(a.began).Truncate(time.Second)))
	}
	if p.waiting != nil {
		for i, line := range wrap(p.waiting.text(now.Sub(p.waiting.began)), p.width-5) {
			lines = append(lines, map[bool]string{true: "  ", false: "    "}[i == 0]+line)
		}
	}
	return lines
}

const barWidth = 16

// loadingLine is the live line of a file: bar, rows, speed and the time left.
func (p *Progress) loadingLine(a *activeStep, now time.Time) string {
	took := now.Sub(a.began)
	line := "  " + padded(cutMiddle(printable(a.table), 24), p.names) + "  "
	if a.size > 0 {
		share := min(float64(a.bytes)/float64(a.size), 1)
		full := int(share * barWidth)
		line += fmt.Sprintf("%s%s %3d %%  ", strings.Repeat("━", full), strings.Repeat("─", barWidth-full), int(share*100))
	}
	line += count(a.rows, "row")
	if speed := rate(a.bytes, took); speed > 0 {
		line += "  " + bytesText(speed) + "/s"
		if a.size > a.bytes && took > time.Second {
			left := time.Duration(float64(took) * float64(a.size-a.bytes) / float64(a.bytes))
			line += "  " + clock(left.Round(time.Second)) + " left"
		}
	}
	return line
}
