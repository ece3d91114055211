package lint

import (
	"slices"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// cellOption holds that how a column's cells are read fits the column's type,
// and does not contradict itself.
var cellOption = rule{"cell-option", func(s *spec.Spec, list *diag.List) {
	for _, t := range s.Tables {
		for _, c := range t.Columns {
			if c.Type.Set {
				checkCellOptions(c, list)
				checkWords(c, list)
				checkNumberMarks(c, t.Source, list)
			}
		}
	}
}}

func checkCellOptions(c *spec.Column, list *diag.List) {
	unfit := func(pos diag.Pos, key, wanted string) {
		list.Add(pos, "cell-option", "%s is for %s columns, and column %s is %s", key, wanted, c.Name.V, c.Type.V).
			Suggest("remove %s, or change the type", key)
	}
	kind := c.Type.V.Kind
	if len(c.Formats) > 0 && !slices.Contains([]spec.Kind{spec.KindDate, spec.KindTimestamp, spec.KindTimestamptz}, kind) {
		unfit(c.Formats[0].Pos, "formats", "date and timestamp")
	}
	if c.SourceTZ.Set && kind != spec.KindTimestamptz {
		unfit(c.SourceTZ.Pos, "source_tz", "timestamptz")
	}
	if c.Decimal.Set && !c.Type.V.IsNumber() {
		unfit(c.Decimal.Pos, "decimal", "number")
	}
	if c.Thousands.Set && !c.Type.V.IsNumber() {
		unfit(c.Thousands.Pos, "thousands", "number")
	}
	if len(c.TrueValues) > 0 && kind != spec.KindBoolean {
		unfit(c.TrueValues[0].Pos, "true_values", "boolean")
	}
	if len(c.FalseValues) > 0 && kind != spec.KindBoolean {
		unfit(c.FalseValues[0].Pos, "false_values", "boolean")
	}
}

// checkWords tells a word that one cell would read in two ways.
func checkWords(c *spec.Column, list *diag.List) {
	meaning := map[string]string{}
	for _, words := range []struct {
		key  string
		list []spec.Text
	}{{"null_values", c.NullValues}, {"true_values", c.TrueValues}, {"false_values", c.FalseValues}} {
		for _, w := range words.list {
			if other, taken := meaning[w.V]; taken && other != words.key {
				at(list, w, "cell-option", "a cell %q of column %s would be in both %s and %s", w.V, c.Name.V, other, words.key).
					Suggest("keep it in one of them")
				continue
			}
			meaning[w.V] = words.key
		}
	}
}

// checkNumberMarks tells marks with which a number has no one meaning, or is
// taken apart before it is read. One that is the delimiter too is told by the
// file alone: there a number may stand in quotes.
func checkNumberMarks(c *spec.Column, source *spec.Source, list *diag.List) {
	for _, mark := range []struct {
		key string
		spec.Value[rune]
	}{{"decimal", c.Decimal}, {"thousands", c.Thousands}} {
		if mark.Set && c.Type.V.IsNumber() && (mark.V >= '0' && mark.V <= '9' || slices.Contains([]rune("+-eE"), mark.V)) {
			list.Add(mark.Pos, "cell-option", "%s cannot be %q, which is part of a number itself", mark.key, mark.V)
		}
		if mark.Set && c.Type.V.IsNumber() && source != nil && mark.V == source.Quote.V {
			list.Warn(mark.Pos, "cell-option", "%s is %[2]c, and so is the quote of the file: a number with it is read only where the file has it twice, as in %[2]c1%[2]c%[2]c234%[2]c", mark.key, mark.V).
				Suggest("state the quote of the source if the file has another, or remove %s", mark.key)
		}
	}
	if c.Thousands.V != 0 && c.Thousands.V == c.Decimal.V {
		d := list.Add(c.Thousands.Pos, "cell-option", "thousands is %q, and so is decimal", c.Thousands.V)
		if !c.Decimal.Set {
			d.Suggest(`decimal is "." unless stated: add decimal: ","`)
		}
	}
}
