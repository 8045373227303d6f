package ecg

const (
	mostNodes = 32
	pauseMS   = 2500 // longer is no interval but a new beginning
	restart   = 1e-5 // weight of a new beginning once beats are known
)

// node is one peak among its rivals. Its odds compare two explanations of the peak itself: a beat, or noise.
type node struct {
	c        candidate
	odds     float64            // 0 when it is not even thought of
	leads    [mostNodes]float64 // density of the interval from each peak before, the nearest first
	into     float64            // weight of all stories that end with it
	onward   float64            // weight of all that can follow it
	p        float64            // that it is a beat, given all heard so far
	given    bool               // given out
	regarded bool               // its height was learned from although it came too soon to be given out
}

// path weighs every story that can be told of the newest peaks: which of them are beats, which are noise. A story
// weighs what its beats' odds and the densities of its intervals multiply to; a peak is a beat to the share that the
// stories with it have of all (the forward and backward algorithm of a hidden semi-Markov model, Rabiner 1989). So two
// noise peaks do not make a rhythm between them, a beat missed is missed only until the pause after it has grown
// strange, and what was given out wrongly misleads nobody: stories without it live on.
type path struct {
	nodes []node  // the newest peaks, oldest first
	start float64 // weight of a story that begins with the next beat
	at    int64   // when it was last weighed

	// How much of the peaks was no beat then: the heights of what was not believed over those of what was. In a clear
	// signal that is P and T waves, a tenth; where noise is strong it is as much as there is of beats.
	litter float64
}

func newPath() path { return path{nodes: make([]node, 0, mostNodes), start: 1} }

// forget begins anew.
func (p *path) forget() { p.nodes, p.start = p.nodes[:0], 1 }

// add takes a peak with its odds; intervals of it are those of h, at rate.
func (p *path) add(c candidate, odds float64, h rhythm, rate float64) {
	if len(p.nodes) == mostNodes {
		p.drop(1)
	}
	p.nodes = append(p.nodes, node{c: c})
	p.lead(len(p.nodes)-1, odds, h, rate)
}

// drop leaves the n oldest out. What they led to has been counted.
func (p *path) drop(n int) { p.nodes = p.nodes[:copy(p.nodes, p.nodes[n:])] }

// lead counts what leads to node k.
func (p *path) lead(k int, odds float64, h rhythm, rate float64) {
	n := &p.nodes[k]
	n.odds, n.into = odds, 0
	if odds == 0 {
		return
	}
	n.into = p.start
	for i := range p.nodes[:k] {
		m, way := &p.nodes[i], &n.leads[k-1-i]
		*way = 0
		if t := float64(n.c.at-m.c.at) * 1000 / rate; m.odds > 0 && t >= refractoryMS && t <= pauseMS {
			*way = h.density(t / 1000)
			n.into += m.into * *way
		}
	}
	n.into *= odds
}

// weigh says of every peak how likely it is a beat, with nothing heard after now.
func (p *path) weigh(now int64, h rhythm, rate float64) {
	p.at = now
	all := p.start
	for i := len(p.nodes) - 1; i >= 0; i-- {
		n := &p.nodes[i]
		if n.odds == 0 {
			continue
		}
		end := h.outlasts(float64(now-n.c.at) / rate)
		n.onward = end
		for k := i + 1; k < len(p.nodes); k++ {
			if m := &p.nodes[k]; m.odds > 0 {
				n.onward += m.leads[k-1-i] * m.odds * m.onward
			}
		}
		all += n.into * end
	}
	beats, rest := 0.0, 0.0
	for i := range p.nodes {
		n := &p.nodes[i]
		n.p = 0
		if n.odds > 0 {
			n.p = n.into * n.onward / all
		}
		n.into /= all
		beats += n.p * n.c.height
		rest += (1 - n.p) * n.c.height
	}
	p.litter = rest / max(beats, tiny)
	p.start = max(p.start/all, restart)
}
