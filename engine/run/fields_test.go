package run

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFieldsKeepTheirOrderAndDigits(t *testing.T) {
	want := Fields{{"z", json.Number("24.483650766787413")}, {"a", nil}, {"z2", "text <b>"}, {"b", true}}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Fields
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What reads back is written as the same text again.
func FuzzFields(f *testing.F) {
	for _, seed := range []string{`{}`, `null`, `{"b":1.50,"a":null,"b":"twice"}`, `{"a":[1,{"x":2}]}`, `[]`, `{"a"`, `{"a":1}x`, `"text"`, `{1:2}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var first, second Fields
		if json.Unmarshal(text, &first) != nil {
			return
		}
		written, err := json.Marshal(first)
		if err != nil {
			t.Fatalf("%q was read and cannot be written: %v", text, err)
		}
		if err := json.Unmarshal(written, &second); err != nil {
			t.Fatalf("%q was written and cannot be read: %v", written, err)
		}
		if diff := cmp.Diff(first, second); diff != "" && len(first)+len(second) > 0 {
			t.Errorf("%q changed (-first +second):\n%s", text, diff)
		}
	})
}
