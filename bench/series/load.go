package series

import (
	"os"
	"strings"
)

// Load is how many programs wanted the machine's cores in the last minute, for reports: figures of a
// busy machine are other figures. It is "unknown" where the system does not tell.
func Load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	one, _, _ := strings.Cut(string(text), " ")
	return one
}
