package source

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
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

// codec is an encoding by the names users give it.
type codec struct {
	names []string
	// decoder is nil for UTF-8, which is read as it stands.
	decoder func() *encoding.Decoder
	width   func(text []byte) int // see origin
	mark    int                   // bytes of the byte order mark that the decoder keeps to itself
}

var codecs = []codec{
	{names: []string{"utf-8", "utf8"}},
	{names: []string{"windows-1252", "cp1252"}, decoder: charmap.Windows1252.NewDecoder, width: byteEach},
	{names: []string{"latin1", "iso-8859-1"}, decoder: charmap.ISO8859_1.NewDecoder, width: byteEach},
	{names: []string{"utf-16"}, decoder: unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder, width: pairEach, mark: 2},
	{names: []string{"utf-16le"}, decoder: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder, width: pairEach},
	{names: []string{"utf-16be"}, decoder: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder, width: pairEach},
}

// Encodings lists the names of the encodings that Options takes.
func Encodings() []string {
	var names []string
	for _, c := range codecs {
		names = append(names, c.names...)
	}
	return names
}

// decode gives in as UTF-8, in a streaming way, and what keeps the bytes that
// it had. It returns in itself and nil for UTF-8, whose validity is checked row
// by row.
func decode(in io.Reader, name string) (io.Reader, *origin, error) {
	for _, c := range codecs {
		for _, n := range c.names {
			if !strings.EqualFold(n, name) {
				continue
			}
			if c.decoder == nil {
				return in, nil, nil
			}
			o := &origin{in: in, width: c.width, mark: c.mark}
			return c.decoder().Reader(o), o, nil
		}
	}
	return nil, nil, fmt.Errorf("unknown encoding %q; known: %s", name, strings.Join(Encodings(), ", "))
}

func isUTF8(name string) bool {
	return strings.EqualFold(name, codecs[0].names[0]) || strings.EqualFold(name, codecs[0].names[1])
}
