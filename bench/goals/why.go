package main

// Where the time goes, by CPU profiles of bench/yardstick's BenchmarkOneCore and BenchmarkFlow.
const (
	whyByKeys = "half of it is the five SetKey, each about 10 ns: is the draft alive, is the key this engine's, " +
		"is there room and no mistake, the key, the value and its NULs, the entry, was the key there before. " +
		"The throwaway asks for room only. A tenth each is Claim, with what came home, and reading the property; " +
		"the rest is content, Seal and Release."
	whyByTemplate = "the copies (template and content) and reading the property cost what they cost the floor, " +
		"which is half of it. A fifth is Claim: the session, a free list that runs through the headers, the " +
		"draft's own number. Seal takes a twelfth (alive, complete, counted, of the likely class), Release and " +
		"turning round what came home another tenth, the calls from one to the next the rest."
	whyNumber = "as by template; and SetUint takes a fifth, half of which is strconv's formatting, as in the floor."
	whyFour   = "the holders of a message are counted down in its header by three of four sinks, and the count is " +
		"set for each message by an atomic store; a header's first line so travels to each sink and back once " +
		"more than the floor's, whose sinks write one cursor each."
	whyPerformance = "the simulator reads the clock for each message, as metrics does when it arrives, and metrics " +
		"reads all six properties, three of them as numbers; the floor reads the clock once a message, and one " +
		"property. What is the engine's is in the rows of 1->1."
	whyRaw = "the ring copies 64 pointers into its cells and out of them, in lines that travel from core to core; " +
		"the channel hands on one slice that both sides have at hand since it was made."
)
