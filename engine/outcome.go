package engine

import (
	"fmt"

	"github.com/millrace/millrace/internal/completion"
)

// Outcome is what became of a message that its source asked about: of all that happened to it at its
// sinks, and to what their handlers made of it, the worst.
type Outcome uint8

// The outcomes, the worst last.
const (
	OutcomeTaken        Outcome = iota // every sink that wanted it is done with it
	OutcomeUnwanted                    // no link led anywhere, or no filter was true
	OutcomeDeadLettered                // a sink did not get it, and the sink of dead letters did
	OutcomeDropped                     // a link dropped it, as its delivery says
	OutcomeFailed                      // a handler failed over it, or its module was quarantined
	OutcomeCycle                       // the overflow of a cycle of links had no room for it
	OutcomeLeft                        // not delivered when its sink, the engine or the publish was ended
)

// Done tells whether the source may forget the message: all that was to be done with it has been done,
// as its links say. Where it is false the source may want to send it again.
func (o Outcome) Done() bool { return o <= OutcomeDropped }

// String returns the outcome in words.
func (o Outcome) String() string {
	words := [...]string{"taken", "unwanted", "dead-lettered", "dropped", "failed", "cycle full", "left"}
	if int(o) < len(words) {
		return words[o]
	}
	return fmt.Sprintf("Outcome(%d)", uint8(o))
}

func (o Outcome) severity() completion.Severity { return completion.Severity(o) }
