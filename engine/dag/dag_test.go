package dag_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamflow/pipe/engine/dag"
)

type node struct {
	id    string
	needs []string
}

func graph(nodes ...node) *dag.Graph {
	g := dag.New()
	for _, n := range nodes {
		g.Add(n.id, n.needs...)
	}
	return g
}

func TestOrder(t *testing.T) {
	tests := []struct {
		name  string
		nodes []node
		want  []string
	}{
		{"nothing", nil, []string{}},
		{"independent nodes keep the order they were added in", []node{{"c", nil}, {"a", nil}, {"b", nil}}, []string{"c", "a", "b"}},
		{"what is needed comes first", []node{{"labels", []string{"users"}}, {"users", nil}}, []string{"users", "labels"}},
		{"a node moves no further than it must", []node{{"d", []string{"a"}}, {"b", nil}, {"a", nil}, {"c", nil}}, []string{"b", "a", "d", "c"}},
		{"diamond", []node{{"top", []string{"left", "right"}}, {"right", []string{"base"}}, {"left", []string{"base"}}, {"base", nil}},
			[]string{"base", "right", "left", "top"}},
		{"a need stated twice counts once", []node{{"b", []string{"a", "a"}}, {"a", nil}}, []string{"a", "b"}},
		{"a node added again adds to its needs", []node{{"b", nil}, {"a", nil}, {"b", []string{"a"}}}, []string{"a", "b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := graph(tt.nodes...).Order()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOrderOfGraphsWithoutOne(t *testing.T) {
	tests := []struct {
		name  string
		nodes []node
		want  error
		text  string
	}{
		{"itself", []node{{"a", []string{"a"}}}, &dag.CycleError{Path: []string{"a", "a"}}, "these need each other: a -> a"},
		{"two", []node{{"a", []string{"b"}}, {"b", []string{"a"}}}, &dag.CycleError{Path: []string{"a", "b", "a"}}, "these need each other: a -> b -> a"},
		{"only the cycle is named, not the way to it", []node{{"far", []string{"x"}}, {"x", []string{"y"}}, {"y", []string{"z"}}, {"z", []string{"x"}}},
			&dag.CycleError{Path: []string{"x", "y", "z", "x"}}, "these need each other: x -> y -> z -> x"},
		{"needs outside the cycle are passed over", []node{{"ok", nil}, {"a", []string{"ok", "b"}}, {"b", []string{"ok", "a"}}},
			&dag.CycleError{Path: []string{"a", "b", "a"}}, "these need each other: a -> b -> a"},
		{"unknown", []node{{"labels", []string{"usres"}}}, &dag.UnknownError{From: "labels", To: "usres"}, `"labels" needs "usres", which does not exist`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := graph(tt.nodes...).Order()
			if diff := cmp.Diff(tt.want, err); diff != "" {
				t.Error(diff)
			}
			if err != nil && err.Error() != tt.text {
				t.Errorf("got %q, want %q", err, tt.text)
			}
		})
	}
}

// randomGraph draws edges from later to earlier nodes of a shuffled list, so
// that it has no cycle and its insertion order is not its answer.
func randomGraph(r *rand.Rand) (*dag.Graph, []node) {
	nodes := make([]node, 1+r.IntN(30))
	for i := range nodes {
		nodes[i].id = fmt.Sprintf("n%02d", i)
		for j := range i {
			if r.IntN(4) == 0 {
				nodes[i].needs = append(nodes[i].needs, nodes[j].id)
			}
		}
	}
	r.Shuffle(len(nodes), func(i, j int) { nodes[i], nodes[j] = nodes[j], nodes[i] })
	return graph(nodes...), nodes
}

func TestOrderOfRandomGraphs(t *testing.T) {
	for seed := range uint64(300) {
		g, nodes := randomGraph(rand.New(rand.NewPCG(seed, 1)))
		order, err := g.Order()
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if len(order) != len(nodes) {
			t.Fatalf("seed %d: %d nodes in order, %d added", seed, len(order), len(nodes))
		}
		for _, n := range nodes {
			for _, need := range n.needs {
				if slices.Index(order, need) > slices.Index(order, n.id) {
					t.Fatalf("seed %d: %s comes before %s, which it needs", seed, n.id, need)
				}
			}
		}
		// Stable: of two neighbours in the order, the first was added first,
		// or the second needs it.
		for i := 1; i < len(order); i++ {
			a := slices.IndexFunc(nodes, func(n node) bool { return n.id == order[i-1] })
			b := slices.IndexFunc(nodes, func(n node) bool { return n.id == order[i] })
			if a > b && !slices.Contains(nodes[b].needs, order[i-1]) {
				t.Fatalf("seed %d: %s stands before %s without a reason", seed, order[i-1], order[i])
			}
		}
	}
}

func TestRandomEdgesAreACycleOrAnOrder(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		needs := map[string][]string{}
		g := dag.New()
		for i := range 8 {
			id := fmt.Sprint(i)
			for j := range 8 {
				if r.IntN(8) == 0 {
					needs[id] = append(needs[id], fmt.Sprint(j))
				}
			}
			g.Add(id, needs[id]...)
		}
		_, err := g.Order()
		var cycle *dag.CycleError
		if err == nil {
			continue
		}
		if !errors.As(err, &cycle) {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if len(cycle.Path) < 2 || cycle.Path[0] != cycle.Path[len(cycle.Path)-1] {
			t.Fatalf("seed %d: %v does not end where it starts", seed, cycle.Path)
		}
		for i := 1; i < len(cycle.Path); i++ {
			if !slices.Contains(needs[cycle.Path[i-1]], cycle.Path[i]) {
				t.Fatalf("seed %d: %s does not need %s", seed, cycle.Path[i-1], cycle.Path[i])
			}
		}
	}
}
