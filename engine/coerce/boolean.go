package coerce

import (
	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// setWords takes the declared words of a boolean. A word that everybody reads
// the other way round, or that is on both lists, is refused.
func (c *Coercer) setWords(col *spec.Column, faults *diag.List) {
	c.trueWords, c.falseWords = words(col.TrueValues), words(col.FalseValues)
	for _, list := range []struct {
		key    string
		texts  []spec.Text
		others [][]byte
		means  bool
	}{
		{"true_values", col.TrueValues, nil, true},
		{"false_values", col.FalseValues, c.trueWords, false},
	} {
		for _, w := range list.texts {
			if w.V == "" {
				faults.Add(w.Pos, "cell-option", "a blank cell of column %s is NULL, and %s cannot change that", col.Name.V, list.key).
					Suggest("remove it")
				continue
			}
			if builtin, ok := truth([]byte(w.V)); isOneOf([]byte(w.V), list.others) || ok && builtin != list.means {
				faults.Add(w.Pos, "cell-option", "%q of column %s would be both true and false", w.V, col.Name.V).
					Suggest("remove it from %s; true t 1 yes and false f 0 no, in any case, have their meaning already", list.key)
			}
		}
	}
}

func (c *Coercer) boolean(cell []byte, v *Value) Code {
	is, ok := truth(cell)
	switch {
	case ok:
	case isOneOf(cell, c.trueWords):
		is = true
	case isOneOf(cell, c.falseWords):
		is = false
	default:
		return BadBoolean
	}
	*v = Value{Kind: Bool, Bool: is}
	return ""
}

// truth reads true false t f 1 0 yes no, in any case. What it is counts only
// when ok.
func truth(cell []byte) (is, ok bool) {
	switch len(cell) {
	case 1:
		switch cell[0] {
		case 't', 'T', '1':
			return true, true
		case 'f', 'F', '0':
			return false, true
		}
	case 2:
		return false, folds(cell, "no")
	case 3:
		return true, folds(cell, "yes")
	case 4:
		return true, folds(cell, "true")
	case 5:
		return false, folds(cell, "false")
	}
	return false, false
}

// folds tells whether text is the word of lower-case letters, in any case.
// Both are of one length.
func folds(text []byte, word string) bool {
	for i := range len(word) {
		if text[i]|0x20 != word[i] {
			return false
		}
	}
	return true
}
