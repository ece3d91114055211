package report

import (
	"strconv"
	"strings"
	"time"
)

// thousands writes 1234567 as 1,234,567.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	first := 0
	if n < 0 {
		first = 1
	}
	for i := len(s) - 3; i > first; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// count writes a number with its noun: 1 row, 7,043 rows.
func count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return thousands(n) + " " + noun + "s"
}

// percent writes 0.0426 as 0.04 %. What is not nothing is never shown as 0, and
// what is not all is never shown as 100.
func percent(p float64) string {
	switch {
	case p > 0 && p < 0.01:
		return "<0.01 %"
	case p > 99.99 && p < 100:
		return ">99.99 %"
	}
	text := strconv.FormatFloat(p, 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + " %"
}

// bytesText writes a size as people say it: 317 kB, 1.2 GB (powers of 1000).
func bytesText(n int64) string {
	if n < 1000 {
		return count(n, "byte")
	}
	units := []string{"kB", "MB", "GB", "TB", "PB"}
	v := float64(n)
	for _, unit := range units {
		v /= 1000
		if v < 999.5 || unit == "PB" {
			if v < 9.95 {
				return strconv.FormatFloat(v, 'f', 1, 64) + " " + unit
			}
			return strconv.FormatFloat(v, 'f', 0, 64) + " " + unit
		}
	}
	return ""
}

// elapsed writes a duration as people say it: 812 ms, 4.2 s, 3 min 12 s.
func elapsed(d time.Duration) string {
	switch {
	case d < 0:
		return "0 ms"
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	case d < time.Minute:
		return strconv.FormatFloat(d.Truncate(100*time.Millisecond).Seconds(), 'f', 1, 64) + " s"
	case d < time.Hour:
		return strconv.Itoa(int(d.Minutes())) + " min " + strconv.Itoa(int(d.Seconds())%60) + " s"
	}
	return strconv.Itoa(int(d.Hours())) + " h " + strconv.Itoa(int(d.Minutes())%60) + " min"
}

// clock is elapsed in whole seconds and no more words than that takes.
func clock(d time.Duration) string {
	if d >= time.Second {
		d = d.Truncate(time.Second)
	}
	text := strings.Replace(elapsed(d), ".0 s", " s", 1)
	return strings.TrimSuffix(strings.TrimSuffix(text, " 0 s"), " 0 min")
}

func milliseconds(ms int64) time.Duration { return time.Duration(ms) * time.Millisecond }

// rate is rows (or bytes) per second; 0 when no time has passed.
func rate(n int64, d time.Duration) int64 {
	if d <= 0 {
		return 0
	}
	return int64(float64(n) / d.Seconds())
}
