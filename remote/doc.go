// Package remote runs a module in a process of its own: the other side of a gateway's outprocess
// loader, which may be Millrace's or that of Azure IoT Edge v1.
//
// A module is written as for a gateway, against package module, and served:
//
//	err := remote.Serve(ctx, os.Args[1], remote.Of(spec), remote.Options{})
//
// Serve listens at the control address. A gateway that connects creates the module with its
// arguments, starts it and destroys it, and may do so again and again, as may the next gateway.
// Meanwhile messages go both ways over the message address that the gateway names. One gateway is
// served at a time.
//
// # What is promised
//
// Inside, the module is one of three in a gateway of its own: one publishes what comes from the
// gateway, one sends the gateway what the module publishes. So what package engine promises holds
// here too: order, one call at a time, back-pressure instead of loss. A module that is slow slows
// the gateway down; a gateway that is slow slows the module down.
//
// On DESTROY the module first receives what was on its way, within the time to stop, and what it
// publishes then still goes out. If the gateway goes away without a word, what the module has for
// it is lost, and logged. A gateway that closes the message connection before or with DESTROY, as v1's
// does, is sent no more, and nothing waits for it. When ctx is done the gateway is told that the module
// detaches, and has a second to read it; a module that does not return from its creation is left behind.
package remote
