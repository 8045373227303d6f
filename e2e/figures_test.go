package e2e

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/cdproto/systeminfo"

	"hearth/assets/program"
	"hearth/e2e/stage"
	"hearth/shared/api"
)

var (
	figures = flag.Bool("figures", false, "measure and print the figures of the README")
	long    = flag.Float64("minutes", 1, "how long the aggregator is watched for the figures")
)

// TestFigures measures what the README tells, on this machine, and prints it as a table. It judges nothing: a bound that
// holds on one machine says nothing about another.
func TestFigures(t *testing.T) {
	if !*figures {
		t.Skip("figures are measured with -figures only")
	}
	house := stage.Open(t)
	table := [][2]string{{"figure", "here"}, {"---", "---"}}
	row := func(name, format string, args ...any) {
		table = append(table, [2]string{name, fmt.Sprintf(format, args...)})
	}
	for _, p := range program.All {
		row("program "+p.Name+", compressed", "%s", programSize(t, p))
	}
	for _, one := range []struct {
		name     string
		warm     bool
		throttle float64
	}{{"first press answered, cold", false, 1}, {"first press answered, warm", true, 1}, {"the same cold, processor 4 times slower", false, 4}, {"the same warm, processor 4 times slower", true, 4}} {
		row(one.name, "%.0f ms", firstPress(t, house, one.warm, one.throttle))
	}
	streamed(t, row)
	for _, r := range table {
		fmt.Printf("| %s | %s |\n", r[0], r[1])
	}
}

// programSize is what a browser fetches of a program, and at which level it was compressed.
func programSize(t *testing.T, p program.Program) string {
	t.Helper()
	const built = "../assets/built/"
	info, err := os.Stat(built + p.Brotli())
	if err != nil {
		t.Fatal(err)
	}
	note, err := os.ReadFile(built + p.Note())
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%.2f MB %s", float64(info.Size())/1e6, note)
}

// presser presses the first button of the aggregator as soon as it is there, and notes when the page has answered.
const presser = `(() => {
	let pressed = false;
	new MutationObserver(() => {
		const button = document.querySelector("#add-sensor");
		if (button && !pressed) { pressed = true; window.pressedAt = performance.now(); button.click(); }
		if (document.querySelector("dialog") && !window.answeredAt) window.answeredAt = performance.now();
	}).observe(document, {childList: true, subtree: true});
})()`

// firstPress is the median, of five openings of the aggregator, from asking for the address to the first press answered.
// Cold is a browser that was never here; warm is the third visit and the later ones: it has all it keeps.
func firstPress(t *testing.T, house *stage.House, warm bool, throttle float64) float64 {
	t.Helper()
	var times []float64
	var w *stage.Window
	for range 5 {
		if w == nil || !warm {
			w = stage.Browse(t, "opening")
			w.ComeIn(house.Links().Patient, "")
			w.UntilAt(api.PatientPage)
			if !warm { // signing in opened a portal: what it left behind goes
				w.Until("!!document.querySelector('#stop-all')")
				w.Forget()
			} else {
				w.Goto(house.URL() + api.AggregatorPage)
				atHome(w)
			}
			stage.Call(w, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: presser})
			stage.Call(w, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: throttle})
		}
		w.Goto(house.URL() + api.AggregatorPage)
		w.Until("window.answeredAt > 0")
		times = append(times, stage.Eval[float64](w, "window.answeredAt"))
	}
	slices.Sort(times)
	return times[len(times)/2]
}

// streamed measures both ends while ECG at 250 Hz and movement at 52 Hz flow.
func streamed(t *testing.T, row func(name, format string, args ...any)) {
	t.Helper()
	s := streaming(t)
	minute := s.use(t, time.Minute)
	for _, of := range [][2]string{
		{"age", "a sample at the sensor to drawn at the therapist"},
		{"wait", "a sample in the aggregator to drawn at the therapist"},
		{"cost", "a frame of the therapist's strip"},
	} {
		row(of[1]+", p50 / p95 / p99", "%s / %s / %s ms", s.desk.Data("#pace", of[0]+"-50"), s.desk.Data("#pace", of[0]+"-95"), s.desk.Data("#pace", of[0]+"-99"))
	}
	row("aggregator's page while streaming: main thread / its process / whole browser", "%s", minute)
	for at := 1.0; at < *long; at++ {
		minute = s.use(t, time.Minute)
	}
	if *long > 1 {
		row(fmt.Sprintf("the same in minute %.0f", *long), "%s", minute)
	}
	for _, key := range sensors {
		b := book(t, s.desk, key)
		row("samples of "+key+": decoded and held as last told, received and lost by now", "%d, %d, %d, %d", b["decoded"], b["held"], b["received"], b["lost"])
	}
}

// usage is what a page costs over some time.
type usage struct {
	task, renderer, browser float64 // share of one core
	resident, heap          float64 // MB
}

func (u usage) String() string {
	return fmt.Sprintf("%.1f %% / %.1f %% / %.1f %% of a core; %.0f MB resident, %.1f MB of them JavaScript's", 100*u.task, 100*u.renderer, 100*u.browser, u.resident, u.heap)
}

// use watches the tablet's browser for a while, which the page itself measures.
func (s *scene) use(t *testing.T, d time.Duration) usage {
	t.Helper()
	before, began := s.spent(t), time.Now()
	end := stage.Eval[float64](s.tablet, fmt.Sprintf("performance.now() + %d", d.Milliseconds()))
	for left := d; left > 0; left -= 20 * time.Second {
		s.tablet.Until(fmt.Sprintf("performance.now() >= %f", end-float64((left-20*time.Second).Milliseconds())))
	}
	after, took := s.spent(t), time.Since(began).Seconds()
	return usage{
		task: (after.task - before.task) / took, renderer: (after.renderer - before.renderer) / took, browser: (after.browser - before.browser) / took,
		resident: after.resident, heap: after.heap,
	}
}

// spent is the processor time used up to now, in seconds.
func (s *scene) spent(t *testing.T) (u usage) {
	t.Helper()
	stage.Call(s.tablet, performance.Enable, performance.EnableParams{})
	metrics := stage.Call(s.tablet, performance.GetMetrics, cdp.Empty{})
	for _, m := range metrics.Metrics {
		switch m.Name {
		case "TaskDuration":
			u.task = m.Value
		case "JSHeapUsedSize":
			u.heap = m.Value / 1e6
		}
	}
	processes := stage.CallBrowser(s.tablet, systeminfo.GetProcessInfo, cdp.Empty{})
	for _, p := range processes.ProcessInfo {
		u.browser += p.CPUTime
		if p.Type == "renderer" && p.CPUTime > u.renderer {
			u.renderer, u.resident = p.CPUTime, resident(t, p.ID)
		}
	}
	return u
}

// resident is the memory of a process in MB; 0 where the system does not say it in this way.
func resident(t *testing.T, process int64) float64 {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
	if err != nil {
		t.Logf("memory is not known here: %v", err)
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err != nil {
				t.Fatal(err)
			}
			return n / 1000
		}
	}
	return 0
}
