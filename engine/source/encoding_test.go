package source

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// Whatever the encoding, a row is told by the bytes that the file has and
// where they stand in it.
func TestOriginalsAreTheFilesOwnBytes(t *testing.T) {
	var text strings.Builder
	text.WriteString("name,n\r\n")
	for i := range 3000 {
		switch i % 4 {
		case 0:
			fmt.Fprintf(&text, "Zoé €%d,%d\r\n", i, i)
		case 1:
			fmt.Fprintf(&text, "\"quoted\r\n\"\"%d\"\"\",%d\n", i, i)
		case 2:
			fmt.Fprintf(&text, "short %d\n", i)
		default:
			fmt.Fprintf(&text, "bad\"quote %d,\r\n", i)
		}
	}
	le := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	for name, c := range map[string]struct {
		encoding encoding.Encoding
		mark     string
	}{
		"utf-8":        {encoding.Nop, ""},
		"UTF8":         {encoding.Nop, "\xef\xbb\xbf"},
		"windows-1252": {charmap.Windows1252, ""},
		"utf-16":       {unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), "\xfe\xff"},
		"utf-16le":     {le, ""},
		"UTF-16LE":     {le, "\xff\xfe"},
	} {
		t.Run(name, func(t *testing.T) {
			file, err := c.encoding.NewEncoder().String(text.String())
			if err != nil {
				t.Fatal(err)
			}
			file = c.mark + file
			for _, size := range []int{64, 300, bufferSize} {
				r, err := newReader("", newIntake(memory(file)), Options{Delimiter: ',', Quote: '"', Encoding: strings.ToLower(name), Header: true}, size)
				if err != nil {
					t.Fatal(err)
				}
				rows := 0
				for ; ; rows++ {
					_, err := r.Next()
					if err == io.EOF {
						break
					}
					offset, raw := int64(0), []byte(nil)
					if bad, ok := errors.AsType[*RowError](err); ok {
						offset, raw = bad.Offset, bad.Raw
					} else if err != nil {
						t.Fatal(err)
					} else if rows%3 == 0 { // not every row is asked for
						continue
					} else {
						offset, raw = r.Original()
					}
					if !strings.HasPrefix(file[offset:], string(raw)) {
						t.Fatalf("row %d with a buffer of %d: %q is not at %d, where %q is", rows, size, raw, offset, file[offset:min(len(file), int(offset)+40)])
					}
					line, err := c.encoding.NewDecoder().Bytes(raw)
					if err != nil || strings.HasSuffix(string(line), "\r") || len(line) < 4 {
						t.Fatalf("row %d is %q: %v", rows, line, err)
					}
				}
				if rows != 3000 {
					t.Errorf("%d rows, want 3000", rows)
				}
			}
		})
	}
}

// A byte that the declared encoding does not know is kept as it is.
func TestOriginalOfWhatIsNoText(t *testing.T) {
	r := open(t, write(t, "a,b\n\x81x,1\n\x80,2\n"), Options{Header: true, Encoding: "windows-1252"})
	if diff := cmp.Diff([]string{`2@4: !invalid_encoding/1 "\x81x,1"`, "3@9: [€] [2]"}, told(t, r)); diff != "" {
		t.Error(diff)
	}
}
