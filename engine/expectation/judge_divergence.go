package expectation

import (
	"math"
	"strconv"

	"github.com/streamflow/pipe/engine/spec"
)

// Divergence is the distribution that a column is compared with: of values, or
// of numbers in bins.
type Divergence struct {
	Threshold *float64 `json:"threshold"` // nil: any divergence will do
	// Itself compares the column with itself.
	Itself bool `json:"itself,omitempty"`
	// Values are the values, as texts of Kind; nil where there are Bins.
	Values []string  `json:"values,omitempty"`
	Kind   spec.Kind `json:"kind,omitempty"`
	// Bins are the finite edges, ascending. LowOpen and HighOpen tell that the
	// first bin has no lower edge and the last no upper one.
	Bins     []float64 `json:"bins,omitempty"`
	LowOpen  bool      `json:"low_open,omitempty"`
	HighOpen bool      `json:"high_open,omitempty"`
	Weights  []float64 `json:"weights,omitempty"`
	// TailWeights are the weights below and above the bins; nil: not stated.
	TailWeights     []float64 `json:"tail_weights,omitempty"`
	TailHoldout     float64   `json:"tail_holdout,omitempty"`
	InternalHoldout float64   `json:"internal_holdout,omitempty"`
}

// divergence computes the Kullback-Leibler divergence of what the database
// counted from what is wanted.
func (j Judge) divergence(outputs map[string]any) Verdict {
	d := j.Divergence
	total, ok := number(outputs["total"])
	if !ok || d == nil {
		return Verdict{Fault: "the query gave no count of values"}
	}
	v := Verdict{}
	kl := math.NaN()
	switch {
	case total == 0:
	case d.Itself:
		kl = 0
	case d.Bins != nil || d.LowOpen:
		kl, v.Details = d.ofBins(outputs, total)
	default:
		var err error
		if kl, v.Details, err = d.ofValues(outputs, total); err != nil {
			return Verdict{Fault: "the values could not be read: " + err.Error()}
		}
	}
	v.Success = d.Threshold == nil || kl <= *d.Threshold
	words := map[string]string{"wanted": "any"}
	if d.Threshold != nil {
		words["wanted"] = "at most " + strconv.FormatFloat(*d.Threshold, 'g', -1, 64)
	}
	switch {
	case total == 0:
		words["divergence"] = "unknown, since there is no value"
	case math.IsNaN(kl):
		words["divergence"] = "unknown, since no weight is left"
	case math.IsInf(kl, 0):
		words["divergence"] = "infinite, since values occur that have no weight"
	default:
		v.Observed = kl
		words["divergence"] = strconv.FormatFloat(kl, 'g', 6, 64)
	}
	v.Sentence = j.word(nil, words)
	return v
}

// entropy is the relative entropy of two lists of weights, each scaled to 1, in
// nats. times tells how often each pair occurs.
func entropy(observed, expected, times []float64) float64 {
	var p, q, sum float64
	for i := range observed {
		p += observed[i] * times[i]
		q += expected[i] * times[i]
	}
	for i := range observed {
		a, b := observed[i]/p, expected[i]/q
		switch {
		case a == 0 && b >= 0:
		case a > 0 && b > 0:
			sum += times[i] * a * math.Log(a/b)
		case math.IsNaN(a) || math.IsNaN(b):
			return math.NaN()
		default:
			return math.Inf(1)
		}
	}
	return max(sum, 0) // rounding may leave it just below
}

func ones(n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = 1
	}
	return list
}

// ofValues knows of the values without a weight of their own only how many
// there are of each count; the first of them are named for the details.
func (d *Divergence) ofValues(outputs map[string]any, total float64) (float64, any, error) {
	var counts, others [][2]float64
	if err := readJSON(outputs["counts"], &counts); err != nil {
		return 0, nil, err
	}
	if err := readJSON(outputs["others"], &others); err != nil {
		return 0, nil, err
	}
	named, err := (&Gathered{Output: "gathered", Kind: d.Kind}).read(outputs["gathered"])
	if err != nil {
		return 0, nil, err
	}
	observed, expected, times := make([]float64, len(d.Values)), append([]float64{}, d.Weights...), ones(len(d.Values))
	for _, c := range counts {
		if i := int(c[0]); i >= 0 && i < len(observed) {
			observed[i] = c[1] / total
		}
	}
	different := 0.0
	for _, o := range others {
		different += o[1]
	}
	if different > 0 {
		for i := range expected {
			expected[i] *= 1 - d.TailHoldout
		}
	}
	values, shares, weights := []any{}, append([]float64{}, observed...), append([]float64{}, expected...)
	for _, text := range d.Values {
		values = append(values, valueOf(text, d.Kind))
	}
	for _, c := range named {
		values, shares, weights = append(values, c.value), append(shares, float64(c.n)/total), append(weights, d.TailHoldout/different)
	}
	for _, o := range others {
		observed, expected, times = append(observed, o[0]/total), append(expected, d.TailHoldout/different), append(times, o[1])
	}
	return entropy(observed, expected, times), map[string]any{
		"observed_partition": map[string]any{"values": values, "weights": shares},
		"expected_partition": map[string]any{"values": values, "weights": weights},
	}, nil
}

// ofBins holds what lies outside the bins, or in bins without an end, apart as
// tail weights.
func (d *Divergence) ofBins(outputs map[string]any, total float64) (float64, any) {
	share := func(name string) float64 {
		n, _ := number(outputs[name])
		return n / total
	}
	observed, expected := make([]float64, len(d.Weights)), make([]float64, len(d.Weights))
	empty := 0.0
	for i, w := range d.Weights {
		observed[i] = share("bin" + strconv.Itoa(i))
		if expected[i] = w * (1 - d.TailHoldout - d.InternalHoldout); expected[i] == 0 {
			empty++
		}
	}
	for i := range expected {
		if expected[i] == 0 && d.InternalHoldout > 0 {
			expected[i] = d.InternalHoldout / empty
		}
	}
	low, high := d.TailHoldout/2, d.TailHoldout/2
	switch {
	case d.TailWeights != nil:
		low, high = d.TailWeights[0], d.TailWeights[1]
	case d.LowOpen || d.HighOpen: // one side only has an outside
		low, high = d.TailHoldout, d.TailHoldout
	}
	if !d.LowOpen {
		observed, expected = append([]float64{share("below")}, observed...), append([]float64{low}, expected...)
	}
	if !d.HighOpen {
		observed, expected = append(observed, share("above")), append(expected, high)
	}
	last := len(observed) - 1
	part := func(weights []float64) map[string]any {
		bins := append([]float64{}, d.Bins...)
		return map[string]any{"bins": bins, "weights": append([]float64{}, weights[1:max(last, 1)]...), "tail_weights": []float64{weights[0], weights[last]}}
	}
	return entropy(observed, expected, ones(len(observed))), map[string]any{"observed_partition": part(observed), "expected_partition": part(expected)}
}
