package database

import (
	"errors"
	"testing"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// Only what may pass by itself is worth trying again.
func TestTransientFaults(t *testing.T) {
	for state, want := range map[pqerror.Code]bool{
		"08006": true, "08003": true, "08001": true, "08P01": false, // a protocol that is not understood never will be
		"40001": true, "40P01": true, "40002": false, "53300": true, "57P01": true, "57P03": true, "57014": false,
		"23505": false, "42703": false, "22003": false, "28P01": false,
	} {
		err := (&DB{}).wrap(&pq.Error{Code: state, Message: "m"}, "")
		var fault *Fault
		if !errors.As(err, &fault) || fault.State != string(state) || fault.Transient != want {
			t.Errorf("%s: %+v, want transient %t", state, fault, want)
		}
	}
}
