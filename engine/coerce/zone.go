package coerce

import (
	"time"
	_ "time/tzdata" // a zone is the same on a machine without a zone database

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// zone finds the offset of local times in a time zone.
type zone struct {
	location *time.Location
	// A local time in [from, to) has the offset known and no other: what is
	// near a change of the clocks is left out.
	from, to int64
	known    int
}

// maxShift is more than clocks were ever moved at once, in seconds. (Samoa
// left out a whole day.)
const maxShift = 26 * 3600

func (c *Coercer) setZone(col *spec.Column, faults *diag.List) {
	name := col.SourceTZ
	if !name.Set && name.V == "" {
		return
	}
	location, err := time.LoadLocation(name.V)
	if err != nil || name.V == "" || name.V == "Local" {
		faults.Add(name.Pos, "time-zone", "there is no time zone %q for column %s", name.V, col.Name.V).
			Suggest("name it as the IANA database does: Europe/Paris, or UTC")
		return
	}
	c.zone = &zone{location: location}
}

// offset gives the seconds east of UTC at a local time, counted from
// 1970-01-01 00:00:00. A time that the clocks skipped or showed twice has none.
func (z *zone) offset(local int64) (int, Code) {
	if local >= z.from && local < z.to || z.isFarFromChange(local) {
		return z.known, ""
	}
	// Near a change of the clocks: which of the offsets that were in force
	// about that time lead back to it? (Stepping from one change to the next
	// with ZoneBounds would not end: in leap years package time ends the year
	// of a zone's rule a day early.)
	found, matches, before := 0, 0, -1<<31
	for t := local - maxShift; t <= local+maxShift; t += 3600 {
		offset := z.at(t)
		if offset == before || matches > 0 && offset == found {
			continue
		}
		before = offset
		if z.at(local-int64(offset)) == offset {
			found = offset
			matches++
		}
	}
	switch matches {
	case 0:
		return 0, TimestampGap
	case 1:
		return found, ""
	}
	return 0, TimestampOverlap
}

// at is the offset in force at a moment.
func (z *zone) at(unix int64) int {
	_, offset := time.Unix(unix, 0).In(z.location).Zone()
	return offset
}

// isFarFromChange looks whether the clocks kept one offset long before and
// after a local time, and remembers from when to when.
func (z *zone) isFarFromChange(local int64) bool {
	const forever = int64(1) << 60
	offset := z.at(local)
	at := local - int64(offset)
	start, end := time.Unix(at, 0).In(z.location).ZoneBounds()
	first, last := -forever, forever
	if !start.IsZero() {
		first = start.Unix() + maxShift
	}
	if !end.IsZero() {
		last = end.Unix() - maxShift
	}
	if at < first || at >= last {
		return false
	}
	z.from, z.to, z.known = first+int64(offset), last+int64(offset), offset
	return true
}
