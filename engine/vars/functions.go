package vars

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// function is one function of the template language.
type function struct {
	usage string
	// params are the kinds of its arguments; a date takes an ISO date text too.
	params []kind
	// optional counts the last params that may be left out.
	optional int
	// variadic takes any further arguments of any kind.
	variadic bool
	result   kind
	// check looks at what is known before evaluation: kinds, and values that
	// stand in the template. It may be nil.
	check func(args []expression) (argument int, err error)
	run   func(args []any) (any, error)
}

var functions = map[string]function{
	"sprintf": {usage: `sprintf("data/month_%03d", n)`, params: []kind{kindText}, variadic: true, result: kindText,
		check: checkSprintf, run: runSprintf},
	"format_date": {usage: `format_date(d, "%Y-%m")`, params: []kind{kindDate, kindText}, result: kindText,
		check: checkFormatDate,
		run:   func(a []any) (any, error) { return a[0].(Date).Format(a[1].(string)) }},
	"date": {usage: `date("2024-01-31")`, params: []kind{kindDate}, result: kindDate,
		run: func(a []any) (any, error) { return a[0], nil }},
	"month_end": {usage: "month_end(d)", params: []kind{kindDate}, result: kindDate,
		run: func(a []any) (any, error) { return a[0].(Date).MonthEnd(), nil }},
	"add_months": {usage: "add_months(d, n)", params: []kind{kindDate, kindInt}, result: kindDate,
		run: func(a []any) (any, error) { return a[0].(Date).AddMonths(a[1].(int64)) }},
	"months_since": {usage: `months_since(d, "2024-01-31")`, params: []kind{kindDate, kindDate}, result: kindInt,
		run: func(a []any) (any, error) { return a[0].(Date).MonthsSince(a[1].(Date)), nil }},
	"lower": {usage: "lower(text)", params: []kind{kindText}, result: kindText,
		run: func(a []any) (any, error) { return strings.ToLower(a[0].(string)), nil }},
	"upper": {usage: "upper(text)", params: []kind{kindText}, result: kindText,
		run: func(a []any) (any, error) { return strings.ToUpper(a[0].(string)), nil }},
	"trim": {usage: "trim(text)", params: []kind{kindText, kindText}, optional: 1, result: kindText, run: runTrim},
	"replace": {usage: "replace(text, old, new)", params: []kind{kindText, kindText, kindText}, result: kindText,
		run: runReplace},
}

func functionNames() []string { return slices.Sorted(maps.Keys(functions)) }

func functionList() string { return strings.Join(functionNames(), ", ") }

// call checks the arguments of a function call against its parameters.
func (c *compiler) call(n ast.Node, name string, nodes []ast.Node) expression {
	at := c.at(n)
	f, known := functions[name]
	var args []expression
	for _, node := range nodes {
		if _, isPredicate := node.(*ast.PredicateNode); isPredicate && !known {
			continue
		}
		args = append(args, c.expr(node))
	}
	if !known {
		c.add(at, codeFunction, "there is no function %q", name).Suggest("%s", suggestion(name, functionNames(), "functions: "))
		return expression{}
	}
	if len(args) < len(f.params)-f.optional || (len(args) > len(f.params) && !f.variadic) {
		c.add(at, codeArgument, "%s takes %s, not %d", name, arity(f), len(args)).Suggest("write %s", f.usage)
		return expression{}
	}
	ok := true
	for i, a := range args {
		ok = c.argument(f, name, i, a) && ok
	}
	if !ok {
		// The result's kind is known all the same, so later faults are told too.
		return expression{kind: f.result}
	}
	if f.check != nil {
		if i, err := f.check(args); err != nil {
			c.add(args[min(i, len(args)-1)].at, codeArgument, "%v", err).Suggest("write %s", f.usage)
			return expression{kind: f.result}
		}
	}
	return expression{kind: f.result, eval: func(s *scope) (any, *fault) { return f.eval(s, name, args, at) }}
}

func arity(f function) string {
	least, most := len(f.params)-f.optional, len(f.params)
	switch {
	case f.variadic:
		return fmt.Sprintf("%d argument or more", least)
	case least != most:
		return fmt.Sprintf("%d or %d arguments", least, most)
	case most == 1:
		return "1 argument"
	}
	return fmt.Sprintf("%d arguments", most)
}

// argument checks one argument and tells whether it can be evaluated.
func (c *compiler) argument(f function, name string, i int, a expression) bool {
	switch a.kind {
	case invalid:
		return false
	case kindNil, kindRange, kindList:
		c.add(a.at, codeArgument, "%s cannot take %s", name, a.kind)
		return false
	}
	if i >= len(f.params) || f.params[i] == a.kind {
		return true
	}
	if f.params[i] == kindDate && a.kind == kindText {
		return c.dateLiteral(a)
	}
	c.add(a.at, codeArgument, "argument %d of %s must be %s, not %s", i+1, name, f.params[i], a.kind).Suggest("write %s", f.usage)
	return false
}

func (f function) eval(s *scope, name string, args []expression, at place) (any, *fault) {
	values := make([]any, len(args))
	for i, a := range args {
		v, missing := a.present(s)
		if missing != nil {
			return nil, missing
		}
		if i < len(f.params) && f.params[i] == kindDate {
			d, err := dateFrom(v)
			if err != nil {
				return nil, &fault{at: a.at, code: codeFailed, message: fmt.Sprintf("argument %d of %s is %v", i+1, name, err)}
			}
			v = d
		}
		values[i] = v
	}
	v, err := f.run(values)
	if err != nil {
		return nil, &fault{at: at, code: codeFailed, message: name + ": " + err.Error()}
	}
	return v, nil
}

func checkFormatDate(args []expression) (int, error) {
	format, isLiteral := args[1].literal.(string)
	if !isLiteral {
		return 0, nil
	}
	_, err := Date{2024, 1, 31}.Format(format)
	return 1, err
}

func runTrim(a []any) (any, error) {
	if len(a) == 1 {
		return strings.TrimSpace(a[0].(string)), nil
	}
	return strings.Trim(a[0].(string), a[1].(string)), nil
}

func runReplace(a []any) (any, error) {
	text, old, with := a[0].(string), a[1].(string), a[2].(string)
	if old == "" {
		return nil, fmt.Errorf("the text to replace is empty")
	}
	if n := strings.Count(text, old); len(text)+n*(len(with)-len(old)) > mostText {
		return nil, fmt.Errorf("the result is longer than %d bytes", mostText)
	}
	return strings.ReplaceAll(text, old, with), nil
}
