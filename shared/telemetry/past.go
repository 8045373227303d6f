package telemetry

import "hearth/shared/care"

// What happened before, or while the way was broken, is told on the control channel. The receiver asks for a stretch
// (Missing), the sender answers with the newest of it (Past), and the receiver asks for what is still before that: one
// answer is on its way at a time, so pings stay quick and a thin line is never full of the past.

// Missing asks for what a sensor's numbers were between two instants of session time, the end exclusive.
type Missing struct {
	Key  string     `json:"key"`
	From care.Stamp `json:"from"`
	To   care.Stamp `json:"to"`
}

// Past answers: everything the receiver may know of between From and To. Done says that there is nothing more of what was
// asked. Without frames, not done and unasked, it is news: something there was found later and may be asked for.
type Past struct {
	Key    string     `json:"key"`
	From   care.Stamp `json:"from"`
	To     care.Stamp `json:"to"`
	Frames [][]byte   `json:"frames,omitempty"` // beats, trends and gaps as on a sensor's channel, their Seq without meaning
	Done   bool       `json:"done,omitempty"`
}

// Mark is a named moment without anybody's words: pages that join later hear of it from the tablet when the house cannot
// tell. The newest told of one ID holds.
type Mark struct {
	ID      care.LabelID   `json:"id"`
	At      care.Stamp     `json:"at"`
	Kind    care.LabelKind `json:"kind"`            // a phase or a rating, never a note
	Word    string         `json:"word,omitempty"`  // of a phase: key in the vocabulary
	Level   int            `json:"level,omitempty"` // of a rating: 0 to 100
	Removed bool           `json:"removed,omitempty"`
}

// Limits of what is told of the past.
const (
	MaxPastFrames = 128  // in one answer
	MaxPastBytes  = 2000 // of them, for whoever makes an answer: a third of a second on a line of 64 kbit/s
)

func validSpan(key string, from, to care.Stamp) bool {
	return key != "" && validText(key) && validStamp(from) && validStamp(to) && from < to
}

func (m *Missing) valid() bool { return validSpan(m.Key, m.From, m.To) }

func (p *Past) valid() bool {
	if !validSpan(p.Key, p.From, p.To) || len(p.Frames) > MaxPastFrames {
		return false
	}
	var d Decoder
	for _, b := range p.Frames {
		if f, err := d.Decode(b); err != nil || !f.within(p.From, p.To) {
			return false
		}
	}
	return true
}

// within reports whether a frame says nothing of before from or after to. Samples are not told later.
func (f *Frame) within(from, to care.Stamp) bool {
	switch f.Kind {
	case KindBeats:
		for _, b := range f.Beats {
			if b.At < from || b.At >= to {
				return false
			}
		}
		return true
	case KindTrend:
		return f.Trend.At >= from && f.Trend.At < to
	case KindGap:
		return f.Gap.From >= from && f.Gap.To <= to
	}
	return false
}

// Each hands on the frames of an answer that DecodeControl took. What f gets is lent for the call.
func (p *Past) Each(f func(*Frame)) {
	var d Decoder
	for _, b := range p.Frames {
		if frame, err := d.Decode(b); err == nil {
			f(&frame)
		}
	}
}

func (m *Mark) valid() bool {
	if !care.ValidID(m.ID) || !validStamp(m.At) || !validText(m.Word) {
		return false
	}
	switch m.Kind {
	case care.Phase:
		return m.Word != "" && m.Level == 0
	case care.Rating:
		return m.Word == "" && m.Level >= 0 && m.Level <= 100
	}
	return false
}
