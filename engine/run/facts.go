package run

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// facts are what a run knows, by the names that the plan gives them: whole
// numbers, booleans and texts. What was not asked is 0.
type facts map[string]any

// args are the values bound to a statement's parameters.
func (f facts) args(names []string) []any {
	var args []any
	for _, n := range names {
		v, ok := f[n]
		if !ok {
			v = int64(0)
		}
		args = append(args, v)
	}
	return args
}

// holds tells whether every condition holds; "!" turns one around.
func (f facts) holds(when []string) bool {
	for _, w := range when {
		name, not := strings.CutPrefix(w, "!")
		if f.truth(name) == not {
			return false
		}
	}
	return true
}

func (f facts) truth(name string) bool {
	switch v := f[name].(type) {
	case bool:
		return v
	case int64:
		return v != 0
	case string:
		return v == "t" || v == "true" || v == "1"
	}
	return false
}

func (f facts) integer(name string) int64 {
	switch v := f[name].(type) {
	case int64:
		return v
	case bool:
		if v {
			return 1
		}
	}
	return 0
}

func (f facts) text(name string) string {
	switch v := f[name].(type) {
	case nil:
		return ""
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	default:
		return fmt.Sprint(v)
	}
}

// fill replaces every {fact} of a message.
func (f facts) fill(message string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(message, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			b.WriteString("{" + rest)
			return b.String()
		}
		if n, ok := f[name].(int64); ok {
			b.WriteString(grouped(n))
		} else {
			b.WriteString(f.text(name))
		}
		message = after
	}
}

// list makes a JSON list of its items, for a statement that takes one.
func list[T any](items []T) (string, error) {
	if items == nil {
		items = []T{}
	}
	text, err := json.Marshal(items)
	return string(text), err
}
