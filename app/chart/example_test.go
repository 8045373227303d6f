package chart_test

import (
	"errors"
	"fmt"
	"time"

	"hearth/app/chart"
	"hearth/shared/telemetry"
	"hearth/wasm/canvas"
)

// A page opens the canvas when it is mounted, feeds the strip from the data channel without passing through the page's
// own updates, and closes the canvas when it is dismounted.
func ExampleStrip() {
	strip := chart.NewStrip(chart.StripOptions{Movement: true, Words: chart.Words{
		Gap: func(d time.Duration) string { return fmt.Sprintf("no signal %.0f s", d.Seconds()) },
	}})

	drawing, err := canvas.Open("ecg") // the id of a <canvas> whose size the stylesheet gives
	if errors.Is(err, canvas.ErrUnavailable) {
		fmt.Println("no picture, the numbers stand beside it")
	}
	stop := drawing.Animate(func(nowMS float64) { strip.Frame(nowMS, drawing) })

	strip.ECG(telemetry.Samples{Start: 1, PeriodNS: 4_000_000, Channels: 1, Values: []int32{12, 15}}, 0.001)

	stop()
	drawing.Close()
	// Output: no picture, the numbers stand beside it
}
