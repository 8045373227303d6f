//go:build !js

package native

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"

	"hearth/shared/care"
	"hearth/wasm/rtc"
)

// Codec is how a native track is written. It encodes nothing: who writes brings what is encoded already.
type Codec string

// The codecs a native track may have; every browser takes them.
const (
	Opus Codec = webrtc.MimeTypeOpus // one packet of RFC 6716 a Write
	PCMU Codec = webrtc.MimeTypePCMU // G.711 µ-law, 8000 bytes a second
	VP8  Codec = webrtc.MimeTypeVP8  // one frame of RFC 6386 a Write
)

var shapes = map[Codec]webrtc.RTPCodecCapability{
	Opus: {MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2},
	PCMU: {MimeType: webrtc.MimeTypePCMU, ClockRate: 8000},
	VP8:  {MimeType: webrtc.MimeTypeVP8, ClockRate: 90000},
}

// Track is sound or a picture of this program's own. The same may be put on many connections.
type Track struct {
	local  *webrtc.TrackLocalStaticSample
	kind   rtc.Kind
	wanted atomic.Int64
}

// NewTrack returns a track of one of the codecs; another is an error.
func NewTrack(c Codec) (*Track, error) { return newTrack(c, care.NewID[string]()) }

func newTrack(c Codec, stream string) (*Track, error) {
	local, err := webrtc.NewTrackLocalStaticSample(shapes[c], care.NewID[string](), stream)
	if err != nil {
		return nil, err
	}
	t := &Track{local: local, kind: rtc.Audio}
	if c == VP8 {
		t.kind = rtc.Video
	}
	return t, nil
}

// Kind is what the track carries.
func (t *Track) Kind() rtc.Kind { return t.kind }

// Write sends what was encoded of the next span of time to every connection the track is on.
func (t *Track) Write(b []byte, span time.Duration) error {
	return t.local.WriteSample(media.Sample{Data: b, Duration: span})
}

// KeysWanted counts how often a receiver asked for a whole picture (RFC 4585 section 6.3.1, RFC 5104 section 4.3.1): when it
// has grown, the next frame should be a key frame.
func (t *Track) KeysWanted() int64 { return t.wanted.Load() }

// Received is a track of the other page. What comes in is counted and, if somebody listens, lent; nothing is decoded.
type Received struct {
	remote         *webrtc.TrackRemote
	tell           func([]rtcp.Packet) error
	packets, bytes atomic.Int64
	last           atomic.Int64 // unix nanoseconds

	mu   sync.Mutex
	hear func(*rtp.Packet)
}

// Kind is what the track carries.
func (r *Received) Kind() rtc.Kind { return rtc.Kind(r.remote.Kind().String()) }

// Codec is what the newest packet was encoded with; "" before the first.
func (r *Received) Codec() Codec {
	if r.packets.Load() == 0 {
		return ""
	}
	return Codec(r.remote.Codec().MimeType)
}

// Count is how many packets and bytes of payload came in.
func (r *Received) Count() (packets, bytes int64) { return r.packets.Load(), r.bytes.Load() }

// Last is when the newest packet came in; zero before the first.
func (r *Received) Last() time.Time {
	if ns := r.last.Load(); ns > 0 {
		return time.Unix(0, ns)
	}
	return time.Time{}
}

// Listen sets who hears every packet; it must not block and must not keep the packet. Nil: nobody.
func (r *Received) Listen(f func(*rtp.Packet)) {
	r.mu.Lock()
	r.hear = f
	r.mu.Unlock()
}

// AskKey asks the other page for a whole picture: after the beginning, or a loss.
func (r *Received) AskKey() error {
	return r.tell([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: uint32(r.remote.SSRC())}})
}

// read counts until the connection ends.
func (r *Received) read() {
	for {
		p, _, err := r.remote.ReadRTP()
		if err != nil {
			return
		}
		r.packets.Add(1)
		r.bytes.Add(int64(len(p.Payload)))
		r.last.Store(time.Now().UnixNano())
		r.mu.Lock()
		hear := r.hear
		r.mu.Unlock()
		if hear != nil {
			hear(p)
		}
	}
}
