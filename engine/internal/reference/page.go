package reference

import (
	"bytes"
	"context"
	_ "embed" // the template
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	"github.com/streamflow/pipe/engine/expectation"
)

// Path is where the page is kept, in the project directory.
const Path = "docs/expectations.md"

//go:embed page.md.tmpl
var text string

// Generate writes the page, from the catalogue and a run of its examples on
// SQLite.
func Generate(ctx context.Context) (page []byte, err error) {
	folder, err := os.MkdirTemp("", "reference-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	findings, err := Try(ctx, "sqlite:"+filepath.ToSlash(filepath.Join(folder, "reference.db")))
	if err != nil {
		return nil, err
	}
	spec, err := project.ReadFile("project/spec.yaml")
	if err != nil {
		return nil, err
	}
	tables := map[string]string{}
	for _, name := range []string{"parcels", "depots"} {
		if tables[name], err = rows(name); err != nil {
			return nil, err
		}
	}
	t, err := template.New("page").Funcs(template.FuncMap{
		"cell": cell, "takes": takes, "refused": refused, "beside": beside,
		"finding": func(k *expectation.Kind) string { return finding(findings[k.Name]) },
	}).Parse(text)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, map[string]any{"Groups": expectation.Groups, "Spec": string(spec), "Tables": tables})
	return b.Bytes(), err
}

// rows shows the rows of a table; a cell that is NULL is empty.
func rows(name string) (string, error) {
	data, err := project.ReadFile("project/" + name + ".csv")
	if err != nil {
		return "", err
	}
	records, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for i, record := range records {
		for j := range record {
			record[j] = cell(record[j])
		}
		b.WriteString("| " + strings.Join(record, " | ") + " |\n")
		if i == 0 {
			b.WriteString("|" + strings.Repeat(" --- |", len(record)) + "\n")
		}
	}
	return strings.TrimSpace(b.String()), nil
}

// cell makes a text one of a Markdown table.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// finding says what the example finds on the rows of the page.
func finding(f Finding) string {
	if f.Example.Success {
		return "Met by these rows."
	}
	return "Not met by these rows: " + f.Example.Sentence + "."
}

// words are what the types of arguments are called on the page.
var words = map[expectation.ParamType]string{
	expectation.ParamColumn: "a column", expectation.ParamColumns: "columns", expectation.ParamTable: "a table",
	expectation.ParamText: "text", expectation.ParamTexts: "a list of texts", expectation.ParamInteger: "a whole number",
	expectation.ParamNumber: "a number", expectation.ParamPairs: "a list of pairs", expectation.ParamMapping: "a mapping",
	expectation.ParamOrder: "a column, or a list of them", expectation.ParamBoolean: "true or false", expectation.ParamValue: "a value", expectation.ParamValues: "a list of values",
}

// takes says what an argument takes, whether it must be there, and its default.
func takes(p expectation.Param) (string, error) {
	what := words[p.Type]
	switch {
	case len(p.Options) > 0:
		what = "`" + strings.Join(p.Options, "`, `") + "`"
	case what == "":
		return "", fmt.Errorf("the page has no word for arguments of the type %q", p.Type)
	}
	switch {
	case p.Required:
		what += "; required"
	case p.Default != "":
		what += fmt.Sprintf("; default `%s`", p.Default)
	}
	return what, nil
}

// refused are the arguments that Great Expectations takes and pipe does not,
// with the reasons.
func refused(k *expectation.Kind) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(k.Refused)) {
		list = append(list, fmt.Sprintf("`%s` is refused: %s.", name, k.Refused[name]))
	}
	return list
}

// beside are the keys beside the expectation that not every kind takes.
func beside(k *expectation.Kind) string {
	switch {
	case k.Mostly && k.Condition:
		return "Takes `mostly` and `where`."
	case k.Condition:
		return "Takes `where`."
	case k.Mostly:
		return "Takes `mostly`."
	}
	return ""
}
