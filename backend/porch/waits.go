package porch

// Waits is what a page of somebody who lets guests in needs to say that one waits; zero for everybody else.
type Waits struct {
	Ask  string // where to ask who waits
	Slot string // for whom
	Home string // the portal that lets them in
}

// manyWait is the sentence for several, with the number still to be filled in.
func (s Setting) manyWait() string { return s.Words.Say("queue.wait.other") }
