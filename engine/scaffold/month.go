package scaffold

import (
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/streamflow/pipe/engine/vars"
)

// pattern is a folder's path that tells of its month, or of its day.
type pattern struct {
	// template gives the folder of any month, from vars.as_of.
	template string
	asOf     vars.Date
	why      string
}

// datedParts are the ways to write a month or a day into a path, each with its
// strftime form between the separators; the longest first.
var datedParts = func() (list []datedPart) {
	for _, separator := range []string{"/", "-", "_", ".", ""} {
		s := regexp.QuoteMeta(separator)
		list = append(list, datedPart{regexp.MustCompile(`^(.*?)(\d{4})` + s + `(\d{2})` + s + `(\d{2})(\D.*)?$`), "%Y" + separator + "%m" + separator + "%d"},
			datedPart{regexp.MustCompile(`^(.*?)(\d{4})` + s + `(\d{2})()(\D.*)?$`), "%Y" + separator + "%m"})
	}
	return list
}()

type datedPart struct {
	form   *regexp.Regexp
	format string
}

// dated finds a date in a folder's path: data/2024-01, export_20240131/csv,
// 2024/01. ok is false where there is none.
func dated(folder string) (p pattern, ok bool) {
	for _, part := range datedParts {
		m := part.form.FindStringSubmatch(folder)
		if m == nil || strings.HasSuffix(m[1], "%") || endsInDigit(m[1]) {
			continue
		}
		text := m[2] + "-" + m[3] + "-01"
		if m[4] != "" {
			text = m[2] + "-" + m[3] + "-" + m[4]
		}
		d, err := vars.ParseDate(text)
		if err != nil || d.Year < 1900 || d.Year > 2199 {
			continue
		}
		if m[4] == "" {
			d = d.MonthEnd()
		}
		escape := func(text string) string { return strings.ReplaceAll(text, "%", "%%") }
		return pattern{asOf: d, why: fmt.Sprintf("%s is %s; the folders of other loads are named alike.", folder, when(d)),
			template: fmt.Sprintf("${{ format_date(vars.as_of, %s) }}", strconv.Quote(escape(m[1])+part.format+escape(m[5])))}, true
	}
	return p, false
}

// datedFile finds the month in the name of a file: orders_2024-01.csv.
func datedFile(file string) (p pattern, ok bool) {
	p, ok = dated(path.Base(file))
	p.why = fmt.Sprintf("%s is %s; the files of other loads are named alike.", path.Base(file), when(p.asOf))
	return p, ok
}

// MonthOf is the month, or the day, that the name of a file tells, and the name
// without it: orders.csv for orders_2024-01.csv. A name that is nothing else is
// its folder's. ok is false where the name tells none.
func MonthOf(file string) (day, name string, ok bool) {
	p, ok := datedFile(filepath.ToSlash(file))
	if !ok {
		return "", file, false
	}
	base := path.Base(filepath.ToSlash(file))
	ext := path.Ext(base)
	for _, part := range datedParts {
		if m := part.form.FindStringSubmatch(strings.TrimSuffix(base, ext)); m != nil {
			before, behind := strings.TrimRight(m[1], "_-. "), strings.TrimLeft(m[5], "_-. ")
			switch {
			case before != "" && behind != "":
				before += "_"
			case before == "" && behind == "":
				before = path.Base(path.Dir(filepath.ToSlash(file)))
			}
			return p.asOf.String(), before + behind + ext, true
		}
	}
	return "", file, false
}

func endsInDigit(text string) bool {
	return text != "" && text[len(text)-1] >= '0' && text[len(text)-1] <= '9'
}

var counted = regexp.MustCompile(`^(.*?)(\d{1,6})$`)

// numbered takes a number at the end of a folder's name for a count of months,
// and asOf for the month of this one: month_000 is January 2024, month_001
// February.
func numbered(folder string, asOf vars.Date) (p pattern, ok bool) {
	m := counted.FindStringSubmatch(folder)
	if m == nil {
		return p, false
	}
	n, err := strconv.ParseInt(m[2], 10, 64)
	if err != nil {
		return p, false
	}
	zero, err := asOf.AddMonths(-n)
	if err != nil {
		return p, false
	}
	verb := "%d"
	if len(m[2]) > 1 {
		verb = fmt.Sprintf("%%0%dd", len(m[2]))
	}
	format := strings.ReplaceAll(m[1], "%", "%%") + verb
	return pattern{asOf: asOf, why: fmt.Sprintf("%s is %s, and the number grows by one with every month.", path.Base(folder), when(asOf)),
		template: fmt.Sprintf("${{ sprintf(%s, months_since(vars.as_of, \"%s\")) }}", strconv.Quote(format), zero.MonthEnd())}, true
}

// when words a date: a month, where it is the last day of one.
func when(d vars.Date) string {
	if d == d.MonthEnd() {
		return d.Time().Format("January 2006")
	}
	return d.Time().Format("2 January 2006")
}

// IsMonth tells whether a folder's path names a month or a day.
func IsMonth(folder string) bool {
	_, ok := dated(folder)
	return ok || monthFolder.MatchString(path.Base(folder))
}

var monthFolder = regexp.MustCompile(`(?i)^(month|monat|mois|mes|m)[-_ ]?\d{1,6}$`)
