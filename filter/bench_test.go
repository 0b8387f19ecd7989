package filter

import "testing"

const benchText = "deviceType = 'thermo' AND temp > 30 AND site IN ('A', 'B') AND NOT EXISTS(test)"

func BenchmarkParse(b *testing.B) {
	b.SetBytes(int64(len(benchText)))
	b.ReportAllocs()
	for b.Loop() {
		if f, err := Parse(benchText); err != nil || len(f.node.parts) != 4 {
			b.Fatal(f, err)
		}
	}
}

func BenchmarkLike(b *testing.B) {
	var p Probe
	like, value := compileLike("%cpu_%busy%"), []byte("host/rack 7/cpu12/fraction busy, per cent")
	b.ReportAllocs()
	for b.Loop() {
		if !like.matches(value, &p) {
			b.Fatal("no match")
		}
	}
}
