package meeting

import (
	"encoding/json"
	"time"

	"hearth/shared/care"
	"hearth/wasm/page"
)

// mostKept is how many lines outlive the page they were written on.
const mostKept = 50

// keptLine is a line that waits to be sent, as the tab keeps it. The house takes one id once, so nothing is said twice.
type keptLine struct {
	ID   care.LineID `json:"id"`
	Text string      `json:"text"`
	At   time.Time   `json:"at"`
}

// keep has the tab keep what waits to be sent. What the house refused is not kept: sooner or later it has every line or has refused
// it, at the end of the visit at the latest, and then nothing is left. The caller holds mu.
func (c *Chat) keep() {
	if c.o.Keep == nil {
		return
	}
	var list []keptLine
	for _, u := range c.outbox {
		if !u.failed && len(list) < mostKept {
			list = append(list, keptLine{u.id, u.text, u.at})
		}
	}
	if list == nil {
		c.o.Keep("")
		return
	}
	if text, err := json.Marshal(list); err == nil {
		c.o.Keep(string(text))
	}
}

// takeUp reads what an earlier page kept; what cannot be read was never written here.
func takeUp(kept string) (list []unsent) {
	var lines []keptLine
	if json.Unmarshal([]byte(kept), &lines) != nil {
		return nil
	}
	for _, l := range lines[:min(len(lines), mostKept)] {
		if care.ValidID(l.ID) && l.Text != "" {
			list = append(list, unsent{id: l.ID, text: l.Text, at: l.At})
		}
	}
	return list
}

// linesKey is where a tab keeps what waits to be sent.
const linesKey = "visit.lines."

// KeptIn has a tab keep what waits to be sent of somebody in a visit, and takes up what it kept. Whose names both: nobody else says
// it for them.
func (o ChatOptions) KeptIn(p page.Page, whose string) ChatOptions {
	o.Kept, o.Keep = p.KeptHere(linesKey+whose), func(text string) { p.KeepHere(linesKey+whose, text) }
	return o
}
