// Package greatexpectations reads a suite as Great Expectations stores it, JSON
// of the generations 0.x and 1.x, and writes it as a suite of pipe.
//
// It exists so that moving over is one command and no guesswork: what pipe
// would refuse, or would understand otherwise, is not carried over in another
// form but stands in the result as a comment with its reason. Whether pipe
// takes an expectation is asked of the same check that lint makes, so that the
// import has no list of its own of what is allowed.
//
// It may import diag, spec, rule and expectation.
package greatexpectations
