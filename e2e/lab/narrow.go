package lab

import (
	"fmt"
	"os/exec"
	"time"
)

// waiting is how long what does not fit waits in the router of a narrow line before it is dropped. A home's router keeps some
// hundred milliseconds; half a second is one of the worse.
const waiting = 500 * time.Millisecond

// Narrow lets no more than so many bits a second through, out of the home and into it; 0 leaves a way as wide as it is. What
// does not fit waits in the router, and what has waited too long is dropped: a token bucket, tc-tbf(8). It says why it cannot
// be done here, "" when it was; the street is whole then.
func (p *Place) Narrow(up, down int) (why string) {
	p.network.t.Helper()
	p.Widen()
	// Bits are counted as providers do, with the head of IP and without that of Ethernet.
	for _, way := range []struct {
		through string
		bits    int
	}{{p.outer, up}, {p.inner, down}} {
		if way.bits == 0 {
			continue
		}
		// One packet's worth at once, and a header's: less would hold the largest packets for ever.
		out, err := p.tc("add", way.through, "handle", "1:", "stab", "overhead", "-14", "linklayer", "ethernet", "tbf", "rate", fmt.Sprintf("%dbit", way.bits), "burst", "1600", "latency", waiting.String())
		if err != nil {
			p.Widen()
			return fmt.Sprintf("no narrow line: %v: %s", err, out)
		}
	}
	return ""
}

// Widen ends Narrow. What still waits is dropped.
func (p *Place) Widen() {
	for _, through := range []string{p.outer, p.inner} {
		_, _ = p.tc("del", through) // there may be nothing narrow
	}
}

func (p *Place) tc(act, through string, more ...string) (said []byte, err error) {
	args := append([]string{"netns", "exec", p.router, "tc", "qdisc", act, "dev", through, "root"}, more...)
	return exec.Command("ip", args...).CombinedOutput()
}
