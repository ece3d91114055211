package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

func generate(t *testing.T, o options) string {
	t.Helper()
	o.out = t.TempDir()
	if err := write(o); err != nil {
		t.Fatal(err)
	}
	return o.out
}

func TestCommittedSeedsAreWhatTheGeneratorGives(t *testing.T) {
	fresh := generate(t, shipped)
	for _, folder := range []string{"month_000", "month_001"} {
		for _, table := range tables {
			name := filepath.Join(folder, table.name+".csv")
			want, err := os.ReadFile(filepath.Join(fresh, name))
			if err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(filepath.Join("..", "seeds", name))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("data/seeds/%s is not what `go run ./data/generate` writes", filepath.ToSlash(name))
			}
		}
	}
}

// read gives the rows of a file behind its header.
func read(t *testing.T, parts ...string) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

// share counts rows for which a test holds, in percent.
func share(rows [][]string, holds func(i int, row []string) bool) float64 {
	n := 0
	for i, row := range rows {
		if holds(i, row) {
			n++
		}
	}
	return 100 * float64(n) / float64(len(rows))
}

func TestShapes(t *testing.T) {
	const customers = 20_000
	out := generate(t, options{customers: customers, months: 2, seed: 1})
	id := regexp.MustCompile(`^[0-9]{4}-[A-Z]{5}$`)
	for _, table := range tables {
		seen := map[string]bool{}
		for _, row := range read(t, out, "month_000", table.name+".csv") {
			if !id.MatchString(row[0]) {
				t.Fatalf("%s: %q is not an id", table.name, row[0])
			}
			seen[row[0]] = true
		}
		if len(seen) != customers {
			t.Errorf("%s has %d different ids, want %d", table.name, len(seen), customers)
		}
	}
	subscriptions := read(t, out, "month_000", "subscriptions.csv")
	for _, row := range subscriptions {
		tv, movies, internet := row[2], row[3], row[8]
		if (tv == "") != (internet == "No") || (movies == "") != (internet == "No") {
			t.Fatalf("%v: streaming is blank exactly where net_service is No", row)
		}
	}
	labels := read(t, out, "month_000", "labels.csv")
	usage := read(t, out, "month_000", "usage_agg_30d.csv")
	tests := []struct {
		name      string
		got       float64
		low, high float64
	}{
		{"blank streaming plans", share(subscriptions, func(_ int, r []string) bool { return r[2] == "" }), 21.6, 21.8},
		{"churners", share(labels, func(_ int, r []string) bool { return r[1] == "True" }), 25, 28},
		{"digits that a float must carry", share(usage, func(_ int, r []string) bool { return len(r[1]) >= 16 }), 95, 100},
	}
	for _, tt := range tests {
		if tt.got < tt.low || tt.got > tt.high {
			t.Errorf("%s: %.2f %%, want %.1f to %.1f", tt.name, tt.got, tt.low, tt.high)
		}
	}
}

func TestSecondMonth(t *testing.T) {
	out := generate(t, options{customers: 20_000, months: 3, seed: 1})
	changes := map[string][2]float64{
		"users": {0, 0}, "subscriptions": {0, 0}, "usage_agg_30d": {100, 100},
		"payments_agg_90d": {2.5, 3.3}, "support_agg_90d": {4.7, 5.6}, "labels": {36, 40},
	}
	for _, table := range tables {
		a := read(t, out, "month_000", table.name+".csv")
		b := read(t, out, "month_001", table.name+".csv")
		got := share(a, func(i int, row []string) bool {
			if row[0] != b[i][0] {
				t.Fatalf("%s: rows stand in another order", table.name)
			}
			for k := range row {
				if row[k] != b[i][k] {
					return true
				}
			}
			return false
		})
		if want := changes[table.name]; got < want[0] || got > want[1] {
			t.Errorf("%s: %.2f %% of the rows changed, want %v", table.name, got, want)
		}
	}
	if len(read(t, out, "month_002", "labels.csv")) != 20_000 {
		t.Error("a third month was asked for")
	}
}

func TestTheSeedDecides(t *testing.T) {
	file := func(seed uint64) []byte {
		text, err := os.ReadFile(filepath.Join(generate(t, options{customers: 50, months: 1, seed: seed}), "month_000", "usage_agg_30d.csv"))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if !bytes.Equal(file(3), file(3)) || bytes.Equal(file(3), file(4)) {
		t.Error("the same seed gives the same bytes, another seed others")
	}
}

func TestCents(t *testing.T) {
	for n, want := range map[int]string{0: ",0.0", 5: ",0.05", 2000: ",20.0", 1990: ",19.9", 2985: ",29.85"} {
		if got := string(cents(nil, n)); got != want {
			t.Errorf("%s cents are %q, want %q", strconv.Itoa(n), got, want)
		}
	}
}
