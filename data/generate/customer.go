package main

import (
	"fmt"
	"math/bits"
	"time"
)

// The values of net_service and contract_type.
const (
	noInternet = "No"
	dsl        = "DSL"
	fiber      = "Fiber optic"

	monthToMonth = "Month-to-month"
	oneYear      = "One year"
	twoYears     = "Two year"
)

// identities is how many ids of the form 7590-VHVEG there are.
const identities = 10_000 * 26 * 26 * 26 * 26 * 26

// customer is one customer as of one month.
type customer struct {
	number uint64
	chance chance

	id, signup, gender         string
	senior, family, dependents bool

	months              int
	internet, contract  string
	tv, movies          bool
	paperless           bool
	fee, paid           int // cents
	watched, session    float64
	devices, skips      int
	rebuffers           int
	failedPayments      int
	tickets, resolution int // resolution in tenths of hours
	churned             bool
}

// newCustomer makes the customer of a number as of the first month.
func newCustomer(seed, n uint64) *customer {
	c := &customer{number: n, id: identity(seed, n)}
	c.chance.begin(seed, n, 0)
	c.person()
	c.subscribe()
	c.behave()
	return c
}

// identity scatters numbers over all ids without ever giving one twice: the
// factor shares no divisor with how many there are.
func identity(seed, n uint64) string {
	const factor = 73_939_133_411
	high, low := bits.Mul64(n, factor)
	_, at := bits.Div64(high%identities, low, identities)
	at = (at + seed%identities) % identities
	letters := [5]byte{}
	for i, rest := 0, at/10_000; i < len(letters); i++ {
		letters[i] = byte('A' + rest%26)
		rest /= 26
	}
	return fmt.Sprintf("%04d-%s", at%10_000, letters[:])
}

func (c *customer) person() {
	r := &c.chance
	c.gender = "Female"
	if r.happens(0.505) {
		c.gender = "Male"
	}
	c.senior = r.happens(0.162)
	c.family = r.happens(0.483)
	c.dependents = r.happens(0.085)
	if c.family {
		c.dependents = r.happens(0.525)
	}
	c.months = tenure(r)
	c.signup = time.Date(2024, time.January-time.Month(c.months), 1+r.below(28), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// tenure is 0 to 72 months with a peak at each end.
func tenure(r *chance) int {
	switch u := r.unit(); {
	case u < 0.0016:
		return 0
	case u < 0.087:
		return 1
	case u < 0.139:
		return 72
	case u < 0.55:
		return 2 + r.below(29)
	}
	return 20 + r.below(52)
}

func (c *customer) subscribe() {
	r := &c.chance
	// A golden-ratio sequence instead of a draw: the share of blanks is 21.7 %
	// for any number of customers.
	switch u := float64((c.number*0x9e3779b97f4a7c15)>>11) / (1 << 53); {
	case u < 0.217:
		c.internet, c.fee = noInternet, 1825+5*r.below(160)
	case u < 0.5605:
		c.internet, c.fee = dsl, 2345+5*r.below(1400)
	default:
		c.internet, c.fee = fiber, 6780+5*r.below(1010)
	}
	c.tv, c.movies = r.happens(0.491), r.happens(0.495)
	c.paperless = r.happens(0.592)
	bound := float64(c.months) / 72
	switch u := r.unit(); {
	case u < float64(bound*0.5):
		c.contract = twoYears
	case u < float64(bound*0.5)+0.2:
		c.contract = oneYear
	default:
		c.contract = monthToMonth
	}
	c.paid = c.fee * c.months
	if c.months > 1 {
		// Fees changed on the way here.
		c.paid += c.paid / 100 * (r.below(13) - 6)
		c.paid -= c.paid % 5
	}
}

func (c *customer) behave() {
	r := &c.chance
	c.watched = max(0.25, r.around(29.6, 5.9))
	c.session = max(0.5, r.around(29.1, 4.4))
	c.devices = 1 + r.below(3)
	c.skips = r.rare(14, 0.36)
	c.rebuffers = r.rare(10, 0.23)
	c.failedPayments = r.rare(2, 0.08)
	c.tickets = r.rare(4, 0.076)
	c.resolution = max(10, int(r.around(100, 40)))
	p := 0.405
	switch c.contract {
	case oneYear:
		p = 0.113
	case twoYears:
		p = 0.028
	}
	c.churned = r.happens(p)
}

// nextMonth moves the customer on by one month. What users and subscriptions
// hold stays as it is.
func (c *customer) nextMonth(seed uint64, month int) {
	r := &c.chance
	r.begin(seed, c.number, month)
	before := c.watched
	c.watched = max(0.25, r.around(float64(before*0.98), 1.5))
	if c.watched == before {
		c.watched += 0.125 // two months at the lower bound still differ
	}
	if r.happens(0.27) {
		c.rebuffers++
	}
	if r.happens(0.0287) {
		c.failedPayments++
	}
	if r.happens(0.0511) {
		c.tickets++
	}
	c.churned = r.happens(0.2415)
}
