package source

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

func write(tb testing.TB, text string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "rows.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

func open(tb testing.TB, path string, o Options) *Reader {
	tb.Helper()
	r, err := Open(path, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := r.Close(); err != nil {
			tb.Error(err)
		}
	})
	return r
}

// told gives every row as "line@offset: [field] [field]", a quoted field with
// quotes, and every bad row as "line@offset: !code/column raw".
func told(tb testing.TB, r *Reader) []string {
	tb.Helper()
	var rows []string
	for {
		row, err := r.Next()
		if err == io.EOF {
			return rows
		}
		if bad, ok := errors.AsType[*RowError](err); ok {
			rows = append(rows, fmt.Sprintf("%d@%d: !%s/%d %q", bad.Line, bad.Offset, bad.Code, bad.Column, bad.Raw))
			continue
		}
		if err != nil {
			tb.Fatal(err)
		}
		offset, _ := r.Original()
		text := fmt.Sprintf("%d@%d:", row.Line, offset)
		for _, f := range row.Fields {
			if f.Quoted {
				text += fmt.Sprintf(" %q", f.Bytes)
			} else {
				text += fmt.Sprintf(" [%s]", f.Bytes)
			}
		}
		rows = append(rows, text)
	}
}

func TestRows(t *testing.T) {
	for _, c := range []struct {
		name, text string
		options    Options
		want       []string
	}{
		{name: "lines", text: "a,b\n1,2\n3,4\n", want: []string{"2@4: [1] [2]", "3@8: [3] [4]"}},
		{name: "no line end behind the last row", text: "a,b\n1,2\n3,4", want: []string{"2@4: [1] [2]", "3@8: [3] [4]"}},
		{name: "CRLF and LF", text: "a,b\r\n1,2\n3,4\r\n5,6\r", want: []string{"2@5: [1] [2]", "3@9: [3] [4]", "4@14: [5] [6]"}},
		{name: "a lone carriage return is no data", text: "a,b\n1\r2,3\r\n4,5\n", want: []string{`2@4: !bare_return/1 "1\r2,3"`, "3@11: [4] [5]"}},
		{name: "a lone carriage return in quotes is data", text: "a,b\n\"1\r2\",3\n", want: []string{`2@4: "1\r2" [3]`}},
		{name: "byte order mark", text: "\ufeffa,b\n1,2\n", want: []string{"2@7: [1] [2]"}},
		{name: "byte order mark before a quote", text: "\ufeff\"a\",b\n1,2\n", want: []string{"2@9: [1] [2]"}},
		{name: "only a header", text: "a,b\n"},
		{name: "blank fields, plain and quoted", text: "a,b,c\n,\"\",\n", want: []string{`2@6: [] "" []`}},
		{name: "quotes around delimiters, quotes and lines", text: "a,b\n\"1,2\",\"x\"\"y\"\"\"\n\"l1\nl2\r\nl3\",\"\"\"\"\nend,\"q\"\r\n",
			want: []string{`2@4: "1,2" "x\"y\""`, `3@19: "l1\nl2\r\nl3" "\""`, `6@36: [end] "q"`}},
		{name: "a quoted field ends the file", text: "a,b\n1,\"2\"", want: []string{`2@4: [1] "2"`}},
		{name: "a quoted field and a carriage return end the file", text: "a,b\n1,\"2\"\r", want: []string{`2@4: [1] "2"`}},
		{name: "blank lines between rows are skipped and counted", text: "\n\r\na,b\n\n1,2\n\r\n\n3,4\n\n", want: []string{"5@8: [1] [2]", "8@15: [3] [4]"}},
		{name: "a line of spaces is no blank line", text: "a,b\n \n", want: []string{`2@4: !short_row/0 " "`}},
		{name: "blank lines of one column are rows", text: "a\n1\n\n\r\n\"\"\n", want: []string{"2@2: [1]", "3@4: []", "4@5: []", `5@7: ""`}},
		{name: "semicolons and single quotes", text: "a;b\n'x;''y';2,5\n\"z\";3\n", options: Options{Delimiter: ';', Quote: '\''},
			want: []string{`2@4: "x;'y" [2,5]`, `3@16: ["z"] [3]`}},
		{name: "delimiter and quote outside ASCII", text: "a¦b\n«x¦««y««¦1\n«x¦««y«¦2\n", options: Options{Delimiter: '¦', Quote: '«'},
			want: []string{"2@5: !bad_quote/1 \"«x¦««y««¦1\"", "3@23: \"x¦«y\" [2]"}},
		{name: "tabs", text: "a\tb\n1\t2\n", options: Options{Delimiter: '\t'}, want: []string{"2@4: [1] [2]"}},
		{name: "short and long rows", text: "a,b\n1\n1,2,3\n4,5\n1,2,\n", want: []string{`2@4: !short_row/0 "1"`, `3@6: !long_row/0 "1,2,3"`, "4@12: [4] [5]", `5@16: !long_row/0 "1,2,"`}},
		{name: "a quote inside a plain field", text: "a,b\n1,5\" pipe\n3,4\n", want: []string{`2@4: !bad_quote/2 "1,5\" pipe"`, "3@14: [3] [4]"}},
		{name: "a space before the quote", text: "a,b\n1, \"2\"\n3,4\n", want: []string{`2@4: !bad_quote/2 "1, \"2\""`, "3@11: [3] [4]"}},
		{name: "text behind a closing quote", text: "a,b\n\"1\"x,2\n3,4\n", want: []string{`2@4: !bad_quote/1 "\"1\"x,2"`, "3@11: [3] [4]"}},
		{name: "a carriage return behind a closing quote", text: "a,b\n\"1\"\r,2\n3,4\n", want: []string{`2@4: !bad_quote/1 "\"1\"\r,2"`, "3@11: [3] [4]"}},
		{name: "a stray quote costs its own line only", text: "a,b\n1,\"2\n3,4\n5,6\n", want: []string{`2@4: !unterminated_quote/2 "1,\"2"`, "3@9: [3] [4]", "4@13: [5] [6]"}},
		{name: "a stray quote that meets another", text: "a,b\n1,\"2\n3,4\n5,\"6\"\n", want: []string{`2@4: !bad_quote/2 "1,\"2"`, "3@9: [3] [4]", `4@13: [5] "6"`}},
		{name: "NUL", text: "a,b\n1,x\x00y\n3,4\n", want: []string{`2@4: !nul_byte/2 "1,x\x00y"`, "3@10: [3] [4]"}},
		{name: "not UTF-8", text: "a,b\n1,Zo\xe9\n3,Zoé\n", want: []string{`2@4: !invalid_utf8/2 "1,Zo\xe9"`, "3@10: [3] [Zoé]"}},
		{name: "U+FFFD is a character of UTF-8", text: "a,b\n1,\ufffd\n", want: []string{"2@4: [1] [\ufffd]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.options.Header = true
			r := open(t, write(t, c.text), c.options)
			if diff := cmp.Diff(c.want, told(t, r)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRowsWithoutHeader(t *testing.T) {
	r := open(t, write(t, "1,2\n3\n"), Options{})
	if r.Header() != nil {
		t.Errorf("header %v of a file without one", r.Header())
	}
	if diff := cmp.Diff([]string{"1@0: [1] [2]", `2@4: !short_row/0 "3"`}, told(t, r)); diff != "" {
		t.Error(diff)
	}
	r = open(t, write(t, "1,2\n3\n"), Options{Columns: 1})
	if diff := cmp.Diff([]string{`1@0: !long_row/0 "1,2"`, "2@4: [3]"}, told(t, r)); diff != "" {
		t.Error(diff)
	}
	if rows := told(t, open(t, write(t, ""), Options{})); rows != nil {
		t.Errorf("an empty file gives %v", rows)
	}
}

func TestRowErrorsSayWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"a,b\n1\n":       "line 2: expected 2 fields, found 1; a line end inside a field needs quotes around it [short_row]",
		"a,b\n1,2,3\n":   `line 2: expected 2 fields, found 3; a field that holds the delimiter "," needs quotes around it [long_row]`,
		"a,b\n1,\xe9x\n": "line 2: field 2 is not UTF-8; if the file comes from an older Windows program, declare encoding: windows-1252 [invalid_utf8]",
		"a,b\n1,\"2\n":   "line 2: the quote that opens field 2 is never closed; close it, or double it if it is part of the text [unterminated_quote]",
		"a,b\n\"1\"x,\n": "line 2: the quoted text of field 1 is followed by other text instead of the delimiter; double the quotes that are part of the text [bad_quote]",
	} {
		_, err := open(t, write(t, text), Options{Header: true}).Next()
		if err == nil || err.Error() != want {
			t.Errorf("%q gives\n%v, want\n%s", text, err, want)
		}
	}
}

// Rows that cross the end of the buffer are the rows that others are.
func TestRowsLongerThanTheBuffer(t *testing.T) {
	long := strings.Repeat("0123456789", bufferSize/10+7)
	text := "a,b\n1," + long + "\n2,\"" + long + "\n\"\"" + long + "\"\n3,c\n"
	got := told(t, open(t, write(t, text), Options{Header: true}))
	want := []string{
		"2@4: [1] [" + long + "]",
		fmt.Sprintf("3@%d: [2] %q", 7+len(long), long+"\n\""+long),
		fmt.Sprintf("5@%d: [3] [c]", 7+len(long)+8+2*len(long)),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("rows differ from what was written")
	}
}

func TestRowsAtEveryPlaceInTheBuffer(t *testing.T) {
	for size := 8; size < 80; size++ {
		var text strings.Builder
		var want []string
		fmt.Fprint(&text, "a,b,c\n")
		for line := 2; line < 200; line++ {
			want = append(want, fmt.Sprintf(`%d@%d: [%d] "q,\"" [é]`, line, text.Len(), line))
			fmt.Fprintf(&text, "%d,\"q,\"\"\",é\r\n", line)
		}
		r, err := newReader("", newIntake(memory(text.String())), Options{Delimiter: ',', Quote: '"', Encoding: "utf-8", Header: true}, size)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, told(t, r)); diff != "" {
			t.Fatalf("with a buffer of %d bytes:\n%s", size, diff)
		}
	}
}

// memory is a stream that stands in memory.
func memory(text string) *stream {
	return &stream{Reader: strings.NewReader(text), size: int64(len(text)), fixed: true, close: func() error { return nil }}
}

func TestLimits(t *testing.T) {
	small := func(text string) *Reader {
		r := open(t, write(t, text), Options{Header: true})
		r.fieldLimit, r.rowLimit = 10, 100
		return r
	}
	long, longer := strings.Repeat("x", 11), strings.Repeat("y", 5*bufferSize)
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"a plain field", "a,b\n1," + long + "\n2,3\n", []string{`2@4: !field_too_long/2 "1,` + long + `"`, "3@18: [2] [3]"}},
		{"a quoted field", "a,b\n1,\"" + long + "\"\n2,3\n", []string{`2@4: !field_too_long/2 "1,\"` + long + `\""`, "3@20: [2] [3]"}},
		{"fields within the limit, in a line over it", "a,b\n123456,1234567\n", []string{"2@4: [123456] [1234567]"}},
		{"the file is one line", "a,b\n1," + longer + ",4\n2,3\n",
			[]string{fmt.Sprintf("2@4: !field_too_long/2 %q", ("1," + longer)[:MaxOriginal]), fmt.Sprintf("3@%d: [2] [3]", 4+2+len(longer)+3)}},
		{"a quote swallows the file", "a,b\n1,\"2\n" + strings.Repeat("3,4\n", bufferSize/2), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := told(t, small(c.text))
			if c.want == nil {
				if len(got) != 1+bufferSize/2 || got[0] != `2@4: !field_too_long/2 "1,\"2"` || got[1] != "3@9: [3] [4]" {
					t.Errorf("%d rows, the first %q", len(got), got[:min(len(got), 2)])
				}
				return
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff[:min(len(diff), 2000)])
			}
		})
	}
	r := open(t, write(t, "a\n"+strings.Repeat(`,"",`, bufferSize)+"\n1\n"), Options{Header: true})
	r.rowLimit = bufferSize
	if got := told(t, r); len(got) != 2 || !strings.HasPrefix(got[0], "2@2: !row_too_long/0") || !strings.HasPrefix(got[1], "3@") {
		t.Errorf("a row over the limit gives %d rows", len(got))
	}
}

func TestEncodings(t *testing.T) {
	text := "name,n\nZoé,1\n€,2\n"
	encode := func(tb testing.TB, e interface {
		String(string) (string, error)
	}, text string) string {
		tb.Helper()
		s, err := e.String(text)
		if err != nil {
			tb.Fatal(err)
		}
		return s
	}
	utf16 := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	for name, raw := range map[string]string{
		"utf-8":        text,
		"UTF-8":        "\ufeff" + text,
		"windows-1252": encode(t, charmap.Windows1252.NewEncoder(), text),
		"utf-16":       encode(t, utf16.NewEncoder(), text),
		"utf-16le":     encode(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder(), text),
		"utf-16be":     encode(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder(), "\ufeff"+text),
	} {
		t.Run(name, func(t *testing.T) {
			r := open(t, write(t, raw), Options{Header: true, Encoding: name})
			var got []string
			for _, row := range told(t, r) {
				_, cells, _ := strings.Cut(row, ": ")
				got = append(got, cells)
			}
			if diff := cmp.Diff([]string{"[Zoé] [1]", "[€] [2]"}, got); diff != "" {
				t.Error(diff)
			}
			if n := r.Info().Bytes; n != int64(len(raw)) {
				t.Errorf("read %d bytes of %d", n, len(raw))
			}
		})
	}
	_, err := Open(write(t, text), Options{Encoding: "ebcdic"})
	if err == nil || !strings.Contains(err.Error(), `unknown encoding "ebcdic"; known: utf-8, utf8, windows-1252, cp1252, latin1, iso-8859-1, utf-16, utf-16le, utf-16be`) {
		t.Errorf("unknown encoding: %v", err)
	}
	half := "a\x00\n\x00\x00\xd8\n\x00x\x00\n\x00" // a lone surrogate, in UTF-16LE
	got := told(t, open(t, write(t, half), Options{Header: true, Encoding: "utf-16le"}))
	if diff := cmp.Diff([]string{`2@4: !invalid_encoding/1 "\x00\xd8"`, "3@8: [x]"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestOptionsThatCannotBe(t *testing.T) {
	path := write(t, "a\n")
	for _, o := range []Options{{Delimiter: '\n'}, {Quote: '\r'}, {Delimiter: '"'}, {Quote: ','}, {Delimiter: -1}} {
		if _, err := Open(path, o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}

// Reading allocates nothing per row.
func TestAllocations(t *testing.T) {
	for _, row := range []string{"1,22,333\n", "\"1\",\"2\"\"2\",é\n"} {
		r := open(t, write(t, "a,b,c\n"+strings.Repeat(row, 20000)), Options{Header: true})
		next := func() {
			if _, err := r.Next(); err != nil {
				t.Fatal(err)
			}
		}
		next()
		if n := testing.AllocsPerRun(15000, next); n != 0 {
			t.Errorf("%q: %v allocations a row", row, n)
		}
	}
}
