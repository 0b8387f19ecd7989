package outprocess

import (
	"runtime"
	"slices"
	"strings"
)

// handedOn are the variables that a launched process has of the gateway's: what programs and their
// libraries need to run at all. Everything else may be a secret.
var handedOn = []string{
	"PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "TERM",
	"LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_NUMERIC", "LC_TIME", "LC_MESSAGES",
	"XDG_RUNTIME_DIR", "XDG_STATE_HOME", "STATE_DIRECTORY", "RUNTIME_DIRECTORY",
	"LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR",
	"SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP", "USERPROFILE",
	"APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES", "NUMBER_OF_PROCESSORS",
}

// environment is what a launched process has: of all what is handed on, and own, which comes last and
// so counts.
func environment(all, own []string) []string {
	env := []string{}
	for _, entry := range all {
		name, _, _ := strings.Cut(entry, "=")
		if runtime.GOOS == "windows" {
			name = strings.ToUpper(name)
		}
		if slices.Contains(handedOn, name) {
			env = append(env, entry)
		}
	}
	return append(env, own...)
}
