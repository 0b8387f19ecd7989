// Package filter holds predicates over message properties.
//
// A Filter is written as a condition of SQL (Parse), as a JSON pattern (ParsePattern), or composed
// from Go values (Equal, And, ...). Compile precompiles it into a Matcher; String prints it as SQL
// that parses to the same; Explain says what it is of a message, and why. docs/FILTERS.md describes
// both languages to people.
//
// # Truth
//
// Filters know three truths, as SQL does. A comparison with a property that the message lacks, or
// a numeric comparison with a value that is not a number, is Unknown; Not(Unknown) is Unknown, And
// is the least and Or the greatest of its parts in the order False, Unknown, True. A message
// matches only if the whole filter is True. Only Exists sees absence. So Not(Equal(k, v)) means "k
// is there and differs".
//
// # Values
//
// Property values are text. A text operand compares bytes. A numeric operand compares numbers: the
// value must be a decimal number as in JSON, at most 64 bytes long, and "30" equals 30.0. A leading
// +, leading zeros and a point with digits on one side only are tolerated.
//
// Two properties are equal if their bytes are, and in an order if their numbers are. Arithmetic, LENGTH,
// LOWER and UPPER are for Parse: no constructor makes them. What they make of a missing property, or of one
// that is not a number where one is wanted, is Unknown to be compared with, and so is a result that is no finite
// number.
package filter
