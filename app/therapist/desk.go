package therapist

import (
	"strconv"
	"time"

	"hearth/app/chart"
	"hearth/app/frame"
	"hearth/app/sitting"
	"hearth/app/watch"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/words"
	"hearth/wasm/canvas"
)

// desk is what stands behind the live page of one patient while it is open: what receives, what is written, what draws.
// Samples flow inside it, from the connection to the canvas, without passing through the page's own updates.
type desk struct {
	env     *frame.Env
	patient care.PatientID
	strip   *chart.Strip
	trend   *chart.Trend
	feed    *feed
	watch   *watch.Watch
	book    *sitting.Book
	pace    pace
	drawing []canvas.Canvas
	stops   []func()
}

func openDesk(e *frame.Env, patient care.PatientID, relay bool, told func(live.Event)) *desk {
	d := &desk{env: e, patient: patient}
	w := d.chartWords()
	d.strip, d.trend = chart.NewStrip(chart.StripOptions{Words: w, Movement: true}), chart.NewTrend(w)
	d.feed = newFeed(d.strip, d.trend, e.Stamp)
	d.watch = watch.Open(watch.Options{House: e.Live, Peers: e.Maker, Relay: relay, Room: live.PatientRoom(patient), Now: e.Stamp, Sink: d.feed})
	d.book = sitting.Open(sitting.Options{Store: e.API, Keeper: e.Page, Patient: patient, Person: e.Me().ID, Key: e.Me().Seal, Now: e.Stamp})
	d.stops = append(d.stops, e.Live.Listen(told), e.Page.OnNetwork(d.watch.NetworkChanged))
	return d
}

// chartWords is how the charts speak.
func (d *desk) chartWords() chart.Words {
	return chart.Words{
		Gap: func(t time.Duration) string {
			return words.T("therapist.no-signal", "n", strconv.Itoa(int(t.Seconds())))
		},
		Clock:       d.tick,
		Seconds:     func(n int) string { return "+" + strconv.Itoa(n) + " s" },
		Number:      number,
		Filling:     words.T("therapist.filling"),
		Now:         words.T("therapist.now"),
		Movement:    words.T("therapist.move"),
		HeartRate:   words.T("therapist.chart.hr"),
		Variability: words.T("therapist.chart.hrv"),
		Stress:      words.T("therapist.chart.stress"),
		Moving:      words.T("therapist.moving"),
	}
}

// axis says a moment as the charts and the list of labels do: how far into the sitting, or the time of day before one.
func (d *desk) axis(at care.Stamp) string {
	if from := d.pace.startOf(); from != 0 {
		return elapsed(at.Sub(from))
	}
	return clock(at.Time())
}

// tick is axis for the charts, which say nothing about the time before a sitting began.
func (d *desk) tick(at care.Stamp) string {
	if from := d.pace.startOf(); from != 0 && at.Sub(from) <= -time.Second {
		return ""
	}
	return d.axis(at)
}

// draw takes hold of the canvases; without any the numbers stand beside the empty frames.
func (d *desk) draw() {
	if len(d.drawing) > 0 {
		return
	}
	if c, err := canvas.Open(ecgCanvas); err == nil {
		c.Animate(func(ms float64) { d.frame(ms, c) })
		d.drawing = append(d.drawing, c)
	}
	if c, err := canvas.Open(trendCanvas); err == nil {
		c.Animate(func(ms float64) {
			session, _ := d.watch.Session(d.env.Stamp())
			d.trend.Frame(ms, session, c)
		})
		d.drawing = append(d.drawing, c)
	}
}

// frame draws the strip and notes how old what it drew is, and what drawing cost.
func (d *desk) frame(ms float64, on canvas.Surface) {
	began := d.env.Stamp()
	d.strip.Frame(ms, on)
	ended := d.env.Stamp()
	session, known := d.watch.Session(ended)
	if !known {
		session = 0
	}
	d.pace.drew(ended.Sub(began), session, d.strip.Head(), d.feed.cameOf)
}

// undraw lets go of the canvases, before the page drops them.
func (d *desk) undraw() {
	for _, c := range d.drawing {
		c.Close()
	}
	d.drawing = nil
}

// close ends everything. The share is ended in the background, because that may wait for the house.
func (d *desk) close() {
	for _, stop := range d.stops {
		stop()
	}
	d.undraw()
	go func() {
		d.watch.Close()
		d.book.Close()
	}()
}

// mayReceive picks the signals the live page draws out of those the house permits.
func mayReceive(permitted []access.Signal) (list []access.Signal) {
	for _, s := range permitted {
		if s == access.ECG || s == access.Movement {
			list = append(list, s)
		}
	}
	return list
}
