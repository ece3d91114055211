// Package explain says of each code of a finding what it means, why it matters
// and what to do, with an example of the fault and of its cure.
//
// A code is one file in codes: the title, the cause, the cure, and then the
// files of a project as they are wrong and as they are right. Tests lint both,
// and hold that every code there is has a file.
//
// It may import nothing of pipe's.
package explain
