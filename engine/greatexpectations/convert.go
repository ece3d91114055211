package greatexpectations

import (
	"reflect"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/expectation"
	"github.com/streamflow/pipe/engine/spec"
)

// Outcome is what became of one expectation.
type Outcome struct {
	// Index is its 0-based number in the suite.
	Index int
	// Name is the expectation's name.
	Name string
	// Pos is where it stands in the JSON file.
	Pos diag.Pos
	// Carried tells that pipe has it now, meaning the same.
	Carried bool
	// Reason says why it was not carried over, and Cure what to write instead;
	// Cure may be empty.
	Reason, Cure string
	// Notes say what is worth knowing of an expectation that was.
	Notes []string

	text    string // its item of the suite, or the comment in its place
	regexps int    // how many of its regular expressions hold a $
}

// conversion is one expectation being carried over.
type conversion struct {
	head       string // of the suite that it is to stand in
	table      string
	generation generation
	stored     *spec.Node
	kind       *expectation.Kind
	args       []spec.Pair
	beside     []spec.Pair
	columns    []string               // that its condition names
	types      map[string][]spec.Kind // that the condition lets them have
	alike      map[string]string      // of which it takes several for one type
	dates      bool                   // its column holds dates
	dropped    map[string]int
	// parameters are the values that the suite itself gives to parameters.
	parameters *spec.Node
	out        Outcome
}

// convert carries one expectation over, or leaves a comment in its place.
func (c *conversion) convert() Outcome {
	c.out.Name, c.out.Pos = kindOf(c.stored), c.stored.Pos
	if c.carry() {
		args := &spec.Node{Kind: spec.NodeMap, Pairs: c.ordered()}
		c.out.text = entry(c.kind.Name, args, c.beside)
		columns, tables := columnsOf(c.kind, args)
		for _, name := range c.columns {
			if !slices.Contains(columns, name) {
				columns = append(columns, name)
			}
		}
		c.ask(args, columns, tables)
	}
	if !c.out.Carried {
		c.comment()
	}
	return c.out
}

// ask takes the expectation when pipe does, and when its arguments are read
// back as they were.
func (c *conversion) ask(args *spec.Node, columns, tables []string) {
	if c.dates {
		for _, name := range columns {
			if c.types[name] == nil && !slices.Contains(c.columns, name) {
				c.types = withTypes(c.types, name, dates)
			}
		}
	}
	t, list := probe(c.head, c.out.text)
	if t != nil {
		t.table, t.others, t.types, t.alike, t.kind, t.args = c.table, tables, c.types, c.alike, c.kind, args
		t.conditional = c.columns
		list = t.fit(columns)
	}
	for _, d := range list {
		switch {
		case d.Severity != diag.Error:
			c.note("%s", sentence(d))
		case c.out.Reason == "":
			c.out.Reason, c.out.Cure = d.Message, d.Suggestion
			if rest, found := strings.CutPrefix(d.Message, c.kind.Name); found {
				c.out.Reason = "it" + rest
			}
		}
	}
	if c.out.Reason != "" {
		return
	}
	if got := t.e.Args.JSON(); len(args.Pairs) > 0 && !reflect.DeepEqual(got, args.JSON()) {
		c.out.Reason = "its arguments cannot be written as YAML that means the same"
		return
	}
	c.out.Carried = true
	c.regexps()
}

func withTypes(types map[string][]spec.Kind, name string, kinds []spec.Kind) map[string][]spec.Kind {
	if types == nil {
		types = map[string][]spec.Kind{}
	}
	types[name] = kinds
	return types
}

func sentence(d diag.Diagnostic) string {
	if d.Suggestion == "" {
		return d.Message
	}
	return d.Message + "; " + d.Suggestion
}

// carry collects the arguments and what stands beside them; false when
// something has no place in pipe.
func (c *conversion) carry() bool {
	if c.kind = kindNamed(c.out.Name); c.kind == nil {
		c.fail("pipe has no expectation of this name: it may be a custom one", "write a rule that says the same")
		return false
	}
	if !c.keys() {
		return false
	}
	if where, found := holdsNUL(c.stored); found {
		c.fail("the character U+0000 stands in "+where+", and no text of a database or a CSV file can hold it", "leave it out, or write a rule that says what was meant")
		return false
	}
	for _, p := range pairs(c.stored.Get("kwargs")) {
		if !c.argument(p.Key.V, p.Value) {
			return false
		}
	}
	if !c.estimated() || !c.condition() || !c.severity() {
		return false
	}
	c.prose()
	return c.exactMatch()
}
