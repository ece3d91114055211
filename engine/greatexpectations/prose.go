package greatexpectations

import (
	"fmt"
	"strings"

	"github.com/streamflow/pipe/engine/spec"
)

// prose carries over what people wrote: the description, or else the notes, as
// the description; the rest beside the arguments, where pipe keeps it.
func (c *conversion) prose() {
	meta := c.stored.Get("meta")
	description := lines(c.stored.Get("description"))
	if description == "" {
		description = lines(c.stored.Get("expectation_context").Get("description"))
	}
	notes, inMeta := c.stored.Get("notes"), false
	if notes == nil || notes.Kind == spec.NodeNull {
		notes, inMeta = meta.Get("notes"), true
		if content := notes.Get("content"); content != nil {
			notes = content
		}
	}
	words := lines(notes)
	taken := false
	if description == "" && words != "" {
		description, taken = words, true
	}
	if description = strings.TrimSpace(description); description != "" {
		c.beside = append(c.beside, pair("description", textNode(description)))
	}
	if words != "" && !taken && !inMeta {
		c.args = append(c.args, pair("notes", notes))
	}
	rest := &spec.Node{Kind: spec.NodeMap}
	if meta != nil && meta.Kind != spec.NodeMap && meta.Kind != spec.NodeNull {
		rest = meta
	}
	for _, p := range pairs(meta) {
		if !(p.Key.V == "notes" && inMeta && taken) {
			rest.Pairs = append(rest.Pairs, p)
		}
	}
	if len(rest.Pairs) > 0 || rest.Kind != spec.NodeMap {
		c.args = append(c.args, pair("meta", rest))
	}
}

// lines are notes as text: Great Expectations keeps one text or a list of them.
// What is no text, and does not belong there, is written out and not lost.
func lines(n *spec.Node) string {
	var list []string
	switch {
	case n == nil || n.Kind == spec.NodeNull:
	case n.Kind == spec.NodeText:
		list = append(list, n.Text.V)
	case n.Kind == spec.NodeList:
		for _, item := range n.Items {
			if item.Kind == spec.NodeText {
				list = append(list, item.Text.V)
			} else {
				list = append(list, flow(item))
			}
		}
	default:
		list = append(list, flow(n))
	}
	return strings.TrimSpace(strings.Join(list, "\n"))
}

// comment makes the comment that stands where the expectation would.
func (c *conversion) comment() {
	const indent = "      "
	text := fmt.Sprintf("[%d] %s was not carried over: %s", c.out.Index, spec.Quote(c.out.Name), c.out.Reason)
	if c.out.Cure != "" {
		text += "\n    " + strings.ReplaceAll(c.out.Cure, "\n", "\n    ")
	}
	item := "- " + spec.Quote(c.out.Name) + ": " + flow(orMap(c.stored.Get("kwargs")))
	for _, p := range c.stored.Pairs {
		switch p.Key.V {
		case "type", "expectation_type", "kwargs", "meta":
			continue
		}
		if p.Value.Kind != spec.NodeNull && !leftOut[p.Key.V] {
			item += "\n  " + spec.Quote(p.Key.V) + ": " + flow(p.Value)
		}
	}
	c.out.text = comment(text+"\n"+item, indent)
}
