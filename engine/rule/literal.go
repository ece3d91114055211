package rule

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// number reads the number literal at a place. value is expr's reading of a
// whole number, used for hexadecimal, octal and binary ones.
func (c *checker) number(at span, value int) node {
	written := strings.ToLower(strings.ReplaceAll(c.source(at), "_", ""))
	if len(written) > 1 && written[0] == '0' && strings.ContainsAny(written[1:2], "xob") {
		written = strconv.Itoa(value)
	}
	n, err := digits(written)
	if err != nil {
		c.add(at, "bad-literal", "%s", err)
		return bad(at)
	}
	t := integer
	if strings.ContainsAny(n, ".e") || n == beyondInteger {
		t = exact
	}
	return &literal{base{t, at}, n, true}
}

// beyondInteger is no integer itself, but with a minus before it.
const beyondInteger = "9223372036854775808"

var numeral = regexp.MustCompile(`^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,9}))?$`)

// digits makes a number as people write it (1_000 apart) the one that both
// databases read: -0.50, 12, 1e5. It must be within the range of a double,
// though it need not be one.
func digits(s string) (string, error) {
	m := numeral.FindStringSubmatch(strings.ToLower(strings.TrimSpace(s)))
	if m == nil || m[2] == "" && m[3] == "" {
		return "", errors.New("it is not a number")
	}
	whole := strings.TrimLeft(m[2], "0")
	if whole == "" {
		whole = "0"
	}
	out := whole
	if m[3] != "" {
		out += "." + m[3]
	}
	if strings.Trim(out, "0.") == "" {
		return out, nil // zero, whatever its sign and exponent
	}
	if m[4] != "" {
		out += "e" + strings.TrimPrefix(m[4], "+")
	}
	if f, err := strconv.ParseFloat(out, 64); err != nil || f == 0 {
		return "", errors.New("it is not within the range of a double")
	}
	if m[1] == "-" {
		out = "-" + out
	}
	return out, nil
}

func negate(n string) string {
	switch {
	case strings.HasPrefix(n, "-"):
		return n[1:]
	case strings.Trim(n, "0.") == "":
		return n
	}
	return "-" + n
}

// compareDigits orders two numbers that digits has read.
func compareDigits(a, b string) int {
	x, okX := new(big.Rat).SetString(a)
	y, okY := new(big.Rat).SetString(b)
	if !okX || !okY {
		return cmp.Compare(a, b)
	}
	return x.Cmp(y)
}

var (
	moment = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,6}))?( ?(?:[zZ]|[+-]\d\d(?::?\d\d)?))?)?$`)
	// named is a day with the English name of its month in front, which can be
	// read in one way only, and what follows it.
	named    = regexp.MustCompile(`^([A-Za-z]{3,9}) (\d{1,2}),? (\d{4})($|[ T].*$)`)
	uuidText = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
)

// readText makes s the canonical text of a value of type t, or says why it is
// none.
func readText(s string, t typ) (value, why string) {
	if t == uuid {
		if !uuidText.MatchString(s) {
			return "", "a uuid is 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12"
		}
		return strings.ToLower(s), ""
	}
	m := moment.FindStringSubmatch(numbered(s))
	if m == nil {
		return "", "it is written otherwise"
	}
	day, clock, fraction, zone := m[1], m[2], strings.TrimRight(m[3], "0"), strings.TrimSpace(m[4])
	if _, err := time.Parse(time.DateOnly, day); err != nil || day[:4] == "0000" {
		return "", "there is no such day"
	}
	if t == date {
		if clock != "" {
			return "", "it has a time of day"
		}
		return day, ""
	}
	if clock == "" {
		clock = "00:00:00"
	} else if t == timestamptz && zone == "" {
		return "", "it has a time of day without an offset"
	}
	if t == timestamp && zone != "" {
		return "", "it has an offset"
	}
	if len(clock) == 5 {
		clock += ":00"
	}
	return canonicalMoment(day+" "+clock, fraction, zone, t)
}

// numbered writes Jan 31 2024 and January 31, 2024 as 2024-01-31, and leaves
// alone what is written otherwise.
func numbered(s string) string {
	m := named.FindStringSubmatch(s)
	if m == nil {
		return s
	}
	for month := time.January; month <= time.December; month++ {
		if name := month.String(); strings.EqualFold(m[1], name) || strings.EqualFold(m[1], name[:3]) {
			day, _ := strconv.Atoi(m[2]) // it is one digit or two
			return fmt.Sprintf("%s-%02d-%02d%s", m[3], int(month), day, m[4])
		}
	}
	return s
}

// atUTC makes s, a moment with an offset, the canonical text of the timestamp
// that it is in UTC; ok is false for anything else.
func atUTC(s string) (value string, ok bool) {
	if m := moment.FindStringSubmatch(numbered(s)); m == nil || m[4] == "" {
		return "", false
	}
	value, why := readText(s, timestamptz)
	return strings.TrimSuffix(value, "+00"), why == ""
}

func canonicalMoment(local, fraction, zone string, t typ) (value, why string) {
	at, err := time.Parse(time.DateTime, local)
	if err != nil {
		return "", "there is no such time of day"
	}
	if zone != "" && zone != "z" && zone != "Z" {
		compact := strings.ReplaceAll(zone, ":", "")
		hours, _ := strconv.Atoi(compact[1:3])
		minutes := 0
		if len(compact) == 5 {
			minutes, _ = strconv.Atoi(compact[3:])
		}
		if hours > 15 || minutes > 59 {
			return "", "there is no such offset"
		}
		ahead := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
		if compact[0] == '-' {
			ahead = -ahead
		}
		at = at.Add(-ahead)
	}
	value = at.Format(time.DateTime)
	if fraction != "" {
		value += "." + fraction
	}
	if t == timestamptz {
		value += "+00"
	}
	return value, ""
}

var (
	noSuchDay  = regexp.MustCompile(`^(\d{4}-\d\d)-\d\d$`)
	writtenDay = regexp.MustCompile(`^(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})$`)
)

// meantDay says which day a text was meant to be that is written otherwise or is
// in no calendar, where that can be said, and else how a literal is written.
func meantDay(s string, t typ) string {
	if m := noSuchDay.FindStringSubmatch(s); m != nil && t != uuid {
		if month, err := time.Parse("2006-01", m[1]); err == nil {
			return "the last day of that month is " + month.AddDate(0, 1, -1).Format(time.DateOnly)
		}
	}
	if m := moment.FindStringSubmatch(s); m != nil && t == date {
		if _, err := time.Parse(time.DateOnly, m[1]); err == nil {
			return fmt.Sprintf("write %q", m[1])
		}
	}
	if m := writtenDay.FindStringSubmatch(s); m != nil && t != uuid {
		days := map[string]bool{}
		for i, parts := range [][3]string{{m[1], m[2], m[3]}, {m[3], m[2], m[1]}, {m[3], m[1], m[2]}, {m[1], m[3], m[2]}} {
			if i == 3 && len(days) > 0 {
				break // the day before the month behind a year is a slip
			}
			if day, err := time.Parse("2006-1-2", strings.Join(parts[:], "-")); err == nil {
				days[day.Format(time.DateOnly)] = true
			}
		}
		for day := range days {
			if len(days) == 1 {
				return fmt.Sprintf("write %q", day)
			}
		}
	}
	return example(t)
}

// example shows how a literal of type t is written.
func example(t typ) string {
	switch t {
	case date:
		return `write it like "2024-01-31"`
	case timestamp:
		return `write it like "2024-01-31" or "2024-01-31 23:59:59"`
	case timestamptz:
		return `write it like "2024-01-31" (midnight UTC) or "2024-01-31 23:59:59+00"`
	}
	return `write "00000000-0000-4000-8000-000000000000"`
}
