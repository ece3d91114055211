// Package schema makes the JSON Schema of spec files, so that editors complete
// keys, show what they mean and underline what is misspelt while it is typed.
//
// It is made of the tables that the reader itself uses and of the catalogue of
// expectations, so that a new key or kind appears in it by itself. It is never
// stricter than the reader; lint alone says what is right.
//
// It may import spec and expectation.
package schema
