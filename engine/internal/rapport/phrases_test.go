package rapport

import (
	"strings"
	"testing"

	"github.com/streamflow/pipe/engine/run"
)

func TestANameWithoutASentenceIsRefused(t *testing.T) {
	words, err := readPhrases()
	if err != nil {
		t.Fatal(err)
	}
	if s, err := words.say("tables", "users"); err != nil || !strings.Contains(s, "`user_id`") {
		t.Errorf("users: %q, %v", s, err)
	}
	_, err = words.say("tables", "invoices")
	if err == nil || !strings.Contains(err.Error(), `no sentence for "invoices": write one under tables in engine/internal/rapport/phrases.yaml`) {
		t.Errorf("a table without a sentence gives %v", err)
	}
}

func TestWhatAnExpectationFoundIsWordedAsFrenchDoes(t *testing.T) {
	for _, c := range []struct {
		want  string
		found run.Found
	}{
		{"aucune ligne en défaut sur 7\u00a0043", run.Found{ElementCount: 7043}},
		{"1 ligne en défaut sur 1\u00a0000\u00a0000", run.Found{ElementCount: 1_000_000, UnexpectedCount: 1}},
		{"1\u00a0995 lignes en défaut sur 2\u00a0000", run.Found{ElementCount: 2000, UnexpectedCount: 1995}},
		{"2 colonnes trouvées", run.Found{ObservedValue: []string{"a", "b"}}},
		{"valeur observée : 1\u00a0735,63", run.Found{ObservedValue: 1735.6283}},
		{"`count()` = 2\u00a0000 ; `mean(fee)` = 66,03", run.Found{ObservedValue: map[string]any{"mean(fee)": 66.032625, "count()": 2000}}},
	} {
		if got, err := found(run.Expectation{Result: c.found}); err != nil || got != c.want {
			t.Errorf("%+v: %q, %v, want %q", c.found, got, err, c.want)
		}
	}
	reason := "division by zero"
	if got, err := found(run.Expectation{Name: "odd", Error: &reason}); err == nil {
		t.Errorf("an expectation that was not evaluated is worded as %q", got)
	}
}
