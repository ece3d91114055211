package main

import "strconv"

// table is a file of every month.
type table struct {
	name   string
	header string
	// row appends everything behind the user_id to the line.
	row func(line []byte, c *customer) []byte
}

var tables = []table{
	{"users", "user_id,signup_date,user_gender,user_is_senior,has_family,has_dependents", func(line []byte, c *customer) []byte {
		line = text(line, c.signup)
		line = text(line, c.gender)
		line = boolean(line, c.senior)
		line = boolean(line, c.family)
		return boolean(line, c.dependents)
	}},
	{"subscriptions", "user_id,months_active,plan_stream_tv,plan_stream_movies,contract_type,paperless_billing,monthly_fee,total_paid,net_service", func(line []byte, c *customer) []byte {
		line = integer(line, c.months)
		if c.internet == noInternet {
			// Who has no internet has no answer about streaming: blank, not False.
			line = append(line, ",,"...)
		} else {
			line = boolean(line, c.tv)
			line = boolean(line, c.movies)
		}
		line = text(line, c.contract)
		line = boolean(line, c.paperless)
		line = cents(line, c.fee)
		line = cents(line, c.paid)
		return text(line, c.internet)
	}},
	{"usage_agg_30d", "user_id,watch_hours_30d,avg_session_mins_7d,unique_devices_30d,skips_7d,rebuffer_events_7d", func(line []byte, c *customer) []byte {
		line = number(line, c.watched)
		line = number(line, c.session)
		line = integer(line, c.devices)
		line = integer(line, c.skips)
		return integer(line, c.rebuffers)
	}},
	{"payments_agg_90d", "user_id,failed_payments_90d", func(line []byte, c *customer) []byte {
		return integer(line, c.failedPayments)
	}},
	{"support_agg_90d", "user_id,support_tickets_90d,ticket_avg_resolution_hrs_90d", func(line []byte, c *customer) []byte {
		line = integer(line, c.tickets)
		line = append(line, ',')
		line = strconv.AppendInt(line, int64(c.resolution/10), 10)
		line = append(line, '.')
		return strconv.AppendInt(line, int64(c.resolution%10), 10)
	}},
	{"labels", "user_id,churn_label", func(line []byte, c *customer) []byte {
		return boolean(line, c.churned)
	}},
}

func text(line []byte, s string) []byte { return append(append(line, ','), s...) }

func integer(line []byte, n int) []byte {
	return strconv.AppendInt(append(line, ','), int64(n), 10)
}

func boolean(line []byte, b bool) []byte {
	if b {
		return append(line, ",True"...)
	}
	return append(line, ",False"...)
}

// number writes a double with the fewest digits that give it back, up to 17.
func number(line []byte, f float64) []byte {
	return strconv.AppendFloat(append(line, ','), f, 'f', -1, 64)
}

// cents writes an amount as the real files do: 2985 is 29.85, 2000 is 20.0.
func cents(line []byte, n int) []byte {
	line = strconv.AppendInt(append(line, ','), int64(n/100), 10)
	line = append(line, '.', byte('0'+n/10%10))
	if n%10 != 0 {
		line = append(line, byte('0'+n%10))
	}
	return line
}
