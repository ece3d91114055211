package source

import (
	"fmt"
	"unicode/utf8"
)

// Options say how a file is written. The zero value is comma, double quote,
// UTF-8 and no header row.
type Options struct {
	Delimiter rune   // 0: ','
	Quote     rune   // 0: '"'
	Encoding  string // "": "utf-8"; any case
	// Header tells that the first row holds the names of the columns. Without
	// it Header() is nil and every row is data.
	Header bool
	// Columns is the number of fields wanted of each row of a file without a
	// header; 0 takes that of its first row.
	Columns int
	// Inside tells that the path was written in a spec: it may not lead out of
	// the working folder, symbolic links included.
	Inside bool
}

func (o Options) withDefaults() (Options, error) {
	if o.Delimiter == 0 {
		o.Delimiter = ','
	}
	if o.Quote == 0 {
		o.Quote = '"'
	}
	if o.Encoding == "" {
		o.Encoding = "utf-8"
	}
	for _, c := range []rune{o.Delimiter, o.Quote} {
		if c == '\n' || c == '\r' || c == utf8.RuneError || !utf8.ValidRune(c) {
			return o, fmt.Errorf("%q cannot be a delimiter or a quote: it must be one character that is not a line end", c)
		}
	}
	if o.Delimiter == o.Quote {
		return o, fmt.Errorf("the delimiter and the quote are both %q; they must differ", o.Quote)
	}
	return o, nil
}
