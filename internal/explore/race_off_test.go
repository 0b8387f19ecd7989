//go:build !race

package explore

// share is one in how many random programs the tests try: under the race detector, which has nothing
// to find in coroutines and makes them slow, fewer.
const share = 1
