package source

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/transform"
)

// charset reads the text of a file as UTF-8, in which bytes that are no
// character stand as bytes that are no UTF-8: they are found as the invalid
// bytes of UTF-8 are, become no other character on the way, and can be told and
// written back as they were. A nil charset is UTF-8, which is read as it stands.
type charset interface {
	decoder() transform.Transformer
	// size is how many bytes of the file text was read from; original appends
	// them.
	size(text []byte) int
	original(dst, text []byte) []byte
}

// The names of encodings that users give.
const (
	nameUTF8    = "utf-8"
	nameWindows = "windows-1252"
	nameUTF16   = "utf-16"
	nameUTF16LE = "utf-16le"
	nameUTF16BE = "utf-16be"
)

var charsets = []struct {
	names   []string
	charset charset
}{
	{[]string{nameUTF8, "utf8"}, nil},
	{[]string{nameWindows, "cp1252"}, windows1252},
	{[]string{"latin1", "iso-8859-1"}, oneByte(charmap.ISO8859_1)},
	{[]string{nameUTF16}, units{}}, // in the order that the file's mark tells
	{[]string{nameUTF16LE}, units{binary.LittleEndian}},
	{[]string{nameUTF16BE}, units{binary.BigEndian}},
}

// Encodings lists the names of the encodings that Options takes.
func Encodings() []string {
	var names []string
	for _, c := range charsets {
		names = append(names, c.names...)
	}
	return names
}

// findCharset gives the charset of a name in any case, and the first of its
// names.
func findCharset(name string) (string, charset, error) {
	for _, c := range charsets {
		if slices.Contains(c.names, strings.ToLower(name)) {
			return c.names[0], c.charset, nil
		}
	}
	return "", nil, fmt.Errorf("unknown encoding %q; known: %s", name, strings.Join(Encodings(), ", "))
}

// decode gives in as UTF-8, in a streaming way.
func decode(in io.Reader, c charset) io.Reader {
	if c == nil {
		return in
	}
	return transform.NewReader(bufio.NewReaderSize(in, bufferSize), c.decoder())
}

// byteTable is an encoding of one byte a character.
type byteTable struct {
	transform.NopResetter
	charmap *charmap.Charmap
	text    [256]string // the UTF-8 of each byte; one that is no character is itself
}

var windows1252 = oneByte(charmap.Windows1252)

// oneByte leaves out the control characters from 0x80 to 0x9f that latin1 has
// by its standard: no text that people write holds them, and in windows-1252,
// which is often taken for latin1, quotes, dashes and letters stand there.
func oneByte(m *charmap.Charmap) *byteTable {
	t := &byteTable{charmap: m}
	for i := range t.text {
		b := byte(i)
		r := m.DecodeByte(b)
		if r == utf8.RuneError || r >= 0x80 && r < 0xa0 {
			t.text[i] = string([]byte{b})
			continue
		}
		t.text[i] = string(r)
	}
	return t
}

func (t *byteTable) decoder() transform.Transformer { return t }

// Transform decodes.
func (t *byteTable) Transform(dst, src []byte, _ bool) (written, read int, err error) {
	for read < len(src) {
		// Most bytes of most files are ASCII, and stand for themselves.
		n := 0
		for n < len(src)-read && n < len(dst)-written && src[read+n] < utf8.RuneSelf {
			n++
		}
		written += copy(dst[written:], src[read:read+n])
		if read += n; read == len(src) {
			break
		}
		text := t.text[src[read]]
		if written+len(text) > len(dst) {
			return written, read, transform.ErrShortDst
		}
		written += copy(dst[written:], text)
		read++
	}
	return written, read, nil
}

func (*byteTable) size(text []byte) int { return utf8.RuneCount(text) }

func (t *byteTable) original(dst, text []byte) []byte {
	for len(text) > 0 {
		b := text[0]
		r, n := utf8.DecodeRune(text)
		if n > 1 {
			b, _ = t.charmap.EncodeRune(r) // it was read from one
		}
		dst, text = append(dst, b), text[n:]
	}
	return dst
}

// units is UTF-16. Half of a pair of surrogates is written as UTF-8 would
// write it if it had any, in three bytes; the last byte of an odd number as two
// bytes, loneByte and itself with its high bit set.
type units struct {
	order interface {
		binary.ByteOrder
		binary.AppendByteOrder
	}
}

const (
	high, low, noMore = 0xd800, 0xdc00, 0xe000 // where the kinds of surrogates begin and end
	beyond            = 0x10000                // the first character of two units
	loneByte          = 0xfe                   // the last byte of an odd number, below 0x80
	loneHigh          = 0xff                   // the same, from 0x80
)

func (u units) decoder() transform.Transformer { return u }

// Reset is there for transform.Transformer; there is no state.
func (units) Reset() {}

// Transform decodes.
func (u units) Transform(dst, src []byte, atEOF bool) (written, read int, err error) {
	for read < len(src) {
		rest := src[read:]
		if len(rest) < 4 && !atEOF {
			return written, read, transform.ErrShortSrc
		}
		if written+utf8.UTFMax > len(dst) {
			return written, read, transform.ErrShortDst
		}
		if len(rest) == 1 {
			mark := byte(loneByte)
			if rest[0] >= 0x80 {
				mark = loneHigh
			}
			written += copy(dst[written:], []byte{mark, rest[0] | 0x80})
			return written, read + 1, nil
		}
		r, n := u.first(rest)
		if r >= high && r < noMore {
			written += copy(dst[written:], []byte{0xe0 | byte(r>>12), 0x80 | byte(r>>6)&0x3f, 0x80 | byte(r)&0x3f})
		} else {
			written += utf8.EncodeRune(dst[written:], r)
		}
		read += n
	}
	return written, read, nil
}

// first is the first character of text of two bytes or more, or half of one,
// and its length.
func (u units) first(text []byte) (r rune, n int) {
	r = rune(u.order.Uint16(text))
	if r >= high && r < low && len(text) >= 4 {
		if second := rune(u.order.Uint16(text[2:])); second >= low && second < noMore {
			return (r-high)<<10 + (second - low) + beyond, 4
		}
	}
	return r, 2
}

// unit is what Transform wrote at the start of text: the character or half of
// one, or the last odd byte, and how many bytes it takes here and in the file.
func unit(text []byte) (r rune, here, there int) {
	r, here = utf8.DecodeRune(text)
	switch {
	case r >= beyond:
		return r, here, 4
	case here > 1 || r < utf8.RuneSelf:
		return r, here, 2
	case (text[0] == loneByte || text[0] == loneHigh) && len(text) > 1:
		if r = rune(text[1]); text[0] == loneByte {
			r &= 0x7f
		}
		return r, 2, 1
	case len(text) >= 3:
		return rune(text[0]&0xf)<<12 | rune(text[1]&0x3f)<<6 | rune(text[2]&0x3f), 3, 2
	}
	return r, here, 2 // half a unit that the caller cut
}

func (units) size(text []byte) int {
	size := 0
	for len(text) > 0 {
		_, here, there := unit(text)
		size += there
		text = text[here:]
	}
	return size
}

func (u units) original(dst, text []byte) []byte {
	for len(text) > 0 {
		r, here, there := unit(text)
		text = text[here:]
		switch there {
		case 1:
			dst = append(dst, byte(r))
		case 2:
			dst = u.order.AppendUint16(dst, uint16(r))
		case 4:
			r -= beyond
			dst = u.order.AppendUint16(u.order.AppendUint16(dst, uint16(high+(r>>10))), uint16(low+(r&0x3ff)))
		}
	}
	return dst
}
