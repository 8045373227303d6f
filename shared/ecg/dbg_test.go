package ecg

import (
	"math/rand/v2"
	"testing"
)

func TestDbg(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	brown := 0.0
	d, _ := NewDetector(250)
	taken = func(b Beat, c candidate) {
		t.Logf("%.2f crest %.2f like %.2f known %.2f usual %.2f proven %v sure %v late %v", b.At/250, c.height/d.between(), c.like, c.known, c.usual, d.proven, d.shapes.sure(), b.Late)
	}
	for i := 0; i < 250*60; i++ {
		brown = 0.999*brown + r.NormFloat64()
		d.Feed(brown, nil)
	}
	taken = nil
}
