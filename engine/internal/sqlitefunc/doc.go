// Package sqlitefunc gives SQLite the functions that package dialect's
// expressions call and SQLite lacks. Each gives the same bits as the function
// of PostgreSQL that it stands for.
//
//	pipe_median(x)         percentile_cont(0.5) of doubles; NULL of nothing
//	pipe_stddev(x)         stddev_samp of doubles; NULL of fewer than two
//	pipe_quantile(x, q)    percentile_disc(q); a value of x; NULL of nothing
//	pipe_percentile(x, q)  percentile_cont(q) of doubles; NULL of nothing
//	pipe_sum(x)            sum of numerics, exact: an integer, or a double that reads
//	                       as it, or where neither can hold it, its digits as text
//	pipe_mean(x)           the double nearest to the exact mean of numerics
//	pipe_compare(a, b)     -1, 0 or 1, exactly, of numbers as pipe_sum gives them
//	pipe_double(x)         the double nearest to a number as pipe_sum gives it
//	pipe_round(x, n)       x rounded half away from zero to n decimals
//	pipe_read_double(s)    the double next to a number that is written as one
//	pipe_read_bigint(s)    the whole number, NULL beyond 64 bits
//	pipe_matches(s, re)    whether RE2's re matches a part of s
//	pipe_like(s, p, e)     s LIKE p ESCAPE e, letter for letter
//
// A numeric is an integer or a double, which stands for the decimal that it reads
// as: 0.1 + 0.2 is 0.3. NULL never enters an aggregate. It may import
// modernc.org/sqlite only.
package sqlitefunc
