package greatexpectations

import (
	"fmt"
	"slices"
	"strings"

	"github.com/streamflow/pipe/engine/spec"
)

// A regular expression is carried over as it is written, since what is written
// is what people know again, and Great Expectations hands it to whatever runs
// it: PostgreSQL, Python, Spark. Where these understand it otherwise than pipe,
// that is told with the expectation. What pipe has not at all, such as
// look-ahead, its own check refuses.
const (
	dotDiffers     = `. takes no line feed here, as in Python; in PostgreSQL it does: (?s) before the pattern has it so`
	wordDiffers    = `\w is [0-9A-Za-z_] here; in PostgreSQL and Python it takes the letters of other alphabets too: [\pL\pN_] does`
	digitDiffers   = `\d is [0-9] here; in PostgreSQL it may, and in Python does, take other digits: \p{Nd} does`
	spaceDiffers   = `\s is [\t\n\f\r ] here; in PostgreSQL and Python it takes \v and other white space too: [\s\v\pZ] does`
	edgeDiffers    = `\b and \B are about words of [0-9A-Za-z_] here; in PostgreSQL they are a backspace and a backslash, in Python about all letters`
	classDiffers   = `[[:alpha:]] and its like are ASCII here; in PostgreSQL they follow the locale, in Python they do not exist: [\pL] is a letter`
	lineDiffers    = `(?m) lets ^ and $ stand at lines here, as in Python; in PostgreSQL it also keeps . and [^a] from taking a line feed`
	caseDiffers    = `(?i) is blind to the case of all of Unicode here; in PostgreSQL that follows the locale`
	octalDiffers   = `\1 and further digits are the number of a character here; in PostgreSQL and Python they may be a back-reference`
	hexDiffers     = `\x takes two digits here, as in Python; in PostgreSQL it takes all that follow`
	leastDiffers   = `{,n} is these very characters here, as in PostgreSQL; in Python it is {0,n}`
	collateDiffers = `[[.a.]] and [[=a=]] are a class of these very characters here; in PostgreSQL they are collating elements`
)

// differences are what other databases and languages understand otherwise in a
// pattern that pipe takes; dollar tells that it holds a $.
func differences(pattern string) (list []string, dollar bool) {
	p := &patternReader{rest: pattern}
	for p.rest != "" {
		p.next()
	}
	return p.found, p.dollar
}

// patternReader walks over a pattern in RE2's syntax.
type patternReader struct {
	rest   string
	dotAll []bool // whether (?s) is set, for each open group and the whole
	now    bool
	found  []string
	dollar bool
}

func (p *patternReader) add(what string) {
	if !slices.Contains(p.found, what) {
		p.found = append(p.found, what)
	}
}

func (p *patternReader) next() {
	switch c := p.rest[0]; {
	case strings.HasPrefix(p.rest, `\Q`):
		_, p.rest, _ = strings.Cut(p.rest[2:], `\E`)
		return
	case c == '\\':
		p.escape(false)
		return
	case c == '[':
		p.class()
		return
	case c == '(':
		p.dotAll = append(p.dotAll, p.now)
		if strings.HasPrefix(p.rest, "(?") {
			p.flags()
			return
		}
	case c == ')' && len(p.dotAll) > 0:
		p.now, p.dotAll = p.dotAll[len(p.dotAll)-1], p.dotAll[:len(p.dotAll)-1]
	case c == '.' && !p.now:
		p.add(dotDiffers)
	case c == '$':
		p.dollar = true
	case strings.HasPrefix(p.rest, "{,"):
		digits := strings.TrimLeft(p.rest[2:], "0123456789")
		if strings.HasPrefix(digits, "}") {
			p.add(leastDiffers)
		}
	}
	p.rest = p.rest[1:]
}

// flags reads what follows (? up to the : or the ) behind it; a ) ends the
// group, and leaves its flags to what follows.
func (p *patternReader) flags() {
	p.rest = p.rest[2:]
	if strings.HasPrefix(p.rest, "P<") || strings.HasPrefix(p.rest, "<") {
		_, p.rest, _ = strings.Cut(p.rest, ">")
		return
	}
	on := true
	for p.rest != "" {
		c := p.rest[0]
		p.rest = p.rest[1:]
		switch c {
		case '-':
			on = false
		case 's':
			p.now = on
		case 'm':
			p.add(lineDiffers)
		case 'i':
			if on {
				p.add(caseDiffers)
			}
		case ':':
			return
		case ')':
			p.dotAll = p.dotAll[:len(p.dotAll)-1]
			return
		}
	}
}

const hexDigits = "0123456789abcdefABCDEF"

// escape reads a backslash and what it escapes.
func (p *patternReader) escape(inClass bool) {
	p.rest = p.rest[1:]
	if p.rest == "" {
		return
	}
	c := p.rest[0]
	p.rest = p.rest[1:]
	switch c {
	case 'w', 'W':
		p.add(wordDiffers)
	case 'd', 'D':
		p.add(digitDiffers)
	case 's', 'S':
		p.add(spaceDiffers)
	case 'b', 'B':
		if !inClass {
			p.add(edgeDiffers)
		}
	case '1', '2', '3', '4', '5', '6', '7':
		p.add(octalDiffers)
	case 'x':
		if len(p.rest) > 2 && strings.Trim(p.rest[:3], hexDigits) == "" {
			p.add(hexDiffers)
		}
	case 'p', 'P':
		if strings.HasPrefix(p.rest, "{") {
			_, p.rest, _ = strings.Cut(p.rest, "}")
		}
	}
}

// class reads a class in brackets; a ] that stands first in it is itself.
func (p *patternReader) class() {
	p.rest = strings.TrimPrefix(p.rest[1:], "^")
	for first := true; p.rest != ""; first = false {
		switch {
		case p.rest[0] == ']' && !first:
			p.rest = p.rest[1:]
			return
		case p.rest[0] == '\\':
			p.escape(true)
			continue
		case strings.HasPrefix(p.rest, "[:"):
			if name, after, closed := strings.Cut(p.rest[2:], ":]"); closed && !strings.ContainsAny(name, `]\`) {
				p.add(classDiffers)
				p.rest = after
				continue
			}
		case strings.HasPrefix(p.rest, "[.") || strings.HasPrefix(p.rest, "[="):
			p.add(collateDiffers)
		}
		p.rest = p.rest[1:]
	}
}

// regexps tells of the regular expressions of an expectation that was carried
// over what is understood otherwise elsewhere.
func (c *conversion) regexps() {
	var found []string
	for _, pattern := range c.patterns() {
		list, dollar := differences(pattern)
		if dollar {
			c.out.regexps++
		}
		for _, what := range list {
			if !slices.Contains(found, what) {
				found = append(found, what)
			}
		}
	}
	for _, what := range found {
		c.note("%s", what)
	}
	if len(found) > 0 {
		const indent = "      "
		told := "kept as it was written, and understood otherwise elsewhere:\n"
		for _, what := range found {
			told += wrap(what, "  ", lineWidth-len(indent)-2)
		}
		c.out.text = comment(told, indent) + c.out.text
	}
}

// patterns are the regular expressions of the expectation: its own, and those
// of a JSON Schema.
func (c *conversion) patterns() (list []string) {
	for _, p := range c.args {
		switch p.Key.V {
		case "regex":
			list = append(list, textOf(p.Value))
		case "regex_list":
			for _, item := range p.Value.Items {
				list = append(list, textOf(item))
			}
		case "json_schema":
			list = append(list, schemaPatterns(p.Value)...)
		}
	}
	return list
}

// schemaPatterns looks for patterns anywhere in a JSON Schema.
func schemaPatterns(n *spec.Node) (list []string) {
	for _, p := range n.Pairs {
		switch {
		case p.Key.V == "pattern" && p.Value.Kind == spec.NodeText:
			list = append(list, p.Value.Text.V)
		case p.Key.V == "patternProperties":
			for _, property := range p.Value.Pairs {
				list = append(list, property.Key.V)
			}
		}
		list = append(list, schemaPatterns(p.Value)...)
	}
	for _, item := range n.Items {
		list = append(list, schemaPatterns(item)...)
	}
	return list
}

// remarkOnRegexps tells once of what so many patterns hold that a note on each
// would hide the others.
func (i *Imported) remarkOnRegexps() {
	n := 0
	for _, o := range i.Expectations {
		n += o.regexps
	}
	if n > 0 {
		i.Remarks = append(i.Remarks, fmt.Sprintf("$ in a regular expression (%d) is the very end of the text, as in PostgreSQL; "+
			"to Python it stands before a last line feed too: write \\n?$ for that", n))
	}
}
