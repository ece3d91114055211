package coerce

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// column makes a column as package spec would decode it.
func column(kind spec.Kind) *spec.Column {
	return &spec.Column{
		Name: spec.Text{V: "c", Set: true}, Type: spec.Value[spec.Type]{V: spec.Type{Kind: kind}, Set: true},
		Nullable: spec.Value[bool]{V: true}, Decimal: spec.Value[rune]{V: '.'},
	}
}

func texts(words ...string) []spec.Text {
	list := []spec.Text{}
	for _, w := range words {
		list = append(list, spec.Text{V: w, Set: true})
	}
	return list
}

func set[T any](v T) spec.Value[T] { return spec.Value[T]{V: v, Set: true} }

func coercer(tb testing.TB, col *spec.Column, driver spec.Driver) *Coercer {
	tb.Helper()
	c, err := New(col, nil, false, driver)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// told gives what a cell became: its COPY text, or its code after a "!".
func told(c *Coercer, cell string, quoted bool) string {
	var v Value
	if code := c.Cell([]byte(cell), quoted, &v); code != "" {
		return "!" + string(code)
	}
	return string(v.AppendCopy(nil))
}

func TestCells(t *testing.T) {
	for _, c := range []struct {
		name  string
		col   func() *spec.Column
		cells map[string]string
	}{
		{"text", func() *spec.Column { return column(spec.KindText) }, map[string]string{
			"Zoé": "Zoé", " x ": " x ", "a\tb\\c\nd\re": `a\tb\\c\nd\re`, "NULL": "NULL", "": `\N`,
			"a\x00": "!invalid_text", "a\xff": "!invalid_text",
		}},
		{"integer", func() *spec.Column { return column(spec.KindInteger) }, map[string]string{
			"0": "0", "7": "7", "-7": "-7", "+7": "7", "007": "7", "-0": "0", "2147483647": "2147483647", "-2147483648": "-2147483648", "": `\N`,
			"2147483648": "!integer_overflow", "-2147483649": "!integer_overflow", "99999999999999999999": "!integer_overflow",
			"3.0": "!integer_fraction", "3.5": "!integer_fraction", "3.": "!integer_fraction", ".5": "!integer_fraction", "99999999999999999999.5": "!integer_fraction",
			" 3": "!bad_integer", "3 ": "!bad_integer", "1e3": "!bad_integer", "1,000": "!bad_integer", "-": "!bad_integer", "+": "!bad_integer", "--1": "!bad_integer", "0x10": "!bad_integer",
			"1_000": "!bad_integer", "NaN": "!bad_integer", "99999999999999999999x": "!bad_integer", "٣": "!bad_integer", ".": "!bad_integer",
		}},
		{"bigint", func() *spec.Column { return column(spec.KindBigint) }, map[string]string{
			"9223372036854775807": "9223372036854775807", "-9223372036854775808": "-9223372036854775808",
			"9223372036854775808": "!integer_overflow", "-9223372036854775809": "!integer_overflow", "92233720368547758070": "!integer_overflow", "18446744073709551617": "!integer_overflow",
		}},
		{"numeric", func() *spec.Column { return column(spec.KindNumeric) }, map[string]string{
			"24.483650766787413": "24.483650766787413", "+5": "5", ".5": "0.5", "5.": "5", "-.5": "-0.5", "+.5": "0.5", "007.50": "7.50", "-0": "0", "-0.00": "0.00", "-.0": "0.0", "0": "0", "00": "0",
			"1.50e1": "15.0", "1e3": "1000", "1e2": "100", "12.5E-3": "0.0125", "1e-2": "0.01", "-1.5e+2": "-150", "0e5": "0",
			"12345678901234567890123456789.123456789": "12345678901234567890123456789.123456789",
			"1e100000": "!numeric_precision", "1e99999999999999999999": "!numeric_precision", "1e-100000": "!numeric_scale", "1e16383": "1" + strings.Repeat("0", 16383),
			strings.Repeat("9", 131073): "!numeric_precision", "0." + strings.Repeat("9", 16384): "!numeric_scale", strings.Repeat("0", 131073) + "1": "1",
			" 5": "!bad_number", "NaN": "!bad_number", "inf": "!bad_number", "1_0": "!bad_number", "0x1p2": "!bad_number", "1e": "!bad_number", "1e+": "!bad_number", "1e1.5": "!bad_number",
			".": "!bad_number", "-": "!bad_number", "1,5": "!bad_number", "1.2.3": "!bad_number", "$5": "!bad_number", "e5": "!bad_number",
		}},
		{"numeric(5,2)", func() *spec.Column {
			c := column(spec.KindNumeric)
			c.Type.V.Precision, c.Type.V.Scale = 5, 2
			return c
		}, map[string]string{
			"999.99": "999.99", "-999.99": "-999.99", "1.500": "1.50", "1.5": "1.5", "00001.5": "1.5", "12e1": "120", "0.50000e0": "0.50",
			"1000": "!numeric_precision", "1.505": "!numeric_scale", "0.001": "!numeric_scale", "1e-3": "!numeric_scale", "1e3": "!numeric_precision",
		}},
		{"double", func() *spec.Column { return column(spec.KindDouble) }, map[string]string{
			"1.5": "1.5", "+1.5": "1.5", "1e308": "1e308", "-0": "0", "0.0": "0", "5e-324": "5e-324", "0e999999": "0", ".5": ".5",
			"1e309": "!double_overflow", "-1e309": "!double_overflow", "1e-400": "!double_overflow", "Infinity": "!bad_number", "NaN": "!bad_number", "0x10": "!bad_number", "1_0": "!bad_number",
		}},
		{"boolean", func() *spec.Column { return column(spec.KindBoolean) }, map[string]string{
			"true": "t", "True": "t", "TRUE": "t", "t": "t", "T": "t", "1": "t", "yes": "t", "YES": "t", "false": "f", "False": "f", "f": "f", "F": "f", "0": "f", "no": "f", "No": "f", "": `\N`,
			"maybe": "!bad_boolean", "y": "!bad_boolean", "n": "!bad_boolean", "2": "!bad_boolean", "on": "!bad_boolean", "tru\xe5": "!bad_boolean", " true": "!bad_boolean", "\x54rue\x00": "!bad_boolean",
		}},
		{"boolean with words", func() *spec.Column {
			c := column(spec.KindBoolean)
			c.TrueValues, c.FalseValues = texts("oui", "Y"), texts("non")
			return c
		}, map[string]string{"oui": "t", "Y": "t", "non": "f", "yes": "t", "Oui": "!bad_boolean", "y": "!bad_boolean"}},
		{"date", func() *spec.Column { return column(spec.KindDate) }, map[string]string{
			"2024-01-31": "2024-01-31", "2024-02-29": "2024-02-29", "0001-01-01": "0001-01-01", "9999-12-31": "9999-12-31", "2024-1-5": "2024-01-05", "": `\N`,
			"2023-02-29": "!bad_date", "1900-02-29": "!bad_date", "2024-02-31": "!bad_date", "2024-13-01": "!bad_date", "2024-00-10": "!bad_date", "0000-01-01": "!bad_date", "31/02/2024": "!bad_date",
			"2024-01-31 00:00:00": "!bad_date", "2024-01-31T00:00:00Z": "!bad_date", "20240131": "!bad_date", "24-01-31": "!bad_date", "2024-01-3x": "!bad_date", "2024-001-1": "!bad_date",
		}},
		{"timestamp", func() *spec.Column { return column(spec.KindTimestamp) }, map[string]string{
			"2024-01-31 23:59:59": "2024-01-31 23:59:59", "2024-01-31T23:59:59.123456": "2024-01-31 23:59:59.123456", "2024-01-31 23:59:59.1": "2024-01-31 23:59:59.1",
			"2024-01-31 23:59:59.100": "2024-01-31 23:59:59.1", "2024-01-31 00:00:00.000000": "2024-01-31 00:00:00",
			"2024-01-31 23:59:59.1234567": "!timestamp_precision", "2024-01-31 23:59:59Z": "!bad_timestamp", "2024-01-31 23:59:59+01": "!bad_timestamp", "2024-01-31": "!bad_timestamp",
			"2024-01-31 24:00:00": "!bad_timestamp", "2024-01-31 23:59:60": "!bad_timestamp", "2024-02-30 00:00:00": "!bad_timestamp", "2024-01-31 23:59": "!bad_timestamp",
			"2024-01-31 23:59:59.": "!bad_timestamp", "2024-01-31 23:59:59 ": "!bad_timestamp", "2024-01-31_23:59:59": "!bad_timestamp", "2024-01-31 23:59:59.1234567x": "!bad_timestamp",
		}},
		{"timestamptz", func() *spec.Column { return column(spec.KindTimestamptz) }, map[string]string{
			"2024-01-31 23:59:59+00": "2024-01-31 23:59:59+00", "2024-01-31T23:59:59.5Z": "2024-01-31 23:59:59.5+00", "2024-01-31 23:59:59-05:00": "2024-02-01 04:59:59+00",
			"2024-03-01 00:30:00+0530": "2024-02-29 19:00:00+00", "0001-01-01 00:00:00-01": "0001-01-01 01:00:00+00", "1969-12-31 23:59:59Z": "1969-12-31 23:59:59+00",
			"2024-01-31 23:59:59": "!timestamp_no_offset", "2024-01-31 23:59:59+16": "!bad_timestamp", "2024-01-31 23:59:59+0": "!bad_timestamp", "2024-01-31 23:59:59+00:60": "!bad_timestamp",
			"0001-01-01 00:00:00+01": "!bad_timestamp", "9999-12-31 23:59:59-01": "!bad_timestamp", "2024-01-31 23:59:59 Z": "!bad_timestamp", "2024-01-31 23:59:59.1234567Z": "!timestamp_precision",
		}},
		{"timestamptz with source_tz", func() *spec.Column {
			c := column(spec.KindTimestamptz)
			c.SourceTZ = texts("Europe/Paris")[0]
			return c
		}, map[string]string{
			"2024-01-31 23:59:59": "2024-01-31 22:59:59+00", "2024-07-01 12:00:00": "2024-07-01 10:00:00+00", "2024-07-01 12:00:00+00": "2024-07-01 12:00:00+00",
			"2024-03-31 01:59:59": "2024-03-31 00:59:59+00", "2024-03-31 02:00:00": "!timestamp_gap", "2024-03-31 02:59:59.5": "!timestamp_gap", "2024-03-31 03:00:00": "2024-03-31 01:00:00+00",
			"2024-10-27 01:59:59": "2024-10-26 23:59:59+00", "2024-10-27 02:00:00": "!timestamp_overlap", "2024-10-27 02:59:59": "!timestamp_overlap", "2024-10-27 03:00:00": "2024-10-27 02:00:00+00",
			"2124-07-01 12:00:00": "2124-07-01 10:00:00+00",
		}},
		{"source_tz that left a day out", func() *spec.Column {
			c := column(spec.KindTimestamptz)
			c.SourceTZ = texts("Pacific/Apia")[0]
			return c
		}, map[string]string{"2011-12-30 12:00:00": "!timestamp_gap", "2011-12-29 12:00:00": "2011-12-29 22:00:00+00", "2011-12-31 12:00:00": "2011-12-30 22:00:00+00"}},
		{"uuid", func() *spec.Column { return column(spec.KindUUID) }, map[string]string{
			"123e4567-e89b-12d3-a456-426614174000": "123e4567-e89b-12d3-a456-426614174000", "{123E4567-E89B-12D3-A456-426614174000}": "123e4567-e89b-12d3-a456-426614174000",
			"123e4567e89b12d3a456426614174000": "!bad_uuid", "{123e4567-e89b-12d3-a456-426614174000": "!bad_uuid", "123e4567-e89b-12d3-a456-42661417400g": "!bad_uuid", "123e4567-e89b-12d3-a4564-26614174000": "!bad_uuid",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cells := coercer(t, c.col(), spec.Postgres)
			for cell, want := range c.cells {
				if got := told(cells, cell, false); got != want {
					t.Errorf("%.60q is %.60s, want %.60s", cell, got, want)
				}
			}
		})
	}
}

func TestMarks(t *testing.T) {
	for _, c := range []struct {
		kind               spec.Kind
		decimal, thousands rune
		cells              map[string]string
	}{
		{spec.KindNumeric, ',', '.', map[string]string{
			"1.234.567,89": "1234567.89", "-1.234,5": "-1234.5", "1234567,89": "1234567.89", "12": "12", ",5": "0.5", "5,": "5", "1.000e3": "1000000",
			"1.23,5": "!bad_number", "1234.567": "!bad_number", "1.2345": "!bad_number", ".123": "!bad_number", "1,234.5": "!bad_number", "1,5,5": "!bad_number", "1.": "!bad_number", "1..234": "!bad_number", ",": "!bad_number", "-": "!bad_number",
		}},
		{spec.KindNumeric, ',', 0, map[string]string{"1,5": "1.5", "1.5": "!bad_number", "15": "15", "1e2": "100", "1,5e1": "15"}},
		{spec.KindDouble, '.', ',', map[string]string{"1,234.5": "1234.5", "1,234": "1234", "1,23": "!bad_number", "+1,234": "1234"}},
		{spec.KindInteger, '.', ',', map[string]string{"1,234": "1234", "-1,234,567": "-1234567", "1,23": "!bad_integer", "1,234.0": "!integer_fraction", "12": "12"}},
		{spec.KindInteger, ',', '\u202f', map[string]string{"1\u202f234": "1234", "3,0": "!integer_fraction", "1 234": "!bad_integer"}},
	} {
		col := column(c.kind)
		col.Decimal = set(c.decimal)
		if c.thousands != 0 {
			col.Thousands = set(c.thousands)
		}
		cells := coercer(t, col, spec.Postgres)
		for cell, want := range c.cells {
			if got := told(cells, cell, false); got != want {
				t.Errorf("%s, decimal %q, thousands %q: %q is %s, want %s", c.kind, c.decimal, c.thousands, cell, got, want)
			}
		}
	}
}

func TestFormats(t *testing.T) {
	for _, c := range []struct {
		kind    spec.Kind
		formats []string
		cells   map[string]string
	}{
		{spec.KindDate, []string{"%d/%m/%Y"}, map[string]string{"31/01/2024": "2024-01-31", "1/2/2024": "2024-02-01", "31/02/2024": "!bad_date", "2024-01-31": "!bad_date", "31/01/24": "!bad_date", "31/01/2024 ": "!bad_date", "031/01/2024": "!bad_date"}},
		{spec.KindDate, []string{"%Y-%m-%d", "%d.%m.%Y"}, map[string]string{"2024-01-31": "2024-01-31", "31.01.2024": "2024-01-31", "31/01/2024": "!bad_date"}},
		{spec.KindDate, []string{"%d/%m/%Y", "%m/%d/%Y"}, map[string]string{"31/01/2024": "2024-01-31", "01/31/2024": "2024-01-31", "03/03/2024": "2024-03-03", "03/04/2024": "!ambiguous_date", "32/01/2024": "!bad_date"}},
		{spec.KindDate, []string{"%Y%m%d"}, map[string]string{"20240131": "2024-01-31", "2024131": "!bad_date", "202401311": "!bad_date"}},
		{spec.KindDate, []string{"%d%b%y"}, map[string]string{"31JAN24": "2024-01-31", "31jan69": "1969-01-31", "31Dec68": "2068-12-31", "31Foo24": "!bad_date"}},
		{spec.KindDate, []string{"%B %e, %Y"}, map[string]string{"January 31, 2024": "2024-01-31", "may  5, 2024": "2024-05-05", "Sep 5, 2024": "2024-09-05", "June 5 2024": "!bad_date"}},
		{spec.KindDate, []string{"%Y-%j"}, map[string]string{"2024-060": "2024-02-29", "2023-60": "2023-03-01", "2024-366": "2024-12-31", "2023-366": "!bad_date", "2024-0": "!bad_date"}},
		{spec.KindDate, []string{"%F 00:00:00"}, map[string]string{"2024-01-31 00:00:00": "2024-01-31", "2024-01-31 00:00:01": "!bad_date", "2024-01-31": "!bad_date"}},
		{spec.KindDate, []string{"%D", "%d%%%m%%%Y"}, map[string]string{"01/31/24": "2024-01-31", "31%01%2024": "2024-01-31"}},
		{spec.KindTimestamp, []string{"%d/%m/%Y %H:%M"}, map[string]string{"31/01/2024 23:59": "2024-01-31 23:59:00", "31/01/2024 24:00": "!bad_timestamp", "31/01/2024 3:5": "2024-01-31 03:05:00"}},
		{spec.KindTimestamp, []string{"%m/%d/%Y %I:%M:%S %p"}, map[string]string{"01/31/2024 12:00:00 AM": "2024-01-31 00:00:00", "01/31/2024 12:00:00 pm": "2024-01-31 12:00:00", "1/31/2024 1:02:03 PM": "2024-01-31 13:02:03", "01/31/2024 13:00:00 PM": "!bad_timestamp", "01/31/2024 00:00:00 AM": "!bad_timestamp"}},
		{spec.KindTimestamp, []string{"%F %T.%f"}, map[string]string{"2024-01-31 23:59:59.12": "2024-01-31 23:59:59.12", "2024-01-31 23:59:59.000001": "2024-01-31 23:59:59.000001", "2024-01-31 23:59:59.1234567": "!timestamp_precision", "2024-01-31 23:59:59.": "!bad_timestamp"}},
		{spec.KindTimestamp, []string{"%Y%m%d%H%M%S"}, map[string]string{"20240131235959": "2024-01-31 23:59:59"}},
		{spec.KindTimestamp, []string{"%F"}, map[string]string{"2024-01-31": "2024-01-31 00:00:00"}},
		{spec.KindTimestamp, []string{"%d/%m/%Y %R", "%m/%d/%Y %R"}, map[string]string{"03/04/2024 10:00": "!ambiguous_timestamp"}},
		{spec.KindTimestamptz, []string{"%F %T %Z", "%FT%T%z"}, map[string]string{"2024-01-31 23:59:59 UTC": "2024-01-31 23:59:59+00", "2024-01-31 23:59:59 CET": "!bad_timestamp", "2024-01-31T23:59:59+01:00": "2024-01-31 22:59:59+00", "2024-01-31T23:59:59Z": "2024-01-31 23:59:59+00"}},
	} {
		col := column(c.kind)
		col.Formats = texts(c.formats...)
		cells := coercer(t, col, spec.Postgres)
		for cell, want := range c.cells {
			if got := told(cells, cell, false); got != want {
				t.Errorf("%s %q: %q is %s, want %s", c.kind, c.formats, cell, got, want)
			}
		}
	}
}

func TestNulls(t *testing.T) {
	type cell struct {
		text   string
		quoted bool
	}
	blank, quotedBlank, na, quotedNA, spaces := cell{}, cell{quoted: true}, cell{text: "NA"}, cell{text: "NA", quoted: true}, cell{text: " \t"}
	for _, c := range []struct {
		name  string
		kind  spec.Kind
		key   bool
		nulls []spec.Text
		set   func(*spec.Column)
		cells map[cell]string
	}{
		{name: "a blank", kind: spec.KindInteger, cells: map[cell]string{blank: `\N`, quotedBlank: `\N`, spaces: "!bad_integer"}},
		{name: "a blank text", kind: spec.KindText, cells: map[cell]string{blank: `\N`, quotedBlank: "", spaces: ` \t`}},
		{name: "a blank in a key", kind: spec.KindText, key: true, cells: map[cell]string{blank: "!null_in_key", quotedBlank: "!null_in_key", spaces: ` \t`}},
		{name: "a blank in a key of numbers", kind: spec.KindBigint, key: true, cells: map[cell]string{blank: "!null_in_key", quotedBlank: "!null_in_key"}},
		{name: "not nullable", kind: spec.KindText, set: func(c *spec.Column) { c.Nullable = set(false) }, cells: map[cell]string{blank: "!null_not_allowed", quotedBlank: ""}},
		{name: "words", kind: spec.KindInteger, nulls: texts("NA"), cells: map[cell]string{blank: `\N`, na: `\N`, quotedNA: `\N`, {text: "na"}: "!bad_integer"}},
		{name: "words of a text", kind: spec.KindText, nulls: texts("NA"), cells: map[cell]string{blank: `\N`, na: `\N`, quotedNA: "NA", {text: "na"}: "na"}},
		{name: "words in a key", kind: spec.KindText, key: true, nulls: texts("NA"), cells: map[cell]string{na: "!null_in_key", quotedNA: "NA"}},
		{name: "the column's words win", kind: spec.KindText, nulls: texts("NA"), set: func(c *spec.Column) { c.NullValues = texts("-") }, cells: map[cell]string{na: "NA", {text: "-"}: `\N`, blank: `\N`}},
		{name: "no words at all", kind: spec.KindText, nulls: texts("NA"), set: func(c *spec.Column) { c.NullValues = texts() }, cells: map[cell]string{na: "NA", blank: `\N`}},
		{name: "trim", kind: spec.KindInteger, nulls: texts("NA"), set: func(c *spec.Column) { c.Trim = set(true) }, cells: map[cell]string{spaces: `\N`, {text: " 3\t"}: "3", {text: " NA "}: `\N`}},
		{name: "trim a text", kind: spec.KindText, set: func(c *spec.Column) { c.Trim = set(true) }, cells: map[cell]string{spaces: `\N`, {text: "  ", quoted: true}: "", {text: " a b "}: "a b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			col := column(c.kind)
			if c.set != nil {
				c.set(col)
			}
			cells, err := New(col, c.nulls, c.key, spec.Postgres)
			if err != nil {
				t.Fatal(err)
			}
			for cell, want := range c.cells {
				if got := told(cells, cell.text, cell.quoted); got != want {
					t.Errorf("%+v is %q, want %q", cell, got, want)
				}
			}
		})
	}
}

// On SQLite a numeric is a double or an integer, and gives its digits back.
func TestNumericsOfSQLite(t *testing.T) {
	cells := coercer(t, column(spec.KindNumeric), spec.SQLite)
	for cell, want := range map[string]any{
		"24.483650766787413": 24.483650766787413, "29.85": 29.85, "0.1": 0.1, "-0.5": -0.5, "16.0": int64(16), "5": int64(5), "-0.0": int64(0), "1e15": int64(1e15), "1e-7": 1e-7,
		"123456789012345680": int64(123456789012345680), "1152921504606847000": int64(1152921504606847000), "1e20": 1e20, "0.30000000000000004": 0.30000000000000004, "1e300": 1e300, "1.50": 1.5,
		"9007199254740993": "numeric_not_exact", "1152921504606846976": "numeric_not_exact", "0.300000000000000041": "numeric_not_exact", "12345678901234567.89": "numeric_not_exact",
		"1e400": "numeric_not_exact", "1e-400": "numeric_not_exact", "x": "bad_number",
	} {
		var v Value
		if code := cells.Cell([]byte(cell), false, &v); code != "" {
			if want != string(code) {
				t.Errorf("%s is %s, want %v", cell, code, want)
			}
			continue
		}
		if got := v.Driver(); got != want {
			t.Errorf("%s is %T %v, want %T %v", cell, got, got, want, want)
		}
	}
}

func TestDriver(t *testing.T) {
	for cell, want := range map[string]any{"": nil, "true": int64(1), "false": int64(0)} {
		var v Value
		if code := coercer(t, column(spec.KindBoolean), spec.SQLite).Cell([]byte(cell), false, &v); code != "" || v.Driver() != want {
			t.Errorf("%q is %v (%s), want %v", cell, v.Driver(), code, want)
		}
	}
	var v Value
	if code := coercer(t, column(spec.KindDate), spec.SQLite).Cell([]byte("2024-01-31"), false, &v); code != "" || v.Driver() != "2024-01-31" {
		t.Errorf("a date is %v (%s)", v.Driver(), code)
	}
}

func TestDeclarationsThatCannotBe(t *testing.T) {
	for _, c := range []struct {
		kind spec.Kind
		set  func(*spec.Column)
		want string
	}{
		{spec.KindInteger, func(c *spec.Column) { c.Formats = texts("%Y") }, "formats is for date and timestamp columns"},
		{spec.KindTimestamp, func(c *spec.Column) { c.SourceTZ = texts("UTC")[0] }, "source_tz is for timestamptz columns"},
		{spec.KindText, func(c *spec.Column) { c.TrueValues = texts("x") }, "true_values is for boolean columns"},
		{spec.KindText, func(c *spec.Column) { c.FalseValues = texts("x") }, "false_values is for boolean columns"},
		{spec.KindText, func(c *spec.Column) { c.Decimal = set(',') }, "decimal is for number columns"},
		{spec.KindDate, func(c *spec.Column) { c.Thousands = set(',') }, "thousands is for number columns"},
		{spec.KindNumeric, func(c *spec.Column) { c.Thousands = set('.') }, `decimal and thousands of column c are both '.'`},
		{spec.KindNumeric, func(c *spec.Column) { c.Decimal = set('5') }, "which is part of a number itself"},
		{spec.KindBoolean, func(c *spec.Column) { c.TrueValues = texts("No") }, `"No" of column c would be both true and false`},
		{spec.KindBoolean, func(c *spec.Column) { c.TrueValues, c.FalseValues = texts("x"), texts("x") }, `"x" of column c would be both true and false`},
		{spec.KindBoolean, func(c *spec.Column) { c.FalseValues = texts("") }, "a blank cell of column c is NULL"},
		{spec.KindTimestamptz, func(c *spec.Column) { c.SourceTZ = texts("Europe/Pariss")[0] }, `there is no time zone "Europe/Pariss"`},
		{spec.KindTimestamptz, func(c *spec.Column) { c.SourceTZ = texts("Local")[0] }, "there is no time zone"},
		{spec.KindTimestamptz, func(c *spec.Column) { c.Formats = texts("%F %T") }, "it has no offset (%z)"},
		{spec.KindTimestamp, func(c *spec.Column) { c.Formats = texts("%F %T%z") }, "it has an offset"},
		{spec.KindDate, func(c *spec.Column) { c.Formats = texts("%F %T") }, "it has a time"},
		{spec.KindDate, func(c *spec.Column) { c.Formats = texts("%Q") }, "cells cannot be read by %Q; the directives are %Y"},
		{spec.KindDate, func(c *spec.Column) { c.Formats = texts("%Y-%m-%") }, "a lone %"},
		{spec.KindDate, func(c *spec.Column) { c.Formats = texts("%d/%m") }, "it has no year"},
		{spec.KindDate, func(c *spec.Column) { c.Formats = texts("%Y-%d") }, "it has no month"},
		{spec.KindDate, func(c *spec.Column) { c.Formats = texts("%Y-%m") }, "it has no day"},
		{spec.KindDate, func(c *spec.Column) { c.Formats = texts("%Y-%m-%j") }, "%j is the day of the year"},
		{spec.KindDate, func(c *spec.Column) { c.Formats = texts("%y %Y-%m-%d") }, "the same part twice"},
		{spec.KindTimestamp, func(c *spec.Column) { c.Formats = texts("%F %I:%M") }, "%I and %p go together"},
		{spec.KindTimestamp, func(c *spec.Column) { c.Formats = texts("%F %H:%S") }, "smaller part without the larger"},
		{spec.KindNumeric, func(c *spec.Column) { c.Type.V.Precision, c.Type.V.Scale = 2, 3 }, "must lie between 0 and its precision"},
		{"blob", func(*spec.Column) {}, `the type "blob"`},
	} {
		col := column(c.kind)
		c.set(col)
		_, err := New(col, nil, false, spec.Postgres)
		if list, ok := diag.AsList(err); !ok || len(list) != 1 || !strings.Contains(list.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.kind, err, c.want)
		}
	}
}

// fee is a column of that name.
func fee(t spec.Type) *spec.Column {
	c := column(t.Kind)
	c.Name.V, c.Type.V = "fee", t
	return c
}

func TestMessages(t *testing.T) {
	numeric := spec.Type{Kind: spec.KindNumeric, Precision: 10, Scale: 2}
	kind := func(k spec.Kind) spec.Type { return spec.Type{Kind: k} }
	for _, c := range []struct {
		code  Code
		value string
		t     spec.Type
		want  string
	}{
		{IntegerFraction, "3.0", kind(spec.KindInteger), `"3.0" has a fraction; an integer takes none: write 3, or declare the column numeric`},
		{IntegerFraction, "3.5", kind(spec.KindInteger), `"3.5" has a fraction; an integer takes none: declare the column numeric`},
		{IntegerFraction, "1.234", kind(spec.KindInteger), `"1.234" has a fraction; an integer takes none: if it means 1234, declare fee: {type: integer, decimal: ",", thousands: "."}; else declare the column numeric`},
		{IntegerFraction, "1.000", kind(spec.KindInteger), `"1.000" has a fraction; an integer takes none: if it means 1000, declare fee: {type: integer, decimal: ",", thousands: "."}; else write 1, or declare the column numeric`},
		{BadInteger, " 3", kind(spec.KindInteger), `" 3" is not an integer, which is an optional sign and digits: it has spaces around it; declare fee: {type: integer, trim: true}`},
		{BadInteger, "1,234", kind(spec.KindInteger), `"1,234" is not an integer, which is an optional sign and digits: declare fee: {type: integer, thousands: ","} if that is how the file writes numbers`},
		{BadInteger, "1,2,3", kind(spec.KindInteger), `"1,2,3" is not an integer, which is an optional sign and digits: its marks do not part groups of three digits, so it may be damaged; look at what wrote it`},
		{BadInteger, "1.5e3", kind(spec.KindInteger), `"1.5e3" is not an integer, which is an optional sign and digits: an integer takes no exponent; write 1500`},
		{BadInteger, "1e1000000000", kind(spec.KindInteger), `"1e1000000000" is not an integer, which is an optional sign and digits: an integer takes no exponent`},
		{BadInteger, "N/A", kind(spec.KindInteger), `"N/A" is not an integer, which is an optional sign and digits: if it means NULL, declare fee: {type: integer, null_values: [N/A]}`},
		{BadInteger, "\u22125", kind(spec.KindInteger), `"−5" is not an integer, which is an optional sign and digits: it holds U+2212, a minus sign of typesetters; write - in the file`},
		{BadInteger, "5\u00a0", kind(spec.KindInteger), `"5\u00a0" is not an integer, which is an optional sign and digits: it holds U+00A0, a space that is none of the keyboard's, which trim does not take away; leave it out of the file`},
		{BadInteger, "\u0663", kind(spec.KindInteger), `"٣" is not an integer, which is an optional sign and digits: it holds U+0663, a digit of another script; write 0 to 9 in the file`},
		{BadInteger, "\ufeff5", kind(spec.KindInteger), `"\ufeff5" is not an integer, which is an optional sign and digits: it holds U+FEFF, a character that does not show; leave it out of the file`},
		{BadInteger, "5-", kind(spec.KindInteger), `"5-" is not an integer, which is an optional sign and digits: write a minus before the digits, if that is what is meant`},
		{BadInteger, "1_000", kind(spec.KindInteger), `"1_000" is not an integer, which is an optional sign and digits: write the digits without _`},
		{IntegerOverflow, "3000000000", kind(spec.KindInteger), `"3000000000" is too large for an integer (-2147483648 to 2147483647): declare the column bigint`},
		{BadNumber, "1,5", numeric, `"1,5" is not a number, which is a sign, digits, a point and an exponent, with nothing between: declare fee: {type: "numeric(10,2)", decimal: ","} if that is how the file writes numbers`},
		{BadNumber, "1\u202f234,5", numeric, `"1\u202f234,5" is not a number, which is a sign, digits, a point and an exponent, with nothing between: declare fee: {type: "numeric(10,2)", decimal: ",", thousands: "\u202F"} if that is how the file writes numbers`},
		{BadNumber, "$5", numeric, `"$5" is not a number, which is a sign, digits, a point and an exponent, with nothing between: leave the sign of a unit out of the file`},
		{BadNumber, "-Infinity", numeric, `"-Infinity" is not a number, which is a sign, digits, a point and an exponent, with nothing between: if it means NULL, declare fee: {type: "numeric(10,2)", null_values: ["-Infinity"]}`},
		{NumericScale, "1.505", numeric, `"1.505" has more digits behind the point than numeric(10,2) holds (2), and nothing is rounded: declare a larger scale, or round in the file`},
		{NumericPrecision, "1e1000000000", numeric, `"1e1000000000" has more digits before the point than numeric(10,2) holds (8): declare a larger precision, if the exponent is right`},
		{BadBoolean, "maybe", kind(spec.KindBoolean), `"maybe" is not a boolean (true false t f 1 0 yes no, in any case): declare fee: {type: boolean, true_values: [...], false_values: [...]} with this word in one of them`},
		{BadDate, "2024-02-31", kind(spec.KindDate), `"2024-02-31" is in no calendar: February 2024 has 29 days; mend it in the file`},
		{BadDate, "2023-02-29", kind(spec.KindDate), `"2023-02-29" is in no calendar: February 2023 has 28 days; mend it in the file`},
		{BadDate, "2024-13-01", kind(spec.KindDate), `"2024-13-01" is in no calendar: there is no month 13; mend it in the file`},
		{BadDate, "0000-01-01", kind(spec.KindDate), `"0000-01-01" is in no calendar: years go from 0001 to 9999`},
		{BadDate, "10000-01-01", kind(spec.KindDate), `"10000-01-01" is in no calendar: years go from 0001 to 9999`},
		{BadDate, "0044-03-15 BC", kind(spec.KindDate), `"0044-03-15 BC" is in no calendar: years go from 0001 to 9999`},
		{BadDate, "31/02/2024", kind(spec.KindDate), `"31/02/2024" is not a date as the column writes them, or is in no calendar: without formats it is written 2024-01-31`},
		{BadDate, "31/01/2024", kind(spec.KindDate), `"31/01/2024" is not a date as the column writes them, or is in no calendar: if it is written so on purpose, declare fee: {type: date, formats: ["%d/%m/%Y"]}`},
		{BadDate, "03/04/2024", kind(spec.KindDate), `"03/04/2024" is not a date as the column writes them, or is in no calendar: it is 3 April 2024 or 4 March 2024, and which is never guessed; declare fee: {type: date, formats: ["%d/%m/%Y"]} or fee: {type: date, formats: ["%m/%d/%Y"]}`},
		{BadDate, "45322", kind(spec.KindDate), `"45322" is not a date as the column writes them, or is in no calendar: it seems to be a day that a spreadsheet counts; format its column as dates before you save it`},
		{BadDate, "2024-01-31 10:00:00", kind(spec.KindDate), `"2024-01-31 10:00:00" is not a date as the column writes them, or is in no calendar: it has a time of day, and a date is never taken out of one: declare the column timestamp or timestamptz, or leave the time out`},
		{BadTimestamp, "2024-01-31T10:00:00Z", kind(spec.KindTimestamp), `"2024-01-31T10:00:00Z" has an offset, and a timestamp keeps none: declare the column timestamptz`},
		{BadTimestamp, "2024-01-31 24:00:00", kind(spec.KindTimestamp), `"2024-01-31 24:00:00" is in no calendar: a day ends before 24:00; write 00:00:00 of the next day`},
		{BadTimestamp, "2016-12-31 23:59:60", kind(spec.KindTimestamp), `"2016-12-31 23:59:60" is in no calendar: a minute has the seconds 00 to 59, and leap seconds are not kept; write the second that is meant`},
		{BadTimestamp, "2024-01-31 25:00:00Z", kind(spec.KindTimestamptz), `"2024-01-31 25:00:00Z" is in no calendar: there is no hour 25; mend it in the file`},
		{BadTimestamp, "1706659200", kind(spec.KindTimestamp), `"1706659200" is not a timestamp as the column writes them, or is in no calendar: it seems to count seconds from 1970; write it as a date and a time`},
		{BadTimestamp, "31/01/2024 10:00", kind(spec.KindTimestamptz), `"31/01/2024 10:00" is not a timestamp as the column writes them, or is in no calendar: if it is written so on purpose, declare fee: {type: timestamptz, formats: ["%d/%m/%Y %H:%M"], source_tz: UTC}`},
		{BadTimestamp, "9999-12-31 23:59:59-01", kind(spec.KindTimestamptz), `"9999-12-31 23:59:59-01" is not a timestamp as the column writes them, or is in no calendar: in UTC it lies outside the years 1 to 9999`},
		{BadUUID, "a0eebc999c0b4ef8bb6d6bb9bd380a11", kind(spec.KindUUID), `"a0eebc999c0b4ef8bb6d6bb9bd380a11" is not a uuid, which is 8-4-4-4-12 hexadecimal digits: write it as a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11`},
		{NullInKey, "", kind(spec.KindText), `fee is part of the primary key, which takes no NULL and no blank: fill the cell in, or leave the row out`},
		{NullNotAllowed, "NA", kind(spec.KindText), `fee is declared nullable: false, and the cell "NA" is NULL: fill it in, or remove nullable: false`},
	} {
		if diff := cmp.Diff(c.want, Message(c.code, fee(c.t), c.value)); diff != "" {
			t.Error(diff)
		}
	}
	// What is declared already is not offered again, and is kept where more is.
	c := fee(numeric)
	c.Decimal, c.Thousands, c.NullValues = set(','), set('.'), texts("NA")
	for value, want := range map[string]string{
		"1.23,5": `"1.23,5" is not a number, which is a sign, digits, a point and an exponent, with nothing between (the column is declared with decimal: "," and thousands: "." between groups of three digits): its marks do not part groups of three digits, so it may be damaged; look at what wrote it`,
		"none":   `"none" is not a number, which is a sign, digits, a point and an exponent, with nothing between (the column is declared with decimal: "," and thousands: "." between groups of three digits): if it means NULL, declare fee: {type: "numeric(10,2)", null_values: [NA, none], decimal: ",", thousands: "."}`,
	} {
		if diff := cmp.Diff(want, Message(BadNumber, c, value)); diff != "" {
			t.Error(diff)
		}
	}
	c = fee(kind(spec.KindDate))
	c.Formats = texts("%d/%m/%Y")
	if diff := cmp.Diff(`"2024-01-31" is not a date as the column writes them, or is in no calendar: it is written as %d/%m/%Y`, Message(BadDate, c, "2024-01-31")); diff != "" {
		t.Error(diff)
	}
	c = fee(kind(spec.KindTimestamptz))
	c.SourceTZ = texts("Europe/Paris")[0]
	if diff := cmp.Diff(`"2024-03-31 02:30:00" never was in Europe/Paris: the clocks went forward over it: write the time with its offset`, Message(TimestampGap, c, "2024-03-31 02:30:00")); diff != "" {
		t.Error(diff)
	}
	long := Message(BadInteger, fee(kind(spec.KindInteger)), strings.Repeat("é", 1000))
	if len(long) > 300 || !strings.Contains(long, strings.Repeat("é", 60)+`"...`) {
		t.Errorf("a long cell is told as %s", long)
	}
}

// Every code has a sentence of its own.
func TestEveryCodeHasAMessage(t *testing.T) {
	for _, code := range []Code{
		BadInteger, IntegerFraction, IntegerOverflow, BadNumber, NumericPrecision, NumericScale, NumericNotExact, DoubleOverflow, BadBoolean, BadDate, AmbiguousDate,
		BadTimestamp, AmbiguousTimestamp, TimestampPrecision, TimestampNoOffset, TimestampGap, TimestampOverlap, BadUUID, InvalidText, NullInKey, NullNotAllowed,
	} {
		if m := Message(code, column(spec.KindText), "x"); strings.Contains(m, "does not fit") || strings.Contains(m, "{}") {
			t.Errorf("%s: %s", code, m)
		}
	}
}

// benched are the hot kinds with cells as the seeds have them.
var benched = []struct {
	name   string
	kind   spec.Kind
	driver spec.Driver
	cell   string
}{
	{"text", spec.KindText, spec.Postgres, "Month-to-month"},
	{"integer", spec.KindInteger, spec.Postgres, "34"},
	{"bigint", spec.KindBigint, spec.Postgres, "-9223372036854775808"},
	{"numeric", spec.KindNumeric, spec.Postgres, "24.483650766787413"},
	{"numeric rewritten", spec.KindNumeric, spec.Postgres, "+1.5e3"},
	{"numeric on sqlite, short", spec.KindNumeric, spec.SQLite, "1889.5"},
	{"numeric on sqlite, 17 digits", spec.KindNumeric, spec.SQLite, "24.483650766787413"},
	{"double", spec.KindDouble, spec.Postgres, "24.483650766787413"},
	{"boolean", spec.KindBoolean, spec.Postgres, "False"},
	{"date", spec.KindDate, spec.Postgres, "2022-02-05"},
	{"timestamp", spec.KindTimestamp, spec.Postgres, "2022-02-05T10:11:12.123"},
	{"timestamptz", spec.KindTimestamptz, spec.Postgres, "2022-02-05 10:11:12+01:00"},
	{"uuid", spec.KindUUID, spec.Postgres, "123E4567-e89b-12d3-a456-426614174000"},
}

func TestAllocations(t *testing.T) {
	for _, b := range benched {
		c := coercer(t, column(b.kind), b.driver)
		cell, copied := []byte(b.cell), make([]byte, 0, 100)
		if n := testing.AllocsPerRun(100, func() {
			var v Value
			if code := c.Cell(cell, false, &v); code != "" {
				t.Fatal(code)
			}
			copied = v.AppendCopy(copied[:0])
		}); n != 0 {
			t.Errorf("%s: %v allocations a cell", b.name, n)
		}
	}
}

func BenchmarkCell(b *testing.B) {
	for _, x := range benched {
		b.Run(x.name, func(b *testing.B) {
			c := coercer(b, column(x.kind), x.driver)
			cell := []byte(x.cell)
			var v Value
			for b.Loop() {
				if code := c.Cell(cell, false, &v); code != "" {
					b.Fatal(code)
				}
			}
		})
	}
	for _, f := range []string{"%d/%m/%Y"} {
		b.Run(fmt.Sprintf("date by %s", f), func(b *testing.B) {
			col := column(spec.KindDate)
			col.Formats = texts(f)
			c := coercer(b, col, spec.Postgres)
			cell := []byte("05/02/2022")
			var v Value
			for b.Loop() {
				if code := c.Cell(cell, false, &v); code != "" {
					b.Fatal(code)
				}
			}
		})
	}
	b.Run("timestamptz in a zone", func(b *testing.B) {
		col := column(spec.KindTimestamptz)
		col.SourceTZ = texts("Europe/Paris")[0]
		c := coercer(b, col, spec.Postgres)
		cell := []byte("2022-02-05 10:11:12")
		var v Value
		for b.Loop() {
			if code := c.Cell(cell, false, &v); code != "" {
				b.Fatal(code)
			}
		}
	})
}
