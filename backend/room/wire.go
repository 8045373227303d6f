package room

import (
	"context"
	"errors"
	"time"

	"github.com/gorilla/websocket"

	"hearth/shared/live"
)

// read returns the next message of the page; false ends the socket, after words when the page deserves some.
func (c *conn) read() (live.FromPage, bool) {
	kind, text, err := c.ws.ReadMessage()
	if err != nil {
		if errors.Is(err, websocket.ErrReadLimit) {
			c.out.end(websocket.CloseMessageTooBig)
		}
		return live.FromPage{}, false
	}
	if !c.limit.Allow() {
		c.refuse(live.Refused{Code: live.CodeTooMany, Wait: 10_000})
		return live.FromPage{}, false
	}
	m, err := live.DecodePage(text)
	if err != nil || kind != websocket.TextMessage {
		c.hub.c.Log.Info("a page wrote junk", "socket", c.id, "error", err)
		c.refuse(live.Refused{Code: live.CodeJunk, Wait: 5000})
		return live.FromPage{}, false
	}
	return m, true
}

// heard gives the page another spell of silence, unless the socket is ending.
func (c *conn) heard() error {
	if c.ending.Load() {
		return websocket.ErrCloseSent
	}
	return c.ws.SetReadDeadline(time.Now().Add(silence))
}

// say puts a message into the outbox.
func (c *conn) say(m live.FromHouse) {
	text, err := m.Encode()
	if err != nil {
		c.hub.c.Log.Error("the house wrote what no page would read", "socket", c.id, "error", err)
		return
	}
	if !c.out.put(text) {
		c.letGo()
	}
}

// refuse says why not, and ends the socket.
func (c *conn) refuse(why live.Refused) {
	c.say(live.FromHouse{Refused: &why})
	c.out.end(closePolicy)
}

// letGo drops a page that does not read what it is sent. Past deadlines wake both goroutines without waiting for
// anybody; the page sees a broken socket and comes back.
func (c *conn) letGo() {
	c.ending.Store(true)
	c.out.end(websocket.CloseTryAgainLater)
	c.ws.NetConn().SetDeadline(time.Unix(1, 0))
}

// drain reads on without listening until the close handshake is done, so that the last words arrive; a socket closed
// with bytes unread would be reset, and they with it.
func (c *conn) drain() {
	c.out.end(websocket.CloseNormalClosure)
	c.ws.SetReadDeadline(time.Now().Add(farewell))
	for {
		if _, _, err := c.ws.NextReader(); err != nil {
			return
		}
	}
}

// shut ends the writer and frees the connection.
func (c *conn) shut() {
	close(c.over)
	c.ws.Close()
}

// write is the only goroutine that writes to the socket. It also proves the page alive, and asks now and then whether
// somebody is still signed in behind it.
func (c *conn) write() {
	ping := time.NewTicker(pingEvery)
	ask := time.NewTicker(askAgain)
	defer ping.Stop()
	defer ask.Stop()
	for {
		select {
		case <-c.out.ready:
			texts, code := c.out.take()
			for _, text := range texts {
				c.ws.SetWriteDeadline(time.Now().Add(writeWithin))
				if c.ws.WriteMessage(websocket.TextMessage, text) != nil {
					c.letGo()
					return
				}
			}
			if code != 0 {
				c.bye(code)
				return
			}
		case <-ping.C:
			if c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWithin)) != nil {
				c.letGo()
				return
			}
		case <-ask.C:
			c.hub.served.Go(func() { c.look(c.hub.ctx) })
		case <-c.over:
			return
		}
	}
}

// bye writes the close frame and leaves the page a moment to answer it.
func (c *conn) bye(code int) {
	c.ending.Store(true)
	c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(farewell))
	c.ws.SetReadDeadline(time.Now().Add(farewell))
}

// look asks again whether the session still is, and where the page stands.
func (c *conn) look(ctx context.Context) {
	if c.signedOut(ctx) != "" {
		c.depart(ctx, true)
		return
	}
	c.reroom(ctx, false)
}
