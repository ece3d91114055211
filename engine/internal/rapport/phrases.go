package rapport

import (
	_ "embed" // the sentences
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"gopkg.in/yaml.v3"

	"github.com/streamflow/pipe/engine/run"
)

//go:embed phrases.yaml
var sentences []byte

// phrases are French sentences by topic and name. A name without one is an
// error: the report may not pass over a table, a package or an expectation.
type phrases map[string]map[string]string

func readPhrases() (*phrases, error) {
	p := &phrases{}
	if err := yaml.Unmarshal(sentences, p); err != nil {
		return nil, fmt.Errorf("phrases.yaml: %w", err)
	}
	return p, nil
}

func (p *phrases) say(topic, name string) (string, error) {
	if s := (*p)[topic][name]; s != "" {
		return s, nil
	}
	return "", fmt.Errorf("the report has no sentence for %q: write one under %s in engine/internal/rapport/phrases.yaml", name, topic)
}

func (p *phrases) functions() template.FuncMap {
	return template.FuncMap{
		"say": p.say, "n": number, "condition": condition, "found": found,
		// why finds the reason of an expectation by what it asks, which stays
		// its own when the suite is put in another order.
		"why":  func(e run.Expectation) (string, error) { return p.say("expectations", condition(e)) },
		"mark": func(ok bool) string { return map[bool]string{true: "respectée", false: "**non respectée**"}[ok] },
		"failed": func(list []run.Expectation) []run.Expectation {
			return slices.DeleteFunc(slices.Clone(list), func(e run.Expectation) bool { return e.Success })
		},
		"total": func(r *run.Result) (n int64) {
			for _, t := range r.Tables {
				n += t.Rows.Updated
			}
			return n
		},
	}
}

// number writes 12000 as 12 000, with a space that does not break.
func number(v any) string {
	s := fmt.Sprint(v)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u00a0" + s[i:]
	}
	return s
}

// condition is what an expectation asks: its rule, or its name and arguments.
func condition(e run.Expectation) string {
	if e.Rule != "" {
		return e.Rule
	}
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(e.Arguments)) {
		v := e.Arguments[k]
		if list, ok := v.([]any); ok {
			v = "[" + strings.Trim(strings.ReplaceAll(fmt.Sprint(list), " ", ", "), "[]") + "]"
		}
		parts = append(parts, fmt.Sprintf("%s: %v", k, v))
	}
	return e.Expectation + " {" + strings.Join(parts, ", ") + "}"
}

// found is what an expectation found: rows, or the values that it observed.
func found(e run.Expectation) (string, error) {
	if e.Error != nil {
		return "", fmt.Errorf("%s could not be evaluated: %s", e.Name, *e.Error)
	}
	if e.Result.ElementCount > 0 {
		count := map[int64]string{0: "aucune ligne", 1: "1 ligne"}[e.Result.UnexpectedCount]
		if count == "" {
			count = number(e.Result.UnexpectedCount) + " lignes"
		}
		return count + " en défaut sur " + number(e.Result.ElementCount), nil
	}
	// Through JSON, so that every number is a float64 and every list a []any.
	text, err := json.Marshal(e.Result.ObservedValue)
	if err != nil {
		return "", err
	}
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return "", err
	}
	switch v := v.(type) {
	case []any:
		return fmt.Sprintf("%d colonnes trouvées", len(v)), nil
	case map[string]any:
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, "`"+k+"` = "+rounded(v[k]))
		}
		return strings.Join(parts, " ; "), nil
	}
	return "valeur observée : " + rounded(v), nil
}

// rounded writes a number with at most two decimals, as French does.
func rounded(v any) string {
	f, ok := v.(float64)
	if !ok {
		return fmt.Sprint(v)
	}
	s := strings.TrimSuffix(strconv.FormatFloat(f, 'f', 2, 64), ".00")
	whole, decimals, _ := strings.Cut(s, ".")
	if decimals != "" {
		decimals = "," + decimals
	}
	return number(whole) + decimals
}
