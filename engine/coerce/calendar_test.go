package coerce

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/streamflow/pipe/engine/spec"
)

// The calendar is package time's, day by day, from year 1 to 9999.
func TestCalendar(t *testing.T) {
	day := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := day.Unix() / secondsPerDay; day.Year() < 10000; n++ {
		year, month, date := day.Date()
		var m moment
		if got := days(year, int(month), date); got != n {
			t.Fatalf("%v is day %d, want %d", day, got, n)
		}
		if !m.at(n*secondsPerDay+3723) || (m != moment{year: year, month: int(month), day: date, hour: 1, minute: 2, second: 3}) || !m.isDate() {
			t.Fatalf("day %d is %+v, want %v", n, m, day)
		}
		if m.day++; m.isDate() != (day.AddDate(0, 0, 1).Month() == month) {
			t.Fatalf("the month of %v has another length", day)
		}
		day = day.AddDate(0, 0, 1)
	}
}

// A local time has the offset that leads back to it, and none when no offset
// does or two do.
func TestZones(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, name := range []string{"Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "America/Sao_Paulo", "Asia/Kathmandu", "UTC", "Pacific/Kwajalein"} {
		col := column(spec.KindTimestamptz)
		col.SourceTZ = texts(name)[0]
		zone := coercer(t, col, spec.Postgres).zone
		refused := 0
		for range 20000 {
			local := random.Int64N(90*365*secondsPerDay) - 10*365*secondsPerDay
			if random.IntN(2) == 0 { // near a change of the clocks
				if _, end := time.Unix(local, 0).In(zone.location).ZoneBounds(); !end.IsZero() {
					_, offset := end.Zone()
					local = end.Unix() + int64(offset) + random.Int64N(4*3600) - 2*3600
				}
			}
			want := map[int]bool{}
			for hour := int64(-30); hour <= 30; hour++ {
				_, offset := time.Unix(local+hour*3600, 0).In(zone.location).Zone()
				if _, back := time.Unix(local-int64(offset), 0).In(zone.location).Zone(); back == offset {
					want[offset] = true
				}
			}
			got, code := zone.offset(local)
			at := time.Unix(local, 0).UTC().Format(time.DateTime)
			switch {
			case len(want) == 0 && code != TimestampGap, len(want) == 2 && code != TimestampOverlap, len(want) == 1 && (code != "" || !want[got]):
				t.Fatalf("%s in %s has the offset %d (%s), want one of %v", at, name, got, code, want)
			case code != "":
				refused++
			}
		}
		if (refused == 0) != (name == "UTC") && name != "Asia/Kathmandu" {
			t.Errorf("%s: %d local times refused", name, refused)
		}
	}
}
