// Command generate makes the project's own data: CSV files of the shapes that
// the real months have, for any number of customers, the same bytes on every
// machine for the same seed.
//
//	go run ./data/generate                      writes data/seeds again
//	go run ./data/generate -customers 1000000 -out /tmp/large -months 2 -seed 7
//
// Customers are made one after the other and written as they are made, so that
// memory does not grow with their number. From month to month users and
// subscriptions stay the same bytes, usage changes in every row, payments in
// about 3 %, support in about 5 % and labels in about 38 %.
//
// It is a tool beside the engine and imports nothing of it.
package main
