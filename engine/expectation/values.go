package expectation

import (
	"fmt"

	"github.com/streamflow/pipe/engine/rule"
)

// Test is a question that no SQL can ask on every database, so that Go asks it
// of one value at a time. It is plain data: Ask makes it a function.
type Test struct {
	// Name is one of the tests there are: strftime, dateutil, json, json_schema.
	Name string `json:"name"`
	// Argument is what the test is about: a format, a schema as JSON; empty
	// when it needs none.
	Argument string `json:"argument,omitempty"`
}

// Asker answers a Test for one value. Its error says that the value gives the
// question no sense, so that the expectation cannot be evaluated.
type Asker func(value string) (expected bool, err error)

// tests are the tests by name. Each makes of an argument what answers for a
// value, or says what is wrong with the argument.
var tests = map[string]func(argument string) (Asker, error){
	"strftime":    strftimeTest,
	"dateutil":    dateutilTest,
	"json":        jsonTest,
	"json_schema": jsonSchemaTest,
}

// Ask makes the test a function of a value. It fails when there is no such
// test or its argument is none of its, which Compile has told before.
func (t Test) Ask() (Asker, error) {
	made, ok := tests[t.Name]
	if !ok {
		return nil, fmt.Errorf("there is no test %q of a value", t.Name)
	}
	return made(t.Argument)
}

// testValues makes the expectation one of the values of a column, each asked
// of a test. found words what an unexpected value is.
func (c *call) testValues(column rule.Column, t Test, found string) {
	name, value := c.Dialect.Quote(column.Name), c.compared(column)
	filter := c.filter()
	c.query([]Output{{"value", value}, {"pipe_rows", "count(*)"}}, " FROM "+c.Dialect.Quote(c.Table)+clause(filter)+" GROUP BY "+value)
	c.out.Test = &t
	c.out.Failing = both(filter, name+" IS NOT NULL")
	c.judgeRows(false, []string{column.Name}, said(found)+" in {unexpected_count} of {considered} {rows}{share}")
}
