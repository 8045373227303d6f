package rtc

import (
	"syscall/js"

	"hearth/wasm/await"
)

// maxMessage bounds what is copied out of the browser: nothing of ours is larger.
const maxMessage = 64 << 10

// channel is one of the browser's data channels. Messages are heard in the browser's own callback, one after the other: a
// goroutine for each would cost the order and half the speed.
type channel struct {
	js     js.Value
	ears   ears
	closed bool
	in     []byte   // lent to Listener.Message
	out    js.Value // Uint8Array, used again for every Send
	room   int      // its length
}

var uint8Array = js.Global().Get("Uint8Array")

func newChannel(d js.Value) *channel {
	d.Set("binaryType", "arraybuffer")
	return &channel{js: d}
}

func (c *channel) Label() string { return c.js.Get("label").String() }

func (c *channel) Listen(l Listener) {
	c.ears.on(c.js, "message", func(event js.Value) { c.message(event.Get("data"), l.Message) })
	c.ears.on(c.js, "close", func(js.Value) {
		c.closed = true
		c.ears.release()
		l.Close()
	})
	c.ears.on(c.js, "open", func(js.Value) { l.Open() })
	if c.js.Get("readyState").String() == "open" {
		l.Open()
	}
}

func (c *channel) message(data js.Value, hear func([]byte)) {
	if data.Type() == js.TypeString {
		hear([]byte(data.String()))
		return
	}
	view := uint8Array.New(data)
	n := view.Get("length").Int()
	if n > maxMessage {
		return
	}
	if n > len(c.in) {
		c.in = make([]byte, max(n, 2048))
	}
	js.CopyBytesToGo(c.in, view)
	hear(c.in[:n])
}

func (c *channel) Send(b []byte, text bool) error {
	_, err := await.Try(func() js.Value {
		if text {
			return c.js.Call("send", string(b))
		}
		if len(b) > c.room {
			c.room = max(len(b), 2048)
			c.out = uint8Array.New(c.room)
		}
		js.CopyBytesToJS(c.out, b)
		return c.js.Call("send", c.out.Call("subarray", 0, len(b)))
	})
	return err
}

func (c *channel) Buffered() int { return c.js.Get("bufferedAmount").Int() }

// Close ends the channel; the listener does not hear of it.
func (c *channel) Close() error {
	if c.closed {
		return nil
	}
	c.closed = true
	c.ears.release()
	c.js.Call("close")
	return nil
}
