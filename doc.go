// Package millrace is a broker engine for telemetry at the edge, after the architecture of Azure
// IoT Edge v1: modules exchange messages through a broker; links and property filters route them;
// a JSON document deploys and runs a gateway.
//
// The packages that a program imports:
//
//   - engine: the broker, embedded. With it come message, routing and property.
//   - typed: Go structs as messages.
//   - module: the contract of a module author, and module/moduletest, its conformance suite.
//   - gateway and document: a gateway document, checked and run.
//   - modules/...: the pre-written modules; modules/standard lists them.
//
// The command is cmd/edge. ARCHITECTURE.md shows how the packages stand on each other.
package millrace
