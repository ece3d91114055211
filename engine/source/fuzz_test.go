package source

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// FuzzReader holds the reader to this on any bytes: it ends, every row stands
// where it says, the size of the buffer and the fast path change nothing, and
// where encoding/csv and RFC 4180 are of one mind, so is it.
func FuzzReader(f *testing.F) {
	for _, text := range []string{
		"a,b\n1,2\n", "a,b\r\n\"x\"\"y\",\"1\r\n2\"\r\n", "\ufeffa\n\n\n1\n", "a,b\n1,\"2\n3,4\n", "\"\"\"\",\"\"\n,", "a,\"b\"c\n\x00,\xff\n",
		"0123456,\"0123456\",\"0123456\"\"\"\n0,1,2\r", "a,b,c\n\"1,\n\n2\",\"\"\"\n\"\"\",3\n",
	} {
		f.Add([]byte(text), uint8(20), uint8(8))
	}
	f.Fuzz(func(t *testing.T, data []byte, limit, size uint8) {
		read := func(size int, narrow bool) []string {
			r, err := newReader("", newIntake(memory(string(data))), Options{Delimiter: ',', Quote: '"', Encoding: "utf-8"}, size)
			if err != nil {
				return []string{err.Error()}
			}
			r.fieldLimit, r.rowLimit, r.narrow = 1+int(limit), 300, narrow
			placed(t, data, r)
			r, err = newReader("", newIntake(memory(string(data))), Options{Delimiter: ',', Quote: '"', Encoding: "utf-8"}, size)
			if err != nil {
				t.Fatal(err)
			}
			r.fieldLimit, r.narrow = 1+int(limit), narrow
			return told(t, r)
		}
		rows := read(len(data)+9, true)
		if diff := cmp.Diff(rows, read(len(data)+9, false)); diff != "" {
			t.Fatalf("the fast path and the slow one differ:\n%s", diff)
		}
		if diff := cmp.Diff(rows, read(4+int(size), true)); diff != "" {
			t.Fatalf("a buffer of %d bytes changes the rows:\n%s", 4+int(size), diff)
		}
		likeStandard(t, data)
	})
}

// FuzzEncodings holds each encoding to this on any bytes: the text that is read
// leads back to them, every row stands where it says, and only rows whose bytes
// are all characters are given out.
func FuzzEncodings(f *testing.F) {
	for _, text := range []string{"a,b\n1,2\n", "caf\xe9,\x81\n\x80,\"\xff\n\"\n", "a\x00,\x00\n\x00\x3d\xd8\x00\xde\n\x00\x00\xd8\n\x00", "\xd8\x00\x00\n\xdc", "\xfe\xff\x00a\x00\n\x80"} {
		f.Add([]byte(text), uint8(8))
	}
	f.Fuzz(func(t *testing.T, data []byte, size uint8) {
		for _, name := range Encodings() {
			_, c, err := findCharset(name)
			if err != nil {
				t.Fatal(err)
			}
			if u, ok := c.(units); ok && u.order == nil {
				continue // it is one of the other two once the mark is read
			}
			text, err := io.ReadAll(decode(bytes.NewReader(data), c))
			if err != nil {
				t.Fatal(err)
			}
			if c != nil && (!bytes.Equal(c.original(nil, text), data) || c.size(text) != len(data)) {
				t.Fatalf("%s: %q leads back to %q (%d bytes)", name, data, c.original(nil, text), c.size(text))
			}
			r, err := newReader("", newIntake(memory(string(data))), Options{Delimiter: ',', Quote: '"', Encoding: name}, 4+int(size))
			if err != nil {
				continue // a mark, or an archive
			}
			placed(t, data, r)
		}
	})
}

// placed checks that each row lies in data where it says, in order.
func placed(t *testing.T, data []byte, r *Reader) {
	behind := int64(0)
	check := func(line, offset int64, raw []byte) {
		if offset < behind || !bytes.HasPrefix(data[offset:], raw) {
			t.Fatalf("row %q is not at %d (before it: %d)", raw, offset, behind)
		}
		text, err := io.ReadAll(decode(bytes.NewReader(data[:offset]), r.charset))
		if err != nil {
			t.Fatal(err)
		}
		if want := int64(1 + bytes.Count(text, newline)); line != want {
			t.Fatalf("row %q at %d is on line %d, not %d", raw, offset, want, line)
		}
		behind = offset + int64(len(raw))
	}
	for {
		row, err := r.Next()
		if bad, ok := err.(*RowError); ok {
			check(bad.Line, bad.Offset, bad.Raw)
			continue
		}
		if err != nil {
			return
		}
		offset, raw := r.Original()
		check(row.Line, offset, raw)
		if !utf8.Valid(row.Raw) {
			t.Fatalf("the row %q is given out", row.Raw)
		}
	}
}

// likeStandard compares with encoding/csv, but for what they differ in on
// purpose: carriage returns, byte order marks, NUL, and blank lines of files
// of one column.
func likeStandard(t *testing.T, data []byte) {
	if bytes.ContainsAny(data, "\r\x00") || !utf8.Valid(data) || bytes.HasPrefix(data, mark) || bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return
	}
	want, wantErr := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if wantErr == nil && (len(want) == 0 || len(want[0]) == 1) {
		return
	}
	r, err := newReader("", newIntake(memory(string(data))), Options{Delimiter: ',', Quote: '"', Encoding: "utf-8"}, bufferSize)
	if err != nil {
		t.Fatal(err)
	}
	var got [][]string
	for {
		row, err := r.Next()
		if bad, ok := err.(*RowError); ok {
			if wantErr == nil {
				t.Fatalf("encoding/csv takes %q, this does not: %v", data, bad)
			}
			return
		}
		if err != nil {
			break
		}
		var fields []string
		for _, f := range row.Fields {
			fields = append(fields, string(f.Bytes))
		}
		got = append(got, fields)
	}
	if r.columns == 1 {
		return
	}
	if wantErr != nil {
		t.Fatalf("encoding/csv refuses %q: %v", data, wantErr)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%q is read otherwise than by encoding/csv:\n%s", data, diff)
	}
}

// Whatever damage texts in quotes have, no line of one is given out as a row,
// and no sound row is lost.
func TestNoLineOfADamagedTextIsARow(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 3))
		text, want := "a,b\n", []string(nil)
		for i := range 40 {
			switch r.IntN(4) {
			case 0:
				text += fmt.Sprintf("k%d,v\n", i)
				want = append(want, fmt.Sprintf("k%d|v", i))
			case 1:
				text += fmt.Sprintf("k%d,\"x\nlost,row\n\"\"end\"\"\"\n", i)
				want = append(want, fmt.Sprintf("k%d|x\nlost,row\n\"end\"", i))
			case 2: // quotes that nobody doubled, on the first line of a text or the last
				inner := []string{"say \"hi\" to\nlost,row\nend", "x\nlost,row\nthe \"end\" of", "\"x\" and\nlost,row\ny"}[r.IntN(3)]
				if r.IntN(2) == 0 {
					text += fmt.Sprintf("k%d,\"%s\"\n", i, inner)
				} else {
					text += fmt.Sprintf("\"%s\",k%d\n", inner, i)
				}
			case 3: // a sound text, and damage behind it
				text += fmt.Sprintf("\"x\nlost,row\ny\",\"k%d\"z\n", i)
			}
		}
		reader, err := newReader("", newIntake(memory(text)), Options{Delimiter: ',', Quote: '"', Encoding: "utf-8", Header: true}, 16+r.IntN(4000))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for {
			row, err := reader.Next()
			if err == io.EOF {
				break
			}
			if err == nil {
				got = append(got, string(row.Fields[0].Bytes)+"|"+string(row.Fields[1].Bytes))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("seed %d: rows (-sound +given out):\n%s\nof\n%s", seed, diff, text)
		}
	}
}

// One quote too many in a row of one line never makes a row of a line of
// somebody's text, wherever it stands.
func TestNoLineOfATextIsARowBehindAStrayQuote(t *testing.T) {
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 4))
		always := r.IntN(2) == 0
		plain := func(s string) string {
			if always {
				return `"` + s + `"`
			}
			return s
		}
		text, at := "a,b\n", 0
		for i := range 12 {
			key := plain(fmt.Sprintf("k%d", i))
			switch r.IntN(4) {
			case 0:
				text += key + ",\"x\nlost,row\ny\"\n"
			case 1:
				text += "\"x\n\"\"lost\"\",row\nlost,row\n\"," + key + "\n"
			default:
				line := key + "," + plain("v")
				if at == 0 || r.IntN(3) == 0 {
					at = len(text) + r.IntN(len(line)+1)
				}
				text += line + "\n"
			}
		}
		text = text[:at] + `"` + text[at:]
		reader, err := newReader("", newIntake(memory(text)), Options{Delimiter: ',', Quote: '"', Encoding: "utf-8", Header: true}, 16+r.IntN(4000))
		if err != nil {
			continue // no row of one line was there, and the header is damaged
		}
		for err != io.EOF {
			var row *Record
			if row, err = reader.Next(); err == nil && strings.Trim(string(row.Fields[0].Bytes), `"`) == "lost" {
				t.Fatalf("seed %d: line %d is given out as a row, of\n%s", seed, row.Line, text)
			}
		}
	}
}
