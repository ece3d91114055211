package greatexpectations

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// stored is a suite as Great Expectations stores it.
type stored struct {
	name    string
	version string // of Great Expectations, where the file tells it
	root    *spec.Node
	meta    *spec.Node
	items   []*spec.Node
	// generations are those of the items; remarks tell where the file does not
	// agree with itself on them.
	generations []generation
	remarks     []string
	// parameters are the values that the suite gives to evaluation or suite
	// parameters; notes is what somebody wrote about the suite.
	parameters *spec.Node
	notes      string
	unused     []string // keys of the suite that say nothing to pipe
}

// suiteKeys are what a suite may hold. Those that are false say nothing of the
// data.
var suiteKeys = map[string]bool{"expectation_suite_name": true, "name": true, "expectations": true, "meta": true,
	"evaluation_parameters": true, "suite_parameters": true, "notes": true, "data_asset_name": true,
	"data_asset_type": false, "execution_engine_type": false, "ge_cloud_id": false, "id": false}

// readSuite reads the form of a suite, or says what the file is instead.
func readSuite(file string, text []byte) (*stored, diag.List) {
	root, list := readJSON(file, text)
	if list.HasErrors() {
		return nil, list
	}
	if what, cure := otherDocument(root); what != "" {
		list.Add(root.Pos, "not-a-suite", "this is %s, not a suite of Great Expectations", what).Suggestion = cure
		return nil, list
	}
	s := &stored{root: root, meta: root.Get("meta"), name: textOf(root.Get("expectation_suite_name"))}
	if s.name == "" {
		s.name = textOf(root.Get("name"))
	}
	eitherOr(root, "expectation_suite_name", "name", &list)
	expectations := root.Get("expectations")
	switch {
	case expectations.Kind != spec.NodeList:
		list.Add(expectations.Pos, "wrong-type", "expectations is no list")
	case s.name == "":
		list.Add(root.Pos, "missing-key", "the suite has no name").Suggest(`add "name": "..." (or "expectation_suite_name", as 0.x has it)`)
	}
	for i, item := range expectations.Items {
		if kindOf(item) == "" || item.Get("kwargs") != nil && item.Get("kwargs").Kind != spec.NodeMap {
			list.Add(item.Pos, "wrong-type", `expectation %d has not the form {"type": "expect_...", "kwargs": {...}}`, i).
				Suggest(`suites of 0.x have "expectation_type" instead of "type"`)
		}
		eitherOr(item, "expectation_type", "type", &list)
	}
	s.version = textOf(s.meta.Get("great_expectations_version"))
	s.items = expectations.Items
	s.agree()
	if s.parameters = root.Get("evaluation_parameters"); s.parameters == nil {
		s.parameters = root.Get("suite_parameters")
	}
	if s.notes = lines(root.Get("notes")); s.notes == "" {
		notes := s.meta.Get("notes")
		if content := notes.Get("content"); content != nil {
			notes = content
		}
		s.notes = lines(notes)
	}
	for _, p := range root.Pairs {
		said, known := suiteKeys[p.Key.V]
		switch {
		case p.Value.Kind == spec.NodeNull || said:
		case known:
			s.unused = append(s.unused, p.Key.V)
		default:
			d := list.Add(p.Key.Pos, "unknown-key", "a suite of Great Expectations has no key %s", spec.Quote(p.Key.V))
			if d.Suggestion = diag.DidYouMean(p.Key.V, slices.Sorted(maps.Keys(suiteKeys))); d.Suggestion == "" {
				d.Suggest("remove it; what people write down goes into meta")
			}
		}
	}
	return s, list
}

// eitherOr adds a fault where two names of one thing say different things.
func eitherOr(n *spec.Node, a, b string, list *diag.List) {
	x, y := orNullNode(n.Get(a)), orNullNode(n.Get(b))
	if x.Kind == spec.NodeNull || y.Kind == spec.NodeNull || x.Kind == y.Kind && x.Kind == spec.NodeText && x.Text.V == y.Text.V {
		return
	}
	list.Add(y.Pos, "stated-twice", "%s is %s, and %s is %s: Great Expectations reads the one or the other", a, flow(x), b, flow(y)).
		Suggest("remove one: 0.x has %s, 1.x has %s", a, b)
}

// generation says which Great Expectations an expectation was written for.
type generation string

const (
	old     generation = "0.x" // which has expectation_type
	modern  generation = "1.x" // which has type
	unclear generation = ""
)

// agree finds the generation of each expectation: its own key and the version
// in meta tell it, and must not contradict each other.
func (s *stored) agree() {
	version := unclear
	switch {
	case strings.HasPrefix(s.version, "0."):
		version = old
	case s.version != "" && s.version[0] >= '1' && s.version[0] <= '9':
		version = modern
	}
	count := map[generation]int{}
	for _, item := range s.items {
		key := unclear
		switch before, now := textOf(item.Get("expectation_type")) != "", textOf(item.Get("type")) != ""; {
		case before && !now:
			key = old
		case now && !before:
			key = modern
		}
		count[key]++
		switch {
		case key == unclear:
			key = version
		case version != unclear && version != key:
			key = unclear
		}
		s.generations = append(s.generations, key)
	}
	by := fmt.Sprintf("meta says that Great Expectations %s wrote the suite, and ", s.version)
	switch {
	case version == old && count[modern] > 0:
		s.remarks = append(s.remarks, by+plural(count[modern], "expectation has", "expectations have")+" type, as 1.x writes it")
	case version == modern && count[old] > 0:
		s.remarks = append(s.remarks, by+plural(count[old], "expectation has", "expectations have")+" expectation_type, as 0.x writes it")
	case version == unclear && count[old] > 0 && count[modern] > 0:
		s.remarks = append(s.remarks, plural(count[old], "expectation has", "expectations have")+" expectation_type, as 0.x writes it, and "+
			plural(count[modern], "has", "have")+" type, as 1.x writes it")
		for i := range s.generations {
			s.generations[i] = unclear
		}
	}
}

func plural(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

// kindOf is the name of a stored expectation.
func kindOf(n *spec.Node) string {
	if name := textOf(n.Get("expectation_type")); name != "" {
		return name
	}
	return textOf(n.Get("type"))
}
