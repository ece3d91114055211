package profile

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/spec"
)

// Suggestion is one expectation that the rows of a Profile meet.
type Suggestion struct {
	// Column is the column that it is about, "" for the table as a whole.
	Column string
	// Name names it in its suite, where no other has the same.
	Name string
	// Rule is a rule; when it is empty, Kind is a Great Expectations name with
	// its arguments.
	Rule string
	Kind string
	Args []Argument
	// Why says in a sentence what it comes from and what was added, where the
	// figures of the column do not say so; one line.
	Why string
}

// Argument is an argument of a Great Expectations name: a text, a number as
// written, or a list of either.
type Argument struct {
	Name   string
	Text   string
	Number string
	List   []string
	// Numbers tells that List holds numbers.
	Numbers bool
}

// Thresholds below which a figure is too likely chance to suggest anything on.
const (
	rowsPerValue = 10 // of a set of few values, on average
	telling      = 20 // rows for uniqueness, different values for a shape
)

// Suggest makes a suite of a profile: what holds for all its rows and is likely
// to be meant. Every suggestion is met by the rows of the profile.
func Suggest(p *Profile) []Suggestion {
	s := &suite{p: p, names: map[string]bool{}}
	s.rows()
	s.key()
	for i := range p.Columns {
		s.column(&p.Columns[i])
	}
	return s.list
}

type suite struct {
	p     *Profile
	list  []Suggestion
	names map[string]bool
}

// add adds a suggestion under a name that is free.
func (s *suite) add(one Suggestion) {
	name := one.Name
	for n := 2; s.names[name]; n++ {
		name = fmt.Sprintf("%s_%d", one.Name, n)
	}
	one.Name = name
	s.names[name] = true
	s.list = append(s.list, one)
}

func (s *suite) rows() {
	why := counted(s.p.Rows, "row")
	switch {
	case s.p.Rows == 1:
	case s.p.Rows%2 == 1:
		why += "; half of them, rounded down"
	default:
		why += "; half of them"
	}
	s.add(Suggestion{Name: "enough_rows", Rule: fmt.Sprintf("count() >= %d", max(s.p.Rows/2, 1)), Why: why})
}

func (s *suite) key() {
	if len(s.p.Key) < 2 {
		return // a single column's is told with the column
	}
	why := "the primary key"
	if s.p.KeyFound {
		why = "no two rows agree in all of these"
	}
	one := Suggestion{Name: "key_is_unique", Rule: "unique(" + strings.Join(s.p.Key, ", ") + ")", Why: why}
	for _, name := range s.p.Key {
		if !isIdentifier(name) {
			one.Rule, one.Kind, one.Args = "", "expect_compound_columns_to_be_unique", []Argument{{Name: "column_list", List: s.p.Key}}
		}
	}
	s.add(one)
}

func (s *suite) column(c *Column) {
	if c.Nulls == s.p.Rows {
		return
	}
	s.nulls(c)
	isKey := len(s.p.Key) == 1 && s.p.Key[0] == c.Name
	if isKey || s.isUnique(c) {
		s.add(c.either("is_unique", "unique("+c.Name+")", "expect_column_values_to_be_unique", nil, s.uniqueWhy(isKey)))
	}
	switch {
	case c.isSet(s.p.Rows):
		s.set(c)
	case c.Type.Kind == spec.KindText:
		s.text(c)
	case c.Type.IsNumber():
		s.numbers(c)
	case c.Min != "" && c.Type.Kind != spec.KindBoolean:
		s.moments(c)
	}
}

func (s *suite) uniqueWhy(isKey bool) string {
	if isKey && !s.p.KeyFound {
		return "the primary key"
	}
	return counted(s.p.Rows, "row") + ", and no value stands in two"
}

// isUnique tells whether uniqueness that was seen is likely to be meant.
func (s *suite) isUnique(c *Column) bool {
	if c.Unique != Yes || s.p.Rows-c.Nulls < telling {
		return false
	}
	switch c.Type.Kind {
	case spec.KindUUID:
		return true
	case spec.KindText:
		return c.Longest <= longestValue
	}
	return nameRank(s.p.Table, c.Name) < 3
}

func (s *suite) nulls(c *Column) {
	if c.Nulls == 0 {
		s.add(c.either("is_there", c.Name+" != nil", "expect_column_values_to_not_be_null", nil, ""))
		return
	}
	share := float64(c.Nulls) / float64(s.p.Rows)
	most := math.Ceil((share*1.1+0.005)*100) / 100
	if most >= 1 {
		return
	}
	limit := strconv.FormatFloat(most, 'f', -1, 64)
	least := strconv.FormatFloat(1-most, 'f', 2, 64)
	s.add(c.either("is_mostly_there", "null_fraction("+c.Name+") <= "+limit, "expect_column_proportion_of_non_null_values_to_be_between",
		[]Argument{{Name: "min_value", Number: least}},
		fmt.Sprintf("%s of %s NULL (%s %%); a little more is allowed", counted(c.Nulls, ""), counted(s.p.Rows, "row"), percent(share))))
}

// percent writes a share above 0.
func percent(share float64) string {
	if share < 0.00005 {
		return "under 0.01"
	}
	return strconv.FormatFloat(share*100, 'f', 2, 64)
}

// isSet tells whether the column has few values, each of them often: of texts
// and of flags. Other integers count something, and may count further. A text
// that no suite can hold, as SQLite has them, leaves no set that is met.
func (c *Column) isSet(rows int64) bool {
	n := int64(len(c.Values))
	if n == 0 || (rows-c.Nulls)/n < rowsPerValue {
		return false
	}
	if c.Type.Kind == spec.KindText {
		return !slices.ContainsFunc(c.Values, func(v Value) bool { return strings.Contains(v.Text, "\x00") || !utf8.ValidString(v.Text) })
	}
	if c.Type.Kind == spec.KindBoolean || n != 2 {
		return false
	}
	for _, v := range c.Values {
		if v.Text != "0" && v.Text != "1" {
			return false
		}
	}
	return true
}

func (s *suite) set(c *Column) {
	var list, told []string
	for _, v := range c.Values {
		list = append(list, v.Text)
		told = append(told, group(v.N))
	}
	s.add(Suggestion{Column: c.Name, Name: c.named("is_known"), Kind: "expect_column_values_to_be_in_set",
		Args: []Argument{{Name: "column", Text: c.Name}, {Name: "value_set", List: list, Numbers: c.Type.Kind != spec.KindText}},
		Why:  "observed " + strings.Join(told, ", ") + " times"})
}

func (s *suite) text(c *Column) {
	switch {
	case c.Shape != "" && (c.Distinct >= telling || c.Shape == addressShape || c.Shape == locationShape):
		s.add(c.either("has_its_shape", c.Name+" matches "+quoted(c.Shape), "expect_column_values_to_match_regex",
			[]Argument{{Name: "regex", Text: c.Shape}}, "so far, every value is of this shape"))
	case c.Longest == 0:
	case c.Shortest == c.Longest:
		length := strconv.FormatInt(c.Longest, 10)
		s.add(c.either("has_its_length", "length("+c.Name+") == "+length, "expect_column_value_lengths_to_equal",
			[]Argument{{Name: "value", Number: length}}, ""))
	default:
		low, high := min(c.Shortest, 1), c.Longest*2
		rule := fmt.Sprintf("length(%s) <= %d", c.Name, high)
		args := []Argument{{Name: "max_value", Number: strconv.FormatInt(high, 10)}}
		if low > 0 {
			rule = fmt.Sprintf("length(%s) >= 1 and %s", c.Name, rule)
			args = append([]Argument{{Name: "min_value", Number: "1"}}, args...)
		}
		s.add(c.either("has_a_sane_length", rule, "expect_column_value_lengths_to_be_between", args,
			"twice the longest is allowed"))
	}
}

func (s *suite) numbers(c *Column) {
	low, high, why := margins(c, c.Unique == Yes && nameRank(s.p.Table, c.Name) < 3)
	if low == "" && high == "" {
		return
	}
	s.between(c, low, high, why)
}

// moments have no upper bound: time goes on.
func (s *suite) moments(c *Column) {
	if !isWritable(c.Min) || !isWritable(c.Max) {
		return
	}
	year := c.Min[:4]
	s.between(c, quoted(year+"-01-01"), "", observed(c)+"; from the first day of "+year+" on")
}

var moment = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9:.]+([+-][0-9:]+)?)?$`)

// isWritable tells whether a rule can write a moment: not the infinities, nor
// what lies before the year 1 or after 9999.
func isWritable(text string) bool { return moment.MatchString(text) && text[:4] != "0000" }

// between bounds a column; low and high are literals, "" for none.
func (s *suite) between(c *Column, low, high, why string) {
	var rules []string
	var args []Argument
	add := func(operator, argument, bound string) {
		if bound == "" {
			return
		}
		rules = append(rules, c.Name+operator+bound)
		if text, err := strconv.Unquote(bound); err == nil {
			args = append(args, Argument{Name: argument, Text: text})
		} else {
			args = append(args, Argument{Name: argument, Number: bound})
		}
	}
	add(" >= ", "min_value", low)
	add(" <= ", "max_value", high)
	s.add(c.either("is_in_range", strings.Join(rules, " and "), "expect_column_values_to_be_between", args, why))
}

// either says it as a rule where a rule can name the column, else by a Great
// Expectations name whose first argument is the column.
func (c *Column) either(name, rule, kind string, args []Argument, why string) Suggestion {
	one := Suggestion{Column: c.Name, Name: c.named(name), Why: why}
	if isIdentifier(c.Name) {
		one.Rule = rule
		return one
	}
	one.Kind, one.Args = kind, append([]Argument{{Name: "column", Text: c.Name}}, args...)
	return one
}

var notInIdentifier = regexp.MustCompile(`[^A-Za-z0-9_]+`)

func (c *Column) named(what string) string {
	name := strings.Trim(notInIdentifier.ReplaceAllString(c.Name, "_"), "_")
	if name == "" {
		name = "column"
	}
	return name + "_" + what
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// isIdentifier tells whether a rule can name the column.
func isIdentifier(name string) bool {
	switch name {
	case "and", "or", "not", "in", "matches", "contains", "startsWith", "endsWith", "let", "if", "else", "nil", "true", "false", "vars", "env":
		return false
	}
	return identifier.MatchString(name)
}

// quoted makes a text a literal of the rule language.
func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// counted is a number of things: "1 row", "7,043 rows"; the bare number without
// a name for the things.
func counted(n int64, thing string) string {
	switch {
	case thing == "":
		return group(n)
	case n == 1:
		return "1 " + thing
	}
	return group(n) + " " + thing + "s"
}

// group writes a number with commas between thousands.
func group(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
