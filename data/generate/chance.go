package main

import (
	"math/bits"
	"math/rand/v2"
)

// chance draws from one stream of random numbers. It uses integers and the
// four operations only: math.Exp and the like differ in the last bit between
// machines, and so would the files.
type chance struct{ source rand.PCG }

// begin starts the stream of one customer in one month.
func (c *chance) begin(seed, customer uint64, month int) {
	c.source.Seed(seed+uint64(month)*0x9e3779b97f4a7c15, customer)
	// Neighbouring customers start alike; a few steps set them apart.
	for range 3 {
		c.source.Uint64()
	}
}

// unit is between 0 and 1, 1 not included.
func (c *chance) unit() float64 { return float64(c.source.Uint64()>>11) / (1 << 53) }

// below is an integer from 0 to n-1.
func (c *chance) below(n int) int {
	high, _ := bits.Mul64(c.source.Uint64(), uint64(n))
	return int(high)
}

// happens is true with probability p.
func (c *chance) happens(p float64) bool { return c.unit() < p }

// around is bell-shaped: the sum of twelve units has a deviation of one. The
// conversions keep a compiler from fusing the product and the sum, which would
// round once instead of twice.
func (c *chance) around(mean, deviation float64) float64 {
	sum := -6.0
	for range 12 {
		sum += c.unit()
	}
	return mean + float64(deviation*sum)
}

// rare counts how many of n trials with probability p happen.
func (c *chance) rare(n int, p float64) int {
	count := 0
	for range n {
		if c.happens(p) {
			count++
		}
	}
	return count
}
