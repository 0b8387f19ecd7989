package migrate

import (
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// host is v1's program that runs a native module in a process of its own.
const host = "native_module_host_sample"

// stranger writes a native module that is none of ours: v1's own host can go on running it.
func (m *moduleWriter) stranger(path string, args *yaml.Node) {
	control := m.control()
	about(m.out, "Was "+clip(path)+" in the gateway's process, a native library that is not compiled in "+
		"here. v1's "+host+" can run it in a process of its own, with arguments as below.")
	m.launch(control, host, control)
	put(m.out, "args", object(
		"outprocess.loader", object("name", native, "entrypoint", object("module.path", path)),
		"module.args", m.args(orNull(args)),
	))
	m.note(m.entry, true, "the module %s is the native library %s, which is not compiled in here: "+
		"name v1's %s as launch.path, or write the module in Go and register its kind",
		m.quotedName(), clip(path), host)
}

// foreign writes a module in another language, which ran inside of v1's process.
func (m *moduleWriter) foreign(kind string, point, args *yaml.Node) {
	control := m.control()
	about(m.out, "Ran inside of v1's process by the loader "+kind+", with "+entryOf(point)+". "+
		"Here it runs in a process of its own, which "+attach[kind]+".")
	m.launch(control, append(commandOf(kind, point), control)...)
	put(m.out, "args", m.args(orNull(args)))
	m.note(m.entry, true, "the module %s ran inside of v1's process by the loader %s: "+
		"make a program of it that %s", m.quotedName(), kind, attach[kind])
}

func (m *moduleWriter) quotedName() string { return quoted(getText(m.entry, "name")) }

// attach says how a module in another language becomes a remote one.
var attach = map[string]string{
	"java":       "attaches at its argument, by v1's package com.microsoft.azure.gateway.remote",
	"node":       "attaches at its argument, by v1's new ProxyGateway(module).attach(id)",
	"dotnet":     bytesOnly,
	"dotnetcore": bytesOnly,
}

const bytesOnly = "attaches at its argument; v1 had nothing for that in .NET, " +
	"but examples/remote-c shows the bytes"

// commandOf guesses at the command line of the module's process, but for its last argument.
func commandOf(kind string, point *yaml.Node) []string {
	switch kind {
	case "java":
		class := strings.ReplaceAll(getText(point, "class.name"), "/", ".")
		return []string{"java", "-cp", getText(point, "class.path"), class}
	case "node":
		return []string{"node", getText(point, "main.path")}
	default:
		return []string{"dotnet", getText(point, "assembly.name") + ".dll"}
	}
}

// entryOf lists what an entry point says.
func entryOf(point *yaml.Node) string {
	var parts []string
	for key, value := range members(point) {
		parts = append(parts, fmt.Sprintf("%s %s", key.Value, clip(value.Value)))
	}
	if parts == nil {
		return "no entry point"
	}
	return strings.Join(parts, " and ")
}

// launch writes the loader of a remote module that the gateway launches.
func (m *moduleWriter) launch(control string, command ...string) {
	put(m.out, "loader", object("name", outprocess, "entrypoint", object(
		"activation.type", "launch",
		"control.id", control,
		"launch", object("path", command[0], "args", list(command[1:]...)),
	)))
}

var unfitForPaths = regexp.MustCompile(`[^A-Za-z0-9_-]+`)

// control makes up where a remote module listens: a file in the working directory, whose name must be
// short, because sockets' are.
func (m *moduleWriter) control() string { return m.makeUpControl(getText(m.entry, "name")) }

func (c *converter) makeUpControl(name string) string {
	name = strings.Trim(unfitForPaths.ReplaceAllString(name, "_"), "_-")
	const most = 40
	name = "remote_" + name[:min(len(name), most)]
	control := name + ".control"
	for i := 2; c.controls[control]; i++ {
		control = fmt.Sprintf("%s_%d.control", name, i)
	}
	c.controls[control] = true
	return control
}
