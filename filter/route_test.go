package filter

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
)

var routes = map[string]Route{
	"FROM /messages/modules/thermo/outputs/* WHERE temp > 30 INTO $upstream": {
		Source: "thermo", Filter: Greater("temp", 30), Sink: Upstream},
	`FROM /messages/* INTO BrokeredEndpoint("/modules/display/inputs/readings")`: {
		Source: "*", Sink: "display", Input: "readings"},
	`from /messages/modules/x/outputs/alert where kind = "cpu" into brokeredendpoint('/modules/y/inputs/z')`: {
		Source: "x", Output: "alert", Filter: Equal("kind", "cpu"), Sink: "y", Input: "z"},
	"FROM /* INTO $upstream":                      {Source: "*", Sink: Upstream},
	"FROM /messages/modules/* INTO $upstream":     {Source: "*", Sink: Upstream},
	"FROM /messages/modules/x/* INTO $upstream":   {Source: "x", Sink: Upstream},
	"FROM /messages/modules/a-b/* INTO $UPSTREAM": {Source: "a-b", Sink: Upstream},
	"FROM\n\t/messages/modules/x/*\nWHERE NOT(IS_DEFINED(alarm))\nINTO $upstream": {
		Source: "x", Filter: Not(Exists("alarm")), Sink: Upstream},
	`FROM /* WHERE starts_with(a, "x%") AND ends_with(a, '_y') AND contains(a, 'z') INTO $upstream`: {
		Source: "*", Filter: And(Prefix("a", "x%"), Like("a", `%\_y`), Like("a", "%z%")), Sink: Upstream},
	"FROM /* WHERE as_number(temp) >= 30 OR 10 > AS_NUMBER(temp) INTO $upstream": {
		Source: "*", Filter: Or(AtLeast("temp", 30), Less("temp", 10)), Sink: Upstream},
	"FROM /* WHERE [into] = 'x' INTO $upstream": {Source: "*", Filter: Equal("into", "x"), Sink: Upstream},
	"FROM /* WHERE TRUE INTO $upstream":         {Source: "*", Sink: Upstream},
}

func goodRoutes() (texts []string) {
	for text := range routes {
		texts = append(texts, text)
	}
	slices.Sort(texts)
	return texts
}

func TestGoodRoutes(t *testing.T) {
	for text, want := range routes {
		got, err := ParseRoute(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s\n got %+v, %v\nwant %+v", text, got, err, want)
		}
	}
}

var badRoutes = []string{
	// what filters cannot see
	"FROM /messages/* WHERE $body.ambient.temperature > 30 INTO $upstream",
	"FROM /messages/* WHERE NOT IS_DEFINED($connectionModuleId) INTO $upstream",
	"FROM /messages/* WHERE $connectionDeviceId = 'x' INTO $upstream",
	// sources that are none
	"FROM /twinChangeNotifications INTO $upstream", "FROM /messages/modules/x/inputs/y INTO $upstream",
	"FROM /messages/modules/*/outputs/* INTO $upstream", "FROM messages INTO $upstream", "FROM / INTO $upstream",
	"FROM /messages//x/* INTO $upstream", "FROM /messages/devices/* INTO $upstream",
	// sinks that are none
	"FROM /* INTO upstream", "FROM /* INTO /modules/x/inputs/y", `FROM /* INTO BrokeredEndpoint("/modules/x")`,
	`FROM /* INTO BrokeredEndpoint(x)`, `FROM /* INTO BrokeredEndpont("/modules/x/inputs/y")`,
	`FROM /* INTO BrokeredEndpoint("/modules/x/inputs/y"`, `FROM /* INTO BrokeredEndpoint "/modules/x/inputs/y"`,
	`FROM /* INTO BrokeredEndpoint("/modules//inputs/y")`, "FROM /* INTO",
	// words
	"", "temp > 30", "FORM /* INTO $upstream", "FROM", "FROM /*", "FROM /* WERE a = 3 INTO $upstream",
	"FROM /* WHERE a = 3", "FROM /* WHERE a = 3 INTOO $upstream", "FROM /* WHERE INTO $upstream",
	"FROM /* WHERE a = 3 INTO $upstream INTO $upstream", "FROM /* WHERE (a = 3 INTO $upstream",
	"FROM /* WHERE a = 3 b = 4 INTO $upstream", "FROM /* a = 3 INTO $upstream",
	// functions
	"FROM /* WHERE ABS(a) > 3 INTO $upstream", "FROM /* WHERE IS_DEFIND(a) INTO $upstream",
	"FROM /* WHERE STARTS_WITH(a) INTO $upstream", "FROM /* WHERE CONTAINS(a, 3) INTO $upstream",
	"FROM /* WHERE AS_NUMBER('a') > 3 INTO $upstream", "FROM /* WHERE AS_NUMBER(a) INTO $upstream",
	"FROM /* WHERE IS_DEFINED a INTO $upstream", "FROM /* WHERE a = \"x INTO $upstream",
	"FROM /* WHERE PREFIX(a, 'x') INTO $upstream",
}

func TestBadRoutes(t *testing.T) {
	var b strings.Builder
	for _, text := range badRoutes {
		r, err := ParseRoute(text)
		var e *SyntaxError
		if !errors.As(err, &e) || r.Filter.String() != "FALSE" || r.Sink != "" {
			t.Errorf("%s: got %+v, %v", text, r, err)
			continue
		}
		b.WriteString(e.Render() + "\n")
	}
	golden(t, "testdata/routes.golden", b.String())
}
