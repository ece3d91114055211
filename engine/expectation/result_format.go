package expectation

import (
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// resultFormats are Great Expectations' words for how much a result says. pipe
// says all of it whatever the word, since programs want one shape.
var resultFormats = []string{"BOOLEAN_ONLY", "BASIC", "SUMMARY", "COMPLETE"}

// checkResultFormat tells of a word that is none of them, alone or in a mapping.
func (c *call) checkResultFormat() {
	n := c.e.Args.Get("result_format")
	if n != nil && n.Kind == spec.NodeMap {
		n = n.Get("result_format")
	}
	if n == nil || n.Kind == spec.NodeNull || n.Kind == spec.NodeText && slices.Contains(resultFormats, n.Text.V) {
		return
	}
	d := c.list.Add(n.Pos, "wrong-value", "result_format is one of %s", strings.Join(resultFormats, ", ")).Width(len([]rune(n.Text.V)))
	if d.Suggestion = diag.DidYouMean(strings.ToUpper(n.Text.V), resultFormats); d.Suggestion == "" {
		d.Suggest("leave it out: the result is the same whatever it says")
	}
}
