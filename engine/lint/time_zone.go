package lint

import (
	"time"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// timeZone holds that source_tz names a zone, and not the machine's own, which
// would read the same file differently elsewhere.
var timeZone = rule{"time-zone", func(s *spec.Spec, list *diag.List) {
	for _, t := range s.Tables {
		for _, c := range t.Columns {
			zone := c.SourceTZ
			switch {
			case !zone.Set:
			case zone.V == "Local":
				at(list, zone, "time-zone", "source_tz Local is another zone on every machine").Suggest("name the zone: Europe/Paris, or UTC")
			case !isZone(zone.V):
				at(list, zone, "time-zone", "there is no time zone %q", zone.V).Suggest("name it as the IANA database does: Europe/Paris, or UTC")
			}
		}
	}
}}

// isZone tells whether a zone is known. On a machine without the zone database
// nothing is, and the name gets the benefit of the doubt.
func isZone(name string) bool {
	if _, err := time.LoadLocation(name); err == nil {
		return true
	}
	_, err := time.LoadLocation("Europe/Paris")
	return err != nil
}
