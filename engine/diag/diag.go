package diag

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Pos is a place in a file. Line and Col are 1-based; Col counts characters,
// not bytes. The zero Pos means "no place"; a Pos with a File and no Line
// means the file as a whole.
type Pos struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Col  int    `json:"column"`
}

// IsZero tells whether p names no place at all.
func (p Pos) IsZero() bool { return p == Pos{} }

// String gives file:line:col, as editors and terminals link it.
func (p Pos) String() string {
	switch {
	case p.File == "" && p.Line == 0:
		return ""
	case p.Line == 0:
		return p.File
	case p.Col == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Compare orders places by file, line and column.
func (p Pos) Compare(q Pos) int {
	return cmp.Or(strings.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col))
}

// Severity says whether a Diagnostic stops a run.
type Severity string

// The two severities of a Diagnostic.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Diagnostic is one finding in a user's file.
type Diagnostic struct {
	Pos
	// EndCol is the column just behind the finding on the same line; 0 when
	// the finding has no width.
	EndCol   int
	Code     string // stable, kebab-case: "unknown-key"
	Severity Severity
	// Message says what is wrong and why, one sentence, no full stop.
	Message string
	// Suggestion says what to do, or is empty.
	Suggestion string
}

// Error gives the finding on one line.
func (d Diagnostic) Error() string {
	var b strings.Builder
	if s := d.Pos.String(); s != "" {
		b.WriteString(Printable(s) + ": ")
	}
	b.WriteString(d.Message)
	if d.Code != "" {
		b.WriteString(" [" + d.Code + "]")
	}
	if d.Suggestion != "" {
		b.WriteString("; " + d.Suggestion)
	}
	return b.String()
}

// List is a set of findings. It is an error when it is not empty; use Err to
// return it as one, since an empty List in an error interface is not nil.
type List []Diagnostic

// Add appends an error at pos.
func (l *List) Add(pos Pos, code, format string, args ...any) *Diagnostic {
	*l = append(*l, Diagnostic{Pos: pos, Code: code, Severity: Error, Message: fmt.Sprintf(format, args...)})
	return &(*l)[len(*l)-1]
}

// Warn appends a warning at pos.
func (l *List) Warn(pos Pos, code, format string, args ...any) *Diagnostic {
	d := l.Add(pos, code, format, args...)
	d.Severity = Warning
	return d
}

// Suggest sets what to do about d and returns d.
func (d *Diagnostic) Suggest(format string, args ...any) *Diagnostic {
	d.Suggestion = fmt.Sprintf(format, args...)
	return d
}

// Width makes d cover n characters from its column and returns d.
func (d *Diagnostic) Width(n int) *Diagnostic {
	if d.Col > 0 && n > 0 {
		d.EndCol = d.Col + n
	}
	return d
}

// Sort orders the list by place, then code and message, and drops findings
// that are equal in all of these, so that the same files give the same bytes.
func (l *List) Sort() {
	slices.SortStableFunc(*l, func(a, b Diagnostic) int {
		return cmp.Or(a.Pos.Compare(b.Pos), strings.Compare(a.Code, b.Code), strings.Compare(a.Message, b.Message))
	})
	*l = slices.CompactFunc(*l, func(a, b Diagnostic) bool {
		return a.Pos == b.Pos && a.Code == b.Code && a.Message == b.Message
	})
}

// HasErrors tells whether any finding is an error.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d Diagnostic) bool { return d.Severity == Error })
}

// Err returns the list as an error when it holds errors, nil otherwise.
func (l List) Err() error {
	if l.HasErrors() {
		return l
	}
	return nil
}

// Error gives every finding, one a line.
func (l List) Error() string {
	var lines []string
	for _, d := range l {
		lines = append(lines, d.Error())
	}
	return strings.Join(lines, "\n")
}

// AsList returns the List inside err, if there is one.
func AsList(err error) (List, bool) {
	var l List
	ok := errors.As(err, &l)
	return l, ok
}
