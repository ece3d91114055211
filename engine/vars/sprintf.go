package vars

import (
	"fmt"
	"regexp"
	"strings"
)

// mostText bounds the texts that functions make, in bytes.
const mostText = 1 << 20

// verb is one directive of a sprintf format, or literal characters before it.
type verb struct {
	literal string
	flags   string // with width and precision, between % and the letter
	letter  rune   // 0: literal only
}

// verbKinds says what each letter writes. %d and the like write integers only:
// a text that looks like a number is still a text.
var verbKinds = map[rune]string{
	'd': "integer", 'x': "integer", 'X': "integer", 'o': "integer", 'b': "integer",
	'f': "number", 'e': "number", 'g': "number", 's': "", 'v': "", 'q': "", 't': "boolean",
}

var widths = regexp.MustCompile(`^[-+# 0]*[0-9]{0,3}(\.[0-9]{0,3})?$`)

// parseFormat reads a format strictly. The error says what is wrong with it.
func parseFormat(format string) ([]verb, error) {
	var verbs []verb
	var literal strings.Builder
	runes := []rune(format)
	for i := 0; i < len(runes); i++ {
		if runes[i] != '%' {
			literal.WriteRune(runes[i])
			continue
		}
		from := i + 1
		for i++; i < len(runes) && strings.ContainsRune("+-# 0123456789.", runes[i]); i++ {
		}
		switch {
		case i == len(runes):
			return nil, fmt.Errorf("the format ends inside a %%; write %%%% for the character itself")
		case runes[i] == '%' && i == from:
			literal.WriteByte('%')
			continue
		}
		flags := string(runes[from:i])
		if _, known := verbKinds[runes[i]]; !known {
			return nil, fmt.Errorf("the format has no %%%c; it may have %%d %%s %%v %%q %%x %%f %%e %%g %%t", runes[i])
		}
		if !widths.MatchString(flags) {
			return nil, fmt.Errorf("%%%s%c is not flags, a width and a precision of up to three digits", flags, runes[i])
		}
		verbs = append(verbs, verb{literal.String(), flags, runes[i]})
		literal.Reset()
	}
	return append(verbs, verb{literal: literal.String()}), nil
}

// checkVerbs matches a format with the kinds of its arguments and gives the
// number of the argument at fault, counted behind the format.
func checkVerbs(verbs []verb, kinds []kind) (int, error) {
	wanted := len(verbs) - 1
	if wanted != len(kinds) {
		return len(kinds), fmt.Errorf("the format has %d %% and there %s %d %s for it", wanted, plural(len(kinds), "is", "are"), len(kinds), plural(len(kinds), "value", "values"))
	}
	for i, k := range kinds {
		v := verbs[i]
		fits := true
		switch verbKinds[v.letter] {
		case "integer":
			fits = k == kindInt
		case "number":
			fits = k.isNumber()
		case "boolean":
			fits = k == kindBool
		}
		if !fits {
			return i, fmt.Errorf("%%%s%c does not write %s", v.flags, v.letter, k)
		}
	}
	return 0, nil
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func checkSprintf(args []expression) (int, error) {
	format, isLiteral := args[0].literal.(string)
	if !isLiteral {
		return 0, nil
	}
	verbs, err := parseFormat(format)
	if err != nil {
		return 0, err
	}
	var kinds []kind
	for _, a := range args[1:] {
		kinds = append(kinds, a.kind)
	}
	i, err := checkVerbs(verbs, kinds)
	return i + 1, err
}

func runSprintf(args []any) (any, error) {
	verbs, err := parseFormat(args[0].(string))
	if err != nil {
		return nil, fmt.Errorf("its format cannot be used")
	}
	var kinds []kind
	for _, a := range args[1:] {
		kinds = append(kinds, kindOf(a))
	}
	if _, err := checkVerbs(verbs, kinds); err != nil {
		return nil, err
	}
	var b strings.Builder
	for i, v := range verbs {
		b.WriteString(v.literal)
		if v.letter == 0 {
			continue
		}
		value := args[1+i]
		switch verbKinds[v.letter] {
		case "":
			// As templates print it: a date as 2024-01-31, a number in its own digits.
			value = textOf(value)
		case "number":
			value = floatOf(value)
		}
		fmt.Fprintf(&b, "%"+v.flags+string(v.letter), value)
		if b.Len() > mostText {
			return nil, fmt.Errorf("the result is longer than %d bytes", mostText)
		}
	}
	return b.String(), nil
}
