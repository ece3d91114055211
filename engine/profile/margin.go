package profile

import (
	"math/big"
	"regexp"
	"strings"

	"github.com/streamflow/pipe/engine/spec"
)

// longestBound is how many characters a bound may take: a rule is for people.
const longestBound = 24

var finite = regexp.MustCompile(`^-?[0-9]*[.]?[0-9]+([eE][+-]?[0-9]{1,3})?$`)

// margins gives bounds for a column of numbers: what was observed and a tenth
// of its range to both sides, rounded outward. A bound never crosses 0 when
// nothing observed does, and numbers that name something, which grow as rows
// come, have no upper one. Both are "" when nothing can be said.
func margins(c *Column, isName bool) (low, high, why string) {
	if !finite.MatchString(c.Min) || !finite.MatchString(c.Max) {
		return "", "", ""
	}
	least, okLeast := new(big.Rat).SetString(c.Min)
	most, okMost := new(big.Rat).SetString(c.Max)
	if !okLeast || !okMost {
		return "", "", ""
	}
	why = observed(c)
	if isName {
		switch least.Sign() {
		case -1:
			return "", "", ""
		case 0:
			return "0", "", why + ", numbers that name something"
		}
		return "1", "", why + ", numbers that name something"
	}
	if least.Sign() == 0 && most.Sign() == 0 {
		return "0", "", why
	}
	if isShare(c, least, most) {
		return "0", "1", why + ": shares of one"
	}
	spread, added := new(big.Rat).Sub(most, least), "; a tenth of the range more, rounded"
	if spread.Sign() == 0 {
		spread.Abs(most)
		added = "; a tenth of it more, rounded"
	}
	margin := new(big.Rat).Quo(spread, big.NewRat(10, 1))
	step, places := stepOf(margin)
	if one := big.NewRat(1, 1); step.Cmp(one) < 0 && (c.Type.Kind == spec.KindInteger || c.Type.Kind == spec.KindBigint) {
		step, places = one, 0
		added = "; one more"
	}
	bottom := outward(new(big.Rat).Sub(least, margin), step, false)
	top := outward(new(big.Rat).Add(most, margin), step, true)
	if least.Sign() >= 0 && bottom.Sign() < 0 {
		bottom.SetInt64(0)
		added += ", but not below 0"
	}
	if most.Sign() <= 0 && top.Sign() > 0 {
		top.SetInt64(0)
		added += ", but not above 0"
	}
	low, high = numberLiteral(bottom, places), numberLiteral(top, places)
	if len(low) > longestBound || len(high) > longestBound {
		return "", "", ""
	}
	return low, high, why + added
}

// observed says from where to where the values of a column lie.
func observed(c *Column) string {
	if c.Min == c.Max {
		return "observed nothing but " + c.Min
	}
	return "observed " + c.Min + " to " + c.Max
}

// isShare tells whether numbers are likely shares of one.
func isShare(c *Column, least, most *big.Rat) bool {
	return (c.Type.Kind == spec.KindNumeric || c.Type.Kind == spec.KindDouble) &&
		least.Sign() >= 0 && most.Cmp(big.NewRat(1, 1)) <= 0 && most.Cmp(big.NewRat(9, 10)) > 0
}

// stepOf is the power of ten that has as many digits as x, and how many
// decimal places it takes. x is above 0.
func stepOf(x *big.Rat) (step *big.Rat, places int) {
	ten := big.NewRat(10, 1)
	step = big.NewRat(1, 1)
	for next := new(big.Rat).Mul(step, ten); next.Cmp(x) <= 0; next.Mul(step, ten) {
		step.Set(next)
	}
	for step.Cmp(x) > 0 {
		step.Quo(step, ten)
		places++
	}
	return step, places
}

// outward rounds x to a multiple of step, up or down.
func outward(x, step *big.Rat, up bool) *big.Rat {
	times := new(big.Rat).Quo(x, step)
	// Euclidean division rounds down where the divisor is above 0.
	whole, rest := new(big.Int).DivMod(times.Num(), times.Denom(), new(big.Int))
	if up && rest.Sign() != 0 {
		whole.Add(whole, big.NewInt(1))
	}
	return new(big.Rat).Mul(new(big.Rat).SetInt(whole), step)
}

// numberLiteral writes a number with so many decimal places, less the zeros at
// its end, as rules take it: a whole one of more than 18 digits as a decimal.
func numberLiteral(x *big.Rat, places int) string {
	text := x.FloatString(places)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	if len(text) > 18 && !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}
