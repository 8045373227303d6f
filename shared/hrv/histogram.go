package hrv

// histogram counts intervals in bins of equal width from 0, and always knows the height of its highest bin.
type histogram struct {
	bin    float64 // ms
	count  [bins]uint16
	times  [most + 1]uint16 // how many bins have that many
	height int
}

const bins = int(longest*1000/triBin) + 1

func (h *histogram) add(rr float64, sign int) {
	k := min(bins-1, max(0, int(rr/h.bin)))
	n := int(h.count[k])
	h.times[n]--
	n += sign
	h.count[k] = uint16(n)
	h.times[n]++
	if sign > 0 {
		h.height = max(h.height, n)
	} else if h.height == n+1 && h.times[n+1] == 0 {
		h.height = n
	}
}

// mode is the lowest of the highest bins.
func (h *histogram) mode() int {
	for k, n := range h.count {
		if int(n) == h.height {
			return k
		}
	}
	return 0
}

// extreme is the least of a sliding window, or with sign −1 the greatest: a queue of those that can still be it
// (a monotone deque), by their number in the history.
type extreme struct {
	sign       float64
	queue      []int
	head, tail int
}

func (e *extreme) add(h *history, i int) {
	for e.tail > e.head && e.sign*h.at(e.queue[(e.tail-1)%most]).rr >= e.sign*h.at(i).rr {
		e.tail--
	}
	e.queue[e.tail%most] = i
	e.tail++
}

// leave is told which is the first interval still inside.
func (e *extreme) leave(from int) {
	for e.head < e.tail && e.queue[e.head%most] < from {
		e.head++
	}
}
