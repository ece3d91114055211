package dag_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"runtime"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/streamflow/pipe/engine/dag"
	"github.com/streamflow/pipe/engine/work"
)

var errBroken = errors.New("broken")

func TestWalk(t *testing.T) {
	shop := []node{
		{"users", nil}, {"orders", []string{"users"}}, {"lines", []string{"orders"}},
		{"stock", nil}, {"value", []string{"stock", "lines"}},
	}
	tests := []struct {
		name  string
		nodes []node
		fails []string
		want  map[string]dag.Outcome
	}{
		{"all is well", shop, nil, map[string]dag.Outcome{
			"users": {State: dag.Done}, "orders": {State: dag.Done}, "lines": {State: dag.Done}, "stock": {State: dag.Done}, "value": {State: dag.Done}}},
		{"dependants of a failed node are skipped, others go on", shop, []string{"users"}, map[string]dag.Outcome{
			"users": {State: dag.Failed, Err: errBroken}, "orders": {State: dag.Skipped, Because: "users"}, "lines": {State: dag.Skipped, Because: "users"},
			"stock": {State: dag.Done}, "value": {State: dag.Skipped, Because: "users"}}},
		{"of two failures the need stated first is the cause", shop, []string{"orders", "stock"}, map[string]dag.Outcome{
			"users": {State: dag.Done}, "orders": {State: dag.Failed, Err: errBroken}, "lines": {State: dag.Skipped, Because: "orders"},
			"stock": {State: dag.Failed, Err: errBroken}, "value": {State: dag.Skipped, Because: "stock"}}},
		{"a graph without an order is not walked", []node{{"a", []string{"b"}}, {"b", []string{"a"}}}, nil, map[string]dag.Outcome{
			"a": {State: dag.Failed, Err: cmpopts.AnyError}, "b": {State: dag.Failed, Err: cmpopts.AnyError}}},
	}
	for _, tt := range tests {
		for _, limit := range []int{-1, 1, 2, 8} {
			t.Run(fmt.Sprintf("%s/limit %d", tt.name, limit), func(t *testing.T) {
				got := graph(tt.nodes...).Walk(t.Context(), limit, func(_ context.Context, id string) error {
					for _, f := range tt.fails {
						if f == id {
							return errBroken
						}
					}
					return nil
				})
				if diff := cmp.Diff(tt.want, got, cmpopts.EquateErrors()); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

func TestWalkRunsIndependentNodesAtTheSameTime(t *testing.T) {
	// Each of the two waits for the other: one at a time would never end.
	var met sync.WaitGroup
	met.Add(2)
	got := graph(node{"a", nil}, node{"b", nil}).Walk(t.Context(), 2, func(context.Context, string) error {
		met.Done()
		met.Wait()
		return nil
	})
	want := map[string]dag.Outcome{"a": {State: dag.Done}, "b": {State: dag.Done}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWalkEndsWhenItsContextEnds(t *testing.T) {
	why := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	g := graph(node{"a", nil}, node{"b", nil}, node{"c", []string{"b"}}, node{"d", nil})
	got := g.Walk(ctx, 1, func(ctx context.Context, id string) error {
		if id == "a" {
			return nil
		}
		cancel(why)
		<-ctx.Done()
		return fmt.Errorf("%s: bad connection", id)
	})
	if got["b"].State != dag.Cancelled || got["b"].Err.Error() != "b: bad connection" {
		t.Errorf("the running node: %+v", got["b"])
	}
	delete(got, "b")
	want := map[string]dag.Outcome{
		"a": {State: dag.Done}, "c": {State: dag.Cancelled, Err: why}, "d": {State: dag.Cancelled, Err: why},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateErrors()); diff != "" {
		t.Error(diff)
	}
}

func TestWalkOfRandomGraphs(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 3))
		g, nodes := randomGraph(r)
		limit := 1 + r.IntN(4)
		fails := map[string]bool{}
		for _, n := range nodes {
			fails[n.id] = r.IntN(8) == 0
		}
		var mu sync.Mutex
		running, ended := 0, map[string]bool{}
		needs := map[string][]string{}
		for _, n := range nodes {
			needs[n.id] = n.needs
		}
		got := g.Walk(t.Context(), limit, func(_ context.Context, id string) error {
			mu.Lock()
			running++
			if running > limit {
				t.Errorf("seed %d: %d at a time, the limit is %d", seed, running, limit)
			}
			for _, need := range needs[id] {
				if !ended[need] || fails[need] {
					t.Errorf("seed %d: %s started without %s", seed, id, need)
				}
			}
			mu.Unlock()
			runtime.Gosched()
			mu.Lock()
			defer mu.Unlock()
			running--
			ended[id] = true
			if fails[id] {
				return errBroken
			}
			return nil
		})
		for _, n := range nodes {
			want := dag.Done
			if fails[n.id] {
				want = dag.Failed
			}
			for _, need := range n.needs {
				if got[need].State != dag.Done {
					want = dag.Skipped
				}
			}
			if o := got[n.id]; o.State != want || (o.State == dag.Skipped && !fails[o.Because]) {
				t.Errorf("seed %d: %s ended %+v, want %s", seed, n.id, o, want)
			}
		}
	}
}

// A panic in the work of a node is its error, without a stack trace; the others
// go on.
func TestAPanicIsAnErrorOfItsNode(t *testing.T) {
	var none []string
	got := graph(node{"users", nil}, node{"orders", []string{"users"}}, node{"stock", nil}).Walk(t.Context(), 2, func(_ context.Context, id string) error {
		if id == "users" {
			_ = none[len(id)]
		}
		return nil
	})
	fault, ok := errors.AsType[*work.Fault](got["users"].Err)
	if !ok || got["orders"].State != dag.Skipped || got["stock"].State != dag.Done {
		t.Fatalf("the outcomes are %+v", got)
	}
	want := regexp.MustCompile(`^this is a fault of pipe itself, at walk_test\.go:\d+: runtime error: index out of range \[5\] with length 0; please report it$`)
	if !want.MatchString(fault.Error()) {
		t.Errorf("it is told as: %s", fault)
	}
}
