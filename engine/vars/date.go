package vars

import (
	"fmt"
	"strings"
	"time"
)

// Date is a calendar day of the years 1 to 9999. Dates are comparable with ==.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads a day written 2024-01-31 and nothing else. The error says
// what is wrong without the place.
func ParseDate(text string) (Date, error) {
	if len(text) != len(time.DateOnly) {
		return Date{}, fmt.Errorf("not a date written like 2024-01-31")
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		if isDateShaped(text) {
			return Date{}, fmt.Errorf("no such day in the calendar")
		}
		return Date{}, fmt.Errorf("not a date written like 2024-01-31")
	}
	if t.Year() < 1 {
		return Date{}, fmt.Errorf("no such day in the calendar")
	}
	return dateOf(t), nil
}

func isDateShaped(text string) bool {
	for i := range len(text) {
		if i == 4 || i == 7 {
			if text[i] != '-' {
				return false
			}
		} else if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

func dateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// Time is midnight UTC of the day.
func (d Date) Time() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// String gives 2024-01-31.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// Compare is -1, 0 or 1 as d is before, on or after e.
func (d Date) Compare(e Date) int { return d.Time().Compare(e.Time()) }

// MonthEnd is the last day of d's month.
func (d Date) MonthEnd() Date {
	return dateOf(time.Date(d.Year, d.Month+1, 0, 0, 0, 0, 0, time.UTC))
}

// AddMonths moves d by n calendar months. A day that the month does not have
// becomes its last one, as in SQL: 2024-01-31 plus one month is 2024-02-29.
// The error says that the result is outside the years 1 to 9999.
func (d Date) AddMonths(n int64) (Date, error) {
	const most = 12 * 9999
	if n < -most || n > most {
		return Date{}, fmt.Errorf("the result is not in the years 1 to 9999")
	}
	first := time.Date(d.Year, d.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	if first.Year() < 1 || first.Year() > 9999 {
		return Date{}, fmt.Errorf("the result is not in the years 1 to 9999")
	}
	moved := dateOf(first)
	moved.Day = min(d.Day, moved.MonthEnd().Day)
	return moved, nil
}

// MonthsSince counts calendar months from e to d; days do not matter.
func (d Date) MonthsSince(e Date) int64 {
	return int64(d.Year-e.Year)*12 + int64(d.Month-e.Month)
}

// dateDirectives are the strftime directives that mean something for a day.
var dateDirectives = map[rune]func(Date) string{
	'Y': func(d Date) string { return fmt.Sprintf("%04d", d.Year) },
	'y': func(d Date) string { return fmt.Sprintf("%02d", d.Year%100) },
	'm': func(d Date) string { return fmt.Sprintf("%02d", int(d.Month)) },
	'd': func(d Date) string { return fmt.Sprintf("%02d", d.Day) },
	'e': func(d Date) string { return fmt.Sprintf("%2d", d.Day) },
	'j': func(d Date) string { return fmt.Sprintf("%03d", d.Time().YearDay()) },
	'b': func(d Date) string { return d.Month.String()[:3] },
	'B': func(d Date) string { return d.Month.String() },
	'a': func(d Date) string { return d.Time().Weekday().String()[:3] },
	'A': func(d Date) string { return d.Time().Weekday().String() },
	'F': Date.String,
	'%': func(Date) string { return "%" },
}

const dateDirectiveList = "%Y %m %d %y %b %B %a %A %e %j %F %%"

// Format writes the day by strftime directives (%Y-%m). The error names a
// directive that is unknown or has no meaning for a day.
func (d Date) Format(format string) (string, error) {
	var b strings.Builder
	directive := false
	for _, r := range format {
		switch {
		case directive:
			write, ok := dateDirectives[r]
			if !ok {
				return "", fmt.Errorf("a date cannot be written with %%%c; the directives are %s", r, dateDirectiveList)
			}
			b.WriteString(write(d))
			directive = false
		case r == '%':
			directive = true
		default:
			b.WriteRune(r)
		}
	}
	if directive {
		return "", fmt.Errorf("the format ends in a lone %%; write %%%% for the character itself")
	}
	return b.String(), nil
}
