// Package index finds, among many filters, those that are True for a message, at a cost that grows
// with what matches and not with what is there.
//
// # How
//
// A filter is lowered to alternatives, each a conjunction of conditions on single properties
// (filter.Lowering). Each goes to a cell: a conjunction's equalities, and what its prefixes begin
// with, are hashed together, so that a conjunction of three equalities is found by one look at a
// table, and not through lists of those that one of the three finds.
//
//	message ── columns ──► shape ── steps ──► hashes ──► pages ──► records ──► entries ──► ids
//	            which of    which schemas     one for     buckets,   a cell's    bounds,
//	            its keys    can match, and    each        marks      values,     the rest
//	            filters     where in the      schema                 compared
//	            use         message to look
//
// A schema is what cells look for, without the values: {kind = …, site = …, temp within …, alarm is
// absent}. This is tuple space search (Srinivasan, Suri, Varghese 1999) with a twist: which schemas
// fit a message depends on its keys only, and messages come in few shapes, so that the steps for a
// shape are worked out once. That a property must be there, or must not, costs nothing after that.
//
// A cell holds entries: the filter's number, the bounds of one numeric condition if there is one, and
// the rest: tests that the cell does not answer. Entries are sorted by their bounds, and with the
// same bounds by the rest, so that what many filters have in common is evaluated once. Many entries
// make a tree. Every hit is exact: values are compared byte by byte, hashes only find them.
//
// # Changes
//
// Nothing that a snapshot leads to ever changes: a change copies a page of records, a branch of the
// directory and two short lists, a few kilobytes whatever the number of filters, and readers take no
// lock. Pages hold no pointers, so the garbage collector has little to look at.
//
// # What is not found so
//
// Filters with too many alternatives are evaluated on every message; those with nothing to look up,
// such as a LIKE that begins with %, on every message that has their properties. Scans tells why.
package index
