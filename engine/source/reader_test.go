package source

import (
	"context"
	"encoding/binary"
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
	r, err := Open(context.Background(), path, o)
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
		text := fmt.Sprintf("%d@%d:", row.Line, row.Offset)
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
			want: []string{"2@5: !bad_quote/1 \"«x¦««y««¦1\"", "3@23: !bad_quote/0 \"«x¦««y«¦2\""}},
		{name: "the same, sound", text: "a¦b\n«x¦««y«¦2\n", options: Options{Delimiter: '¦', Quote: '«'}, want: []string{"2@5: \"x¦«y\" [2]"}},
		{name: "tabs", text: "a\tb\n1\t2\n", options: Options{Delimiter: '\t'}, want: []string{"2@4: [1] [2]"}},
		{name: "short and long rows", text: "a,b\n1\n1,2,3\n4,5\n1,2,\n", want: []string{`2@4: !short_row/0 "1"`, `3@6: !long_row/0 "1,2,3"`, "4@12: [4] [5]", `5@16: !long_row/0 "1,2,"`}},
		{name: "a quote inside a plain field", text: "a,b\n1,5\" pipe\n3,4\n", want: []string{`2@4: !bad_quote/2 "1,5\" pipe"`, "3@14: [3] [4]"}},
		{name: "a space before the quote", text: "a,b\n1, \"2\"\n3,4\n", want: []string{`2@4: !bad_quote/2 "1, \"2\""`, "3@11: [3] [4]"}},
		{name: "text behind a closing quote", text: "a,b\n\"1\"x,2\n3,4\n", want: []string{`2@4: !bad_quote/1 "\"1\"x,2"`, "3@11: [3] [4]"}},
		{name: "a carriage return behind a closing quote", text: "a,b\n\"1\"\r,2\n3,4\n", want: []string{`2@4: !bad_quote/1 "\"1\"\r,2"`, "3@11: [3] [4]"}},
		{name: "a stray quote costs its own line only", text: "a,b\n1,\"2\n3,4\n5,6\n", want: []string{`2@4: !unterminated_quote/2 "1,\"2"`, "3@9: [3] [4]", "4@13: [5] [6]"}},
		{name: "a stray quote that meets another", text: "a,b\n1,\"2\n3,4\n5,\"6\"\n7,8\n",
			want: []string{`2@4: !bad_quote/2 "1,\"2"`, `3@9: !bad_quote/0 "3,4"`, `4@13: !bad_quote/0 "5,\"6\""`, "5@19: [7] [8]"}},
		{name: "a line of a damaged text is no row", text: "a,b\n1,\"say \"hi\" to\n5,x\n\nend\",2\n7,8\n",
			want: []string{`2@4: !bad_quote/2 "1,\"say \"hi\" to"`, `3@19: !bad_quote/0 "5,x"`, `5@24: !bad_quote/0 "end\",2"`, "6@31: [7] [8]"}},
		{name: "nor is one of a text with a blank before its quote", text: "a,b\n1, \"x\n5,y\nend\"\n7,8\n", want: []string{`2@4: !bad_quote/2 "1, \"x"`, `3@10: !bad_quote/0 "5,y"`, `4@14: !bad_quote/0 "end\""`, "5@19: [7] [8]"}},
		{name: "quotes that leave nothing open cost their own line", text: "a,b\n1,\"x\"y\n5,6\n7,\"z\"\n", want: []string{`2@4: !bad_quote/2 "1,\"x\"y"`, "3@11: [5] [6]", `4@15: [7] "z"`}},
		{name: "a stray quote that may have opened a text, or not, before one begins", text: "a,b\n\"1\"0\",x\n\"2\",y\n3,\"z\n5,lost\nend\"\n7,8\n",
			want: []string{`2@4: !bad_quote/1 "\"1\"0\",x"`, `3@12: !bad_quote/0 "\"2\",y"`, `4@18: !bad_quote/0 "3,\"z"`, `5@23: !bad_quote/0 "5,lost"`, `6@30: !bad_quote/0 "end\""`, "7@35: [7] [8]"}},
		{name: "a quote too many before a text that goes on", text: "a,b\n\"1,\"z\n5,lost\nend\"\n7,8\n",
			want: []string{`2@4: !bad_quote/1 "\"1,\"z"`, `3@10: !bad_quote/0 "5,lost"`, `4@17: !bad_quote/0 "end\""`, "5@22: [7] [8]"}},
		{name: "an inch opens nothing", text: "a,b\n1,5\"\n5,6\n7,3\"\n8,9\n", want: []string{`2@4: !bad_quote/2 "1,5\""`, "3@9: [5] [6]", `4@13: !bad_quote/2 "7,3\""`, "5@18: [8] [9]"}},
		{name: "a line of a sound text in a damaged row is no row", text: "a,b\n\"1\n5,x\n\ny\",\"c\"d\n7,8\n",
			want: []string{`2@4: !bad_quote/2 "\"1"`, `3@7: !bad_quote/0 "5,x"`, `5@12: !bad_quote/0 "y\",\"c\"d"`, "6@20: [7] [8]"}},
		{name: "a file that is cut in the middle of a text", text: "a,b\n1,\"2\n5,x\n6", want: []string{`2@4: !unterminated_quote/2 "1,\"2"`, `3@9: !bad_quote/0 "5,x"`, `4@13: !bad_quote/0 "6"`}},
		{name: "NUL", text: "a,b\n1,x\x00y\n3,4\n", want: []string{`2@4: !nul_byte/2 "1,x\x00y"`, "3@10: [3] [4]"}},
		{name: "not UTF-8", text: "a,b\n1,Zo\xe9\n3,Zoé\n", want: []string{`2@4: !invalid_utf8/2 "1,Zo\xe9"`, "3@10: [3] [Zoé]"}},
		{name: "the header once more, in quotes", text: "a,b\n1,2\n\"a\",b\n3,4\n", want: []string{"2@4: [1] [2]", `3@8: !repeated_header/0 "\"a\",b"`, "4@14: [3] [4]"}},
		{name: "the header once more, with a mark", text: "\ufeffa,b\n1,2\n\ufeffa,b\n3,4\n", want: []string{"2@7: [1] [2]", `3@11: !repeated_header/0 "\ufeffa,b"`, "4@18: [3] [4]"}},
		{name: "a mark within", text: "a,b\n1,2\n\ufeff3,4\n5,\ufeff6\n", want: []string{"2@4: [1] [2]", `3@8: !inner_mark/1 "\ufeff3,4"`, "4@15: [5] [\ufeff6]"}},
		{name: "the header once more", text: "a,b\n1,2\na,b\r\nb,c\n", want: []string{"2@4: [1] [2]", `3@8: !repeated_header/0 "a,b"`, "4@13: [b] [c]"}},
		{name: "the header once more, in another case", text: "a,b\n1,2\nA,B\n3,4\n", want: []string{"2@4: [1] [2]", `3@8: !repeated_header/0 "A,B"`, "4@12: [3] [4]"}},
		{name: "behind a header in another order no row lands", text: "a,b\n1,2\nb,A\n3,4\n5\na,b\n6,7\n",
			want: []string{"2@4: [1] [2]", `3@8: !repeated_header/0 "b,A"`, `4@12: !reordered_row/0 "3,4"`, `5@16: !short_row/0 "5"`, `6@18: !repeated_header/0 "a,b"`, "7@22: [6] [7]"}},
		{name: "names that differ by their case only", text: "a,A\n1,2\nA,a\n3,4\n", want: []string{"2@4: [1] [2]", `3@8: !repeated_header/0 "A,a"`, `4@12: !reordered_row/0 "3,4"`}},
		{name: "one name twice is no header", text: "a,b\n1,2\na,a\n3,4\n", want: []string{"2@4: [1] [2]", "3@8: [a] [a]", "4@12: [3] [4]"}},
		{name: "the one name of a file may be a value", text: "a\n1\na\n", want: []string{"2@2: [1]", "3@4: [a]"}},
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
		"a,b\n1;2\n":     `line 2: expected 2 fields, found 1; parted by ';' it has them all, which the spec must say if it is the delimiter [short_row]`,
		"a,b\n1,2,3\n":   `line 2: expected 2 fields, found 3; a field that holds the delimiter "," needs quotes around it [long_row]`,
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
	_, err := Open(context.Background(), write(t, text), Options{Encoding: "ebcdic"})
	if err == nil || !strings.Contains(err.Error(), `unknown encoding "ebcdic"; known: utf-8, utf8, windows-1252, cp1252, latin1, iso-8859-1, utf-16, utf-16le, utf-16be`) {
		t.Errorf("unknown encoding: %v", err)
	}
}

// The first byte of a row that is no character is told with its place and what
// the file seems to be; the row keeps its place and its bytes.
func TestBytesThatAreNoCharacters(t *testing.T) {
	inUTF16 := func(text string) string {
		return string(units{binary.BigEndian}.original(nil, []byte(text)))
	}
	for _, c := range []struct{ encoding, text, want string }{
		{"utf-8", "a,b\n1,\"x\nde caf\xe9, \xe0 l\x92\xe9t\xe9\"\n", `2@4 invalid_utf8/2: byte 0xE9 at line 3, character 7 of the line, is not UTF-8: the file looks like windows-1252, in which the text is "x\nde café, à l’été"; say encoding: windows-1252`},
		{"utf-8", "a,b\n1,MONTR\xc9AL\n", `2@4 invalid_utf8/2: byte 0xC9 at line 2, character 8 of the line, is not UTF-8: the file looks like windows-1252, in which the text is "MONTRÉAL"; say encoding: windows-1252`},
		{"utf-8", "a,b\n1,caf\x82\n", `2@4 invalid_utf8/2: byte 0x82 at line 2, character 6 of the line, is not UTF-8: which encoding the file is in cannot be told; save it as UTF-8, or say which it is: utf-8, utf8, windows-1252, cp1252, latin1, iso-8859-1, utf-16, utf-16le, utf-16be`},
		{"utf-8", "a,b\n1,\xcf\xf0\xe8\xe2\xe5\xf2\n", `2@4 invalid_utf8/2: byte 0xCF at line 2, character 3 of the line, is not UTF-8: which encoding the file is in cannot be told; save it as UTF-8, or say which it is: utf-8, utf8, windows-1252, cp1252, latin1, iso-8859-1, utf-16, utf-16le, utf-16be`},
		{"utf-8", "a,b\n1,café\n2,caf\xc3\n", `3@12 invalid_utf8/2: byte 0xC3 at line 3, character 6 of the line, is not UTF-8: rows before it are, so it was cut, or comes from another file; mend it`},
		{"utf-8", "a,b\n1,é\x00\n", `2@4 nul_byte/2: a NUL byte at line 2, character 4 of the line, which no text may hold; if the whole file has them, it is in another encoding, such as utf-16`},
		{"windows-1252", "a,b\n\xe9\xe9,\x81\n", `2@4 invalid_encoding/2: byte 0x81 at line 2, character 4 of the line, is no character of windows-1252: the file is in another encoding, or damaged`},
		{"latin1", "a,b\n\xe9\xe9,5 \x80\n", `2@4 invalid_encoding/2: byte 0x80 at line 2, character 6 of the line, is no character of latin1: the file looks like windows-1252, where it is "€"; say encoding: windows-1252`},
		{"latin1", "a,b\n\xe9\xe9,\x81\n", `2@4 invalid_encoding/2: byte 0x81 at line 2, character 4 of the line, is no character of latin1: the file is in another encoding, or damaged`},
		{"utf-16be", inUTF16("a,b\n€,x\xed\xa0\x80\n"), `2@8 invalid_encoding/2: 0xD800 at line 2, character 4 of the line, is half of a pair that makes a character of utf-16be: the other half is missing, so the text was cut there`},
		{"utf-16be", inUTF16("a,b\n€,😀\xed\xb0\x81\n"), `2@8 invalid_encoding/2: 0xDC01 at line 2, character 4 of the line, is half of a pair that makes a character of utf-16be: the other half is missing, so the text was cut there`},
		{"utf-16be", inUTF16("a,b\n1,2\n") + "\n", `3@16 invalid_encoding/1: byte 0x0A at line 3, character 1 of the line, is half a character: the file has an odd number of bytes, and utf-16be has an even one; it was cut, or something was added to it`},
		{"utf-16be", inUTF16("a,b\n1,2") + "\xe9", `2@8 invalid_encoding/2: byte 0xE9 at line 2, character 4 of the line, is half a character: the file has an odd number of bytes, and utf-16be has an even one; it was cut, or something was added to it`},
	} {
		r := open(t, write(t, c.text), Options{Header: true, Encoding: c.encoding})
		var got string
		for got == "" {
			_, err := r.Next()
			if bad, ok := errors.AsType[*RowError](err); ok {
				got = fmt.Sprintf("%d@%d %s/%d: %s", bad.Line, bad.Offset, bad.Code, bad.Column, bad.Message)
				if !strings.HasPrefix(c.text[bad.Offset:], string(bad.Raw)) {
					t.Errorf("%s: the row was read from %q, not from %q", c.encoding, c.text[bad.Offset:], bad.Raw)
				}
			} else if err != nil {
				t.Fatalf("%s of %q: %v", c.encoding, c.text, err)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s of %q:\n%s", c.encoding, c.text, diff)
		}
	}
}

// UTF-8 that is read as an encoding of one byte a character would go wrong
// without a word: each accent would land as two letters.
func TestUTF8UnderAnotherName(t *testing.T) {
	end := func(text, encoding string) error {
		return last(open(t, write(t, text), Options{Header: true, Encoding: encoding}))
	}
	for _, encoding := range []string{"windows-1252", "latin1"} {
		err := end("a,b\n1,2\n2,Zoé\n3,1\u202f000 à l’été\n", encoding)
		e, ok := errors.AsType[*EncodingError](err)
		if want := encoding + ` is declared, and all of the file is UTF-8: "2,Zoé" would be read as "2,ZoÃ©"; say encoding: utf-8`; !ok || e.Line != 3 || e.Message != want {
			t.Errorf("%s: %v, want %s", encoding, err, want)
		}
		for _, text := range []string{"a,b\n1,2\n", "a,b\n1,caf\xe9\n", "a,b\n1,Ã©\n2,caf\xe9\n", "a,b\n1,CAF\xc9\x85\n"} {
			if err := end(text, encoding); err != io.EOF {
				t.Errorf("%s of %q: %v", encoding, text, err)
			}
		}
	}
}

// Every row of every encoding lies in the file where it says, whatever the
// size of the buffer.
func TestOffsetsInEveryEncoding(t *testing.T) {
	text := "name,n\n" + strings.Repeat("Zoé 😀 «x»,1\n\"two\nlines €\",2\n\n\"broken\"x,3\n", 40)
	oneByte := strings.ReplaceAll(text, "😀", "")
	for encoding, c := range map[string]struct{ text string }{"windows-1252": {oneByte}, "utf-16le": {text}, "utf-16be": {text}, "utf-8": {text}} {
		_, set, err := findCharset(encoding)
		if err != nil {
			t.Fatal(err)
		}
		data := []byte(c.text)
		if set != nil {
			data = set.original(nil, data)
		}
		for size := 8; size < 70; size++ {
			r, err := newReader("", newIntake(memory(string(data))), Options{Delimiter: ',', Quote: '"', Encoding: encoding, Header: true}, size)
			if err != nil {
				t.Fatal(err)
			}
			placed(t, data, r)
			if r.offset != int64(len(data)) {
				t.Fatalf("%s: the end of the file is at %d, not at %d", encoding, r.offset, len(data))
			}
		}
	}
}

func TestOptionsThatCannotBe(t *testing.T) {
	path := write(t, "a\n")
	for _, o := range []Options{{Delimiter: '\n'}, {Quote: '\r'}, {Delimiter: '"'}, {Quote: ','}, {Delimiter: -1}} {
		if _, err := Open(context.Background(), path, o); err == nil {
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
