// Package dag holds names and the names that each of them needs: their order,
// the cycle when there is none, and a parallel walk that keeps to a limit.
//
// It knows nothing of what the names stand for and imports only work of the
// engine, so that lint, plan and run agree on one meaning of order.
package dag
