package run

import (
	"context"
	"fmt"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/plan"
)

// misfits gives by index why expectations cannot be evaluated: a column that
// they use does not hold what it is declared to. Its error is that of a run that
// must stop.
func misfits(ctx context.Context, s *database.Session, j plan.Judge) (map[int]error, error) {
	found := map[int]error{}
	if j.AllFit.SQL != "" {
		var answer map[string]any
		err := guarded(ctx, s, func() (err error) {
			answer, err = s.One(ctx, j.AllFit.SQL)
			return err
		})
		if stops(ctx, err) {
			return nil, err
		}
		// An error, as of a column that is not there, is for the questions about
		// single columns to tell.
		if err == nil && facts(answer).truth("readable") {
			return found, nil
		}
	}
	for _, fit := range j.Fits {
		var why error
		err := guarded(ctx, s, func() error {
			return s.Rows(ctx, func(_ []string, v []any) error {
				t := texts(v)
				why = fmt.Errorf("column %s of %s is declared %s, and is %s in the target: %s", t[0], j.Table, t[1], t[2], t[3])
				return nil
			}, fit.SQL)
		})
		if stops(ctx, err) {
			return nil, err
		}
		if err != nil {
			why = err // as when the table or the column is not there
		}
		for _, index := range fit.Expectations {
			if why != nil && found[index] == nil {
				found[index] = why
			}
		}
	}
	return found, nil
}
