package expectation

import (
	"math"
	"strconv"

	"github.com/streamflow/pipe/engine/dialect"
	"github.com/streamflow/pipe/engine/rule"
	"github.com/streamflow/pipe/engine/spec"
)

var columnKLDivergenceToBeLessThan = Kind{
	Name: "expect_column_kl_divergence_to_be_less_than",
	Doc:  "The values of the column are distributed as a partition says: their Kullback-Leibler divergence from it is at most a threshold.",
	Params: []Param{columnParam,
		{Name: "partition_object", Type: ParamMapping, Required: true,
			Doc: "The wanted distribution: values and weights; or, of numbers, bins (ascending, one more than weights) and weights, and perhaps tail_weights, those below and above the bins. All weights together are 1."},
		{Name: "threshold", Type: ParamNumber, Required: true, Doc: "The greatest divergence, in nats; null only computes it."},
		{Name: "bucketize_data", Type: ParamBoolean, Default: "true", Doc: "Whether numbers are counted in bins; with bins it must be true."},
		{Name: "tail_weight_holdout", Type: ParamNumber, Default: "0",
			Doc: "The weight that values outside the partition are given, from 0 to 1; without any their divergence is infinite."},
		{Name: "internal_weight_holdout", Type: ParamNumber, Default: "0", Doc: "The weight that bins of weight 0 share, from 0 to 1."}},
	Condition: true,
	Refused: map[string]string{
		"min_value": "Great Expectations takes it and never reads it; state a threshold",
		"max_value": "Great Expectations takes it and never reads it; state a threshold",
	},
	Notes: []string{
		"NULL is no value. Without any value there is no divergence, which fails.",
		"A bin holds its lower edge and not its upper one; the last bin holds both. -Infinity and Infinity may stand at the ends.",
		"A value, or a bin, that occurs though the partition gives it no weight makes the divergence infinite: it fails, and observed_value is null.",
		"details holds observed_partition and expected_partition; of the values that no weight is stated for, the first 20.",
		"A partition_object that is null compares the column with itself, as in Great Expectations: it passes wherever there is a value, and lint warns of it.",
	},
	Example: `{column: kind, partition_object: {values: [parcel, letter], weights: [0.6, 0.4]}, threshold: 0.1}`,
	compile: compileDivergence,
}

func compileDivergence(c *call) {
	column, ok := c.column("column")
	p, fits := c.divergence()
	object := c.e.Args.Get("partition_object")
	if !ok || !fits || object == nil {
		return
	}
	c.out.Judge = Judge{Kind: JudgeDivergence, Mostly: 1, Divergence: p, Sentence: "the divergence of " + said(column.Name) + " is {divergence}, wanted is {wanted}"}
	switch {
	case object.Kind == spec.NodeNull:
		c.list.Warn(object.Pos, "checks-nothing", "without a partition_object %s is compared with itself, so that this passes whatever the data", column.Name).
			Suggest("state values and weights, or bins and weights")
		p.Itself = true
		c.out.Scan = []Output{{"total", dialect.Filtered("count("+c.Dialect.Quote(column.Name)+")", c.filter())}}
	case object.Kind != spec.NodeMap:
		c.wrongType(object, "partition_object", "a mapping of values and weights, or of bins and weights")
	case object.Get("bins") != nil:
		c.binned(column, object, p)
	default:
		c.categories(column, object, p)
	}
}

// divergence reads the arguments beside the partition.
func (c *call) divergence() (*Divergence, bool) {
	p := &Divergence{}
	ok := true
	if n := c.e.Args.Get("threshold"); n != nil && n.Kind == spec.NodeNull {
		c.list.Warn(n.Pos, "checks-nothing", "without a threshold this passes whatever the data").Suggest("state the greatest divergence, as in threshold: 0.1")
	} else if n != nil {
		x, fine := c.number(n, "threshold", false)
		if fine && x < 0 {
			c.list.Add(n.Pos, "wrong-value", "a divergence is never below 0").Suggest("state a threshold such as 0.1")
			fine = false
		}
		ok = fine
		p.Threshold = &x
	}
	for name, into := range map[string]*float64{"tail_weight_holdout": &p.TailHoldout, "internal_weight_holdout": &p.InternalHoldout} {
		n := c.argument(name)
		if n == nil {
			continue
		}
		x, fine := c.number(n, name, false)
		if fine && (x < 0 || x > 1) {
			c.list.Add(n.Pos, "wrong-value", "%s is a share from 0 to 1", name)
			fine = false
		}
		ok = ok && fine
		*into = x
	}
	if ok && p.TailHoldout+p.InternalHoldout > 1 {
		c.list.Add(c.e.Args.Get("internal_weight_holdout").Pos, "wrong-value", "tail_weight_holdout and internal_weight_holdout leave no weight to the partition").
			Suggest("state small shares, such as 0.01")
		ok = false
	}
	return p, ok
}

// weights reads the weights of a partition, of which there must be so many; the
// two of tail_weights, if there are any, come apart.
func (c *call) weights(object *spec.Node, want int, of string) (weights, tails []float64, ok bool) {
	n := object.Get("weights")
	if weights, ok = c.weightList(n, "weights"); !ok {
		return nil, nil, false
	}
	if len(weights) != want || want < 1 {
		c.list.Add(n.Pos, "wrong-value", "there are %d weights for %d %s", len(weights), want, of).Suggest("state one weight for each of the %s", of)
		return nil, nil, false
	}
	sum := 0.0
	if n := object.Get("tail_weights"); n != nil {
		if tails, ok = c.weightList(n, "tail_weights"); !ok {
			return nil, nil, false
		}
		if len(tails) != 2 {
			c.list.Add(n.Pos, "wrong-value", "tail_weights are two: the weight below the bins and the weight above them")
			return nil, nil, false
		}
		sum = tails[0] + tails[1]
	}
	for _, w := range weights {
		sum += w
	}
	if math.Abs(sum-1) > 1e-5+1e-8 { // as close as Great Expectations wants it
		c.list.Add(n.Pos, "wrong-value", "the weights sum to %s, and all together they are 1", strconv.FormatFloat(sum, 'g', 6, 64)).
			Suggest("divide each by their sum")
		return nil, nil, false
	}
	return weights, tails, true
}

func (c *call) weightList(n *spec.Node, name string) ([]float64, bool) {
	list, ok := c.numbers(n, name)
	for i, w := range list {
		if ok && w < 0 {
			c.list.Add(n.Items[i].Pos, "wrong-value", "a weight is never below 0")
			return nil, false
		}
	}
	return list, ok
}

// categories compares with values and their weights. What leaves the database
// is the count of each of these, and of all other values only how many there
// are of each count: that is enough to compute with.
func (c *call) categories(column rule.Column, object *spec.Node, p *Divergence) {
	if !c.onlyKeys(object, "partition_object", []string{"values", "bins", "weights", "tail_weights"}) || !c.allKeys(object, "partition_object", []string{"values", "weights"}) {
		return
	}
	values := object.Get("values")
	if values.Kind != spec.NodeList {
		c.wrongType(values, "values", "a list of values")
		return
	}
	weights, tails, ok := c.weights(object, len(values.Items), "values")
	if !ok {
		return
	}
	switch {
	case tails != nil:
		c.list.Add(object.Get("tail_weights").Pos, "unsupported-argument", "tail_weights are for bins").Suggest("state tail_weight_holdout")
		return
	case p.InternalHoldout > 0:
		c.list.Add(c.e.Args.Get("internal_weight_holdout").Pos, "unsupported-argument", "internal_weight_holdout is for bins").Suggest("state tail_weight_holdout")
		return
	}
	list, ok := c.partitionValues(values, rule.Of(column))
	if !ok {
		return
	}
	p.Weights, p.Kind = weights, column.Type.Kind
	g, which := c.groups(column), "CASE"
	for i, v := range list {
		p.Values = append(p.Values, v.Text())
		which += " WHEN " + g.term().Compare("==", v).SQL(c.Dialect) + " THEN " + strconv.Itoa(i)
	}
	with := g.with() + ", pipe_parts AS (SELECT " + groupValue + ", " + groupRows + ", " + which + " END AS pipe_part FROM pipe_groups)"
	g.query(with, []Output{
		{"total", "CAST(COALESCE(sum(" + groupRows + "), 0) AS bigint)"},
		{"counts", dialect.Gather(c.Dialect, []string{"pipe_part", groupRows}, "SELECT pipe_part, "+groupRows+" FROM pipe_parts WHERE pipe_part IS NOT NULL")},
		{"others", dialect.Gather(c.Dialect, []string{groupRows, "pipe_values"},
			"SELECT "+groupRows+", count(*) AS pipe_values FROM pipe_parts WHERE pipe_part IS NULL GROUP BY "+groupRows)},
		g.gather("pipe_parts WHERE pipe_part IS NULL"),
	}, "pipe_parts")
}

// partitionValues reads the values of a partition, each of them once.
func (c *call) partitionValues(n *spec.Node, t rule.Term) ([]rule.Literal, bool) {
	var list []rule.Literal
	seen := map[string]bool{}
	for _, item := range n.Items {
		v, faults := t.Value(item, "each of values")
		c.list = append(c.list, faults...)
		if len(faults) > 0 {
			return nil, false
		}
		key := same(t, v)
		if seen[key] {
			c.list.Add(item.Pos, "stated-twice", "%s stands twice among the values", v.Text()).Suggest("add its weights up")
			return nil, false
		}
		seen[key] = true
		list = append(list, v)
	}
	return list, true
}

// maxBins keeps the scan's outputs below what PostgreSQL takes.
const maxBins = 1000

// binned compares with bins and their weights, counted in the table's one scan.
func (c *call) binned(column rule.Column, object *spec.Node, p *Divergence) {
	t := rule.Of(column)
	if !t.IsNumber() {
		c.list.Add(c.e.Args.Get("column").Pos, "type-mismatch", "%s is %s, and bins are for numbers", column.Name, t.Type()).
			Suggest("state values and weights")
		return
	}
	if bucketize, ok := c.boolean("bucketize_data", true); !ok || !bucketize {
		if ok {
			c.list.Add(c.e.Args.Get("bucketize_data").Pos, "wrong-value", "values are compared with bins only when they are counted in bins").Suggest("leave it out")
		}
		return
	}
	edges, ok := c.edges(object, p)
	if !ok {
		return
	}
	filter := c.filter()
	count := func(conditions ...*rule.Rule) string {
		return dialect.Filtered("count(*)", both(filter, rule.And(conditions...).Operand(c.Dialect)))
	}
	c.out.Scan = []Output{{"total", dialect.Filtered("count("+c.Dialect.Quote(column.Name)+")", filter)}}
	literal := func(i int) rule.Literal {
		v, faults := t.Value(edges[i], "each of bins")
		c.list = append(c.list, faults...)
		return v
	}
	last := len(edges) - 1
	var low, high *rule.Rule // nil where the edge is infinite
	if !p.LowOpen {
		v := literal(0)
		c.out.Scan = append(c.out.Scan, Output{"below", count(t.Compare("<", v))})
		low = t.Compare(">=", v)
	}
	for i := range last {
		op := "<"
		high = nil
		if i+1 == last {
			op = "<="
		}
		if i+1 < last || !p.HighOpen {
			high = t.Compare(op, literal(i+1))
		}
		if low == nil && high == nil {
			high = t.NotNull()
		}
		c.out.Scan = append(c.out.Scan, Output{"bin" + strconv.Itoa(i), count(low, high)})
		if i+1 < last {
			low = t.Compare(">=", literal(i+1))
		}
	}
	if !p.HighOpen {
		c.out.Scan = append(c.out.Scan, Output{"above", count(t.Compare(">", literal(last)))})
	}
}

// edges reads the bins and their weights.
func (c *call) edges(object *spec.Node, p *Divergence) ([]*spec.Node, bool) {
	if !c.onlyKeys(object, "partition_object", []string{"bins", "weights", "tail_weights"}) || !c.allKeys(object, "partition_object", []string{"bins", "weights"}) {
		return nil, false
	}
	n := object.Get("bins")
	edges, ok := c.numberList(n, "bins", true)
	if !ok {
		return nil, false
	}
	if len(edges) > maxBins+1 {
		c.list.Add(n.Pos, "wrong-value", "there are %d bins, and %d are the most", len(edges)-1, maxBins).Suggest("use wider bins")
		return nil, false
	}
	for i := 1; i < len(edges); i++ {
		if edges[i] <= edges[i-1] {
			c.list.Add(n.Items[i].Pos, "wrong-value", "bins ascend, and %s is not above %s", n.Items[i].Text.V, n.Items[i-1].Text.V)
			return nil, false
		}
	}
	if p.Weights, p.TailWeights, ok = c.weights(object, len(edges)-1, "bins"); !ok {
		return nil, false
	}
	p.LowOpen, p.HighOpen = math.IsInf(edges[0], -1), math.IsInf(edges[len(edges)-1], 1)
	for _, x := range edges {
		if !math.IsInf(x, 0) {
			p.Bins = append(p.Bins, x)
		}
	}
	return n.Items, c.tails(object, p)
}

// tails refuses a weight outside the bins where there is no outside, or where it
// is stated already.
func (c *call) tails(object *spec.Node, p *Divergence) bool {
	why, at := "", c.e.Args.Get("tail_weight_holdout")
	switch {
	case p.TailHoldout > 0 && p.TailWeights != nil:
		why = "the partition states its tail_weights already"
	case p.TailHoldout > 0 && p.LowOpen && p.HighOpen:
		why = "the bins reach to infinity on both sides, so that nothing lies outside them"
	case p.TailWeights != nil && (p.LowOpen || p.HighOpen):
		why, at = "the bins reach to infinity, so that there is no tail", object.Get("tail_weights")
	default:
		return true
	}
	c.list.Add(at.Pos, "unsupported-argument", "%s", why).Suggest("leave it out")
	return false
}
