package report

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/explain"
)

const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool       sarifTool     `json:"tool"`
	ColumnKind string        `json:"columnKind"`
	Results    []sarifResult `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version,omitempty"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID               string     `json:"id"`
	ShortDescription sarifText  `json:"shortDescription"`
	FullDescription  *sarifText `json:"fullDescription,omitempty"`
	Help             *sarifText `json:"help,omitempty"`
}

// describedRule is a code with what pipe explain says of it.
func describedRule(code string) sarifRule {
	topic, ok := explain.Lookup(code)
	if !ok {
		return sarifRule{ID: code, ShortDescription: sarifText{code}}
	}
	return sarifRule{code, sarifText{topic.Title}, &sarifText{topic.Cause}, &sarifText{topic.Cure}}
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifResult struct {
	RuleID    string          `json:"ruleId"`
	RuleIndex int             `json:"ruleIndex"`
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations,omitempty"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"` // none: the file as a whole
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

// sarifRegion is 1-based; EndColumn is the column behind the finding.
type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
	EndColumn   int `json:"endColumn"`
}

// LintSARIF writes the findings as a SARIF 2.1.0 log. Its rules are those that
// found something; its paths are relative and percent-encoded.
func LintSARIF(w io.Writer, f Findings) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{},
		Tool: sarifTool{sarifDriver{Name: "pipe", Version: f.Version, Rules: []sarifRule{}}}}
	codes := make([]string, 0, len(f.List))
	for _, d := range f.List {
		codes = append(codes, d.Code)
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	for _, code := range codes {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, describedRule(code))
	}
	for _, d := range f.List {
		n, _ := slices.BinarySearch(codes, d.Code)
		run.Results = append(run.Results, sarifFinding(f, d, n))
	}
	text, err := json.MarshalIndent(sarifLog{sarifSchema, "2.1.0", []sarifRun{run}}, "", "  ")
	if err != nil {
		return fmt.Errorf("write the findings as SARIF: %w", err)
	}
	_, err = w.Write(append(readableJSON(text), '\n'))
	return err
}

func sarifFinding(f Findings, d diag.Diagnostic, rule int) sarifResult {
	r := sarifResult{RuleID: d.Code, RuleIndex: rule, Level: "error", Message: sarifText{sarifPlain(advice(d))}}
	if d.Severity == diag.Warning {
		r.Level = "warning"
	}
	if d.File == "" {
		return r
	}
	at := sarifPhysical{Artifact: sarifArtifact{(&url.URL{Path: f.path(d.File)}).String()}}
	if d.Line > 0 {
		column := max(d.Col, 1)
		// Without an end a region would reach to the end of its line.
		at.Region = &sarifRegion{d.Line, column, max(d.EndCol, column)}
	}
	r.Locations = []sarifLocation{{at}}
	return r
}

var (
	sarifPlaceholder = regexp.MustCompile(`\{(\d+)\}`)
	sarifLink        = regexp.MustCompile(`\[([^\]]*)\]\(`)
)

// sarifPlain keeps what a message quotes, such as the regular expression a{3},
// from being taken for a placeholder or a link.
func sarifPlain(text string) string {
	return sarifLink.ReplaceAllString(sarifPlaceholder.ReplaceAllString(text, "{{$1}}"), `\[$1\](`)
}
