package layout

// NewView writes a record that belongs to no arena: for tests and measurements. Keys that the annex's
// interner does not know have no number. It is written into buf if that is large enough.
func NewView(a *Annex, buf []byte, pairs ...[2]string) View {
	need := headerBytes
	for _, p := range pairs {
		need += len(p[0]) + len(p[1]) + 2
	}
	if len(buf) < need {
		buf = make([]byte, need)
	}
	r := new(Record)
	r.Init(a)
	r.SetBuffer(buf)
	r.Reset()
	for _, p := range pairs {
		if !r.Put(a.keys.Lookup(p[0]), p[0], p[1]) {
			panic("layout: more than the limits allow")
		}
	}
	return r.View()
}
