package spec

import (
	"encoding/json"

	"github.com/streamflow/pipe/engine/diag"
)

// NodeKind is the kind of a Node.
type NodeKind string

// The kinds of nodes.
const (
	NodeNull NodeKind = "null"
	NodeBool NodeKind = "boolean"
	NodeInt  NodeKind = "integer"
	NodeNum  NodeKind = "number"
	NodeText NodeKind = "text"
	NodeList NodeKind = "list"
	NodeMap  NodeKind = "mapping"
)

// Node is a value of free form (the arguments of an expectation, a row of a
// rule test) with its places. A bare date (2024-01-31) is NodeText.
type Node struct {
	Kind  NodeKind
	Pos   diag.Pos
	Text  Text // the scalar as written, for the scalar kinds: "0.10" stays "0.10"
	Bool  bool
	Items []*Node // of a list
	Pairs []Pair  // of a mapping, as written
	// Told says that the reader has refused the value: nobody has to say more.
	Told bool
}

// Pair is one key of a mapping and its value.
type Pair struct {
	Key   Text
	Value *Node
}

// Get finds the value of a key in a mapping, nil when there is none (or n is
// nil).
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	for _, p := range n.Pairs {
		if p.Key.V == key {
			return p.Value
		}
	}
	return nil
}

// JSON gives the node as encoding/json would decode it with UseNumber:
// numbers are json.Number and keep their digits.
func (n *Node) JSON() any {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case NodeBool:
		return n.Bool
	case NodeInt, NodeNum:
		return json.Number(n.Text.V)
	case NodeText:
		return n.Text.V
	case NodeList:
		list := []any{}
		for _, item := range n.Items {
			list = append(list, item.JSON())
		}
		return list
	case NodeMap:
		object := map[string]any{}
		for _, p := range n.Pairs {
			object[p.Key.V] = p.Value.JSON()
		}
		return object
	}
	return nil
}
