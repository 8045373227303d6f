// Package check is the page that finds out whether a network lets Hearth through, for those who look after that network:
// from the browser it is opened in, over the live socket and each way to the relay, with what to ask for where one does
// not get through. Only who is signed in has it, for a relay's credentials are not for strangers. It sends nothing about
// anybody, and touches no stream.
//
//	Report   what is checked, what came of it, and the same as text; no page
//	Page     runs it and draws it
//
// # Hooks for tests
//
// #check with data-verdict ("" until pressed, "running", "good", "fair", "poor", "none", "bad"); #start; rows
// [data-step="socket"|"udp"|"tcp"|"tls"] with data-state ("waiting", "running", "works", "fails"); #text, #copy, #copied.
package check

import (
	"strconv"
	"strings"
	"time"

	"hearth/shared/live"
	"hearth/shared/words"
)

// State is how far a step is.
type State string

// The states.
const (
	Waiting State = "waiting"
	Running State = "running"
	Works   State = "works"
	Fails   State = "fails"
)

// Step is one thing that is checked: "socket", or a way to the relay: "udp", "tcp", "tls".
type Step struct {
	Kind       string
	Host, Port string
	State      State
	Took       time.Duration // there and back, when it works

	servers []live.ICEServer // the one of a relay's way
}

// Report is a check, finished or not.
type Report struct {
	Began time.Time
	Steps []Step
	Done  bool
}

// begin is a check of nothing yet but the house itself.
func begin(now time.Time, scheme, host string) Report {
	name, port := split(host)
	if port == "" && scheme == "http" {
		port = "80"
	} else if port == "" {
		port = "443"
	}
	return Report{Began: now, Steps: []Step{{Kind: "socket", Host: name, Port: port, State: Running}}}
}

// relays adds a step for each way to the relay (RFC 7065). STUN is no step of its own: it asks the same port by the same
// protocol as TURN over UDP.
func (r *Report) relays(servers []live.ICEServer) {
	for i := range servers {
		for _, url := range servers[i].URLs {
			scheme, rest, _ := strings.Cut(url, ":")
			at, kind, _ := strings.Cut(rest, "?transport=")
			if scheme == "turns" {
				kind = "tls"
			}
			if host, port := split(at); port != "" && strings.HasPrefix(scheme, "turn") {
				server := servers[i]
				server.URLs = []string{url}
				r.Steps = append(r.Steps, Step{Kind: kind, Host: host, Port: port, State: Waiting, servers: []live.ICEServer{server}})
			}
		}
	}
}

// split takes a host and port apart; a number of IPv6 stands in brackets (RFC 3986 section 3.2.2). Package net would weigh
// 40 kB of every first visit.
func split(at string) (host, port string) {
	i := strings.LastIndexByte(at, ':')
	if i < strings.LastIndexByte(at, ']') || i < 0 {
		i = len(at)
	}
	return strings.Trim(at[:i], "[]"), strings.TrimPrefix(at[i:], ":")
}

// At is where a step goes, host and port as they stand in a URL.
func (s *Step) At() string {
	if strings.Contains(s.Host, ":") {
		return "[" + s.Host + "]:" + s.Port
	}
	return s.Host + ":" + s.Port
}

// Verdict is "running", then "good" when everything gets through, "fair" when something to the relay does not, "poor" when
// nothing does, "none" when there is no relay, and "bad" when the house itself does not answer.
func (r *Report) Verdict() string {
	works := 0
	for i := range r.Steps {
		if r.Steps[i].State == Works {
			works++
		}
	}
	switch {
	case !r.Done:
		return "running"
	case r.Steps[0].State != Works:
		return "bad"
	case len(r.Steps) == 1:
		return "none"
	case works == len(r.Steps):
		return "good"
	case works > 1:
		return "fair"
	}
	return "poor"
}

// Asks is what to ask those who look after the network for.
func (r *Report) Asks() (asks []string) {
	for i := range r.Steps {
		if s := &r.Steps[i]; s.State == Fails {
			asks = append(asks, say("ask."+s.Kind, "host", s.Host, "port", s.Port))
		}
	}
	return asks
}

// Says is what came of a step.
func (s *Step) Says() string {
	if s.State == Works {
		return say("works", "ms", strconv.Itoa(max(int(s.Took.Milliseconds()), 1)))
	}
	return say(string(s.State))
}

// Text is the report for a ticket: nothing in it tells who made it.
func (r *Report) Text() string {
	lines := []string{say("title"), r.Began.UTC().Format(time.RFC3339)}
	for i := range r.Steps {
		s := &r.Steps[i]
		lines = append(lines, say("line", "what", say(s.Kind), "where", s.At(), "is", s.Says()))
	}
	lines = append(lines, say(r.Verdict()))
	return strings.Join(append(lines, r.Asks()...), "\n")
}

// say is a sentence of this room's.
func say(key string, pairs ...string) string { return words.T("check."+key, pairs...) }
