package index

// kind is what a term wants of a property.
type kind uint8

const (
	isText   kind = iota // equals a text; hashed
	isLower              // equals a text in lower case; hashed
	isUpper              // the same in upper case
	isNumber             // its number equals a number; hashed
	isPrefix             // begins with a text of the term's length; hashed
	isWithin             // its number lies within bounds that each entry has
	isThere
	isAbsent
)

func (k kind) hashed() bool { return k <= isPrefix }

// isWhole tells whether all of a text is compared, in whatever case.
func (k kind) isWhole() bool { return k <= isUpper }

// term is one thing that a schema wants of a message.
type term struct {
	column uint32 // of the key
	kind   kind
	length uint8 // of isPrefix
}

// schema is what a conjunction wants, without the values: the unit of looking up. A message that has
// the properties that its terms name costs one look at the table, whatever the number of filters.
type schema struct {
	terms []term // those that want a property to be absent come last
	salt  uint64
}

const (
	hashedMax = 8   // terms of a schema that are hashed
	prefixMax = 64  // bytes of a prefix that are
	textMax   = 200 // bytes of a text that a record holds
)

// anchor returns the column of a property that the schema wants to be there, or 0.
func (s *schema) anchor() uint32 {
	if len(s.terms) == 0 || s.terms[0].kind == isAbsent {
		return 0
	}
	return s.terms[0].column
}

// identity writes terms as a key for a map.
func identity(into []byte, terms []term) []byte {
	for _, t := range terms {
		into = little.AppendUint32(into, t.column)
		into = append(into, byte(t.kind), t.length)
	}
	return into
}
