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
	if local >= z.from && local < z.to {
		return z.known, ""
	}
	const forever = int64(1) << 60
	found, matches := 0, 0
	// Look at every offset that was in force about that time.
	for t := time.Unix(local-maxShift, 0).In(z.location); ; {
		_, offset := t.Zone()
		start, end := t.ZoneBounds()
		first, last := -forever, forever
		if !start.IsZero() {
			first = start.Unix()
		}
		if !end.IsZero() {
			last = end.Unix()
		}
		if at := local - int64(offset); at >= first && at < last {
			found = offset
			matches++
			if first+maxShift < at && at < last-maxShift {
				z.from, z.to, z.known = first+int64(offset)+maxShift, last+int64(offset)-maxShift, offset
			}
		}
		if last > local+maxShift {
			break
		}
		t = end
	}
	switch matches {
	case 0:
		return 0, TimestampGap
	case 1:
		return found, ""
	}
	return 0, TimestampOverlap
}
