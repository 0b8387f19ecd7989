package filter

import "strconv"

const numberMax = 64 // bytes

// parseNumber reads a decimal number such as -12, 0.5 or 1e3. Short ones, which telemetry is made
// of, are read exactly without strconv: up to 15 digits, mantissa and power of ten are both exact in
// a float64, so one division rounds correctly (Clinger 1990).
func parseNumber(text []byte) (float64, bool) {
	if len(text) == 0 || len(text) > numberMax {
		return 0, false
	}
	i, negative := 0, false
	if text[0] == '-' || text[0] == '+' {
		i, negative = 1, text[0] == '-'
	}
	whole := digits(text[i:])
	mantissa, i := accumulate(0, text[i:i+whole]), i+whole
	decimals := 0
	if i < len(text) && text[i] == '.' {
		decimals = digits(text[i+1:])
		mantissa = accumulate(mantissa, text[i+1:i+1+decimals])
		i += 1 + decimals
	}
	if whole+decimals == 0 {
		return 0, false
	}
	if i < len(text) || whole+decimals > 15 {
		return slowNumber(text, i)
	}
	n := float64(mantissa) / powersOfTen[decimals]
	if negative {
		n = -n
	}
	return n, true
}

// slowNumber reads what has an exponent, from i on, or many digits.
func slowNumber(text []byte, i int) (float64, bool) {
	if i < len(text) && !exponent(text[i:]) {
		return 0, false
	}
	n, err := strconv.ParseFloat(string(text), 64)
	return n, err == nil
}

func exponent(text []byte) bool {
	if text[0]|0x20 != 'e' {
		return false
	}
	text = text[1:]
	if len(text) > 0 && (text[0] == '-' || text[0] == '+') {
		text = text[1:]
	}
	return len(text) > 0 && digits(text) == len(text)
}

func digits[T string | []byte](text T) int {
	n := 0
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return n
}

// accumulate overflows on long runs; its result is used up to 15 digits only.
func accumulate(mantissa uint64, digits []byte) uint64 {
	for _, d := range digits {
		mantissa = mantissa*10 + uint64(d-'0')
	}
	return mantissa
}

var powersOfTen = [...]float64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
}
