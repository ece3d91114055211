package spec

import "testing"

// A share of the rows is compared as it is written, digit for digit.
func TestLimitsAllowExactlyTheirShare(t *testing.T) {
	for _, c := range []struct {
		text string
		read int64
		most int64
	}{
		{"0.1%", 1000, 1}, {"0.1%", 7000, 7}, {"0.1 %", 999, 0}, {"0.1%", 0, 0}, {"0.7%", 1000, 7}, {"1.1%", 100_000, 1100}, {"2.3%", 1000, 23},
		{"33.3%", 1000, 333}, {"0%", 1 << 60, 0}, {"100%", 1 << 60, 1 << 60}, {"0.000000000000000001%", 1 << 62, 0}, {"99.999999999999999999%", 1_000_000, 999_999},
	} {
		l := Limit{Text: c.text, IsPercent: true}
		if !l.Allows(c.most, c.read) || l.Allows(c.most+1, c.read) {
			t.Errorf("%s of %d rows: %d is not the most", c.text, c.read, c.most)
		}
	}
	for read := int64(0); read < 100_000; read += 1000 {
		if l := (Limit{Text: "0.1%", IsPercent: true}); !l.Allows(read/1000, read) || l.Allows(read/1000+1, read) {
			t.Errorf("0.1%% of %d rows is not %d", read, read/1000)
		}
	}
	if l := (Limit{Text: "25", Rows: 25}); !l.Allows(25, 30) || l.Allows(26, 30) {
		t.Error("25 rows are not 25 rows")
	}
}
