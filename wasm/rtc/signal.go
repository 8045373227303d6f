package rtc

import (
	"encoding/json"
	"errors"
)

// signal is what two Peers tell each other through the house: the Body of live.Signal. Exactly one of Description,
// Candidate, Ask and End is said.
//
// From names the Peer, random per Peer, so that one which begins anew (a page that lost its memory) is not taken for
// the old one. Conn counts the offerer's connections from 1 and Offer its offers within one connection; the other side
// repeats both, so that what a dropped socket delivers late is recognised and dropped.
type signal struct {
	From        string          `json:"from"`
	Conn        uint32          `json:"conn,omitempty"`
	Offer       uint32          `json:"offer,omitempty"`
	Description *Description    `json:"description,omitempty"`
	Candidate   json.RawMessage `json:"candidate,omitempty"` // RTCIceCandidateInit
	Ask         bool            `json:"ask,omitempty"`       // "please look for a way anew": only the offerer may offer
	Moved       bool            `json:"moved,omitempty"`     // with Ask: only because the network changed
	Deaf        bool            `json:"deaf,omitempty"`      // with Ask: media flow, and the control channel brings nothing any more
	End         bool            `json:"end,omitempty"`       // this Peer is closed on purpose
}

// Limits of a signal, under live.MaxMessage.
const (
	maxSignal    = 48 << 10
	maxCandidate = 2 << 10
	maxFrom      = 64
)

var errSignal = errors.New("rtc: not a signal")

func decodeSignal(b []byte) (signal, error) {
	var s signal
	if len(b) > maxSignal || json.Unmarshal(b, &s) != nil || s.From == "" || len(s.From) > maxFrom {
		return signal{}, errSignal
	}
	said := 0
	for _, yes := range [...]bool{s.Description != nil, len(s.Candidate) > 0, s.Ask, s.End} {
		if yes {
			said++
		}
	}
	if said != 1 || len(s.Candidate) > maxCandidate {
		return signal{}, errSignal
	}
	if d := s.Description; d != nil && (d.Type != "offer" && d.Type != "answer" || d.SDP == "" || s.Conn == 0 || s.Offer == 0) {
		return signal{}, errSignal
	}
	if len(s.Candidate) > 0 && (s.Candidate[0] != '{' || s.Conn == 0 || s.Offer == 0) {
		return signal{}, errSignal
	}
	return s, nil
}
