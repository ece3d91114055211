package coerce

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// Directives lists the strftime directives that formats may hold, those of
// dates first.
const Directives = "%Y %y %m %b %B %d %e %j %F %D %% %H %I %p %M %S %f %T %R %z %Z"

// format is a strftime format, taken apart.
type format struct {
	text string
	ops  []op
}

// op is one directive, or text that stands as it is (directive 0).
type op struct {
	directive byte
	literal   string
	// fixed holds a number to its full width, because digits stand next to it:
	// in %Y%m%d nothing else says where the month ends.
	fixed bool
}

// isoFormat is the format of dates where none is declared.
var isoFormat = mustFormat("%Y-%m-%d")

func mustFormat(text string) format {
	f, problem := parseFormat(text)
	if problem != "" {
		panic(problem)
	}
	return f
}

// shorthands are directives that stand for several.
var shorthands = map[byte]string{'F': "%Y-%m-%d", 'D': "%m/%d/%y", 'T': "%H:%M:%S", 'R': "%H:%M"}

// parseFormat reads a format that makes one moment. The problem says what is
// wrong with it, without naming it.
func parseFormat(text string) (f format, problem string) {
	if f, problem = takeApart(text); problem == "" {
		problem = f.check()
	}
	return f, problem
}

// takeApart reads a format without asking whether it makes a moment.
func takeApart(text string) (f format, problem string) {
	f.text = text
	for rest := text; rest != ""; {
		percent := strings.IndexByte(rest, '%')
		if percent != 0 {
			if percent < 0 {
				percent = len(rest)
			}
			f.literal(rest[:percent])
			rest = rest[percent:]
			continue
		}
		if len(rest) == 1 {
			return f, "it ends in a lone %; write %% for the character itself"
		}
		d := rest[1]
		switch {
		case shorthands[d] != "":
			rest = shorthands[d] + rest[2:]
			continue
		case d == '%':
			f.literal("%")
		case digitsOf(d) > 0 || strings.IndexByte("bBpzZ", d) >= 0:
			f.ops = append(f.ops, op{directive: d})
		default:
			_, size := utf8.DecodeRuneInString(rest[1:])
			return f, fmt.Sprintf("cells cannot be read by %s; the directives are %s", rest[:1+size], Directives)
		}
		rest = rest[2:]
	}
	for i := range f.ops {
		if digitsOf(f.ops[i].directive) > 0 {
			f.ops[i].fixed = i > 0 && f.ops[i-1].hasDigit(false) || i+1 < len(f.ops) && f.ops[i+1].hasDigit(true)
		}
	}
	return f, f.checkParts()
}

func (f *format) literal(text string) {
	if n := len(f.ops); n > 0 && f.ops[n-1].directive == 0 {
		f.ops[n-1].literal += text
		return
	}
	f.ops = append(f.ops, op{literal: text})
}

// hasDigit tells whether what the op reads may begin (or end) with a digit.
func (o op) hasDigit(first bool) bool {
	if o.directive != 0 {
		return digitsOf(o.directive) > 0
	}
	edge := o.literal[len(o.literal)-1]
	if first {
		edge = o.literal[0]
	}
	return edge-'0' <= 9
}

func (f *format) has(directives string) bool {
	for _, o := range f.ops {
		if o.directive != 0 && strings.IndexByte(directives, o.directive) >= 0 {
			return true
		}
	}
	return false
}

func (f *format) hasTime() bool   { return f.has("HIpMSfzZ") }
func (f *format) hasOffset() bool { return f.has("zZ") }

// checkParts tells a format whose parts contradict each other.
func (f *format) checkParts() string {
	for _, group := range []string{"Yy", "mbB", "de", "j", "HI", "p", "M", "S", "f", "zZ"} {
		n := 0
		for _, o := range f.ops {
			if o.directive != 0 && strings.IndexByte(group, o.directive) >= 0 {
				n++
			}
		}
		if n > 1 {
			return fmt.Sprintf("it reads the same part twice (%%%s)", strings.Join(strings.Split(group, ""), " or %"))
		}
	}
	switch {
	case f.has("j") && f.has("mbBde"):
		return "%j is the day of the year, beside which a month or a day says the same twice"
	case f.has("I") != f.has("p"):
		return "%I and %p go together; %H is the hour of a day of 24"
	}
	return ""
}

// check tells a format that does not make one moment.
func (f *format) check() string {
	switch {
	case !f.has("Yy"):
		return "it has no year (%Y)"
	case !f.has("j") && !f.has("mbB"):
		return "it has no month (%m)"
	case !f.has("j") && !f.has("de"):
		return "it has no day (%d)"
	case f.has("MSf") && !f.has("HI"), f.has("Sf") && !f.has("M"), f.has("f") && !f.has("S"):
		return "its time has a smaller part without the larger one"
	}
	return ""
}

// setFormats takes the declared formats and the zone.
func (c *Coercer) setFormats(col *spec.Column, faults *diag.List) {
	c.setZone(col, faults)
	for _, text := range col.Formats {
		f, problem := parseFormat(text.V)
		switch {
		case problem != "":
		case c.kind == spec.KindDate && f.hasTime():
			problem = "it has a time, which a date does not keep; write a time that is always the same as it stands (%Y-%m-%d 00:00:00), or declare the column timestamp"
		case c.kind == spec.KindTimestamp && f.hasOffset():
			problem = "it has an offset, which a timestamp does not keep; declare the column timestamptz"
		case c.kind == spec.KindTimestamptz && !f.hasOffset() && c.zone == nil && !col.SourceTZ.Set:
			problem = "it has no offset (%z), and the column no source_tz; declare source_tz: Europe/Paris, or UTC"
		}
		if problem != "" {
			faults.Add(text.Pos, "date-format", "the format %q of column %s: %s", text.V, col.Name.V, problem)
			continue
		}
		c.formats = append(c.formats, f)
	}
	if c.kind == spec.KindDate && len(c.formats) == 1 && c.formats[0].text == isoFormat.text {
		c.formats = nil // the default, which has a faster way
	}
}

// byFormats reads a cell by the declared formats. All are tried: two that read
// two moments are told, never chosen from.
func (c *Coercer) byFormats(cell []byte, m *moment) Code {
	none, ambiguous := BadTimestamp, AmbiguousTimestamp
	if c.kind == spec.KindDate {
		none, ambiguous = BadDate, AmbiguousDate
	}
	found := false
	for i := range c.formats {
		var one moment
		switch code := c.formats[i].read(cell, &one); {
		case code == TimestampPrecision:
			none = code
		case code != "":
		case found && *m != one:
			return ambiguous
		default:
			*m, found = one, true
		}
	}
	if !found {
		return none
	}
	return ""
}
