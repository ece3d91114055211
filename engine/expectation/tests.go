package expectation

import (
	"encoding/json"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

// TestResult is what a test of a rule came to. It was evaluated in Go, without a
// database.
type TestResult struct {
	Suite   string
	Table   string
	Index   int // 0-based, in its suite
	Rule    string
	Pos     diag.Pos // of the test
	RulePos diag.Pos
	Rows    int
	// IsTable tells that the rule is about the table that the rows make.
	IsTable bool
	// Faults are the rows that are not as the test says; a single one without a
	// row for a rule about the table.
	Faults []TestFault
}

// Passed tells whether all rows are as the test says.
func (r *TestResult) Passed() bool { return len(r.Faults) == 0 }

// TestFault is a row of a test that is not as the test says.
type TestFault struct {
	// Row is the row's 0-based number; -1 for a rule about the table.
	Row int
	Pos diag.Pos
	// ShouldFail tells that the test wants the rule false of the row.
	ShouldFail bool
	// Truth is what the rule is: true, false or unknown.
	Truth string
	// Values are the row's cells as the test writes them; of a rule about the
	// table its aggregates and their values.
	Values []TestValue
	// Error tells why the rule could not be evaluated; empty when it was.
	Error string
}

// TestValue is a named value: as text for people, and as encoding/json decodes
// one with UseNumber, so that a number keeps its digits and NULL is nil.
type TestValue struct {
	Name string
	Text string
	JSON any
}

// TestVars are the vars that the tests of a spec name, each once.
func TestVars(s *spec.Spec) []string {
	var names []string
	for _, suite := range s.Suites {
		for _, t := range suite.Tests {
			for _, m := range varOfRule.FindAllStringSubmatch(t.Rule.V, -1) {
				if !slices.Contains(names, m[1]) {
					names = append(names, m[1])
				}
			}
		}
	}
	return names
}

var varOfRule = regexp.MustCompile(`\bvars\.([\pL_][\pL\pN_]*)`)

// RunTests runs every test of a spec's suites for which wanted is true, given
// the values of vars as they are written. The spec must lint: the list tells of
// a test that cannot be run as it stands.
func RunTests(s *spec.Spec, values map[string]string, wanted func(*spec.RuleTest) bool) ([]TestResult, diag.List) {
	var results []TestResult
	var list diag.List
	tables := Tables(s)
	vars := map[string]rule.Var{}
	for _, v := range s.Vars {
		value, known := values[v.Name.V]
		vars[v.Name.V] = rule.Var{Type: v.Type.V, Value: value, Known: known}
	}
	for _, suite := range s.Suites {
		c := Context{Suite: suite.Name.V, Table: suite.Table.V, Columns: tables[suite.Table.V], Tables: tables, Vars: vars}
		for i, t := range suite.Tests {
			if !wanted(t) {
				continue
			}
			test, found := compileTest(s, t, c, func(v *spec.Var) bool { return vars[v.Name.V].Known })
			list = append(list, found...)
			if test == nil {
				continue
			}
			result := test.run(t)
			result.Suite, result.Table, result.Index = suite.Name.V, suite.Table.V, i
			results = append(results, result)
		}
	}
	list.Sort()
	return results, list
}

// compiledTest is a test whose rule is checked and whose rows are typed.
type compiledTest struct {
	rule *rule.Rule
	data rule.Data
}

// hasDefault is what lint knows of whether a var has a value in a test: its
// default may still need a var that has none.
func hasDefault(v *spec.Var) bool { return v.Default.Set }

// compileTest is nil when the list holds errors.
func compileTest(s *spec.Spec, t *spec.RuleTest, c Context, hasValue func(*spec.Var) bool) (*compiledTest, diag.List) {
	r, list := rule.Compile(t.Rule, (&call{Context: c}).scope())
	b := &compiledTest{rule: r, data: rule.Data{Tables: map[string][]rule.Row{}}}
	for _, n := range t.Rows {
		row, found := testRow(n, c.Columns)
		list = append(list, found...)
		b.data.Rows = append(b.data.Rows, row)
	}
	list = append(list, checkTestVars(s, t, hasValue)...)
	if r != nil {
		list = append(list, checkTestRule(t, r)...)
	}
	list.Sort()
	if list.HasErrors() {
		return nil, list
	}
	return b, list
}

// testRow types the cells of a row. Columns that the table has not are package
// lint's to tell of.
func testRow(n *spec.Node, columns []rule.Column) (rule.Row, diag.List) {
	var list diag.List
	row := rule.Row{}
	for _, p := range n.Pairs {
		i := slices.IndexFunc(columns, func(c rule.Column) bool { return c.Name == p.Key.V })
		if i < 0 || columns[i].Type.Kind == "" { // its type is told where it is declared
			continue
		}
		v, found := rule.Cell(columns[i], p.Value)
		for j := range found {
			found[j].Code = "test-value"
			if found[j].EndCol == 0 && p.Value.Text.IsVerbatim() {
				found[j].Pos = p.Value.Text.Pos
				found[j].Width(utf8.RuneCountInString(p.Value.Text.V))
			}
		}
		list = append(list, found...)
		row[p.Key.V] = v
	}
	return row, list
}

// checkTestVars tells of vars that have no value in a test.
func checkTestVars(s *spec.Spec, t *spec.RuleTest, hasValue func(*spec.Var) bool) diag.List {
	var list diag.List
	for _, at := range varOfRule.FindAllStringSubmatchIndex(t.Rule.V, -1) {
		name := t.Rule.V[at[2]:at[3]]
		for _, v := range s.Vars {
			if v.Name.V != name || hasValue(v) {
				continue
			}
			why := "is required"
			if v.Default.Set {
				why = "needs a var that is required"
			}
			place := t.Rule.At(utf8.RuneCountInString(t.Rule.V[:at[0]]))
			d := list.Add(place, "test-var", "vars.%s has no value in a test: a test has the defaults of vars, and %s %s", name, name, why).
				Suggest("write a value into the rule of the test, such as %s", exampleOf(v.Type.V))
			if t.Rule.IsVerbatim() {
				d.Width(utf8.RuneCountInString(t.Rule.V[at[0]:at[1]]))
			}
		}
	}
	return list
}

func exampleOf(t spec.VarType) string {
	switch t {
	case spec.VarDate, spec.VarMonthEnd:
		return `date("2024-01-31")`
	case spec.VarInteger, spec.VarNumber:
		return "10"
	case spec.VarBoolean:
		return "true"
	}
	return `"text"`
}

// checkTestRule tells of a rule that the rows of one table cannot test, and of
// failing rows of a rule that has none.
func checkTestRule(t *spec.RuleTest, r *rule.Rule) diag.List {
	var list diag.List
	if reads := r.Reads(); len(reads) > 0 {
		list.Add(t.Rule.Pos, "test-rule", "the rule reads %s, and a test has rows of its own table only", strings.Join(reads, ", ")).
			Suggest("test the other parts of the rule by themselves")
	}
	if r.IsTable() && len(t.Fails) > 0 {
		list.Add(t.Fails[0].Pos, "test-rule", "the rule is about the table that the rows make, so no single row fails it").
			Suggest("write fails: [] where the rule must hold, and the opposite rule where it must not: not (...)")
	}
	return list
}

func (c *compiledTest) run(t *spec.RuleTest) TestResult {
	result := TestResult{Rule: t.Rule.V, Pos: t.Pos, RulePos: t.Rule.Pos, Rows: len(t.Rows), IsTable: c.rule.IsTable()}
	if result.IsTable {
		result.Faults = c.runTable(t)
		return result
	}
	for i, row := range c.data.Rows {
		shouldFail := slices.ContainsFunc(t.Fails, func(v spec.Value[int]) bool { return v.V == i })
		truth, err := c.rule.Eval(row, c.data)
		if err == nil && (truth == rule.False) == shouldFail {
			continue
		}
		fault := TestFault{Row: i, Pos: t.Rows[i].Pos, ShouldFail: shouldFail, Truth: truth.String(), Values: cells(t.Rows[i], c.rule.Columns())}
		if err != nil {
			fault.Error = err.Error()
		}
		result.Faults = append(result.Faults, fault)
	}
	return result
}

// runTable wants the rule true of the table, as a run does.
func (c *compiledTest) runTable(t *spec.RuleTest) []TestFault {
	truth, err := c.rule.EvalTable(c.data)
	if err == nil && truth == rule.True {
		return nil
	}
	fault := TestFault{Row: -1, Pos: t.Rule.Pos, Truth: truth.String()}
	var observed []rule.Observation
	if err == nil {
		observed, err = c.rule.Observe(c.data)
	}
	if err != nil {
		fault.Error = err.Error()
	}
	for _, o := range observed {
		fault.Values = append(fault.Values, TestValue{o.Written, rule.Text(o.Value), jsonOf(o.Value)})
	}
	return []TestFault{fault}
}

// cells are the values of a row that its rule mentions, as the test writes them;
// a column that the test leaves out is NULL.
func cells(n *spec.Node, columns []string) []TestValue {
	var list []TestValue
	for _, name := range columns {
		value := n.Get(name)
		if value == nil || value.Kind == spec.NodeNull {
			list = append(list, TestValue{name, "null", nil})
			continue
		}
		text := value.Text.V
		if value.Kind == spec.NodeText {
			text = strconv.Quote(text)
		}
		list = append(list, TestValue{name, text, value.JSON()})
	}
	return list
}

func jsonOf(v any) any {
	switch v := v.(type) {
	case *big.Rat:
		return json.Number(rule.Text(v))
	case float64:
		if !math.IsInf(v, 0) { // which JSON has no number for
			return json.Number(rule.Text(v))
		}
		return rule.Text(v)
	}
	return v
}
