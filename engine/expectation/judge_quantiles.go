package expectation

import (
	"math"
	"strconv"
	"strings"
)

// QuantileRange is what is wanted of one quantile.
type QuantileRange struct {
	Quantile float64  `json:"quantile"` // a share, 0 to 1
	Low      *float64 `json:"low"`      // nil: open
	High     *float64 `json:"high"`
}

// Great Expectations takes a value this close to a bound for one within bounds.
const relativeTolerance, absoluteTolerance = 1e-4, 1e-8

// holds tells whether a value is within the range, or close to a bound.
func (r QuantileRange) holds(x float64) bool {
	return (r.Low == nil || x >= *r.Low || isClose(x, *r.Low)) && (r.High == nil || x <= *r.High || isClose(x, *r.High))
}

func isClose(x, bound float64) bool {
	return math.Abs(x-bound) <= absoluteTolerance+relativeTolerance*math.Abs(bound)
}

func (r QuantileRange) String() string {
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	switch {
	case r.Low == nil && r.High == nil:
		return "any value"
	case r.Low == nil:
		return "at most " + number(*r.High)
	case r.High == nil:
		return "at least " + number(*r.Low)
	}
	return "from " + number(*r.Low) + " to " + number(*r.High)
}

// quantiles compares the outputs q0, q1 and so on with Quantiles.
func (j Judge) quantiles(outputs map[string]any) Verdict {
	v := Verdict{Success: true}
	quantiles, values, holds := []any{}, []any{}, []any{}
	var outside []string
	for i, r := range j.Quantiles {
		output := outputs["q"+strconv.Itoa(i)]
		x, known := number(output)
		ok := known && r.holds(x)
		v.Success = v.Success && ok
		quantiles, values, holds = append(quantiles, r.Quantile), append(values, plain(output)), append(holds, ok)
		if !ok {
			outside = append(outside, "the "+strconv.FormatFloat(r.Quantile, 'f', -1, 64)+" quantile is "+spoken(output)+", wanted is "+r.String())
		}
	}
	v.Observed = map[string]any{"quantiles": quantiles, "values": values}
	v.Details = map[string]any{"success_details": holds}
	words := map[string]string{"found": "the " + strconv.Itoa(len(quantiles)) + " quantiles", "outside": " are within their bounds"}
	if len(quantiles) == 1 {
		words["found"], words["outside"] = "the quantile", " is within its bounds"
	}
	if len(outside) > 0 {
		words["found"], words["outside"] = strconv.Itoa(len(outside))+" of "+strconv.Itoa(len(quantiles))+" quantiles", ": "+strings.Join(outside, "; ")
	}
	v.Sentence = j.word(nil, words)
	return v
}
