package profile

import (
	"strings"
	"testing"
)

// Numbers are read as they are written where every cell of a column agrees and
// there is one way to read them; else they stay text, and a comment says why.
// No column may lose its thousands.
func TestMarksOfNumbers(t *testing.T) {
	const (
		comma   = `{type: numeric, decimal: ","}`
		german  = `{type: numeric, decimal: ",", thousands: "."}`
		english = `{type: numeric, thousands: ","}`
		shape   = "numbers with marks between thousands, or the names of something: all have one shape"
	)
	either := func(cell, whole, broken string) string {
		return "numbers, but " + cell + " may be " + whole + " or " + broken + ": say which with decimal and thousands"
	}
	for _, tc := range []struct {
		delimiter, cells, others string // others are of a second column
		want, note               string
	}{
		{";", "1.234,56|-99,90|1.000.000,00", "", german, ""},
		{";", "12,5|0,25|7", "", comma, ""},
		{";", "0,125|0,500", "", comma, ""},
		{";", "1234,567|1", "", comma, ""},
		{";", "1.234|1,5", "", german, ""},
		{";", "1.234|5,250|0,100", "", german, ""},
		{";", "999|1.000|1.000.000", "", german, ""},
		{";", "1,234.50|999", "", english, ""},
		{";", "1.5|2.25", "", "numeric", ""},
		{";", "1|2", "", "integer", ""},
		// What may be thousands or a fraction.
		{";", "1.000|2.500|999", "", "text", either("1.000", "1000", "1.000")},
		{";", "999|-2.500", "12,5|1", "text", either("-2.500", "-2500", "-2.500")},
		{";", "1,500|2,250", "", "text", either("1,500", "1500", "1.500")},
		{";", "1,500|2,250", "12,5|1", "text", either("1,500", "1500", "1.500")},
		{";", "1.234|1,234", "", "text", either("1.234", "1234", "1.234")},
		{",", "1.000|2.500", "1,5|2", "text", either("1.000", "1000", "1.000")},
		{"\t", "1.234|12.345", "1,5|2", "text", either("1.234", "1234", "1.234")},
		// In a file whose other numbers have points, or that says nothing of commas, a point is a point.
		{";", "1.234|2.500", "1.5|2", "numeric", ""},
		{",", "1.234|2.500", "", "numeric", ""},
		{"|", "1.234|2.500", "", "numeric", ""},
		// What cannot be read in one way.
		{";", "1.234|1,5|2.5", "", "text", ""},
		{";", "1.23,4|1", "", "text", ""},
		{";", "1234.567,8|1", "", "text", ""},
		{";", "12,5 %|1", "", "text", ""},
		{";", "1.234,5,6|1", "", "text", ""},
		// Names of something.
		{";", "192.168.100.101|192.168.100.102", "", "text", shape},
		{",", "123.456.789|234.567.890", "", "text", shape},
		{",", "1,234,567|2,345,678", "", "text", shape},
		{";", "10.0.0.1|192.168.1.10", "", "text", ""},
		{";", "31.01.2024|01.02.2024", "", `{type: date, formats: ["%d.%m.%Y"]}`, ""},
		{";", "01.234,5|1,5", "", "text", ""},
	} {
		cells, others := strings.Split(tc.cells, "|"), strings.Split(tc.others, "|")
		text := "a" + tc.delimiter + "b\n"
		for i, cell := range cells {
			text += `"` + cell + `"` + tc.delimiter + `"` + others[min(i, len(others)-1)] + "\"\n"
		}
		p, err := look(t, "t.csv", text, FileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if c := p.Columns[0]; c.yaml("") != tc.want || c.Note != tc.note {
			t.Errorf("%q of a file with %q: %s (%s), want %s (%s)", tc.cells, tc.delimiter, c.yaml(""), c.Note, tc.want, tc.note)
		}
	}
}
