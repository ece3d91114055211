package profile

import (
	"regexp"
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/spec"
)

func matches(t *testing.T, expression, text string) bool {
	t.Helper()
	re, err := regexp.Compile(expression)
	if err != nil {
		t.Fatal(err)
	}
	return re.MatchString(text)
}

// Bounds lie outside what was observed, are round, and never cross 0 when
// nothing observed does; and the comment says what was done.
func TestMargins(t *testing.T) {
	for _, tc := range []struct {
		kind               spec.Kind
		min, max, from, to string
	}{
		{spec.KindNumeric, "18.25", "118.75", "0", "130"},
		{spec.KindNumeric, "18.25", "118.20", "8", "129"},
		{spec.KindInteger, "0", "72", "0", "80"},
		{spec.KindInteger, "1", "3", "0", "4"},
		{spec.KindInteger, "5", "5", "4", "6"},
		{spec.KindInteger, "0", "0", "0", ""},
		{spec.KindInteger, "-9", "-1", "-10", "0"},
		{spec.KindInteger, "-5", "5", "-6", "6"},
		{spec.KindNumeric, "0.01", "0.97", "0", "1"},
		{spec.KindNumeric, "0.01", "0.05", "0.006", "0.054"},
		{spec.KindNumeric, "0.01", "1.5", "0", "1.7"},
		{spec.KindBigint, "9223372036854775800", "9223372036854775807", "9223372036854775799.0", "9223372036854775808.0"},
		{spec.KindDouble, "5.877e-15", "9.85e-13", "0", "0.00000000000109"},
		{spec.KindDouble, "1e-200", "2e-200", "", ""},
		{spec.KindDouble, "1", "NaN", "", ""},
		{spec.KindDouble, "-Infinity", "1", "", ""},
		{spec.KindDouble, "0", "1e+300", "", ""},
		{spec.KindDouble, "1", "3e+15", "0", "3300000000000000"},
	} {
		low, high, _ := margins(&Column{Type: spec.Type{Kind: tc.kind}, Min: tc.min, Max: tc.max}, false)
		if low != tc.from || high != tc.to {
			t.Errorf("%s %s to %s: %q to %q, want %q to %q", tc.kind, tc.min, tc.max, low, high, tc.from, tc.to)
		}
	}
	for _, tc := range []struct {
		kind           spec.Kind
		min, max, want string
	}{
		{spec.KindInteger, "2", "400", "observed 2 to 400; a tenth of the range more, rounded, but not below 0"},
		{spec.KindInteger, "20", "40", "observed 20 to 40; a tenth of the range more, rounded"},
		{spec.KindInteger, "5", "5", "observed nothing but 5; one more"},
		{spec.KindInteger, "-3", "0", "observed -3 to 0; one more, but not above 0"},
		{spec.KindInteger, "0", "0", "observed nothing but 0"},
		{spec.KindInteger, "500", "500", "observed nothing but 500; a tenth of it more, rounded"},
		{spec.KindBigint, "2147483647", "2147483648", "observed 2147483647 to 2147483648; one more"},
		{spec.KindNumeric, "1.5", "1.5", "observed nothing but 1.5; a tenth of it more, rounded"},
		{spec.KindNumeric, "0.01", "0.97", "observed 0.01 to 0.97: shares of one"},
	} {
		if _, _, why := margins(&Column{Type: spec.Type{Kind: tc.kind}, Min: tc.min, Max: tc.max}, false); why != tc.want {
			t.Errorf("%s %s to %s: %s\nwant %s", tc.kind, tc.min, tc.max, why, tc.want)
		}
	}
	for least, want := range map[string]string{"1": "1", "1000": "1", "0": "0", "-1": ""} {
		low, high, _ := margins(&Column{Type: spec.Type{Kind: spec.KindInteger}, Min: least, Max: "9000"}, true)
		if low != want || high != "" {
			t.Errorf("numbers that name something, from %s: %q to %q", least, low, high)
		}
	}
}

// Small samples suggest little.
func TestWhatIsSuggested(t *testing.T) {
	text := spec.Type{Kind: spec.KindText}
	for _, tc := range []struct {
		name   string
		rows   int64
		column Column
		want   string
	}{
		{"few values, each often", 200, Column{Name: "c", Type: text, Distinct: 2, Longest: 1, Shortest: 1, Values: []Value{{"a", 120}, {"b", 80}}},
			"c != nil; expect_column_values_to_be_in_set"},
		{"few values, each seldom", 12, Column{Name: "c", Type: text, Distinct: 2, Longest: 3, Shortest: 1, Values: []Value{{"a", 6}, {"bcd", 6}}},
			"c != nil; length(c) >= 1 and length(c) <= 6"},
		{"a flag", 200, Column{Name: "c", Type: spec.Type{Kind: spec.KindInteger}, Distinct: 2, Min: "0", Max: "1", Values: []Value{{"0", 120}, {"1", 80}}},
			"c != nil; expect_column_values_to_be_in_set"},
		{"a count", 200, Column{Name: "c", Type: spec.Type{Kind: spec.KindInteger}, Distinct: 3, Min: "0", Max: "2", Values: []Value{{"0", 90}, {"1", 80}, {"2", 30}}},
			"c != nil; c >= 0 and c <= 3"},
		{"only NULL", 200, Column{Name: "c", Type: text, Nulls: 200}, ""},
		{"some NULL", 200, Column{Name: "c", Type: spec.Type{Kind: spec.KindBoolean}, Nulls: 2, Distinct: 2}, "null_fraction(c) <= 0.02"},
		{"nearly all NULL", 200, Column{Name: "c", Type: spec.Type{Kind: spec.KindBoolean}, Nulls: 199, Distinct: 1}, ""},
		{"unique by chance", 12, Column{Name: "c", Type: text, Distinct: 12, Unique: Yes, Shortest: 3, Longest: 3}, "c != nil; length(c) == 3"},
		{"unique", 200, Column{Name: "c", Type: text, Distinct: 200, Unique: Yes, Shortest: 3, Longest: 3, Shape: "^[a-z]{3}$"},
			`c != nil; unique(c); c matches "^[a-z]{3}$"`},
		{"unique as far as was looked", 200, Column{Name: "c", Type: text, Distinct: 200, Unique: Unknown, Shortest: 3, Longest: 3}, "c != nil; length(c) == 3"},
		{"empty texts", 200, Column{Name: "c", Type: text, Distinct: 30, Shortest: 0, Longest: 10}, "c != nil; length(c) <= 20"},
		{"a name that no rule can say", 200, Column{Name: "a b", Type: text, Distinct: 30, Nulls: 20, Shortest: 1, Longest: 10},
			"expect_column_proportion_of_non_null_values_to_be_between; expect_column_value_lengths_to_be_between"},
		{"infinite days", 200, Column{Name: "c", Type: spec.Type{Kind: spec.KindDate}, Distinct: 30, Min: "-infinity", Max: "2024-01-31"}, "c != nil"},
		{"days before Christ", 200, Column{Name: "c", Type: spec.Type{Kind: spec.KindDate}, Distinct: 30, Min: "0044-03-15 BC", Max: "2024-01-31"}, "c != nil"},
		{"times before Christ", 200, Column{Name: "c", Type: spec.Type{Kind: spec.KindTimestamptz}, Distinct: 30, Min: "0044-03-15 10:00:00+00 BC", Max: "0043-03-15 10:00:00+00 BC"}, "c != nil"},
		{"times without end", 200, Column{Name: "c", Type: spec.Type{Kind: spec.KindTimestamp}, Distinct: 30, Min: "2019-05-01 10:00:00", Max: "infinity"}, "c != nil"},
		{"days of the year 0, which no literal can write", 200, Column{Name: "c", Type: spec.Type{Kind: spec.KindDate}, Distinct: 30, Min: "0000-01-01", Max: "2024-01-31"}, "c != nil"},
		{"days of the first year", 200, Column{Name: "c", Type: spec.Type{Kind: spec.KindDate}, Distinct: 30, Min: "0001-03-01", Max: "2024-01-31"}, `c != nil; c >= "0001-01-01"`},
		{"times", 200, Column{Name: "c", Type: spec.Type{Kind: spec.KindTimestamptz}, Distinct: 30, Min: "2019-05-01 10:00:00.5+00", Max: "2024-01-31 10:00:00+00"}, `c != nil; c >= "2019-01-01"`},
		{"few texts, one with a character that no file brings", 200, Column{Name: "c", Type: text, Distinct: 2, Longest: 3, Shortest: 1, Values: []Value{{"a", 120}, {"b\x00c", 80}}},
			"c != nil; length(c) >= 1 and length(c) <= 6"},
		{"few texts, one of bytes that are none", 200, Column{Name: "c", Type: text, Distinct: 2, Longest: 1, Shortest: 1, Values: []Value{{"a", 120}, {"\xff", 80}}},
			"c != nil; length(c) == 1"},
		{"days", 200, Column{Name: "c", Type: spec.Type{Kind: spec.KindDate}, Distinct: 30, Min: "2019-05-01", Max: "2024-01-31"}, `c != nil; c >= "2019-01-01"`},
	} {
		var got []string
		for _, s := range Suggest(&Profile{Table: "t", Rows: tc.rows, Columns: []Column{tc.column}})[1:] {
			got = append(got, s.Rule+s.Kind)
		}
		if text := strings.Join(got, "; "); text != tc.want {
			t.Errorf("%s: %s\nwant %s", tc.name, text, tc.want)
		}
	}
}

// A comment says what was done with what was observed, and no more.
func TestWhatCommentsSay(t *testing.T) {
	for _, tc := range []struct {
		rows, nulls int64
		want        string
	}{
		{1, 0, "1 row"},
		{3, 0, "3 rows; half of them, rounded down"},
		{200, 0, "200 rows; half of them"},
		{200, 2, "200 rows; half of them | 2 of 200 rows NULL (1.00 %); a little more is allowed"},
		{1_000_000, 1, "1,000,000 rows; half of them | 1 of 1,000,000 rows NULL (under 0.01 %); a little more is allowed"},
	} {
		var got []string
		for _, s := range Suggest(&Profile{Table: "t", Rows: tc.rows, Columns: []Column{{Name: "c", Type: spec.Type{Kind: spec.KindBoolean}, Nulls: tc.nulls, Distinct: 2}}}) {
			if s.Why != "" {
				got = append(got, s.Why)
			}
		}
		if text := strings.Join(got, " | "); text != tc.want {
			t.Errorf("%d of %d: %s\nwant %s", tc.nulls, tc.rows, text, tc.want)
		}
	}
}

// Names of expectations are those of their columns, and no two are the same.
func TestNamesDiffer(t *testing.T) {
	c := Column{Type: spec.Type{Kind: spec.KindBoolean}, Distinct: 2}
	p := &Profile{Table: "t", Rows: 2}
	for _, name := range []string{"a_b", "a b", "a-b", "☃"} {
		c.Name = name
		p.Columns = append(p.Columns, c)
	}
	var names []string
	for _, s := range Suggest(p)[1:] {
		names = append(names, s.Name)
	}
	if got := strings.Join(names, " "); got != "a_b_is_there a_b_is_there_2 a_b_is_there_3 column_is_there" {
		t.Error(got)
	}
}
