package vars

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// UsageError says that the caller gave vars wrongly: one the spec does not
// declare, none for a required one, or a value that the type refuses.
type UsageError struct {
	Var     string // the first var concerned
	Message string // what is wrong, one sentence, no full stop
	Hint    string // what to do; may have several lines
}

// Error gives the message and the hint.
func (e *UsageError) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + "; " + e.Hint
}

// Values are a spec's vars, each with a value of its type.
type Values struct {
	declared []*spec.Var
	values   map[string]any
	// given are the texts and paths of the caller, and what a default makes of
	// them. A date, a number or one of an enum's words leads nowhere.
	given map[string]bool
	env   func(string) string
}

// Resolve gives every declared var its value: what the caller gave, else its
// default. env answers "" for a variable that is not set. The error is a
// *UsageError when the caller is at fault and a diag.List when the spec is.
func Resolve(s *spec.Spec, given map[string]string, env func(string) string) (*Values, error) {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		names := varNames(s.Vars)
		if !slices.Contains(names, name) {
			return nil, &UsageError{Var: name, Message: fmt.Sprintf("the spec declares no var %q", name),
				Hint: suggestion(name, names, "it declares: ")}
		}
	}
	if cycles := checkCycles(s.Vars); len(cycles) > 0 {
		return nil, cycles
	}
	r := resolver{spec: s, texts: given, v: &Values{
		declared: s.Vars, values: map[string]any{}, given: map[string]bool{}, env: env,
	}}
	for _, v := range s.Vars {
		if err := r.resolve(v); err != nil {
			return nil, err
		}
	}
	if len(r.missing) > 0 {
		return nil, missingError(s, r.missing)
	}
	if len(r.list) > 0 {
		r.list.Sort()
		return nil, r.list
	}
	return r.v, nil
}

type resolver struct {
	spec    *spec.Spec
	texts   map[string]string
	v       *Values
	missing []string        // required and not given
	failed  map[string]bool // without a value, for a reason already noted
	list    diag.List
}

// resolve gives v its value, after those that its default uses. Only a value
// the caller gave ends it at once; all other faults are gathered.
func (r *resolver) resolve(v *spec.Var) error {
	name := v.Name.V
	if _, done := r.v.values[name]; done || r.failed[name] {
		return nil
	}
	if text, ok := r.texts[name]; ok {
		value, refused := parseValue(v, text)
		if refused != nil {
			return refusedError(v, text, refused)
		}
		r.v.values[name], r.v.given[name] = value, v.Type.V == spec.VarText || v.Type.V == spec.VarPath
		return nil
	}
	value, err := r.byDefault(v)
	if err != nil {
		return err
	}
	if value == nil {
		if r.failed == nil {
			r.failed = map[string]bool{}
		}
		r.failed[name] = true
		return nil
	}
	r.v.values[name] = value
	return nil
}

// byDefault gives nil without an error when the fault has been noted.
func (r *resolver) byDefault(v *spec.Var) (any, error) {
	if !v.Default.Set {
		r.missing = append(r.missing, v.Name.V)
		return nil, nil
	}
	used, env, _ := Uses(v.Default)
	for _, name := range used {
		for _, w := range r.spec.Vars {
			if w.Name.V != name {
				continue
			}
			if err := r.resolve(w); err != nil {
				return nil, err
			}
			if r.failed[name] {
				return nil, nil
			}
			r.v.given[v.Name.V] = r.v.given[v.Name.V] || r.v.given[name]
		}
	}
	text, err := r.v.Expand(v.Default)
	if list, ok := diag.AsList(err); ok {
		r.list = append(r.list, list...)
		return nil, nil
	}
	refused := holdsSecret(text, len(env) > 0)
	var value any
	if refused == nil {
		value, refused = parseValue(v, text)
	}
	if refused != nil {
		addRefusedDefault(&r.list, v, refused)
		return nil, nil
	}
	return value, nil
}

// addRefusedDefault shows the value only where the reader can see it anyway.
func addRefusedDefault(list *diag.List, v *spec.Var, refused *refusal) {
	what := "this default"
	if !HasTemplate(v.Default) && !refused.secret {
		what = fmt.Sprintf("%q", v.Default.V)
	}
	also := fmt.Sprintf(", and var %s has type %s", v.Name.V, v.Type.V)
	if refused.secret {
		also = ""
	}
	list.Add(v.Default.At(0), codeDefault, "%s %s%s", what, refused.message, also).
		Suggest("%s", refused.hint)
}

func refusedError(v *spec.Var, text string, refused *refusal) error {
	e := &UsageError{Var: v.Name.V, Message: fmt.Sprintf("--var %s=%s: %q %s", v.Name.V, text, text, refused.message)}
	if refused.secret {
		e.Message = fmt.Sprintf("--var %s %s", v.Name.V, refused.message)
	}
	var hints []string
	if refused.hint != "" {
		hints = append(hints, refused.hint)
	}
	if refused.value != "" {
		hints = append(hints, fmt.Sprintf("write --var %s=%s", v.Name.V, refused.value))
	}
	e.Hint = strings.Join(hints, "; ")
	return e
}

// missingError lists what the spec declares: who forgot one var may not know
// the others either.
func missingError(s *spec.Spec, missing []string) error {
	e := &UsageError{Var: missing[0]}
	var flags, lines []string
	for _, name := range missing {
		flags = append(flags, fmt.Sprintf("--var %s=...", name))
	}
	if len(missing) == 1 {
		e.Message = fmt.Sprintf("var %s has no value: it is required", missing[0])
	} else {
		e.Message = fmt.Sprintf("vars %s have no value: they are required", strings.Join(missing, ", "))
	}
	width := 0
	for _, v := range s.Vars {
		width = max(width, len(v.Name.V))
	}
	for _, v := range s.Vars {
		need := "required"
		if v.Default.Set {
			need = "default " + v.Default.V
		}
		line := fmt.Sprintf("  %-*s  %-9s  %s", width, v.Name.V, v.Type.V, need)
		if v.Description.V != "" {
			line += "  # " + strings.Join(strings.Fields(v.Description.V), " ")
		}
		lines = append(lines, line)
	}
	e.Hint = "give " + strings.Join(flags, " ") + "; the spec's vars:\n" + strings.Join(lines, "\n")
	return e
}

// Expand writes a text with each template replaced by what it gives. The error
// is a diag.List with the exact places.
func (v *Values) Expand(t spec.Text) (string, error) {
	c := compiler{text: t, declared: v.declared}
	return c.expand(&scope{vars: v.values, env: v.env})
}

// ExpandEnv is Expand for the texts of a target, which may use env only.
func ExpandEnv(t spec.Text, env func(string) string) (string, error) {
	c := compiler{text: t, envOnly: true}
	return c.expand(&scope{env: env})
}

func (c *compiler) expand(s *scope) (string, error) {
	parts, list := c.compile()
	if len(list) > 0 {
		list.Sort()
		return "", list
	}
	var b strings.Builder
	for _, p := range parts {
		if p.expression == nil {
			b.WriteString(p.literal)
			continue
		}
		v, f := p.expression.present(s)
		if f != nil {
			c.add(f.at, f.code, "%s", f.message).Suggest("%s", f.suggestion)
			continue
		}
		b.WriteString(textOf(v))
	}
	if len(c.list) > 0 {
		c.list.Sort()
		return "", c.list
	}
	return b.String(), nil
}

// Printed gives every declared var as it is written: a date as 2024-01-31, a
// number in its own digits.
func (v *Values) Printed() map[string]string {
	printed := make(map[string]string, len(v.values))
	for name, value := range v.values {
		printed[name] = textOf(value)
	}
	return printed
}

// Date gives the value of a date or month_end var; false for any other.
func (v *Values) Date(name string) (Date, bool) {
	d, ok := v.values[name].(Date)
	return d, ok
}

// FromCaller tells whether a text uses a text or path that the caller gave,
// directly or through the defaults of others. Paths that the caller gives may
// lie anywhere; paths that a spec writes stay inside the project directory.
func (v *Values) FromCaller(t spec.Text) bool {
	used, _, _ := Uses(t)
	return slices.ContainsFunc(used, func(name string) bool { return v.given[name] })
}
