package expectation

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// columns compares the table's columns with those wanted.
func (j Judge) columns(outputs map[string]any) Verdict {
	var found []string
	text, _ := outputs["columns"].(string)
	if b, ok := outputs["columns"].([]byte); ok {
		text = string(b)
	}
	if err := json.Unmarshal([]byte(text), &found); err != nil || j.Columns == nil {
		return Verdict{Sentence: "the table's columns could not be read"}
	}
	want := j.Columns
	switch {
	case want.Has != "":
		return want.has(found)
	case want.Min != nil || want.Max != nil:
		n := int64(len(found))
		v := Verdict{Success: (want.Min == nil || n >= *want.Min) && (want.Max == nil || n <= *want.Max), Observed: n}
		v.Sentence = strings.ReplaceAll(j.Sentence, "{count}", grouped(n))
		return v
	case want.Ordered != nil:
		return want.ordered(found)
	case want.Any:
		return Verdict{Success: true, Observed: list(found), Sentence: "any columns are as expected"}
	}
	return want.set(found)
}

func list(names []string) []any {
	all := []any{}
	for _, n := range names {
		all = append(all, n)
	}
	return all
}

func (c *Columns) has(found []string) Verdict {
	at := slices.Index(found, c.Has)
	if at < 0 {
		return Verdict{Sentence: fmt.Sprintf("the table has no column %s", c.Has)}
	}
	if c.Index != nil && *c.Index != int64(at) && *c.Index != int64(at-len(found)) {
		return Verdict{Sentence: fmt.Sprintf("column %s stands at index %d, not at %d", c.Has, at, *c.Index)}
	}
	return Verdict{Success: true, Sentence: fmt.Sprintf("column %s is there", c.Has)}
}

// set answers as Great Expectations does: the columns in the table's order when
// they are the set, sorted otherwise.
func (c *Columns) set(found []string) Verdict {
	var missing, unexpected []string
	for _, name := range c.Set {
		if !slices.Contains(found, name) && !slices.Contains(missing, name) {
			missing = append(missing, name)
		}
	}
	for _, name := range found {
		if !slices.Contains(c.Set, name) {
			unexpected = append(unexpected, name)
		}
	}
	slices.Sort(missing)
	slices.Sort(unexpected)
	if len(missing) == 0 && len(unexpected) == 0 {
		return Verdict{Success: true, Observed: list(found), Sentence: fmt.Sprintf("the table has exactly these %d columns", len(found))}
	}
	sorted := slices.Sorted(slices.Values(found))
	mismatched := map[string]any{}
	var said []string
	if len(missing) > 0 {
		mismatched["missing"] = list(missing)
		said = append(said, "the table lacks "+strings.Join(missing, ", "))
	}
	if len(unexpected) > 0 {
		mismatched["unexpected"] = list(unexpected)
		said = append(said, "the table has "+strings.Join(unexpected, ", ")+" besides")
	}
	return Verdict{Success: len(missing) == 0 && !c.Exact, Observed: list(sorted), Sentence: strings.Join(said, "; "),
		Details: map[string]any{"mismatched": mismatched}}
}

func (c *Columns) ordered(found []string) Verdict {
	v := Verdict{Success: slices.Equal(found, c.Ordered), Observed: list(found)}
	if v.Success {
		v.Sentence = fmt.Sprintf("the table has these %d columns in this order", len(found))
		return v
	}
	mismatched := []any{}
	for i := range max(len(found), len(c.Ordered)) {
		var wanted, is any
		if i < len(c.Ordered) {
			wanted = c.Ordered[i]
		}
		if i < len(found) {
			is = found[i]
		}
		if wanted == is {
			continue
		}
		if len(mismatched) == 0 {
			v.Sentence = fmt.Sprintf("column %d is %s, wanted is %s", i+1, orNone(is), orNone(wanted))
		}
		mismatched = append(mismatched, map[string]any{"Expected Column Position": i, "Expected": wanted, "Found": is})
	}
	v.Details = map[string]any{"mismatched": mismatched}
	return v
}

func orNone(name any) string {
	if name == nil {
		return "none"
	}
	return fmt.Sprint(name)
}
