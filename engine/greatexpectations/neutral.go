package greatexpectations

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/expectation"
	"github.com/streamflow/pipe/engine/spec"
)

// neutral words anew what is only wrong under the types that were tried: of the
// real ones the importer knows nothing, and must not seem to.
func (t *trial) neutral(best diag.List, starts []start, columns []string) diag.List {
	i := slices.IndexFunc(best, func(d diag.Diagnostic) bool { return d.Severity == diag.Error })
	if i < 0 || best[i].Code != "type-mismatch" && best[i].Code != "bad-literal" {
		return best
	}
	d := best[i]
	if everywhere(d, starts) {
		for name, kinds := range t.types {
			if rest, found := strings.CutPrefix(d.Message, name+" is "+family(kinds[0])+","); found && slices.Contains(t.conditional, name) {
				d.Message = "row_condition takes " + name + " for " + family(kinds[0]) + "," + rest
				return diag.List{d}
			}
		}
		return best
	}
	if message, cure := t.misfit(); message != "" {
		d.Message, d.Suggestion = message, cure
		return diag.List{d}
	}
	var parts []string
	for _, s := range starts { // the best first
		if len(parts) == 2 {
			break
		}
		if s.types[0] == spec.KindUUID { // which nobody means
			continue
		}
		told := s.list[slices.IndexFunc(s.list, func(d diag.Diagnostic) bool { return d.Severity == diag.Error })]
		part := "as " + family(s.types[0]) + ", " + told.Message
		if !slices.ContainsFunc(parts, func(p string) bool { return strings.HasPrefix(p, "as "+family(s.types[0])+",") }) {
			parts = append(parts, part)
		}
	}
	if len(parts) == 1 {
		return best
	}
	if own := slices.DeleteFunc(slices.Clone(columns), func(name string) bool { return slices.Contains(t.conditional, name) }); len(own) > 0 {
		columns = own
	}
	d.Message, d.Suggestion = "no type of "+strings.Join(columns, ", ")+" suits it: "+strings.Join(parts, "; "), ""
	return diag.List{d}
}

// value is a literal of the arguments.
type value struct {
	name string // of its argument
	node *spec.Node
}

var numeral = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)

// misfit finds literals that stand beside one column and are not alike, or
// bounds that are none; empty when that is not what is wrong.
func (t *trial) misfit() (message, cure string) {
	values, bounds := t.values()
	for _, v := range values {
		if v.node.Kind == spec.NodeList || v.node.Kind == spec.NodeMap {
			return v.name + " holds " + shape(v.node) + " where one value stands", ""
		}
	}
	for _, v := range values {
		text := v.node.Text.V
		switch {
		case v.node.Kind == spec.NodeText && numeral.MatchString(text) && (bounds || slices.ContainsFunc(values, func(v value) bool { return shape(v.node) == "a number" })):
			cure = "write " + text + " without quotes"
		case v.node.Kind == spec.NodeText && bounds && !startsAsDate.MatchString(text):
		case v.node.Kind == spec.NodeBool && bounds:
		default:
			continue
		}
		if bounds {
			return v.name + " is " + described(v.node) + ", and bounds are numbers or dates", cure
		}
		break
	}
	for _, v := range values {
		first := values[0]
		if shape(v.node) == shape(first.node) {
			continue
		}
		if v.name == first.name {
			return v.name + " holds " + described(first.node) + " and " + described(v.node) + ", and a column is of one type", cure
		}
		return first.name + " is " + described(first.node) + ", and " + v.name + " is " + described(v.node) + ": a column is of one type", cure
	}
	return "", ""
}

var startsAsDate = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}`)

// values are the literals that stand beside the tested column; bounds tells
// that they are limits.
func (t *trial) values() (values []value, bounds bool) {
	for _, p := range t.kind.Params {
		n := t.args.Get(p.Name)
		if n == nil || n.Kind == spec.NodeNull {
			continue
		}
		switch p.Type {
		case expectation.ParamValue:
			values = append(values, value{p.Name, n})
			bounds = true
		case expectation.ParamValues:
			for _, item := range n.Items {
				values = append(values, value{p.Name, item})
			}
		}
	}
	return values, bounds
}

// shape says what a literal is.
func shape(n *spec.Node) string {
	return map[spec.NodeKind]string{spec.NodeNull: "null", spec.NodeBool: "a boolean", spec.NodeInt: "a number", spec.NodeNum: "a number",
		spec.NodeText: "text", spec.NodeList: "a list", spec.NodeMap: "an object"}[n.Kind]
}

// described is a literal and what it is.
func described(n *spec.Node) string {
	switch n.Kind {
	case spec.NodeText:
		return "the text " + strconv.Quote(n.Text.V)
	case spec.NodeInt, spec.NodeNum:
		return "the number " + n.Text.V
	}
	return shape(n)
}
