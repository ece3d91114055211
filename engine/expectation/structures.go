package expectation

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// keys tells whether a node is a mapping with all of these keys and no others.
func (c *call) keys(n *spec.Node, name string, wanted ...string) bool {
	return c.onlyKeys(n, name, wanted) && c.allKeys(n, name, wanted)
}

// onlyKeys tells whether a node is a mapping with no keys but those known.
func (c *call) onlyKeys(n *spec.Node, name string, known []string) bool {
	if n.Kind != spec.NodeMap {
		c.wrongType(n, name, "a mapping of "+joined(known))
		return false
	}
	ok := true
	for _, p := range n.Pairs {
		if slices.Contains(known, p.Key.V) {
			continue
		}
		d := c.list.Add(p.Key.Pos, "unknown-argument", "%s has no key %q", name, p.Key.V).Width(len([]rune(p.Key.V)))
		if d.Suggestion = diag.DidYouMean(p.Key.V, known); d.Suggestion == "" {
			d.Suggest("its keys are %s", joined(known))
		}
		ok = false
	}
	return ok
}

func (c *call) allKeys(n *spec.Node, name string, wanted []string) bool {
	ok := true
	for _, key := range wanted {
		if v := n.Get(key); v == nil || v.Kind == spec.NodeNull {
			c.list.Add(n.Pos, "missing-argument", "%s needs %s", name, key).Suggest("add %s: [...]", key)
			ok = false
		}
	}
	return ok
}

// numbers reads a list of numbers.
func (c *call) numbers(n *spec.Node, name string) ([]float64, bool) {
	return c.numberList(n, name, false)
}

func (c *call) numberList(n *spec.Node, name string, infinite bool) ([]float64, bool) {
	if n.Kind != spec.NodeList {
		c.wrongType(n, name, "a list of numbers")
		return nil, false
	}
	list, ok := []float64{}, true
	for _, item := range n.Items {
		x, fine := c.number(item, "each of "+name, infinite)
		ok = ok && fine
		list = append(list, x)
	}
	return list, ok
}

// number reads a number; infinite allows the infinities, as JSON and Python
// write them.
func (c *call) number(n *spec.Node, name string, infinite bool) (float64, bool) {
	if infinite {
		if sign, ok := infinities[strings.ToLower(n.Text.V)]; ok {
			return math.Inf(sign), true
		}
	}
	x, err := strconv.ParseFloat(n.Text.V, 64)
	if n.Kind != spec.NodeInt && n.Kind != spec.NodeNum || err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
		want := "a number"
		if infinite {
			want = "a number or Infinity"
		}
		c.wrongType(n, name, want)
		return 0, false
	}
	return x, true
}

var infinities = map[string]int{".inf": 1, "+.inf": 1, "-.inf": -1, "infinity": 1, "+infinity": 1, "-infinity": -1, "inf": 1, "+inf": 1, "-inf": -1}
