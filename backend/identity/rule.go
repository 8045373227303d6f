package identity

import "time"

// Rule says how attempts are slowed down: the first Free ones not at all, then each has to wait, and all is forgotten
// Forget after the first. Counting from the first lets a busy clinic, where somebody is always typing, begin anew.
type Rule struct {
	Free   int
	First  time.Duration // after the last free attempt; doubles with each further one
	Most   time.Duration // never longer, so nobody is ever locked out for good
	Forget time.Duration
}

// Wait is how long after the tries-th attempt the next one has to wait.
func (r Rule) Wait(tries int) time.Duration {
	if tries < r.Free {
		return 0
	}
	wait := r.First
	for range tries - r.Free {
		if wait *= 2; wait >= r.Most {
			return r.Most
		}
	}
	return min(wait, r.Most)
}
