package rule

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/streamflow/pipe/engine/diag"
	"github.com/streamflow/pipe/engine/spec"
)

// Cell reads a YAML scalar as a value of a column, as a Row holds it: null is
// NULL, and any other must be a value that the column can hold, unchanged. A
// number that a double column is given is the double nearest to it.
func Cell(c Column, n *spec.Node) (any, diag.List) {
	if n.Kind == spec.NodeNull {
		return nil, nil
	}
	l, list := Of(c).Value(n, "this value")
	if len(list) > 0 {
		return nil, list
	}
	v, err := literalValue(l.l)
	if err == nil {
		err = fits(v, c.Type)
	}
	if err != nil {
		list.Add(n.Pos, "type-mismatch", "%s is %s, and this value %s", c.Name, c.Type, err)
		return nil, list
	}
	return v, nil
}

// fits tells why a column of a type cannot hold a value of its kind, to be read
// behind "this value".
func fits(v any, t spec.Type) error {
	switch v := v.(type) {
	case string:
		if strings.ContainsRune(v, 0) {
			return fmt.Errorf("holds the character U+0000, which PostgreSQL cannot store")
		}
	case *big.Rat:
		switch t.Kind {
		case spec.KindInteger:
			return fitsInteger(v, 32)
		case spec.KindBigint:
			return fitsInteger(v, 64)
		}
		return fitsNumeric(v, t)
	}
	return nil
}

func fitsInteger(v *big.Rat, size uint) error {
	if !v.IsInt() {
		return fmt.Errorf("has a fraction")
	}
	limit := new(big.Int).Lsh(big.NewInt(1), size-1) // one less on the positive side
	if n := v.Num(); n.CmpAbs(limit) > 0 || n.Cmp(limit) == 0 {
		return fmt.Errorf("has more than %d bits", size)
	}
	return nil
}

func fitsNumeric(v *big.Rat, t spec.Type) error {
	if t.Precision == 0 {
		return nil
	}
	power := func(n int) *big.Rat {
		return new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil))
	}
	if !new(big.Rat).Mul(v, power(t.Scale)).IsInt() {
		return fmt.Errorf("has more than %d digits behind the point", t.Scale)
	}
	if new(big.Rat).Abs(v).Cmp(power(t.Precision-t.Scale)) >= 0 {
		return fmt.Errorf("has more than %d digits before the point", t.Precision-t.Scale)
	}
	return nil
}
