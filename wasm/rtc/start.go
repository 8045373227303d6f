package rtc

import (
	"context"
	"encoding/json"

	"hearth/shared/care"
	"hearth/shared/telemetry"
)

// Peer keeps one connection to the other page of a share alive.
type Peer struct{ o Options }

// Start begins connecting and returns at once. The Peer lives until Close or until ctx ends.
func Start(ctx context.Context, o Options) *Peer { return &Peer{o: o} }

// Signal takes one signalling message of the other page (live.Signalled.Body). Junk is dropped.
func (p *Peer) Signal(body json.RawMessage) {}

// Signalling tells whether the live socket is there. A healthy connection does not care; mending waits for it.
func (p *Peer) Signalling(up bool) {}

// NetworkChanged tells that the page's network changed (online event, navigator.connection change): look for a way anew.
func (p *Peer) NetworkChanged() {}

// SetSensors opens channels for new keys and closes those of keys no longer named (offerer only).
func (p *Peer) SetSensors(keys []string) {}

// Send puts one encoded frame on a sensor's channel. False means held: no channel, or what waits before it is older
// than half a second; the caller counts it as held and keeps the sequence number for the next frame.
func (p *Peer) Send(key string, frame []byte) bool { return false }

// Control puts a message on the control channel; false when there is none at the moment.
func (p *Peer) Control(c telemetry.Control) bool { return false }

// Session translates the page's own time into session time. Not ready until the first pong (offerer: always ready).
func (p *Peer) Session(own care.Stamp) (session care.Stamp, ready bool) { return own, false }

// Own translates session time back.
func (p *Peer) Own(session care.Stamp) care.Stamp { return session }

// View is what a page shows of the connection right now.
func (p *Peer) View() View { return View{State: StateUnavailable} }

// Close tells the other page, ends the connection and waits until nothing calls back any more. It may be called twice,
// but not from inside a callback.
func (p *Peer) Close() error { return nil }
