package coerce

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/streamflow/pipe/engine/spec"
)

func describeMoment(code Code, c *spec.Column, value string) (problem, cure string) {
	t := c.Type.V
	if fault := calendarFault(strings.Trim(value, " \t"), t.Kind); fault != "" && isForm(code) {
		return "{} is in no calendar", fault
	}
	switch code {
	case BadDate:
		return "{} is not a date as the column writes them, or is in no calendar", written(c, "2024-01-31")
	case AmbiguousDate:
		return "{} is one date by one of the declared formats and another by another", "declare the one format that the file is written in"
	case BadTimestamp:
		if t.Kind == spec.KindTimestamp {
			if m, code := isoMoment(value); code == "" && m.hasOffset {
				return "{} has an offset, and a timestamp keeps none", "declare the column timestamptz"
			}
			return "{} is not a timestamp as the column writes them, or is in no calendar", written(c, "2024-01-31 23:59:59.123456")
		}
		return "{} is not a timestamp as the column writes them, or is in no calendar", written(c, "2024-01-31 23:59:59.123456+00:00")
	case AmbiguousTimestamp:
		return "{} is one time by one of the declared formats and another by another", "declare the one format that the file is written in"
	case TimestampPrecision:
		return "{} is finer than a microsecond, the most that is kept, and nothing is rounded", "write six digits of the second at most"
	case TimestampNoOffset:
		return "{} has no offset, so which moment it is cannot be told", "write it with one (+00:00), or declare source_tz: Europe/Paris, or UTC"
	case TimestampGap:
		return fmt.Sprintf("{} never was in %s: the clocks went forward over it", zoneOf(c)), "write the time with its offset"
	case TimestampOverlap:
		return fmt.Sprintf("{} was twice in %s: the clocks went back over it", zoneOf(c)), "write the time with its offset"
	}
	return fmt.Sprintf("{} does not fit (%s)", code), ""
}

func zoneOf(c *spec.Column) string {
	if c.SourceTZ.V == "" {
		return "the column's source_tz"
	}
	return c.SourceTZ.V
}

// written says how the column's cells are written.
func written(c *spec.Column, iso string) string {
	if len(c.Formats) == 0 {
		return "without formats it is written " + iso
	}
	var formats []string
	for _, f := range c.Formats {
		formats = append(formats, f.V)
	}
	return "it is written as " + strings.Join(formats, " or ")
}

// momentShape looks for another way to write a day or a time.
func momentShape(c *spec.Column, value string) string {
	kind := c.Type.V.Kind
	if kind != spec.KindDate && kind != spec.KindTimestamp && kind != spec.KindTimestamptz {
		return ""
	}
	if calendarFault(value, kind) != "" {
		return "" // which is told already
	}
	if _, code := isoMoment(value); code == "" && kind == spec.KindDate {
		return "it has a time of day, and a date is never taken out of one: declare the column timestamp or timestamptz, or leave the time out"
	}
	if cure := otherFormat(c, value); cure != "" {
		return cure
	}
	if m, code := isoMoment(value); code == "" && m.hasOffset && kind == spec.KindTimestamptz {
		return "in UTC it lies outside the years 1 to 9999"
	}
	return computed(value)
}

// isoParts is a text that is written like a day, whether there is one or not,
// with a time or without.
var isoParts = regexp.MustCompile(`^(-?\d{4,})-(\d{1,2})-(\d{1,2})( BC)?(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?.*)?$`)

// calendarFault says why there is no such day or time.
func calendarFault(value string, kind spec.Kind) string {
	p := isoParts.FindStringSubmatch(value)
	if p == nil || p[5] != "" && kind == spec.KindDate {
		return ""
	}
	year, month, day := atoi(p[1]), atoi(p[2]), atoi(p[3])
	switch {
	case year < 1 || year > 9999 || p[4] != "":
		return "years go from 0001 to 9999"
	case month < 1 || month > 12:
		return fmt.Sprintf("there is no month %s; mend it in the file", p[2])
	case day < 1 || day > daysIn(year, month):
		return fmt.Sprintf("%s %d has %d days; mend it in the file", time.Month(month), year, daysIn(year, month))
	case p[5] == "":
		return ""
	case atoi(p[5]) == 24:
		return "a day ends before 24:00; write 00:00:00 of the next day"
	case atoi(p[5]) > 24:
		return fmt.Sprintf("there is no hour %s; mend it in the file", p[5])
	case atoi(p[6]) > 59:
		return fmt.Sprintf("there is no minute %s; mend it in the file", p[6])
	case p[7] == "60":
		return "a minute has the seconds 00 to 59, and leap seconds are not kept; write the second that is meant"
	case atoi(p[7]) > 59:
		return fmt.Sprintf("there is no second %s; mend it in the file", p[7])
	}
	return ""
}

// atoi reads digits that a pattern found; too many of them are a large number.
func atoi(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil && digits != "" {
		return 1 << 30
	}
	return n
}

// otherFormat offers the formats by which a cell is one; where they read
// different days, nobody but the author knows which.
func otherFormat(c *spec.Column, value string) string {
	var days, offers []string
	for _, f := range otherFormats(c.Type.V.Kind) {
		var m moment
		if f.read([]byte(value), &m) != "" {
			continue
		}
		days = append(days, fmt.Sprintf("%d %s %d", m.day, time.Month(m.month), m.year))
		offers = append(offers, declared(c, func(c *spec.Column) {
			c.Formats = []spec.Text{{V: f.text, Set: true}}
			if c.Type.V.Kind == spec.KindTimestamptz && !f.hasOffset() && c.SourceTZ.V == "" {
				c.SourceTZ = spec.Text{V: "UTC", Set: true}
			}
		}))
	}
	switch {
	case len(offers) == 0:
		return ""
	case len(c.Formats) > 0:
		return written(c, "") + ", and this cell is not"
	case len(offers) > 1 && days[0] != days[1]:
		return fmt.Sprintf("it is %s or %s, and which is never guessed; declare %s or %s", days[0], days[1], offers[0], offers[1])
	}
	return "if it is written so on purpose, declare " + offers[0]
}

// digits alone may be days or seconds that a program counted.
var (
	serialDay = regexp.MustCompile(`^[1-9]\d{4}(\.\d+)?$`)
	epoch     = regexp.MustCompile(`^1\d{9}(\d{3})?$`)
)

func computed(value string) string {
	switch {
	case serialDay.MatchString(value):
		return "it seems to be a day that a spreadsheet counts; format its column as dates before you save it"
	case epoch.MatchString(value):
		return "it seems to count seconds from 1970; write it as a date and a time"
	}
	return ""
}

// isoMoment reads an ISO timestamp with or without an offset.
func isoMoment(value string) (m moment, code Code) {
	if len(value) < 19 || !m.isoDate([]byte(value)) || value[10] != ' ' && value[10] != 'T' {
		return m, BadTimestamp
	}
	return m, m.isoTime([]byte(value[11:]))
}

// otherFormats are formats that files are often written in.
func otherFormats(kind spec.Kind) []format {
	var list []string
	switch kind {
	case spec.KindDate:
		list = []string{"%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d", "%d %b %Y", "%b %d, %Y", "%d-%b-%Y", "%d-%b-%y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y"}
	case spec.KindTimestamp, spec.KindTimestamptz:
		list = []string{"%Y-%m-%d %H:%M:%S %Z", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S.%f %Z", "%Y-%m-%dT%H:%M%z", "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S",
			"%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%Y/%m/%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%Y-%m-%d %I:%M:%S %p", "%Y-%m-%d %I:%M %p"}
	}
	var formats []format
	for _, text := range list {
		if f := mustFormat(text); kind != spec.KindTimestamp || !f.hasOffset() {
			formats = append(formats, f)
		}
	}
	return formats
}
