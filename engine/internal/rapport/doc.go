// Package rapport makes reports/rapport_tp2.md, the report of the course
// project, in French: a template, the project's own files, and what real runs
// of both shipped months left in a real PostgreSQL.
//
// The same project gives the same bytes on every machine: no run id, time,
// duration, host or version of a server enters the report. So CI can hold that
// the committed one is current.
//
// It is a tool beside the engine and may import anything of it; nothing
// imports it. Its French stands in rapport.md.tmpl and phrases.yaml, but for
// the few words of phrases.go that belong to a number.
package rapport
