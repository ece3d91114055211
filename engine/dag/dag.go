package dag

import (
	"container/heap"
	"fmt"
	"slices"
	"strings"
)

// Graph is a set of nodes and what each of them needs. It remembers the order
// in which nodes were added, and every answer it gives depends on that order
// and nothing else. A Graph must not be changed while it is walked.
type Graph struct {
	ids   []string
	index map[string]int
	needs [][]string
}

// New gives an empty graph.
func New() *Graph { return &Graph{index: map[string]int{}} }

// Add adds a node and what it needs. Needed nodes may be added later; adding a
// node again adds to what it needs and leaves its place in the order.
func (g *Graph) Add(id string, needs ...string) {
	i, known := g.index[id]
	if !known {
		i = len(g.ids)
		g.index[id] = i
		g.ids = append(g.ids, id)
		g.needs = append(g.needs, nil)
	}
	for _, n := range needs {
		if !slices.Contains(g.needs[i], n) {
			g.needs[i] = append(g.needs[i], n)
		}
	}
}

// CycleError says that nodes need each other, so that none can come first.
type CycleError struct {
	// Path starts and ends with the same node; each needs the next.
	Path []string
}

// Error names the nodes of the cycle in order.
func (e *CycleError) Error() string {
	return "these need each other: " + strings.Join(e.Path, " -> ")
}

// UnknownError says that a node needs one that was never added.
type UnknownError struct {
	From string // the node that needs
	To   string // what it needs
}

// Error names both nodes.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("%q needs %q, which does not exist", e.From, e.To)
}

// Order gives every node after all that it needs; among those that are ready,
// the one added first comes first. The error is an *UnknownError or a
// *CycleError.
func (g *Graph) Order() ([]string, error) {
	waiting, dependants, err := g.edges()
	if err != nil {
		return nil, err
	}
	ready := &queue{}
	for i, n := range waiting {
		if n == 0 {
			heap.Push(ready, i)
		}
	}
	order := make([]string, 0, len(g.ids))
	for ready.Len() > 0 {
		i := heap.Pop(ready).(int)
		order = append(order, g.ids[i])
		for _, d := range dependants[i] {
			if waiting[d]--; waiting[d] == 0 {
				heap.Push(ready, d)
			}
		}
	}
	if len(order) < len(g.ids) {
		return nil, &CycleError{Path: g.cycle(waiting)}
	}
	return order, nil
}

// edges counts what each node waits for and lists who waits for it.
func (g *Graph) edges() (waiting []int, dependants [][]int, err error) {
	waiting = make([]int, len(g.ids))
	dependants = make([][]int, len(g.ids))
	for i, needs := range g.needs {
		for _, need := range needs {
			j, known := g.index[need]
			if !known {
				return nil, nil, &UnknownError{From: g.ids[i], To: need}
			}
			waiting[i]++
			dependants[j] = append(dependants[j], i)
		}
	}
	return waiting, dependants, nil
}

// cycle follows needs among the nodes that still wait. Each of them needs
// another that waits, so the walk must meet a node twice.
func (g *Graph) cycle(waiting []int) []string {
	at := slices.IndexFunc(waiting, func(n int) bool { return n > 0 })
	seen := map[int]int{}
	var path []string
	for {
		if first, again := seen[at]; again {
			return append(path[first:], g.ids[at])
		}
		seen[at] = len(path)
		path = append(path, g.ids[at])
		for _, need := range g.needs[at] {
			if j := g.index[need]; waiting[j] > 0 {
				at = j
				break
			}
		}
	}
}

// queue is a min-heap of node indexes: the first added comes out first.
type queue []int

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i] < q[j] }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(int)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}
