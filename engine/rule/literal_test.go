package rule

import "testing"

// How moments may be written, and what they are.
func TestReadText(t *testing.T) {
	for _, tt := range []struct {
		text      string
		kind      typ
		want, why string
	}{
		{"2024-01-31", date, "2024-01-31", ""},
		{"Jan 31 2024", date, "2024-01-31", ""},
		{"january 5, 2024", date, "2024-01-05", ""},
		{"Janu 31 2024", date, "", "it is written otherwise"},
		{"Feb 31 2024", date, "", "there is no such day"},
		{"Jan 31 2024 10:00", date, "", "it has a time of day"},
		{"31 Jan 2024", date, "", "it is written otherwise"},
		{"Jan 01 2020 12:00:02", timestamp, "2020-01-01 12:00:02", ""},
		{"2024-01-31 10:00:00.500", timestamp, "2024-01-31 10:00:00.5", ""},
		{"2024-01-31 10:00 +02", timestamp, "", "it has an offset"},
		{"2024-01-31 10:00 +02", timestamptz, "2024-01-31 08:00:00+00", ""},
		{"2020-09-01 15:27:05.345678 +0900", timestamptz, "2020-09-01 06:27:05.345678+00", ""},
		{"2020-09-01 15:27:05  +0900", timestamptz, "", "it is written otherwise"},
		{"Sep 1 2020 15:27 Z", timestamptz, "2020-09-01 15:27:00+00", ""},
	} {
		if value, why := readText(tt.text, tt.kind); value != tt.want || why != tt.why {
			t.Errorf("%q as %s is %q, %q", tt.text, tt.kind, value, why)
		}
	}
}

// An argument beside a timestamp may have an offset, as in Great Expectations:
// it is the moment in UTC.
func TestAtUTC(t *testing.T) {
	for text, want := range map[string]string{
		"1970-01-01 12:00:01.000000 +0600": "1970-01-01 06:00:01",
		"2001-02-01 12:00:01.001234 -1230": "2001-02-02 00:30:01.001234",
		"2024-01-31T00:00:00Z":             "2024-01-31 00:00:00",
	} {
		if value, ok := atUTC(text); !ok || value != want {
			t.Errorf("%q is %q, %v", text, value, ok)
		}
	}
	for _, text := range []string{"2024-01-31", "2024-01-31 10:00:00", "noon", "2024-01-31 10:00 +99"} {
		if value, ok := atUTC(text); ok {
			t.Errorf("%q is %q", text, value)
		}
	}
}
