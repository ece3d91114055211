package lint

import (
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// directives are the strftime directives that a cell can be read by, and the
// ones that only a timestamp has.
const (
	dateDirectives = "YymdebBjFD%"
	timeDirectives = "HIMSfpzZTR"
)

// dateFormat holds that formats are made of directives that cells can be read
// by: one that is unknown would never match, and every row would be bad.
var dateFormat = rule{"date-format", func(s *spec.Spec, list *diag.List) {
	for _, t := range s.Tables {
		for _, c := range t.Columns {
			for _, f := range c.Formats {
				checkFormat(c, f, list)
			}
		}
	}
}}

func checkFormat(c *spec.Column, format spec.Text, list *diag.List) {
	text := []rune(format.V)
	directives := 0
	for i := 0; i < len(text); i++ {
		if text[i] != '%' {
			continue
		}
		directives++
		tell := func(width int, problem string, args ...any) *diag.Diagnostic {
			d := list.Add(format.At(i), "date-format", problem, args...)
			if format.IsVerbatim() {
				d.Width(width)
			}
			return d
		}
		if i+1 == len(text) {
			tell(1, "the format ends in a lone %%").Suggest("write %%%% for the character itself")
			return
		}
		letter := string(text[i+1])
		switch {
		case strings.Contains(dateDirectives, letter):
		case !strings.Contains(timeDirectives, letter):
			tell(2, "cells cannot be read by %%%s", letter).Suggest("the directives are %s", listDirectives(dateDirectives+timeDirectives))
		case c.Type.V.Kind == spec.KindDate:
			tell(2, "%%%s is part of a time, and column %s is a date", letter, c.Name.V).Suggest("remove it, or declare the column as a timestamp")
		}
		i++
	}
	if directives == 0 {
		at(list, format, "date-format", "the format %q has no directive", format.V).Suggest("write it like %%Y-%%m-%%d")
	}
}

func listDirectives(letters string) string {
	var list []string
	for _, l := range letters {
		list = append(list, "%"+string(l))
	}
	return strings.Join(list, " ")
}
