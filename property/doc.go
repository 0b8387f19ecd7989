// Package property has what modules see of a message's properties: keys, and the View that reads
// them. Keys and values are strings of any bytes but NUL.
//
// A property is found by its name, or faster by its Key, which one asks the engine for once
// (Publisher.Key). A Key belongs to the engine that gave it: writing with a key of another engine is
// refused (message.ErrKey), and reading with one compares names.
package property
