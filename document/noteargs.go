package document

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// arguments notes texts that are to be base64 and are not. The text is not shown: it is a key.
func (n *notes) arguments(m Module) {
	var list []map[string]json.RawMessage
	if !m.Spec.List {
		list = make([]map[string]json.RawMessage, 1)
	}
	into := any(&list)
	if !m.Spec.List {
		into = &list[0]
	}
	if json.Unmarshal(m.Args, into) != nil {
		return
	}
	for i, given := range list {
		place := ""
		if m.Spec.List {
			place = fmt.Sprintf("[%d]", i)
		}
		n.encoded(m, place, given)
	}
}

func (n *notes) encoded(m Module, place string, given map[string]json.RawMessage) {
	for _, a := range m.Spec.Args {
		var text string
		if !a.Base64 || json.Unmarshal(given[a.Name], &text) != nil {
			continue
		}
		if _, err := base64.StdEncoding.DecodeString(text); err != nil {
			n.say("module "+m.Name, "args%s.%s is not base64, which the cloud's keys are; want it as the cloud "+
				"shows it, such as Ym9pbGVyIGtleQ==", place, a.Name)
		}
	}
}
