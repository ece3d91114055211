package greatexpectations

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/expectation"
	"github.com/streamflow/pipe/engine/spec"
)

// leftOut are arguments and keys that say nothing of the data, or how a result
// is told; pipe has one way of that.
var leftOut = map[string]bool{"batch_id": true, "profiler_config": true, "template": true, "result_format": true,
	"catch_exceptions": true, "include_config": true, "output_strftime_format": true,
	"id": true, "ge_cloud_id": true, "rendered_content": true, "success_on_last_run": true, "expectation_context": true}

// carriedKeys are the keys of a stored expectation that are carried over.
var carriedKeys = map[string]bool{"type": true, "expectation_type": true, "kwargs": true, "meta": true, "notes": true,
	"description": true, "severity": true}

// keys looks at the keys beside kwargs: one that Great Expectations does not
// read there was meant to say something.
func (c *conversion) keys() bool {
	for _, p := range c.stored.Pairs {
		key, stated := p.Key.V, p.Value.Kind != spec.NodeNull
		switch {
		case !stated || carriedKeys[key]:
		case key == "windows":
			c.tell(key, p.Value)
		case leftOut[key]:
			c.dropped[key]++
		case c.takes(key):
			c.fail(spec.Quote(key)+" stands beside kwargs, where Great Expectations does not read it", "put it into kwargs")
			return false
		default:
			c.fail("it has the key "+spec.Quote(key)+", which no expectation of Great Expectations has",
				diag.DidYouMean(key, slices.Concat(slices.Sorted(maps.Keys(carriedKeys)), slices.Sorted(maps.Keys(leftOut)), []string{"windows"})))
			if c.out.Cure == "" {
				c.out.Cure = "leave it out; what people write down goes into meta"
			}
			return false
		}
	}
	return true
}

// takes tells whether a key is an argument.
func (c *conversion) takes(key string) bool {
	return key == "mostly" || key == "row_condition" || key == "condition_parser" || told[key] != "" ||
		slices.ContainsFunc(c.kind.Params, func(p expectation.Param) bool { return p.Name == key })
}

// holdsNUL finds U+0000 in what would be carried over, and says where.
func holdsNUL(n *spec.Node) (where string, found bool) {
	if n == nil {
		return "", false
	}
	if n.Kind == spec.NodeText && strings.Contains(n.Text.V, "\x00") {
		return "", true
	}
	for _, p := range n.Pairs {
		if leftOut[p.Key.V] {
			continue
		}
		within, found := holdsNUL(p.Value)
		if found = found || strings.Contains(p.Key.V, "\x00"); found {
			return strings.TrimSuffix(fmt.Sprintf("%s.%s", spec.Quote(p.Key.V), within), "."), true
		}
	}
	for i, item := range n.Items {
		if within, found := holdsNUL(item); found {
			return strings.TrimSuffix(fmt.Sprintf("%d.%s", i, within), "."), true
		}
	}
	return "", false
}
