package expectation

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// Own is SQL of the user's own. It must be executed where nothing can be
// written; it may end in a comment.
type Own struct {
	// Rows gives the unexpected rows, with columns of its own.
	Rows string `json:"rows,omitempty"`
	// Base and Comparison are two queries whose rows are compared: Bag counts
	// the outputs base_rows, comparison_rows and matching_rows.
	Base       string `json:"base,omitempty"`
	Comparison string `json:"comparison,omitempty"`
}

// noRows wants unexpected_count to be 0.
func (j Judge) noRows(outputs map[string]any) Verdict {
	n, ok := integer(outputs["unexpected_count"])
	if !ok {
		return Verdict{Fault: "the query gave no count of rows"}
	}
	rows := "rows"
	if n == 1 {
		rows = "row"
	}
	return Verdict{Success: n == 0, UnexpectedCount: n, Observed: fmt.Sprintf("%d unexpected %s", n, rows),
		Sentence: "the query gives " + grouped(n) + " " + rows + ", wanted is none"}
}

// comparison wants the share of matching rows to reach Mostly.
func (j Judge) comparison(outputs map[string]any) Verdict {
	var counts [3]int64
	for i, name := range []string{"base_rows", "comparison_rows", "matching_rows"} {
		n, ok := integer(outputs[name])
		if !ok {
			return Verdict{Fault: "the queries gave no " + name}
		}
		counts[i] = n
	}
	base, comparison, matching := counts[0], counts[1], counts[2]
	all := max(base, comparison)
	v := Verdict{Success: true, UnexpectedCount: all - matching,
		Observed: map[string]any{"base_rows": base, "comparison_rows": comparison, "matching_rows": matching},
		Sentence: fmt.Sprintf("%s of %s and %s rows match", grouped(matching), grouped(base), grouped(comparison))}
	if all > 0 {
		percent := float64(all-matching) / float64(all) * 100
		v.UnexpectedPercent = &percent
		v.Success = float64(matching)/float64(all) >= j.Mostly
	}
	if j.Mostly < 1 {
		v.Sentence += ", wanted is a share of " + strconv.FormatFloat(j.Mostly, 'f', -1, 64)
	}
	return v
}

// Bag counts the rows of two queries that match, in any order. Rows are held as
// digests, so that a million of them fit into memory.
type Bag struct {
	rows                       map[[16]byte]int64
	base, comparison, matching int64
}

// Bag makes an empty bag, to compare the two queries with.
func (*Own) Bag() *Bag { return &Bag{rows: map[[16]byte]int64{}} }

// Add adds a row of the base, values as drivers give them.
func (b *Bag) Add(row []any) {
	b.rows[digest(row)]++
	b.base++
}

// Match looks for a row of the comparison among those of the base, and takes it
// out.
func (b *Bag) Match(row []any) {
	b.comparison++
	if key := digest(row); b.rows[key] > 0 {
		b.rows[key]--
		b.matching++
	}
}

// Outputs are what JudgeComparison reads.
func (b *Bag) Outputs() map[string]any {
	return map[string]any{"base_rows": b.base, "comparison_rows": b.comparison, "matching_rows": b.matching}
}

// digest is the same for rows whose values are equal.
func digest(row []any) [16]byte {
	var text []byte
	for _, v := range row {
		s := canonical(v)
		text = binary.AppendUvarint(text, uint64(len(s)))
		text = append(text, s...)
	}
	sum := sha256.Sum256(text)
	return [16]byte(sum[:16])
}

// canonical gives equal values equal texts: a number is the same however the
// database stores it, and so is a moment.
func canonical(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		if v {
			return "n1"
		}
		return "n0"
	case int64:
		return "n" + strconv.FormatInt(v, 10)
	case float64:
		return decimal(strconv.FormatFloat(v, 'g', -1, 64))
	case json.Number:
		return decimal(v.String())
	case time.Time:
		return "s" + strings.TrimSuffix(v.UTC().Format("2006-01-02 15:04:05.999999"), " 00:00:00")
	case []byte:
		return "s" + string(v)
	case string:
		return "s" + v
	}
	return "s" + fmt.Sprint(v)
}

func decimal(digits string) string {
	if len(digits) > 400 { // a number of its own kind; its text tells it apart
		return "n" + digits
	}
	x, ok := new(big.Rat).SetString(digits)
	if !ok { // NaN and the infinities
		return "n" + digits
	}
	return "n" + x.RatString()
}
