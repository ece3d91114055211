package dag

import (
	"container/heap"
	"context"

	"github.com/streamflow/pipe/engine/work"
)

// State is how a node of a walk ended.
type State string

// The states. Only a Done node did what it was there for.
const (
	Done      State = "done"
	Failed    State = "failed"    // its function returned an error
	Skipped   State = "skipped"   // something it needs failed
	Cancelled State = "cancelled" // the context ended before or while it ran
)

// Outcome is how one node of a walk ended.
type Outcome struct {
	State State
	// Err is the function's error for Failed, and the context's cause or the
	// function's error for Cancelled.
	Err error
	// Because is the failed node that a Skipped one could not do without.
	Because string
}

// Walk calls do for every node after all that it needs, at most limit at a
// time (a limit below 1 counts as 1), and gives each node's outcome. A failed
// node's dependants are skipped and everything else goes on (a panic counts as
// its error); once ctx ends no
// further node is started and Walk returns when those that run have returned.
// When the graph has no order, nothing is called and every node is Failed with
// that error.
func (g *Graph) Walk(ctx context.Context, limit int, do func(ctx context.Context, id string) error) map[string]Outcome {
	w := walk{g: g, outcomes: make(map[string]Outcome, len(g.ids)), ended: make(chan result)}
	if _, err := g.Order(); err != nil {
		for _, id := range g.ids {
			w.outcomes[id] = Outcome{State: Failed, Err: err}
		}
		return w.outcomes
	}
	w.waiting, w.dependants, _ = g.edges() // Order has seen to its error
	for i, n := range w.waiting {
		if n == 0 {
			heap.Push(&w.ready, i)
		}
	}
	running := 0
	for w.ready.Len() > 0 || running > 0 {
		for w.ready.Len() > 0 && running < max(1, limit) {
			i := heap.Pop(&w.ready).(int)
			if outcome, settled := w.without(ctx, i); settled {
				w.settle(i, outcome)
				continue
			}
			running++
			work.Go(func() { w.ended <- result{i, do(ctx, g.ids[i])} }, func(fault error) { w.ended <- result{i, fault} })
		}
		if running == 0 {
			continue
		}
		r := <-w.ended
		running--
		w.settle(r.node, outcomeOf(ctx, r.err))
	}
	return w.outcomes
}

type walk struct {
	g          *Graph
	waiting    []int
	dependants [][]int
	ready      queue
	outcomes   map[string]Outcome
	ended      chan result
}

type result struct {
	node int
	err  error
}

// without tells the outcome of a node that must not be started. All that it
// needs has ended, so the answer does not depend on who was faster: the first
// need that failed, in the order stated, is the cause.
func (w *walk) without(ctx context.Context, i int) (Outcome, bool) {
	for _, need := range w.g.needs[i] {
		switch o := w.outcomes[need]; o.State {
		case Failed:
			return Outcome{State: Skipped, Because: need}, true
		case Skipped:
			return Outcome{State: Skipped, Because: o.Because}, true
		}
	}
	if ctx.Err() != nil {
		return Outcome{State: Cancelled, Err: context.Cause(ctx)}, true
	}
	return Outcome{}, false
}

func (w *walk) settle(i int, o Outcome) {
	w.outcomes[w.g.ids[i]] = o
	for _, d := range w.dependants[i] {
		if w.waiting[d]--; w.waiting[d] == 0 {
			heap.Push(&w.ready, d)
		}
	}
}

// outcomeOf counts an error that came after the context ended as its
// consequence: drivers report a cancelled query in many words.
func outcomeOf(ctx context.Context, err error) Outcome {
	switch {
	case err == nil:
		return Outcome{State: Done}
	case ctx.Err() != nil:
		return Outcome{State: Cancelled, Err: err}
	}
	return Outcome{State: Failed, Err: err}
}
