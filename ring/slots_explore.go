//go:build explore

package ring

// firstSlots is small here, so that queues grow where they are explored.
const firstSlots = 2
