package document

import (
	"math"
	"strconv"
	"strings"
)

// wholeMax bounds the numbers that are written anew: beyond it two whole numbers can be one float.
const wholeMax = 1 << 53

// digits writes a whole number that has a fraction or an exponent, such as 1e3 or 500.0, as it is written
// otherwise; v1, which read every number as a float, took both. Any other text stays what it is.
func digits(number string) string {
	if !strings.ContainsAny(number, ".eE") {
		return number
	}
	value, err := strconv.ParseFloat(number, 64)
	if err != nil || value != math.Trunc(value) || math.Abs(value) > wholeMax {
		return number
	}
	return strconv.FormatInt(int64(value), 10)
}
