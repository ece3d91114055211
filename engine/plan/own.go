package plan

import "fmt"

// own makes the statements of an expectation that holds SQL of the user's own.
func own(e *Expectation) {
	readOnly := func(sql, title string) Statement {
		return Statement{SQL: sql, Title: title, ReadOnly: true}
	}
	// Inside parentheses nothing but a query can stand. It may end in a comment,
	// which the line break ends.
	within := func(sql, name string) string { return "SELECT * FROM (\n" + sql + "\n) AS " + name }
	if e.Own.Rows == "" {
		e.Compared = []Statement{readOnly(within(e.Own.Base, "pipe_base"), "the base of "+e.Name),
			readOnly(within(e.Own.Comparison, "pipe_comparison"), "what "+e.Name+" compares it with")}
		return
	}
	e.Alone = readOnly(e.Query, e.Name)
	e.FailingRows = readOnly(fmt.Sprintf("%s LIMIT %d", within(e.Own.Rows, "pipe_unexpected"), MaxFailing), "the rows that fail "+e.Name)
	e.UserSQL = e.Own.Rows
}

// Queries are the queries of its own that an expectation is judged by; nil when
// it is part of the scan.
func (e *Expectation) Queries() []Statement {
	switch {
	case len(e.Compared) > 0:
		return e.Compared
	case e.Query != "" || e.Apart:
		return []Statement{e.Alone}
	}
	return nil
}
