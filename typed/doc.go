// Package typed makes Go structs messages: a Writer publishes them, Each receives them.
//
//	type Reading struct {
//		Site    string    `property:"site,static"`
//		Device  string    `property:"device"`
//		Celsius float64   `property:"celsius,decimals=2"`
//		At      time.Time `property:"at"`
//		Detail  Detail    `content:"json"`
//	}
//
// A field with the tag property is a property of that name, and the one with the tag content, if there
// is one, the content. Fields without a tag stay at home, and are zero in what is received. Fields of
// embedded structs count as the struct's own.
//
// # Properties
//
//	string, []byte      the text itself, without NULs
//	bool                true or false
//	int..., uint...     decimal digits
//	float32, float64    in as few digits as tell it from every other
//	time.Time           as RFC 3339 has it, in UTC, to the nanosecond
//	time.Duration       in seconds, 0.25 for 250 ms, so that filters can compare it
//	other types         what their AppendText or MarshalText says, and UnmarshalText understands
//
// Types that are made of these will do as well, and pointers to all but []byte and other types: a nil
// pointer is a property that is not there, and the other way round. The options:
//
//	static      the value is nearly always the same: it stands in a template, which is written once, and
//	            again (with an allocation or two) when a value is another than in the message before
//	omitzero    zero is not written, and what is not there is read as zero
//	decimals=N  so many decimals of a float, at most 15
//	shared      a received []byte is the message's own memory; see Reader
//
// # Content
//
//	content:"raw"     a string or []byte, as it is; content:"raw,shared" as above
//	content:"json"    any type, by encoding/json
//	content:"binary"  what AppendBinary or MarshalBinary says, and UnmarshalBinary understands
//	content:"codec"   by a Codec, which is given to NewWriter, NewReader or Each: see Content
//
// # What it costs
//
// A struct is looked at once, when its Writer or Reader is made; what is wrong with it is an error then,
// and names the field and what would be right (ErrType). After that each field is a call that knows its
// type: there is no reflection for a message. Publishing allocates nothing but what a codec or a
// MarshalText does. Receiving allocates what the struct keeps for itself: strings, but for those of up
// to 64 bytes that were seen lately; bytes that are not shared; what pointers point at; and what codecs
// make.
package typed
