package run

import (
	"context"
	"fmt"
	"strconv"

	"github.com/streamflow/pipe/engine/database"
	"github.com/streamflow/pipe/engine/plan"
)

// scan runs the fused query, and the second look where rows break an
// expectation, and gives the outputs by expectation.
func (x *execution) scan(ctx context.Context, s *database.Session, j plan.Judge) (map[int]map[string]any, error) {
	if j.Scan.SQL == "" {
		return nil, nil
	}
	var first, second map[string]any
	err := guarded(ctx, s, func() (err error) {
		if first, err = s.One(ctx, j.Scan.SQL); err != nil || j.Broken == "" {
			return err
		}
		broken, err := whole(first, j.Broken)
		if err != nil || broken == 0 {
			return err
		}
		second, err = s.One(ctx, j.Second.SQL)
		return err
	})
	if err != nil {
		return nil, err
	}
	fused := map[int]map[string]any{}
	for i := range j.Expectations {
		e := &j.Expectations[i]
		if fused[e.Index], err = tallied(e.Tallies, first, second); err != nil {
			return nil, fmt.Errorf("expectation %s: %w", e.Name, err)
		}
	}
	return fused, agree(j, first, fused)
}

// tallied makes the outputs of an expectation of those of the scan, and of the
// second look, which is nil when there was none.
func tallied(tallies map[string]plan.Tally, first, second map[string]any) (map[string]any, error) {
	outputs := map[string]any{}
	for name, t := range tallies {
		if t.Less == "" && t.Second == "" {
			value, ok := first[t.Scan]
			if !ok {
				return nil, fmt.Errorf("the scan gave no %s", t.Scan)
			}
			outputs[name] = value
			continue
		}
		var total int64
		for _, part := range []struct {
			name string
			of   map[string]any
			sign int64
		}{{t.Scan, first, 1}, {t.Less, first, -1}, {t.Second, second, 1}} {
			if part.name == "" || part.of == nil {
				continue
			}
			n, err := whole(part.of, part.name)
			if err != nil {
				return nil, err
			}
			total += part.sign * n
		}
		outputs[name] = total
	}
	return outputs, nil
}

// whole reads a count.
func whole(outputs map[string]any, name string) (int64, error) {
	switch v := outputs[name].(type) {
	case int64:
		return v, nil
	case nil:
	default:
		if n, err := strconv.ParseInt(fmt.Sprint(v), 10, 64); err == nil {
			return n, nil
		}
	}
	return 0, fmt.Errorf("the scan gave no count as %s", name)
}

// agree makes sure that every row which breaks an expectation was found to
// break one. Where it was not, each expectation is evaluated by itself.
func agree(j plan.Judge, first map[string]any, fused map[int]map[string]any) error {
	if j.Broken == "" {
		return nil
	}
	broken, err := whole(first, j.Broken)
	if err != nil {
		return err
	}
	var found int64
	for _, index := range j.Strict {
		n, err := whole(fused[index], "unexpected_count")
		if err != nil {
			return err
		}
		found += n
	}
	if found < broken {
		return fmt.Errorf("%d rows of %s break an expectation, and %d were found", broken, j.Table, found)
	}
	return nil
}
