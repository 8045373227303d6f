package rtc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall/js"
	"time"

	"hearth/wasm/await"
)

// made is a track this browser can send: package media's, and those received here.
type made interface{ JS() js.Value }

// remote is a track of the other page.
type remote struct{ js js.Value }

func (r *remote) Kind() Kind   { return Kind(r.js.Get("kind").String()) }
func (r *remote) JS() js.Value { return r.js }

// media is what a connection knows of its lines. ways are RTCRtpTransceivers, once there are any.
type media struct {
	lines []Line
	ways  []js.Value
	wait  []Track  // put before there was a way
	mids  []string // RTP stream identification of each way (RFC 8843 section 15), once negotiated

	packet   time.Duration // of sound, as the browser was asked; 0: its own choice
	stubborn bool          // it does not let itself be asked
}

// Media prepares the lines: the one who offers asks for them, the other takes them out of the offer.
func (c *conn) Media(ctx context.Context, lines []Line, offer bool) error {
	c.media = media{lines: lines, wait: make([]Track, len(lines))}
	c.ears.on(c.js, "track", c.tracked)
	if !offer {
		return nil
	}
	streams := streams(lines)
	for i, l := range lines {
		way, err := await.Try(func() js.Value {
			return c.js.Call("addTransceiver", string(l.Kind), map[string]any{"direction": "sendrecv", "streams": []any{streams[i]}})
		})
		if err != nil {
			return fmt.Errorf("opening line %s: %w", l.Name, err)
		}
		prefer(way, l.Kind, efficient(ctx))
		c.media.ways = append(c.media.ways, way)
	}
	return nil
}

// streams puts sound and camera into one stream, which makes a browser keep them in step.
func streams(lines []Line) []js.Value {
	class := js.Global().Get("MediaStream")
	all := make([]js.Value, len(lines))
	person := class.New()
	for i, l := range lines {
		if all[i] = person; l.Name == LineScreen {
			all[i] = class.New()
		}
	}
	return all
}

// adopt takes the lines out of the other side's offer: its transceivers are made in the order of the offer, receiving only.
func (c *conn) adopt(ctx context.Context) error {
	if len(c.media.ways) > 0 || len(c.media.lines) == 0 {
		return nil
	}
	there := c.js.Call("getTransceivers")
	streams := streams(c.media.lines)
	for i, l := range c.media.lines {
		if i >= there.Length() || there.Index(i).Get("receiver").Get("track").Get("kind").String() != string(l.Kind) {
			break
		}
		way := there.Index(i)
		way.Set("direction", "sendrecv")
		if sender := way.Get("sender"); sender.Get("setStreams").Truthy() {
			sender.Call("setStreams", streams[i])
		}
		c.media.ways = append(c.media.ways, way)
		if t := c.media.wait[i]; t != nil {
			if err := c.Put(ctx, i, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// tracked finds the line of a track by the place of its transceiver.
func (c *conn) tracked(event js.Value) {
	there := c.js.Call("getTransceivers")
	for i := range min(there.Length(), len(c.media.lines)) {
		if there.Index(i).Equal(event.Get("transceiver")) && c.hear.Track != nil {
			c.hear.Track(i, &remote{event.Get("track")})
			return
		}
	}
}

// Put replaces a line's track.
func (c *conn) Put(ctx context.Context, line int, t Track) error {
	if line >= len(c.media.ways) {
		if line < len(c.media.wait) {
			c.media.wait[line] = t
		}
		return nil
	}
	track := js.Null()
	if t != nil {
		m, is := t.(made)
		if !is {
			return ErrTrack
		}
		track = m.JS()
	}
	if _, err := await.Call(ctx, c.media.ways[line].Get("sender"), "replaceTrack", track); err != nil {
		return fmt.Errorf("replacing a track: %w", err)
	}
	return nil
}

// Shape sets how a line is sent. Parameters are read and set within one turn of the browser: they are void after it (W3C
// webrtc section 5.2, setParameters).
func (c *conn) Shape(ctx context.Context, line int, s Shape) error {
	if line >= len(c.media.ways) {
		return nil // the other page has fewer lines
	}
	sender := c.media.ways[line].Get("sender")
	p := sender.Call("getParameters")
	if list := p.Get("encodings"); !list.Truthy() || list.Length() == 0 {
		p.Set("encodings", []any{map[string]any{}})
	}
	e := p.Get("encodings").Index(0)
	e.Set("active", !s.Paused)
	set(e, "maxBitrate", s.Bits > 0, s.Bits)
	if s.Priority != "" {
		e.Set("priority", string(s.Priority))
		e.Set("networkPriority", string(s.Priority))
	}
	if c.media.lines[line].Kind == Video {
		set(e, "maxFramerate", s.Rate > 0, s.Rate)
		e.Set("scaleResolutionDownBy", max(s.Scale, 1))
		set(p, "degradationPreference", s.Keep != "", string(s.Keep))
	}
	if _, err := await.Call(ctx, sender, "setParameters", p); err != nil {
		return fmt.Errorf("shaping a line: %w", err)
	}
	if c.media.lines[line].Kind == Audio {
		return c.pack(ctx, s.Packet)
	}
	return nil
}

// pack lets sound go in packets of another length, for which browsers have no parameter that works: they read it in the other
// page's description (a=ptime). So the connection is described once more to this browser alone, with everything as it is but
// that; the other page, which a thin line would reach late, neither knows nor has to. A browser that refuses keeps its packets.
// Firefox is not asked: with every description it decides anew who leads the search for ways (RFC 8445 section 6.1.1), under a
// connection that is in use.
func (c *conn) pack(ctx context.Context, d time.Duration) error {
	if d == c.media.packet || c.media.stubborn || strings.Contains(js.Global().Get("navigator").Get("userAgent").String(), "Firefox/") {
		return nil
	}
	remote := c.js.Get("remoteDescription")
	if c.js.Get("signalingState").String() != "stable" || !remote.Truthy() {
		return errBusy
	}
	sdp := packed(remote.Get("sdp").String(), int(d.Milliseconds()))
	offer, err := await.Call(ctx, c.js, "createOffer")
	if err == nil && ufrag(offer) != ufrag(c.js.Get("localDescription")) {
		return errBusy // the browser wants to look for ways anew, of which the other page has to hear
	}
	if err == nil {
		_, err = await.Call(ctx, c.js, "setLocalDescription", offer)
	}
	if err == nil {
		_, err = await.Call(ctx, c.js, "setRemoteDescription", map[string]any{"type": "answer", "sdp": sdp})
	}
	if err != nil {
		c.media.stubborn = true
		if c.js.Get("signalingState").String() != "stable" {
			_, err = await.Call(ctx, c.js, "setLocalDescription", map[string]any{"type": "rollback"})
			return err
		}
		return nil
	}
	c.media.packet = d
	return nil
}

var errBusy = errors.New("rtc: not while a way is looked for")

// ufrag names the search for ways a description belongs to (RFC 8839 section 5.4).
func ufrag(description js.Value) string {
	_, rest, _ := strings.Cut(description.Get("sdp").String(), "a=ice-ufrag:")
	name, _, _ := strings.Cut(rest, "\r\n")
	return name
}

// set writes a member, or takes it away so that the browser's own choice holds.
func set(of js.Value, name string, there bool, value any) {
	if there {
		of.Set(name, value)
	} else {
		of.Delete(name)
	}
}

// prefer orders the codecs of a line. None is left out: Firefox then describes the feedback of codecs it does not offer, which
// Chromium refuses to read. VP8 comes first: every
// browser has to have it (RFC 7742 section 5), it starts at once, and 360 lines of it cost a phone little. Where this device
// says that it makes H.264 without its processor, that comes first, and the other side finds it first in the answer.
func prefer(way js.Value, k Kind, h264 bool) {
	class := js.Global().Get("RTCRtpReceiver")
	if !way.Get("setCodecPreferences").Truthy() || !class.Get("getCapabilities").Truthy() {
		return
	}
	first := []string{"audio/opus", "audio/pcmu", "video/vp8", "video/h264"}
	if h264 {
		first[2], first[3] = first[3], first[2]
	}
	_, _ = await.Try(func() js.Value { // a browser that refuses keeps its own order
		have := class.Call("getCapabilities", string(k)).Get("codecs")
		var list, rest []any
		for i, name := range first {
			for j := range have.Length() {
				codec := have.Index(j)
				is := strings.ToLower(codec.Get("mimeType").String())
				known := slices.Contains(first, is) && suits(is, codec)
				if known && is == name {
					list = append(list, codec)
				} else if i == 0 && !known {
					rest = append(rest, codec)
				}
			}
		}
		list = append(list, rest...)
		return way.Call("setCodecPreferences", list)
	})
}

// suits finds among the many kinds of H.264 the one everybody has: constrained baseline, packets of any size (RFC 7742 section
// 6.2).
func suits(name string, codec js.Value) bool {
	if name != "video/h264" {
		return true
	}
	line := codec.Get("sdpFmtpLine")
	return line.Type() != js.TypeString || strings.Contains(line.String(), "packetization-mode=1") && strings.Contains(line.String(), "profile-level-id=42e0")
}

// efficient asks this device, once, whether it encodes H.264 without its processor (W3C media-capabilities section 2.3).
var efficient = func() func(context.Context) bool {
	var asked, yes bool
	return func(ctx context.Context) bool {
		api := js.Global().Get("navigator").Get("mediaCapabilities")
		if asked || !api.Truthy() || !api.Get("encodingInfo").Truthy() {
			return yes
		}
		asked = true
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		info, err := await.Call(ctx, api, "encodingInfo", map[string]any{"type": "webrtc", "video": map[string]any{
			"contentType": "video/H264;level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
			"width":       640, "height": 360, "framerate": 24, "bitrate": 600_000}})
		yes = err == nil && info.Get("supported").Truthy() && info.Get("powerEfficient").Truthy()
		return yes
	}
}()

// counted are the kinds of report that are read; a browser has dozens.
var counted = []string{"inbound-rtp", "outbound-rtp", "remote-inbound-rtp", "media-source"}

// Reports reads the statistics of all lines, and of the way in use.
func (c *conn) Reports(ctx context.Context) ([]Report, error) {
	all, err := await.Call(ctx, c.js, "getStats")
	if err != nil {
		return nil, fmt.Errorf("asking for statistics: %w", err)
	}
	list, pair := js.Global().Get("Array").New(), js.Undefined()
	each := js.FuncOf(func(_ js.Value, args []js.Value) any {
		switch kind := args[0].Get("type").String(); {
		case slices.Contains(counted, kind):
			list.Call("push", args[0])
		case kind == "transport" && args[0].Get("selectedCandidatePairId").Truthy():
			pair = all.Call("get", args[0].Get("selectedCandidatePairId"))
		case kind == "candidate-pair" && args[0].Get("selected").Truthy(): // Firefox
			pair = args[0]
		}
		return nil
	})
	all.Call("forEach", each)
	each.Release()
	if pair.Truthy() {
		list.Call("push", pair)
	}
	var told []struct {
		Report
		Mid   *string `json:"mid"`
		Media string  `json:"mediaSourceId"`
	}
	if err := json.Unmarshal([]byte(js.Global().Get("JSON").Call("stringify", list).String()), &told); err != nil {
		return nil, fmt.Errorf("reading statistics: %w", err)
	}
	c.name()
	reports := make([]Report, len(told))
	sources := map[string]int{}
	for i, r := range told {
		reports[i] = r.Report
		if reports[i].Line = -1; r.Mid != nil {
			reports[i].Line = slices.Index(c.media.mids, *r.Mid)
		}
		if r.Media != "" {
			sources[r.Media] = reports[i].Line
		}
	}
	for i := range reports {
		if line, is := sources[reports[i].ID]; is {
			reports[i].Line = line
		}
	}
	return reports, nil
}

// name learns which identification each line has.
func (c *conn) name() {
	if len(c.media.mids) == len(c.media.ways) {
		return
	}
	c.media.mids = nil
	for _, way := range c.media.ways {
		mid := way.Get("mid")
		if mid.Type() != js.TypeString {
			c.media.mids = nil
			return
		}
		c.media.mids = append(c.media.mids, mid.String())
	}
}
