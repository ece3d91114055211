package doctor

import (
	"context"
	"fmt"
	"strings"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/plan"
)

// tables looks which tables and snapshots exist, and whether they fit their
// declarations, with the plan's own queries.
func (x *examiner) tables(ctx context.Context, s *database.Session) error {
	if x.plan == nil {
		x.add(Skipped, "tables", "without a plan they are not known", "")
		return nil
	}
	step := x.plan.Step("prepare.tables")
	if step == nil {
		return nil
	}
	exists := map[string]bool{} // by the fact that tells it
	misfits := false
	for _, action := range step.Actions {
		switch a := action.(type) {
		case plan.Probe:
			if a.When != nil {
				continue // what else a run would learn of a table that exists
			}
			found, err := s.One(ctx, a.SQL)
			if err != nil {
				return err
			}
			for fact, v := range found {
				exists[fact] = isTrue(v)
			}
		case plan.Problems:
			if !holds(exists, a.When) {
				continue
			}
			err := s.Rows(ctx, func(_ []string, v []any) error {
				misfits = true
				cure := fmt.Sprint(v[3])
				if alter := fmt.Sprint(v[5]); alter != "" {
					cure += ":\n" + alter
				}
				x.add(Fail, "table", misfit(a.Table, v), cure)
				return nil
			}, a.SQL)
			if err != nil {
				return err
			}
		case plan.Require:
			if !holds(exists, a.Unless) {
				continue
			}
			misfits = true
			if x.plan.Step("prepare.setup") != nil {
				x.add(Warn, "table", a.Message+" yet", "the setup SQL may create it; a run will tell")
			} else {
				x.add(Fail, "table", a.Message, a.Hint)
			}
		}
	}
	if misfits {
		return nil
	}
	there := 0
	for _, known := range exists {
		if known {
			there++
		}
	}
	made := len(exists) - there
	switch {
	case there == 0:
		x.add(OK, "tables", "none exists yet; a run makes all "+fmt.Sprint(made), "")
	case made == 0:
		x.add(OK, "tables", fmt.Sprintf("all %d exist and fit their declarations", there), "")
	default:
		x.add(OK, "tables", fmt.Sprintf("%d exist and fit their declarations; a run makes %d", there, made), "")
	}
	return nil
}

// holds tells whether every condition of a statement holds; "!" turns one
// around.
func holds(facts map[string]bool, when []string) bool {
	for _, w := range when {
		name, not := strings.CutPrefix(w, "!")
		if facts[name] == not {
			return false
		}
	}
	return true
}

// misfit words a row of (column, declared, actual, hint, accepts, alter).
func misfit(table string, v []any) string {
	column, declared, actual := fmt.Sprint(v[0]), fmt.Sprint(v[1]), fmt.Sprint(v[2])
	switch {
	case declared == "a table":
		return fmt.Sprintf("%s is %s, not a table", table, actual)
	case declared == "primary_key":
		return fmt.Sprintf("%s has %s", table, actual)
	case declared == "no reference":
		return fmt.Sprintf("%s.%s has %s, which is not declared", table, column, actual)
	case declared == "not declared":
		return fmt.Sprintf("%s.%s is not declared, and is %s", table, column, actual)
	}
	return fmt.Sprintf("%s.%s is declared %s, and is %s", table, column, declared, actual)
}
