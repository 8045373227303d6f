package watch

import (
	"slices"
	"sync"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

// memory is what a Watch knows of the past, from one connection to the next: for which seconds there are numbers, so that
// it asks the tablet for the others, and what moments were named.
type memory struct {
	mu    sync.Mutex
	keys  map[string]*known
	out   question
	pause care.Stamp // no question before, page clock
	marks []telemetry.Mark
	told  map[care.LabelID]telemetry.Mark // to the tablet, over the control channel there is
}

// known is what is known of one sensor.
type known struct {
	numbers spans      // seconds with numbers
	asked   spans      // what the tablet has answered for, over the control channel there is
	upTo    care.Stamp // of a silent sensor: what is asked for ends here
}

// question is the one that is out; its key is "" when there is none.
type question struct {
	key      string
	from, to care.Stamp
	at       care.Stamp // page clock
}

const (
	// Reach is how far back is asked for: as far as the longest trend a page shows.
	Reach = 30 * time.Minute

	second   = care.Stamp(1_000_000)
	covers   = second / 2       // numbers come once a second: these stand for so much of it
	lackOver = 2 * second       // one that was lost alone is not asked for
	answerIn = 10 * time.Second // then it is asked again
	thinLine = 2 * time.Second  // the longest pause between an answer and the next question
	maxMarks = 512
	marksNow = 16 // told at once
)

func newMemory() *memory {
	return &memory{keys: map[string]*known{}, told: map[care.LabelID]telemetry.Mark{}}
}

// begin is told that the control channel is new: what was said over another may not have arrived, and what could not be
// answered then may be answered now.
func (m *memory) begin() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.out, m.pause = question{}, 0
	clear(m.told)
	for _, k := range m.keys {
		k.asked, k.upTo = nil, 0
	}
}

func (m *memory) of(key string) *known {
	k := m.keys[key]
	if k == nil {
		k = &known{}
		m.keys[key] = k
	}
	return k
}

// number is told of numbers of one instant; false when they were known.
func (m *memory) number(key string, at care.Stamp) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.of(key)
	if k.numbers.holds(at) {
		return false
	}
	from := at
	if before := at - second*9/10; k.numbers.holds(before) { // what lies between is nothing to ask for
		from = before
	}
	to := at + covers
	if next := at + second*11/10; k.numbers.holds(next) {
		to = next
	}
	k.numbers = k.numbers.add(from, to)
	k.numbers = k.numbers.remove(0, at.Add(-2*Reach))
	return true
}

// silent is where the past of a sensor ends that has told no numbers over this channel: at the first look. It is asked for
// once, not again and again as time goes by.
func (m *memory) silent(key string, session care.Stamp) care.Stamp {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.of(key)
	if k.upTo == 0 {
		k.upTo = session
	}
	return k.upTo
}

// next is the question to ask now, if there is one. to is the newest instant the live stream does not cover.
func (m *memory) next(key string, to, now care.Stamp) (telemetry.Missing, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.out.key != "" && now.Sub(m.out.at) < answerIn || now < m.pause {
		return telemetry.Missing{}, false
	}
	k := m.of(key)
	both := slices.Clone(k.asked)
	for _, s := range k.numbers {
		both = both.add(s.from, s.to)
	}
	hole, ok := both.lacks(to.Add(-Reach), to, lackOver)
	if !ok || hole.from < telemetry.MinStamp {
		return telemetry.Missing{}, false
	}
	m.out = question{key, hole.from, hole.to, now}
	return telemetry.Missing{Key: key, From: hole.from, To: hole.to}, true
}

// unasked takes a question back that could not be sent.
func (m *memory) unasked() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.out = question{}
}

// answered takes an answer in and reports whether it was one. The next question waits as long as this answer took, so
// that a thin line is never full of the past. What is no answer and holds nothing is news of something filled in.
func (m *memory) answered(p *telemetry.Past, now care.Stamp) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.of(p.Key)
	if q := m.out; q.key != p.Key || q.to != p.To || p.From < q.from {
		if len(p.Frames) == 0 && !p.Done {
			k.asked = k.asked.remove(p.From, p.To)
			if k.upTo != 0 {
				k.upTo = max(k.upTo, p.To)
			}
		}
		return false
	}
	took := now.Sub(m.out.at)
	from := p.From
	if p.Done {
		from = m.out.from
	}
	k.asked = k.asked.add(from, p.To).remove(0, p.To.Add(-2*Reach))
	m.out, m.pause = question{}, now
	if took > 100*time.Millisecond {
		m.pause = now.Add(min(took, thinLine))
	}
	return true
}

// inquire asks the tablet for the newest that is missing, one question at a time: of the heart first, then of the torso's
// movement. What hands did long ago nobody looks at.
func (l *link) inquire(now care.Stamp) {
	session, ready := l.peer.Session(now)
	for _, in := range l.remembering() {
		in.mu.Lock()
		key, to := in.about.Key, in.trend.At
		in.mu.Unlock()
		if to == 0 && !ready {
			continue
		}
		if to == 0 {
			to = l.memory.silent(key, session)
		}
		if q, ok := l.memory.next(key, to, now); ok {
			if !l.peer.Control(telemetry.Control{Missing: &q}) {
				l.memory.unasked()
			}
			return
		}
	}
}

// remembering are the sensors whose past is asked for, in the order it is.
func (l *link) remembering() (all []*inlet) {
	l.mu.Lock()
	order := slices.Clone(l.order)
	l.mu.Unlock()
	var torso []*inlet
	for _, key := range order {
		in := l.inlet(key)
		in.mu.Lock()
		about := in.about
		in.mu.Unlock()
		switch {
		case about.Signal == string(access.ECG):
			all = append(all, in)
		case about.Signal == string(access.Movement) && about.Worn == string(sensor.Chest):
			torso = append(torso, in)
		}
	}
	return append(all, torso...)
}

// past takes in what the tablet tells of the past, and asks on.
func (l *link) past(p *telemetry.Past) {
	in := l.known(p.Key)
	if in == nil {
		return
	}
	if l.memory.answered(p, l.now()) {
		var frames []telemetry.Frame
		p.Each(func(f *telemetry.Frame) {
			switch {
			case f.Trend != nil:
				if l.memory.number(p.Key, f.Trend.At) {
					t := *f.Trend
					frames = append(frames, telemetry.Frame{Kind: f.Kind, Trend: &t})
				}
			case f.Gap != nil:
				g := *f.Gap
				frames = append(frames, telemetry.Frame{Kind: f.Kind, Gap: &g})
			case f.Beats != nil:
				frames = append(frames, telemetry.Frame{Kind: f.Kind, Beats: slices.Clone(f.Beats)})
			}
		})
		if len(frames) > 0 {
			in.mu.Lock()
			l.sink.Past(in.about, frames)
			in.mu.Unlock()
		}
	}
	l.inquire(l.now())
}

// mark takes in a moment the tablet tells of.
func (m *memory) mark(mark telemetry.Mark) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.told[mark.ID] = mark // the tablet knows it
	i := slices.IndexFunc(m.marks, func(o telemetry.Mark) bool { return o.ID == mark.ID })
	switch {
	case i >= 0:
		m.marks = slices.Clone(m.marks) // the old list is lent
		m.marks[i] = mark
	case len(m.marks) < maxMarks:
		m.marks = append(slices.Clip(m.marks), mark)
	}
}

// Tell tells the tablet what moments are named, for the pages that join later; calling it again with the same list costs
// nothing. Nobody's own words are among them.
func (w *Watch) Tell(list []telemetry.Mark) {
	w.mu.Lock()
	l := w.peer
	w.mu.Unlock()
	if l == nil {
		return
	}
	m := l.memory
	for i, n := 0, 0; i < len(list) && n < marksNow; i++ {
		mark := list[i]
		m.mu.Lock()
		told, was := m.told[mark.ID]
		m.mu.Unlock()
		if was && told == mark {
			continue
		}
		if !l.peer.Control(telemetry.Control{Mark: &mark}) {
			return
		}
		n++
		m.mu.Lock()
		m.told[mark.ID] = mark
		m.mu.Unlock()
	}
}
