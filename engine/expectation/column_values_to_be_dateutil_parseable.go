package expectation

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

var columnValuesToBeDateutilParseable = Kind{
	Name:      "expect_column_values_to_be_dateutil_parseable",
	Doc:       "Every text of the column can be read as a date, alone or with a time of day.",
	Params:    []Param{columnParam},
	Mostly:    true,
	Condition: true,
	Notes: []string{
		"It asks whether a date can be read, not which: 01/02/2024 is fine. For one certain format ask expect_column_values_to_match_strftime_format.",
		"Dates are 2024-01-31, 2024/01/31, 2024.01.31, 20240131, 2024-01; day, month and year in any order that makes a day (31/01/2024, 1/31/24, 31.01.2024); and with the English name of a month Jan 31 2024, January 31st, 2024, 31 Jan 2024, 31-Jan-24, 2024-Jan-31, Jan 2024. A weekday may stand in front.",
		"A time may follow, behind a blank, a comma and a blank, or T: 23:59, 23:59:59.123, 11:59 PM, 11 pm, after T and behind 20240131 also 2359 and 235959; and then an offset: Z, UTC, GMT, +02, +0200, +02:00.",
		"The day must be one that the calendar has. Python's dateutil, which Great Expectations asks, takes more: a time or a weekday alone, and bare numbers such as 12. They are unexpected here.",
		"NULL is missing. The values are looked at by pipe itself, each different one once.",
	},
	Example: `{column: booked}`,
	compile: func(c *call) {
		if column, _, ok := c.textColumn("a date that can be read is text"); ok {
			c.testValues(column, Test{Name: "dateutil"}, column.Name+" cannot be read as a date")
		}
	},
}

func dateutilTest(string) (Asker, error) {
	return func(value string) (bool, error) { return isDate(value), nil }, nil
}

const (
	monthNames = `(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?`
	dayNumber  = `(?P<d>\d{1,2})(?:st|nd|rd|th)?`
	offsetForm = `(?: ?(?:z|utc|gmt|[+-](?P<oh>\d\d)(?::?(?P<om>\d\d))?))?`
	clockForm  = `(?P<h>\d{1,2}):(?P<min>\d\d)(?::(?P<s>\d\d)(?:[.,]\d+)?)?(?: ?(?P<half>[ap])\.?m\.?)?`
	hourForm   = `(?P<h>\d{1,2}) ?(?P<half>[ap])\.?m\.?`
	digitForm  = `(?P<h>\d\d)(?P<min>\d\d)(?:(?P<s>\d\d)(?:[.,]\d+)?)?`
)

// weekdayForm is what may stand in front of a date.
var weekdayForm = regexp.MustCompile(`^(?:mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\.?,? `)

// dateForms are the ways to write a date; a, b and c are numbers whose order
// is to be found out.
var dateForms = sync.OnceValue(func() []*regexp.Regexp {
	days := []string{
		`(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})`, `(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})`, `(?P<y>\d{4})\.(?P<m>\d{1,2})\.(?P<d>\d{1,2})`,
		`(?P<a>\d{1,2})-(?P<b>\d{1,2})-(?P<c>\d{4}|\d\d)`, `(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<c>\d{4}|\d\d)`, `(?P<a>\d{1,2})\.(?P<b>\d{1,2})\.(?P<c>\d{4}|\d\d)`,
		`(?P<y>\d{4})[-/](?P<m>\d{1,2})`,
		monthNames + `[ -]` + dayNumber + `,?[ -](?P<y>\d{4})`,
		dayNumber + `[ -]` + monthNames + `,?[ -](?P<y>\d{4}|\d\d)`,
		`(?P<y>\d{4})[ -]` + monthNames + `[ -]` + dayNumber,
		monthNames + `,?[ -](?P<y>\d{4})`,
	}
	const compact = `(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)`
	var forms []*regexp.Regexp
	for _, day := range append(days, compact) {
		forms = append(forms,
			regexp.MustCompile(`^`+day+`(?:(?: |, |t)`+clockForm+offsetForm+`)?$`),
			regexp.MustCompile(`^`+day+`(?: |, |t)`+hourForm+offsetForm+`$`),
			regexp.MustCompile(`^`+day+`t`+digitForm+offsetForm+`$`))
	}
	return append(forms, regexp.MustCompile(`^`+compact+digitForm+offsetForm+`$`))
})

// isDate tells whether a text can be read as a date.
func isDate(text string) bool {
	if len(text) > 100 {
		return false // no form is that long
	}
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	text = text[len(weekdayForm.FindString(text)):]
	for _, form := range dateForms() {
		if m := form.FindStringSubmatch(text); m != nil && isMoment(form, m) {
			return true
		}
	}
	return false
}

// isMoment tells whether what a form found is a day of the calendar and a time
// of day.
func isMoment(form *regexp.Regexp, found []string) bool {
	text := func(name string) string {
		if i := form.SubexpIndex(name); i >= 0 {
			return found[i]
		}
		return ""
	}
	part := func(name string, absent int) int {
		if n, err := strconv.Atoi(text(name)); err == nil {
			return n
		}
		return absent
	}
	hours := 23
	if text("half") != "" {
		hours = 12
	}
	if part("h", 0) > hours || part("min", 0) > 59 || part("s", 0) > 59 || part("oh", 0) > 23 || part("om", 0) > 59 {
		return false
	}
	if a := part("a", -1); a >= 0 {
		b, c := part("b", 0), part("c", 0)
		return isDay(text("c"), a, b) || isDay(text("c"), b, a) || a > 31 && isDay(text("a"), b, c)
	}
	month := part("m", 0)
	if name := text("month"); name != "" {
		month = strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", name[:3])/3 + 1
	}
	return isDay(text("y"), month, part("d", 1))
}

// isDay tells whether the calendar has a day. A year of two digits is one from
// 1969 to 2068, as POSIX has it.
func isDay(written string, month, day int) bool {
	year, err := strconv.Atoi(written)
	if len(written) == 2 {
		if year += 1900; year < 1969 {
			year += 100
		}
	}
	at := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return err == nil && year >= 1 && month >= 1 && month <= 12 && day >= 1 && at.Day() == day
}
