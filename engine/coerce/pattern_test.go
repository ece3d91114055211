package coerce_test

import (
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/coerce"
)

// A pattern reads a whole text, or does not match it.
func TestPattern(t *testing.T) {
	for _, tt := range []struct {
		pattern string
		matches []string
		others  []string
	}{
		{"%Y-%m-%d", []string{"2019-04-01", "2019-4-1", "2024-02-29"}, []string{"", "2019-04-31", "2023-02-29", "2019-04-01 ", " 2019-04-01", "19-04-01", "20190401", "0000-01-01"}},
		{"%Y%m%d", []string{"20190401"}, []string{"2019-04-01", "201941", "20191301"}},
		{"%d/%m/%Y", []string{"01/01/2010", "31/12/2012"}, []string{"12/31/2012", "2010"}},
		{"%Y-%m-%dT%H:%M:%S", []string{"1980-05-21T13:47:59"}, []string{"1977-05-55T00:00:00", "1980-05-21T24:00:00", "1980-05-21 13:47:59"}},
		{"%H:%M", []string{"23:59", "0:0"}, []string{"24:00", "12:60", "12"}},
		{"%M:%S", []string{"59:59"}, []string{"60:00"}},
		{"%d %B", []string{"28 February", "1 Mar"}, []string{"29 February", "1 Mars"}},
		{"%b %d, %Y", []string{"Jan 31, 2024", "JAN 31, 2024", "January 31, 2024"}, []string{"Jan 32, 2024"}},
		{"%I:%M %p", []string{"12:00 AM", "1:30 pm"}, []string{"13:00 PM", "0:00 AM"}},
		{"%Y-%m-%dT%H:%M:%S.%f%z", []string{"2024-01-31T00:00:00.5+02:00", "2024-01-31T00:00:00.123456Z"}, []string{"2024-01-31T00:00:00.1234567Z", "2024-01-31T00:00:00.5"}},
		{"%j", []string{"1", "365"}, []string{"366", "0"}}, // 1900 was no leap year
		{"100%%", []string{"100%"}, []string{"100", "100%%"}},
	} {
		p, problem := coerce.ParsePattern(tt.pattern)
		if problem != "" {
			t.Errorf("%s: %s", tt.pattern, problem)
			continue
		}
		for _, text := range tt.matches {
			if !p.Matches(text) {
				t.Errorf("%s does not match %q", tt.pattern, text)
			}
		}
		for _, text := range tt.others {
			if p.Matches(text) {
				t.Errorf("%s matches %q", tt.pattern, text)
			}
		}
	}
}

func TestPatternProblems(t *testing.T) {
	for pattern, want := range map[string]string{
		"%D":       "write %m/%d/%y",
		"%d %e":    "no text can be read by %e",
		"%Y %y":    "reads the same part twice",
		"%Q":       "no text can be read by %Q",
		"50%":      "lone %",
		"%I:%M":    "go together",
		"%Y-%j-%d": "says the same twice",
		"%%%T":     "write %H:%M:%S",
	} {
		if _, problem := coerce.ParsePattern(pattern); !strings.Contains(problem, want) {
			t.Errorf("%s: %q, want %q", pattern, problem, want)
		}
	}
	if _, problem := coerce.ParsePattern("%%T"); problem != "" {
		t.Error(problem)
	}
}
