package sqlitefunc

import (
	"database/sql/driver"
	"fmt"
	"regexp"
	"sync"

	"modernc.org/sqlite"
)

// maxCompiled bounds the patterns that are kept compiled.
const maxCompiled = 512

// compiled are the patterns that pipe_matches has seen, for all connections.
var compiled = struct {
	sync.RWMutex
	patterns map[string]*regexp.Regexp
}{patterns: map[string]*regexp.Regexp{}}

// registerMatches gives pipe_matches and, since it guards them, the functions
// that read numbers.
func registerMatches(d *sqlite.Driver) error {
	if err := d.RegisterDeterministicScalarFunction("pipe_matches", 2, matches); err != nil {
		return fmt.Errorf("registering pipe_matches: %w", err)
	}
	return registerReads(d)
}

// matches is pipe_matches(text, pattern): whether a part of the text matches.
func matches(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	pattern, ok := args[1].(string)
	if !ok {
		return nil, fmt.Errorf("pipe_matches takes a text as its pattern, and %v is none", args[1])
	}
	re, err := compile(pattern)
	if err != nil {
		return nil, err
	}
	found := false
	switch text := args[0].(type) {
	case nil:
		return nil, nil
	case string:
		found = re.MatchString(text)
	case []byte:
		found = re.Match(text)
	default:
		return nil, fmt.Errorf("pipe_matches takes a text, and %v is none", text)
	}
	if found {
		return int64(1), nil
	}
	return int64(0), nil
}

func compile(pattern string) (*regexp.Regexp, error) {
	compiled.RLock()
	re := compiled.patterns[pattern]
	compiled.RUnlock()
	if re != nil {
		return re, nil
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, fmt.Errorf("pipe_matches: %w", err)
	}
	compiled.Lock()
	defer compiled.Unlock()
	if len(compiled.patterns) >= maxCompiled {
		clear(compiled.patterns)
	}
	compiled.patterns[pattern] = re
	return re, nil
}
