// Package sqlitefunc gives SQLite the functions that package dialect's
// expressions call and SQLite lacks. Each gives the same bits as the function
// of PostgreSQL that it stands for.
//
//	pipe_median(x)       percentile_cont(0.5) of doubles; NULL of nothing
//	pipe_stddev(x)       stddev_samp of doubles; NULL of fewer than two
//	pipe_quantile(x, q)  percentile_disc(q); a value of x; NULL of nothing
//	pipe_round(x, n)     x rounded half away from zero to n decimals
//	pipe_matches(s, re)  whether RE2's re matches a part of s
//
// NULL never enters an aggregate. It may import modernc.org/sqlite only.
package sqlitefunc
