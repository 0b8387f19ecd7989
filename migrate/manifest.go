package migrate

import (
	"errors"
	"slices"

	"go.yaml.in/yaml/v4"

	"github.com/millrace/millrace/filter"
)

// manifest finds the desired properties of edgeAgent and edgeHub in a deployment manifest; nil where
// there are none.
func manifest(root *yaml.Node) (agent, hub *yaml.Node) {
	content := get(root, "modulesContent")
	agent = get(get(content, "$edgeAgent"), "properties.desired")
	hub = get(get(content, "$edgeHub"), "properties.desired")
	return agent, hub
}

// upstream is the module that stands for the cloud.
const upstream = "upstream"

// manifest converts a deployment manifest: modules were containers there.
func (c *converter) manifest(agent, hub *yaml.Node) {
	for name, entry := range members(get(agent, "modules")) {
		c.modules.Content = append(c.modules.Content, c.container(name, entry))
	}
	inputs := make(map[string][]string)
	toCloud := false
	for name, value := range members(get(hub, "routes")) {
		route, ok := c.route(name, value)
		if !ok {
			continue // also where null takes a route of an earlier deployment away
		}
		toCloud = toCloud || route.Sink == filter.Upstream
		if route.Input != "" && !slices.Contains(inputs[route.Sink], route.Input) {
			inputs[route.Sink] = append(inputs[route.Sink], route.Input)
		}
		if len(inputs[route.Sink]) == 2 {
			c.note(value, true, "the module %s has several inputs in the routes, and one here: let a "+
				"property tell its messages apart", quoted(route.Sink))
		}
	}
	if toCloud {
		c.modules.Content = append(c.modules.Content, c.cloud(hub))
	}
}

// container writes a module that was a container.
func (c *converter) container(name, entry *yaml.Node) *yaml.Node {
	image := getText(get(entry, "settings"), "image")
	out := object("name", name.Value, "loader", object("name", outprocess, "entrypoint", object(
		"activation.type", "none", "control.id", c.makeUpControl(name.Value))), "args", null())
	about(out, "Was the container "+clip(image)+". Start it yourself; it attaches at control.id, in a "+
		"folder that it shares with the gateway, and speaks v1's wire: examples/remote-c shows the bytes.")
	c.note(name, true, "the module %s is a container, which the gateway does not run: start it, and let "+
		"it attach at its control.id", quoted(name.Value))
	return out
}

// cloud writes the module that routes into the cloud lead to.
func (c *converter) cloud(hub *yaml.Node) *yaml.Node {
	out := object("name", upstream, "module", "iothub",
		"args", object("IoTHubName", "your-hub", "IoTHubSuffix", "azure-devices.net"))
	about(out, "Stands for "+filter.Upstream+". It sends messages that have a deviceName and a "+
		"deviceKey, and \"mapping\" as source, which is what the module identity_map gives them: docs/IOTHUB.md.")
	c.note(hub, true, "%s: name the hub in the module %s, and put an identity_map before it",
		filter.Upstream, quoted(upstream))
	return out
}

// route writes the link that a route is. A route is a text, or an object with the text in "route".
func (c *converter) route(name, value *yaml.Node) (filter.Route, bool) {
	words := value
	if value.Kind == yaml.MappingNode {
		words = get(value, "route")
	}
	if isNull(value) {
		return filter.Route{}, false
	}
	if !isText(words) {
		c.note(value, true, "the route %s is no text", quoted(name.Value))
		return filter.Route{}, false
	}
	route, err := filter.ParseRoute(words.Value)
	if err != nil {
		c.refuseRoute(name, words, err)
		return route, false
	}
	link := flow(object("source", route.Source, "sink", sinkOf(route)))
	about(link, "Route "+name.Value+": "+words.Value)
	if route.Filter.String() != everything {
		put(link, "filter", text(route.Filter.String()))
	}
	if v := get(value, "priority"); v != nil {
		about(link, "Left out: priority "+v.Value+"; messages are delivered in order here.")
	}
	if v := get(value, "timeToLiveSecs"); v != nil {
		about(link, "Left out: timeToLiveSecs "+v.Value+"; nothing is stored here, but delivery may "+
			"have a timeout.")
	}
	if route.Output != "" {
		about(link, "Of the output "+quoted(route.Output)+" only, there; a module has one output here.")
		c.note(words, true, "the route %s takes the output %s of %s only: a module has one output here, "+
			"so let a property tell its messages apart, and filter by it",
			quoted(name.Value), quoted(route.Output), quoted(route.Source))
	}
	c.links.Content = append(c.links.Content, link)
	return route, true
}

// everything is how a filter prints that refuses nothing.
const everything = "TRUE"

func sinkOf(r filter.Route) string {
	if r.Sink == filter.Upstream {
		return upstream
	}
	return r.Sink
}

func (c *converter) refuseRoute(name, words *yaml.Node, err error) {
	var mistake *filter.SyntaxError
	if errors.As(err, &mistake) {
		c.note(words, true, "the route %s has no counterpart and is left out: column %d: %s; %s",
			quoted(name.Value), mistake.Column, mistake.Problem, mistake.Want)
	}
	c.head = append(c.head, "Left out: the route "+quoted(name.Value)+": "+clip(words.Value))
}
