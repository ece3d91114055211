package run

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a spool is given it gives back, however long, and however often it was
// cut back on the way.
func TestSpool(t *testing.T) {
	var s spool
	read := func() []string {
		var got []string
		if err := s.each(func(item []byte) error { got = append(got, string(item)); return nil }); err != nil {
			t.Fatal(err)
		}
		return got
	}
	var want []string
	add := func(text string) {
		if err := s.add([]byte(text)); err != nil {
			t.Fatal(err)
		}
		want = append(want, text)
	}
	add("")
	add("one")
	early, few := s.size(), len(want)
	for i := range 5000 {
		add(fmt.Sprintf("%d%s", i, bytes.Repeat([]byte{'x'}, i%500)))
	}
	if s.file == nil {
		t.Fatal("it is all in memory")
	}
	late, many := s.size(), len(want)
	for i := range 3000 {
		add(fmt.Sprint("gone ", i))
	}
	s.cut(late)
	want = want[:many]
	if diff := cmp.Diff(want, read()); diff != "" {
		t.Error(diff)
	}
	add(string(bytes.Repeat([]byte{'y'}, 3*spoolMemory)))
	add("behind it")
	if diff := cmp.Diff(want, read()); diff != "" {
		t.Error("what was added behind a cut is not given back")
	}
	s.cut(early)
	want = want[:few]
	add("again")
	if diff := cmp.Diff(want, read()); diff != "" {
		t.Error(diff)
	}
	stop := errors.New("stop")
	if err := s.each(func([]byte) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("%v", err)
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
}

// Of many tables with many bad rows each shows some, and one with few shows all.
func TestShownRejectsAreShared(t *testing.T) {
	r := rejects{}
	for table, n := range map[string]int{"a": 500, "b": 3, "c": 40, "d": 100, "e": 0} {
		for i := range n {
			if err := r.of(table).add(Reject{Table: table, LineNumber: int64(i)}, true); err != nil {
				t.Fatal(err)
			}
		}
	}
	got := map[string]int{}
	list := r.shown([]string{"a", "b", "c", "d", "e"})
	for _, b := range list {
		got[b.Table]++
	}
	if diff := cmp.Diff(map[string]int{"a": 32, "b": 3, "c": 32, "d": 33}, got); diff != "" {
		t.Errorf("%d rejects are shown:\n%s", len(list), diff)
	}
	if r.total() != 643 {
		t.Errorf("%d are counted", r.total())
	}
}
