package expectation_test

import (
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/expectation"
)

// What the tests of single values say of them.
func TestValues(t *testing.T) {
	for _, tt := range []struct {
		test     expectation.Test
		expected []string
		others   []string
	}{
		{expectation.Test{Name: "dateutil"},
			[]string{"2024-01-31", "2024/1/31", "2024.01.31", "20240131", "2024-01", "31/01/2024", "1/31/24", "31.01.2024", "01/02/2024", "99/12/31",
				"Jan 31 2024", "January 31st, 2024", "31 Jan 2024", "31-Jan-24", "2024-Jan-31", "Jan 2024", "Wed, 31 Jan 2024", "Wednesday 2024-01-31", "29 Feb 2024",
				"2024-01-31T23:59", "2024-01-31 23:59:59.123", "2024-01-31T23:59:59Z", "2024-01-31 23:59:59 +02:00", "Jan 31 2024 11:59 PM", "Jan 31, 2024, 11 pm",
				"2024-01-31 12:00 a.m.", "20240131T235959+0200", "202401312359", "2024-01-31t235959", "  2024-01-31  ", "2024-01-31  10:00", "Sept 1, 2024", "2024-01-31T23:59:59 UTC"},
			[]string{"", " ", "cat", "12", "Monday", "10:30", "2024", "31/02/2024", "2023-02-29", "2024-13-01", "2024-00-10", "0000-01-01", "13/13/2024", "2024-01-31 24:00",
				"2024-01-31 10:60", "2024-01-31 13:00 PM", "2024-01-31 10:00 +2", "2024-01-31 10:00 +25:00", "2024-01-31x", "Jan 2024 31 1", "Janvier 31 2024", "29 Feb 2023",
				"2024-01/31", "2024-01-31 " + strings.Repeat("0", 100), "\x00", "２０２４-01-31"}},
		{expectation.Test{Name: "json"},
			[]string{`{"a": 1}`, `[]`, `"x"`, `1.5e3`, `null`, ` true `, `{"a": {"a": [1, {}]}}`, `"\u00e9"`},
			[]string{"", "NaN", "Infinity", "{'a': 1}", "{a: 1}", "[1,]", "{} {}", "01", `"`, "\ufeff{}"}},
		{expectation.Test{Name: "json_schema", Argument: `{"type": "object", "required": ["n"], "properties": {"n": {"type": "integer", "minimum": 12345678901234567890}}}`},
			[]string{`{"n": 12345678901234567890}`, `{"n": 12345678901234567891, "x": 1}`, `{"n": 1.2345678901234567891e19}`},
			[]string{`{"n": 12345678901234567889}`, `{"n": "12345678901234567890"}`, `{}`, `[]`, `null`}},
		{expectation.Test{Name: "json_schema", Argument: `{"$defs": {"day": {"type": "string", "pattern": "^\\d{4}-"}}, "additionalProperties": {"$ref": "#/$defs/day"}}`},
			[]string{`{"a": "2024-01-31"}`, `{}`}, []string{`{"a": "31"}`, `{"a": 2024}`}},
		{expectation.Test{Name: "json_schema", Argument: `{"$schema": "http://json-schema.org/draft-07/schema#", "format": "date"}`},
			[]string{`"2024-01-31"`, `1`}, []string{`"2024-02-31"`}},
		{expectation.Test{Name: "json_schema", Argument: `{"format": "date"}`}, []string{`"2024-02-31"`}, nil},
		{expectation.Test{Name: "json_schema", Argument: `false`}, nil, []string{`1`}},
	} {
		ask, err := tt.test.Ask()
		if err != nil {
			t.Errorf("%v: %v", tt.test, err)
			continue
		}
		for want, values := range map[bool][]string{true: tt.expected, false: tt.others} {
			for _, value := range values {
				if got, err := ask(value); err != nil || got != want {
					t.Errorf("%v of %q: %v, %v", tt.test, value, got, err)
				}
			}
		}
	}
}

// A test that is none, or cannot be asked, says so.
func TestValuesFail(t *testing.T) {
	for _, test := range []expectation.Test{{Name: "spelling"}, {Name: "strftime", Argument: "%Q"}, {Name: "json_schema", Argument: "{"},
		{Name: "json_schema", Argument: `{"$ref": "file:///etc/passwd"}`}, {Name: "json_schema", Argument: `{"$ref": "other.json"}`}} {
		if _, err := test.Ask(); err == nil {
			t.Errorf("%v can be asked", test)
		}
	}
	ask, err := expectation.Test{Name: "json_schema", Argument: "{}"}.Ask()
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("é", 100)
	if _, err := ask(long); err == nil || strings.Contains(err.Error(), long) {
		t.Errorf("%q is asked: %v", long, err)
	}
}

// Whatever a value is, it has an answer.
func FuzzDateutil(f *testing.F) {
	for _, value := range []string{"2024-01-31T23:59:59+02:00", "January 31st, 2024 11:59 PM", "31/01/24", ""} {
		f.Add(value)
	}
	ask, err := expectation.Test{Name: "dateutil"}.Ask()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, value string) {
		padded, err := ask(" " + value + "\t")
		if got, _ := ask(value); err != nil || got != padded {
			t.Errorf("%q: %v, with white space around it %v, %v", value, got, padded, err)
		}
	})
}
