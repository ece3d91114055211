package work

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Go does something in a goroutine of its own. A panic in it goes to failed, as
// a *Fault, in that goroutine.
func Go(do func(), failed func(error)) {
	go func() {
		if err := guarded(do); err != nil {
			failed(err)
		}
	}()
}

// Each does n things, as many at a time as there are processors, and comes back
// when all are done. A panic in one of them lets the others that are under way
// end, and is then a panic of the caller, with the *Fault of the thing of the
// lowest number as its value.
func Each(n int, do func(i int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	faults := make([]error, n)
	for range min(runtime.GOMAXPROCS(0), n) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if faults[i] = guarded(func() { do(i) }); faults[i] != nil {
					next.Store(int64(n))
				}
			}
		})
	}
	workers.Wait()
	for _, fault := range faults {
		if fault != nil {
			panic(fault)
		}
	}
}

// guarded does something, whose panic is its error.
func guarded(do func()) (err error) {
	defer func() { err = Recovered(recover()) }()
	do()
	return nil
}
