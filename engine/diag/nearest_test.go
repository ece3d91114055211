package diag_test

import (
	"testing"

	"github.com/streamflow/pipe/engine/diag"
)

func TestNearest(t *testing.T) {
	for _, tt := range []struct {
		name       string
		candidates []string
		want       string
	}{
		{"sgnup_date", []string{"signup_date", "user_id"}, "signup_date"},
		{"Signup-Date", []string{"signup_date"}, "signup_date"},
		{"lnit", []string{"init", "lint"}, "lint"}, // as near as init, and it begins alike
		{"tabel", []string{"label", "table"}, "table"},
		{"id", []string{"id"}, ""}, // what it is is not what it was meant to be
		{"x", []string{"population"}, ""},
		{"abcdef", []string{"uvwxyz"}, ""},
		{"", []string{"a"}, ""},
	} {
		if got := diag.Nearest(tt.name, tt.candidates); got != tt.want {
			t.Errorf("Nearest(%q, %v) is %q, want %q", tt.name, tt.candidates, got, tt.want)
		}
	}
}
