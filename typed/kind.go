package typed

import (
	"reflect"
	"time"
)

// wantKind is what a property may be.
const wantKind = "a string, []byte, bool, number, time.Time, time.Duration, a pointer to one of these but []byte, " +
	`a type with MarshalText and UnmarshalText, or content:"json"`

// columnOf makes the column of an addressable field.
func columnOf(at place, v reflect.Value, t tag, s side) (column, error) {
	base := v.Type()
	if base.Kind() == reflect.Pointer {
		base = base.Elem()
	}
	switch isFloat := base.Kind() == reflect.Float32 || base.Kind() == reflect.Float64; {
	case t.decimals >= 0 && !isFloat:
		return nil, typeFault(at.field, v.Type(), "it has no decimals", "a float64 or float32")
	case t.shared && !isBytes(v.Type()):
		return nil, typeFault(at.field, v.Type(), "it cannot be shared", "a []byte")
	}
	if base != reflect.TypeFor[time.Time]() && isMarshaled(reflect.PointerTo(base)) {
		return marshaledOf(at, v, s)
	}
	if isBytes(v.Type()) {
		return &bytesColumn{at, cast[[]byte](v), t.shared}, nil
	}
	if c := scalarOf(at, v, base, t); c != nil {
		return c, nil
	}
	return nil, typeFault(at.field, v.Type(), "it cannot be a property", wantKind)
}

func isBytes(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8
}

// marshaledOf makes the column of a type that brings its own text, if it knows what this side needs.
func marshaledOf(at place, v reflect.Value, s side) (column, error) {
	if v.Kind() == reflect.Pointer {
		return nil, typeFault(at.field, v.Type(), "it is a pointer to a type with its own text", "the type itself")
	}
	c := newMarshaled(at, v)
	switch {
	case s == writing && c.append == nil:
		return nil, typeFault(at.field, v.Type(), "it has UnmarshalText only", "MarshalText too")
	case s == reading && c.parse == nil:
		return nil, typeFault(at.field, v.Type(), "it has MarshalText only", "UnmarshalText too")
	}
	return c, nil
}

// scalarOf makes the column of a field that is a base or a pointer to one; nil where there is none.
func scalarOf(at place, v reflect.Value, base reflect.Type, t tag) column {
	switch base {
	case reflect.TypeFor[time.Time]():
		return bound(at, v, t, newTime)
	case reflect.TypeFor[time.Duration]():
		return bound(at, v, t, newDuration)
	}
	switch base.Kind() {
	case reflect.String:
		return bound(at, v, t, newText)
	case reflect.Bool:
		return bound(at, v, t, newBool)
	case reflect.Float64:
		return bound(at, v, t, newFloat)
	case reflect.Float32:
		return bound(at, v, t, newFloat32)
	}
	return wholeOf(at, v, base.Kind(), t)
}

// wholeOf is scalarOf for whole numbers.
func wholeOf(at place, v reflect.Value, kind reflect.Kind, t tag) column {
	switch kind {
	case reflect.Int:
		return bound(at, v, t, newInt[int])
	case reflect.Int8:
		return bound(at, v, t, newInt[int8])
	case reflect.Int16:
		return bound(at, v, t, newInt[int16])
	case reflect.Int32:
		return bound(at, v, t, newInt[int32])
	case reflect.Int64:
		return bound(at, v, t, newInt[int64])
	case reflect.Uint:
		return bound(at, v, t, newUint[uint])
	case reflect.Uint8:
		return bound(at, v, t, newUint[uint8])
	case reflect.Uint16:
		return bound(at, v, t, newUint[uint16])
	case reflect.Uint32:
		return bound(at, v, t, newUint[uint32])
	case reflect.Uint64:
		return bound(at, v, t, newUint[uint64])
	}
	return nil
}

// bound binds a column to a field, or to what the field points at.
func bound[N any](at place, v reflect.Value, t tag, newColumn func(place, *N, tag) column) column {
	if v.Kind() != reflect.Pointer {
		return newColumn(at, cast[N](v), t)
	}
	value := new(N)
	return &pointer[N]{at.key, cast[*N](v), value, newColumn(at, value, t)}
}
