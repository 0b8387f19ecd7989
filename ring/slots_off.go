//go:build !explore

package ring

// firstSlots is how many slots a queue begins with.
const firstSlots = 64
