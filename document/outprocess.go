package document

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/millrace/millrace/internal/sp"
	"github.com/millrace/millrace/module"
	"github.com/millrace/millrace/outprocess"
)

// How a remote module comes to run.
const (
	activationNone   = "none"
	activationLaunch = "launch"
)

// timeMax bounds times that documents give in milliseconds: a day.
const timeMax = int(24 * time.Hour / time.Millisecond)

// uidMax bounds the numbers of users.
const uidMax = 1<<31 - 1

// remotePoint is the entry point of a module that runs in a process of its own.
func remotePoint() *shape {
	return &shape{kind: objectKind, keys: []key{
		{"activation.type", true, &shape{
			kind: stringKind, words: []string{activationNone, activationLaunch},
			want: `want "none" or "launch"`,
			doc:  "Whether the gateway launches the remote module's process, or somebody else does",
		}},
		{"control.id", true, addressShape("Where the remote module listens for the gateway")},
		{"message.id", false, addressShape("Where it is to listen for messages; a fresh address in " +
			"the same folder unless given")},
		{"timeout", false, milliseconds(1, "How long an answer may take before the module's CREATE is "+
			"repeated; 1000 unless given")},
		{"start.timeout", false, milliseconds(1, "How long until the absence of the remote module is "+
			"an error; 30000 unless given")},
		{"peerUid", false, &shape{kind: numberKind, max: uidMax, doc: "The number of a user whose process " +
			"the remote module may be, beside the gateway's and root"}},
		{"launch", false, &shape{
			kind: objectKind, want: `want {"path": "…", "args": ["…"]}`,
			doc: "The process to launch; of no meaning unless activation.type is launch",
			keys: []key{
				{"path", true, &shape{kind: stringKind, want: "want the path of a program",
					doc: "The program; one without a slash is looked up in PATH"}},
				{"args", false, &shape{
					kind: arrayKind, want: `want an array of strings: ["…"]`,
					doc: "Its arguments; {control} and {message} stand for the module's addresses: " +
						"paths where they are of ipc",
					items: &shape{kind: stringKind, want: "want an argument in quotes"},
				}},
				{"env", false, &shape{kind: objectKind, want: `want {"NAME": "value"}`,
					doc: "Its environment, beside PATH, HOME and what else programs need to run; values may " +
						"have variables"}},
				{"grace.period.ms", false, milliseconds(0, "How long it may take to end by itself "+
					"when the gateway stops; 3000 unless given")},
			},
		}},
	}}
}

func addressShape(doc string) *shape {
	return &shape{
		kind: stringKind,
		doc:  doc + `: a path, "ipc://PATH", or "tcp://127.0.0.1:PORT"`,
		want: `want an address such as "/run/user/1000/module.control"`,
	}
}

func milliseconds(least int, doc string) *shape {
	return &shape{kind: numberKind, min: least, max: timeMax, doc: doc + ", in milliseconds"}
}

// far resolves a module that runs in a process of its own.
func (c *checker) far(loader, point *node) (module.Spec, bool) {
	c.environment(point.get("launch").get("env"))
	r := remoteAt(point)
	entry := loader.parent
	if entry.get("args") == nil && !entry.partial {
		c.at(entry, `missing key "args"`, "want what the remote module is to be given, null if nothing")
	}
	activation := point.getString("activation.type")
	if activation == activationLaunch && r.Launch == nil && !point.partial {
		c.at(point, `missing key "launch"`, `want {"path": "…", "args": ["…"]}`)
	}
	if point.get("control.id") == nil || point.broken() || activation == "" {
		return module.Spec{}, false
	}
	err := r.Check()
	c.follow(point, err, nil, &secrets{})
	if err != nil || !c.claim(point.get("control.id")) {
		return module.Spec{}, false
	}
	return r.Spec(), true
}

// environment expands what a launched process is to be given.
func (c *checker) environment(env *node) {
	if env == nil || env.kind != objectKind {
		return
	}
	for _, n := range env.children {
		switch {
		case n.kind == invalidKind:
		case n.key() == "" || strings.ContainsAny(n.key(), "=\x00"):
			c.add(n.keyAt, n.path(), "the name "+quote(n.key())+" of a variable", "want a name such as API_KEY")
			n.kind = invalidKind
		case n.kind != stringKind:
			c.mismatch(n, &shape{kind: stringKind, want: "want a text in quotes"})
		default:
			c.expand(n, &secrets{})
		}
		if n.kind == stringKind && strings.Contains(n.text, "\x00") {
			c.at(n, "a NUL in a variable of the environment", "want none")
			n.kind = invalidKind
		}
	}
}

// claim notes a control address, at which only one module can have its remote.
func (c *checker) claim(n *node) bool {
	address, _ := sp.ParseAddress(n.text) // Check has found it right
	first, taken := c.controls[address]
	if taken {
		c.at(n, fmt.Sprintf("duplicate control address %s, first %s", quote(n.text),
			place(first.at.line)), "want each address once")
		return false
	}
	c.controls[address] = n
	return true
}

// remoteAt reads an entry point whose structure was checked; what is absent stays zero.
func remoteAt(point *node) outprocess.Remote {
	r := outprocess.Remote{
		Control:      point.getString("control.id"),
		Message:      point.getString("message.id"),
		Timeout:      point.getMilliseconds("timeout"),
		StartTimeout: point.getMilliseconds("start.timeout"),
	}
	if uid := point.get("peerUid"); uid != nil && uid.kind == numberKind {
		r.PeerUID, _ = strconv.Atoi(uid.text) // structure has checked it
	}
	launch := point.get("launch")
	if launch == nil || point.getString("activation.type") != activationLaunch {
		return r // as v1 has it, so that one word switches between the two
	}
	r.Launch = &outprocess.Launch{
		Path:  launch.getString("path"),
		Grace: launch.getMilliseconds("grace.period.ms"),
	}
	if args := launch.get("args"); args != nil {
		for _, a := range args.children {
			r.Launch.Args = append(r.Launch.Args, a.text)
		}
	}
	if env := launch.get("env"); env != nil {
		for _, v := range env.children {
			r.Launch.Env = append(r.Launch.Env, v.key()+"="+v.text)
		}
	}
	return r
}

// getMilliseconds returns a time; 0 where there is none, and the shortest there is for 0 itself.
func (n *node) getMilliseconds(key string) time.Duration {
	child := n.get(key)
	if child == nil || child.kind != numberKind {
		return 0
	}
	ms, _ := strconv.Atoi(child.text) // structure has checked it
	return max(time.Duration(ms)*time.Millisecond, 1)
}

// remoteRule says in the schema that a remote module's args must be there, null at least.
func remoteRule() *schema {
	far := within("loader", within("entrypoint", &schema{Required: []string{"control.id"}}))
	return &schema{If: far, Then: &schema{Required: []string{"args"}}}
}

// completeRemote says in the schema that what is to be launched must be there.
func completeRemote(point *schema) *schema {
	launch := within("activation.type", &schema{Const: activationLaunch})
	point.If, point.Then = launch, &schema{Required: []string{"launch"}}
	return point
}
