// Command page is a page that connects to itself: two peers of one browser exchange frames, one of them looks for a way
// anew, and the books are reported to the test that serves the page.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"syscall/js"
	"time"

	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/telemetry"
	"hearth/wasm/rtc"
)

// result is what the page reports.
type result struct {
	Error     string
	Account   telemetry.Account
	Way       rtc.Way
	RoundTrip time.Duration
	Opened    int    // times the control channel was opened
	Offers    int    // one, and one for the restart
	PerSecond int    // frames a second through one channel, sent and received in one page
	AfterEnd  string // state of the other side after a goodbye
}

func main() {
	r := result{}
	if err := story(&r); err != nil {
		r.Error = err.Error()
	}
	b, _ := json.Marshal(r)
	js.Global().Call("fetch", "/result", map[string]any{"method": "POST", "body": string(b)})
	select {}
}

// relay is the TURN server the test stands for.
func relay(context.Context) ([]live.ICEServer, error) {
	at := js.Global().Get("location").Get("search").String()[1:]
	return []live.ICEServer{{URLs: []string{"stun:" + at}}, {URLs: []string{"turn:" + at + "?transport=udp"}, Username: "u", Credential: "p"}}, nil
}

// gather proves that a connection takes TURN servers, when it is made and later, and that its candidates are whole.
func gather() error {
	ctx := context.Background()
	servers, _ := relay(ctx)
	relayed := make(chan string, 10)
	c, err := rtc.Open().Make(servers, rtc.Handler{State: func(rtc.ConnState) {}, Channel: func(rtc.Channel) {}, Candidate: func(b json.RawMessage) {
		if bytes.Contains(b, []byte(" typ relay ")) {
			relayed <- string(b)
		}
	}})
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.Open("x", rtc.ChannelOptions{}); err != nil {
		return err
	}
	for _, anew := range []bool{false, true} {
		if err := c.Servers(servers); err != nil {
			return err
		}
		if _, err := c.Offer(ctx, anew); err != nil {
			return err
		}
		select {
		case b := <-relayed:
			var whole struct{ SDPMid, UsernameFragment string }
			if err := json.Unmarshal([]byte(b), &whole); err != nil || whole.SDPMid == "" || whole.UsernameFragment == "" {
				return fmt.Errorf("candidate %s, %v", b, err)
			}
		case <-time.After(10 * time.Second):
			return errors.New("no relayed candidate")
		}
	}
	return errors.Join(c.Servers(nil), c.Close(), c.Close())
}

func story(r *result) error {
	if err := gather(); err != nil {
		return err
	}
	ctx := context.Background()
	var there, here *rtc.Peer
	toHere, toThere := make(chan json.RawMessage, 100), make(chan json.RawMessage, 100)
	var receiver telemetry.Receiver
	got := int64(0)
	emit := func(f *telemetry.Frame) {
		if f.Kind == telemetry.KindSamples {
			got += int64(f.Samples.Count())
		}
	}
	now := func() care.Stamp { return care.StampOf(time.Now()) }
	frames := 0
	here = rtc.Start(ctx, rtc.Options{Maker: rtc.Open(), Servers: relay, Send: func(b json.RawMessage) { toThere <- b },
		OnFrame:   func(_ string, b []byte) { frames++; _ = receiver.Receive(b, now(), emit) },
		OnControl: func(c telemetry.Control) { receiver.Tally(*c.Tally, now()) }})
	there = rtc.Start(ctx, rtc.Options{Maker: rtc.Open(), Offerer: true, Sensors: []string{"ecg-1"}, Servers: relay,
		Send: func(b json.RawMessage) {
			if bytes.Contains(b, []byte(`"type":"offer"`)) {
				r.Offers++
			}
			toHere <- b
		}, OnControlOpen: func() { r.Opened++ }})
	go func() {
		for {
			select {
			case b := <-toHere:
				here.Signal(b)
			case b := <-toThere:
				there.Signal(b)
			}
		}
	}()
	sender := telemetry.NewSender("ecg-1")
	put := func(b []byte) bool { return there.Send("ecg-1", b) }
	index := int64(0)
	run := telemetry.Samples{PeriodNS: 4e6, Channels: 1, Values: make([]int32, 13)}
	send := func() {
		run.First, run.Start = index, now()
		index += 13
		_ = sender.Samples(run, put)
	}
	if err := until("frames flow", func() bool { send(); return got > 0 }); err != nil {
		return err
	}
	for i := range 100 {
		send()
		if i == 50 {
			time.Sleep(1100 * time.Millisecond)
			there.NetworkChanged()
		}
		time.Sleep(10 * time.Millisecond)
	}
	began, before := time.Now(), frames
	for time.Since(began) < time.Second {
		for range 20 {
			send()
		}
		time.Sleep(time.Millisecond)
	}
	r.PerSecond = frames - before
	if err := until("the way is known", func() bool {
		v := here.View()
		r.Way, r.RoundTrip = v.Way, v.RoundTrip
		return v.Way != "" && v.RoundTrip > 0
	}); err != nil {
		return err
	}
	tally := sender.Tally(index)
	if !there.Control(telemetry.Control{Tally: &tally}) {
		return fmt.Errorf("the control channel is away")
	}
	if err := until("all had its time", func() bool {
		receiver.Tick(now(), emit)
		r.Account = receiver.Account(tally)
		return r.Account.Open == 0
	}); err != nil {
		return err
	}
	if r.Account.Received != got {
		return fmt.Errorf("%d came out, the books say %+v", got, r.Account)
	}
	there.Close()
	err := until("the other side knows", func() bool { return here.View().State == rtc.StateClosed })
	r.AfterEnd = string(here.View().State)
	here.Close()
	return err
}

func until(what string, ok func() bool) error {
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			return fmt.Errorf("waited in vain until %s", what)
		}
	}
	return nil
}
