package fuzz

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/millrace/millrace/document"
)

// marker is what no error may show. By chance five characters of it may.
const (
	marker  = "Zq7Xw9Kp3vJb5Tn2"
	mayShow = 5
)

// FuzzSecret: wherever a document uses a variable, and whatever the variable holds, no error shows
// what it holds: not as it is, not in other case, not escaped.
func FuzzSecret(f *testing.F) {
	for _, text := range secretTexts {
		for _, around := range []string{"", "'", `"`, "\n", "1", `\`, "é"} {
			f.Add([]byte(text), around, around)
		}
	}
	for _, name := range documents(f) {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if strings.Contains(string(text), "${") {
			f.Add(text, "", "")
		}
	}
	r := newReader(f)
	folder := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte, before, after string) {
		secret := before + marker + after
		if len(secret) > 1000 || strings.Contains(strings.ToLower(string(text)), strings.ToLower(marker[:mayShow])) {
			return
		}
		if files := strings.Count(string(text), "${file:"); files > 0 {
			if files != strings.Count(string(text), "${file:secret}") {
				return // another file than the one that is there
			}
			if err := os.WriteFile(filepath.Join(folder, "secret"), []byte(secret), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		env := func(string) (string, bool) { return secret, true }
		for _, name := range []string{"fuzz.json", "fuzz.yaml"} {
			_, err := document.Parse(filepath.Join(folder, name), text, r.kinds, document.Options{Env: env})
			if err != nil {
				checkSilence(t, err.Error())
				checkSilence(t, err.(*document.Error).Render())
			}
		}
	})
}

// secretTexts use variables in every place that takes them, and in some that do not.
var secretTexts = []string{
	secretly(`{"name":"a","module":"logger","args":{"filename":1,"x${A}":"${A}","format":"${A}"}}`, `"a = '${A}"`),
	secretly(`{"name":"a","module":"host","args":{"period":"${A}","collect":["${file:secret}"]}}`, `"${A} > 1"`),
	secretly(`{"name":"a","module":"iothub","args":{"IoTHubName":"${A}","IoTHubSuffix":"b${A}","Endpoint":"${A}",`+
		`"CAFile":"${A}","BufferedBytes":"${A}"}}`, `"a = ${A}"`),
	secretly(`{"name":"a","module":"identity_map","args":[{"macAddress":"${A}","deviceId":"${A}","deviceKey":"${A}"},`+
		`{"macAddress":"${A}"}]}`, `{"a":["${A}",{"prefix":"${A}"},{"numeric":["${A}",1]}]}`),
	secretly(`{"name":"a","module":"simulator","args":{"deviceId":"${A}","duration":"${A}"}}`, `"a LIKE '${A}' ESCAPE '${A}'"`),
	secretly(`{"name":"${A}","module":"${A}","args":{"filename":"${file:secret}"}}`, `"a IN ('x', ${A})"`),
	secretly(`{"name":"a","loader":{"name":"outprocess","entrypoint":{"activation.type":"none","control.id":"x"}},`+
		`"args":"${A}"}`, `"\"${A}\" BETWEEN '${A}' AND 2"`),
}

func secretly(module, filter string) string {
	return `{"modules":[` + module + `,{"name":"b","module":"console"}],"links":[{"source":"a","sink":"b","filter":` + filter +
		`,"delivery":{"timeout":"${A}"}}]}`
}

// checkSilence looks for parts of the marker.
func checkSilence(t *testing.T, shown string) {
	t.Helper()
	shown, secret := strings.ToLower(shown), strings.ToLower(marker)
	for i := 0; i+mayShow < len(secret); i++ {
		if strings.Contains(shown, secret[i:i+mayShow+1]) {
			t.Fatalf("%q shows in %q", secret[i:i+mayShow+1], shown)
		}
	}
}
