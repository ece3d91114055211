package spec

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/streamflow/pipe/engine/diag"
)

func (r *reader) suite(d *document, n *yaml.Node) {
	s := &Suite{Pos: d.pos(n)}
	ok := d.object(n, suiteObject, s.Pos, func(key string, n *yaml.Node) {
		switch key {
		case "table":
			s.Table, _ = d.line(n, "table")
		case "name":
			s.Name, _ = d.line(n, "name")
		case "expectations":
			items, ok := d.items(n, "expectations")
			if ok && len(items) == 0 {
				d.faults.Add(d.pos(n), "empty-value", "expectations is an empty list: such a suite checks nothing").Suggest("add an expectation")
			}
			for i, item := range items {
				s.Expectations = append(s.Expectations, d.expectation(item, i))
			}
		case "tests":
			items, _ := d.items(n, "tests")
			for _, item := range items {
				s.Tests = append(s.Tests, d.ruleTest(item))
			}
		}
	})
	if !ok {
		return
	}
	if find(n, "expectations") == nil && len(s.Expectations)+len(s.Tests) == 0 && !s.Name.Set {
		return // the line of its table alone, which is told
	}
	if !s.Name.Set {
		s.Name = s.Table
		s.Name.Set = false
	}
	if s.Name.V == "" || r.define(d, "suite", "the suite", s.Name) {
		r.spec.Suites = append(r.spec.Suites, s)
	} else if fault := &(*d.faults)[len(*d.faults)-1]; !s.Name.Set {
		fault.Suggest("a suite is named after its table: give this one a name of its own, or put both in one")
	}
}

// isKind tells whether a key is, by its looks, a Great Expectations name; a slip
// in its first word does not make another key of it. The argument exact_match is
// none, near as its word is.
func isKind(key string) bool {
	const rows = "unexpected_rows_expectation"
	word, _, several := strings.Cut(key, "_")
	return several && (word == "expect" || key != "exact_match" && diag.Nearest(word, []string{"expect"}) != "") || key == rows || diag.Nearest(key, []string{rows}) != ""
}

func (d *document) expectation(n *yaml.Node, index int) *Expectation {
	e := &Expectation{Pos: d.pos(n), Index: index, Mostly: Value[float64]{V: 1}, Severity: Value[Severity]{V: SeverityError}}
	if n.Kind == yaml.ScalarNode && !d.bad[n] && scalarKind(n) != NodeNull {
		fault := d.faults.Add(e.Pos, "wrong-type", "an expectation must be a mapping, this is text").Width(d.text(n).width()).
			Suggest("write it behind a key: rule: %s", n.Value)
		if begins := ruleWithoutColon.FindString(n.Value); begins != "" && isPlain(n) {
			rule := *n
			rule.Value, rule.Column = n.Value[len(begins):], n.Column+len(begins)
			fault.Suggest("a colon and a blank belong behind rule: write rule: %s", rule.Value)
			e.Rule, _ = d.expression(&rule, "rule")
		}
		return e
	}
	if arguments := find(n, "kwargs"); arguments != nil {
		d.faults.Add(e.Pos, "wrong-type", "this is how Great Expectations itself stores an expectation; here its name is the key").
			Suggest("write expect_...: {column: ...}, or convert the file with pipe import great-expectations")
		return e
	}
	var kinds []Text // what the expectation is, as often as it says so
	var foreign bool // it is what another program calls a check
	known := *n
	known.Content = nil
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case !expectationObject.has(key.Value) && isKind(key.Value):
			kinds = append(kinds, d.text(key))
			if arguments, ok := d.arguments(key.Value, value); ok {
				e.Kind, e.Args = d.text(key), arguments
			}
		case foreignChecks[key.Value] != "":
			column := "column"
			if value.Kind == yaml.ScalarNode && wordy.MatchString(value.Value) {
				column = value.Value
			}
			d.faults.Add(d.pos(key), "unknown-key", "unknown key %q in an expectation", key.Value).Width(utf8.RuneCountInString(key.Value)).
				Suggest("write "+foreignChecks[key.Value], column)
			foreign = true
		case key.Value == "rule":
			kinds = append(kinds, d.text(key))
			fallthrough
		default:
			known.Content = append(known.Content, key, value)
		}
	}
	if e.Kind.Set {
		known = *d.besideTheirName(e, &known)
	}
	ok := d.object(&known, expectationObject, e.Pos, func(key string, n *yaml.Node) {
		switch key {
		case "rule":
			e.Rule, _ = d.expression(n, "rule")
		case "name":
			e.Name, _ = d.line(n, "name")
		case "mostly":
			d.share(n, "mostly", &e.Mostly)
		case "where":
			e.Where, _ = d.expression(n, "where")
		case "severity":
			choose(d, n, "severity", []Severity{SeverityError, SeverityWarn}, meantSeverities, &e.Severity)
		case "description":
			e.Description, _ = d.prose(n, "description")
		}
	})
	if ok && (!foreign || len(kinds) > 0) {
		d.checkExpectation(e, n, kinds)
	}
	return e
}

// ruleWithoutColon begins an expectation that lacks a colon, or the blank behind
// it: all of it is text to YAML.
var ruleWithoutColon = regexp.MustCompile(`^rule(?::|:? +)`)

// foreignChecks say how the tests of dbt are written here.
var foreignChecks = map[string]string{
	"not_null":        "rule: %s != nil",
	"unique":          "rule: unique(%s)",
	"accepted_values": "expect_column_values_to_be_in_set: {column: %s, value_set: [...]}",
	"relationships":   `rule: exists_in(%s, "table.column")`,
}

// meantSeverities are the words that people write for the severities, Great
// Expectations' own among them.
var meantSeverities = map[string]Severity{"critical": SeverityError, "fail": SeverityError, "fatal": SeverityError,
	"warning": SeverityWarn, "info": SeverityWarn}

// arguments reads the mapping behind a Great Expectations name; nothing there
// means no arguments. What is no mapping is told.
func (d *document) arguments(kind string, n *yaml.Node) (*Node, bool) {
	if d.bad[n] || n.Kind == yaml.ScalarNode && scalarKind(n) == NodeNull {
		return nil, !d.bad[n]
	}
	if n.Kind != yaml.MappingNode {
		cure := "write {column: ...}"
		if n.Kind == yaml.ScalarNode && wordy.MatchString(n.Value) {
			cure = "write {column: " + n.Value + "}"
		}
		d.wrongType(n, "the arguments of "+kind, "a mapping", cure)
		return nil, false
	}
	return d.node(d.parted(n)), true
}

// besideTheirName takes the arguments that stand beside a Great Expectations
// name, where they are keys of the expectation to YAML, for what they probably
// are: what belongs under the name and is not indented, or belongs in its braces.
func (d *document) besideTheirName(e *Expectation, n *yaml.Node) *yaml.Node {
	kept := *n
	kept.Content = nil
	moved := &yaml.Node{Kind: yaml.MappingNode, Line: n.Line, Column: n.Column}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if expectationObject.has(key.Value) || diag.Nearest(key.Value, expectationObject.names()) != "" || ruleTestObject.has(key.Value) || d.bad[key] {
			kept.Content = append(kept.Content, key, value)
			continue
		}
		fault := d.faults.Add(d.pos(key), "unknown-key", "unknown key %q in an expectation", key.Value).Width(utf8.RuneCountInString(key.Value))
		if e.Args == nil {
			fault.Suggest("indent it under %s if it is one of its arguments", e.Kind.V)
		} else {
			fault.Suggest("write it among the arguments of %s if it is one of them; the keys of an expectation are %s", e.Kind.V, strings.Join(expectationObject.names(), ", "))
		}
		e.Beside = append(e.Beside, d.text(key))
		moved.Content = append(moved.Content, key, value)
	}
	switch {
	case len(moved.Content) == 0:
	case e.Args == nil:
		e.Args = d.node(moved)
	default:
		args := *e.Args
		args.Pairs = append(slices.Clone(args.Pairs), d.node(moved).Pairs...)
		e.Args = &args
	}
	return &kept
}

func (d *document) checkExpectation(e *Expectation, n *yaml.Node, kinds []Text) {
	if len(kinds) > 1 {
		second := kinds[1]
		d.faults.Add(second.Pos, "stated-twice", "an expectation is one thing, and this one is both %s and %s", kinds[0].V, second.V).
			Width(second.width()).Suggest("make two list items of it")
	}
	if len(kinds) == 0 && !d.bad[n] && !d.misspeltKind(n) {
		d.faults.Add(e.Pos, "missing-key", `an expectation needs the key "rule" or a Great Expectations name`)
	}
	twice := func(key, beside string, pos diag.Pos) {
		if inside := e.Args.Get(key); inside != nil {
			d.faults.Add(inside.Pos, "stated-twice", "%s in the arguments and %s beside them (line %d) state one thing twice", key, beside, pos.Line).
				Suggest("keep one of them")
		}
	}
	if e.Mostly.Set {
		twice("mostly", "mostly", e.Mostly.Pos)
	}
	if e.Where.Set {
		twice("row_condition", "where", e.Where.Pos)
	}
}

// misspeltKind tells whether a key that was told as unknown was meant to be
// what the expectation is.
func (d *document) misspeltKind(n *yaml.Node) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i].Value
		near := diag.Nearest(key, expectationObject.names())
		if near == "rule" || n.Content[i+1].Kind == yaml.MappingNode || near == "" && !expectationObject.has(key) {
			return true
		}
	}
	return false
}

func (d *document) ruleTest(n *yaml.Node) *RuleTest {
	t := &RuleTest{Pos: d.pos(n)}
	d.object(n, ruleTestObject, t.Pos, func(key string, n *yaml.Node) {
		switch key {
		case "rule":
			t.Rule, _ = d.expression(n, "rule")
		case "rows":
			items, ok := d.items(n, "rows")
			if ok && len(items) == 0 {
				d.faults.Add(d.pos(n), "empty-value", "rows is an empty list: such a test tests nothing").Suggest("add a row: {column: value}")
			}
			for _, item := range items {
				if item.Kind != yaml.MappingNode {
					d.wrongType(item, "a row", "a mapping", "write {column: value}")
					item = &yaml.Node{Kind: yaml.MappingNode, Line: item.Line, Column: item.Column}
				}
				t.Rows = append(t.Rows, d.node(item))
			}
		}
	})
	if fails := find(n, "fails"); fails != nil {
		d.fails(fails, t)
	}
	return t
}

// fails reads which rows must fail, by their 0-based numbers.
func (d *document) fails(n *yaml.Node, t *RuleTest) {
	items, ok := d.items(n, "fails")
	if !ok {
		return
	}
	t.Fails = []Value[int]{}
	seen := map[int]bool{}
	for _, item := range items {
		var v Value[int]
		if !d.integer(item, "an item of fails", 0, 1<<30, &v) {
			continue
		}
		width := utf8.RuneCountInString(item.Value)
		switch {
		case v.V >= len(t.Rows) && len(t.Rows) > 0:
			d.faults.Add(v.Pos, "bad-value", "fails names row %d, but the rows are numbered 0 to %d", v.V, len(t.Rows)-1).Width(width)
		case seen[v.V]:
			d.faults.Add(v.Pos, "stated-twice", "fails names row %d twice", v.V).Width(width).Suggest("remove one")
		default:
			seen[v.V] = true
			t.Fails = append(t.Fails, v)
		}
	}
}

func (r *reader) snapshot(d *document, name Text, n *yaml.Node) {
	s := &Snapshot{Name: name}
	d.checkLength(name, "a snapshot name")
	if r.define(d, "relation", "the snapshot", name) {
		r.spec.Snapshots = append(r.spec.Snapshots, s)
	}
	if n.Kind == yaml.ScalarNode && scalarKind(n) == NodeText && !d.bad[n] {
		d.wrongType(n, "a snapshot", "a mapping", "write {from: "+n.Value+"}")
		return
	}
	d.object(n, snapshotObject, name.Pos, func(key string, n *yaml.Node) {
		switch key {
		case "from":
			s.From, _ = d.line(n, "from")
		case "columns":
			s.Columns = d.names(n, "columns")
		case "description":
			s.Description, _ = d.prose(n, "description")
		}
	})
}
