package stage

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// engine is the few things a browser does for a window; everything else of a window is made of them. Each engine speaks
// its own protocol.
type engine interface {
	// eval evaluates a script's expression, waits for a promise, and returns the value as JSON: nothing for undefined.
	eval(ctx context.Context, expression string) (json.RawMessage, error)
	open(ctx context.Context, url string) error
	reload(ctx context.Context) error
	// click presses the middle of the first element a selector finds.
	click(ctx context.Context, selector string) error
	// press types text, or a key of chromedp's kb, wherever the focus is.
	press(ctx context.Context, keys string) error
	// capture is a picture of what is seen, as a PNG.
	capture(ctx context.Context) ([]byte, error)
	size(ctx context.Context, width, height int64, phone bool) error
	// before runs a script in every document before the page's own.
	before(ctx context.Context, script string) error
}

// chromium is a tab of Chromium; its context knows which.
type chromium struct{}

func (chromium) eval(ctx context.Context, expression string) (json.RawMessage, error) {
	return chromedp.Run(ctx, chromedp.Evaluate[[]byte](expression, chromedp.EvalAwaitPromise))
}

// open opens an address, once more where the page was just leaving by itself: that way is broken off then, or breaks off ours.
func (chromium) open(ctx context.Context, url string) error {
	err := chromedp.Do(ctx, chromedp.Navigate(url))
	if failed, is := errors.AsType[*chromedp.LoadError](err); is && failed.ErrorText == "net::ERR_ABORTED" {
		return chromedp.Do(ctx, chromedp.Navigate(url))
	}
	return err
}

func (chromium) reload(ctx context.Context) error { return chromedp.Do(ctx, chromedp.Reload()) }

// errGone says that what was to be pressed was replaced before the press, which did not happen.
var errGone = errors.New("the element is gone")

func (chromium) click(ctx context.Context, selector string) error {
	err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS(selector)))
	if errors.Is(err, chromedp.ErrInvalidDimensions) || err != nil && slices.ContainsFunc(gone, func(why string) bool { return strings.Contains(err.Error(), why) }) {
		return errGone
	}
	return err
}

// gone is how Chromium says that what was found is not there any more, or is not drawn.
var gone = []string{"Could not find node with given id", "Node is detached from document", "does not have a layout object", "Could not compute content quads"}

func (chromium) press(ctx context.Context, keys string) error {
	return chromedp.Do(ctx, chromedp.KeyEvent(keys))
}

func (chromium) capture(ctx context.Context) ([]byte, error) {
	return chromedp.Run(ctx, chromedp.CaptureScreenshot())
}

// size also gives a phone a finger.
func (chromium) size(ctx context.Context, width, height int64, phone bool) error {
	_, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: width, Height: height, DeviceScaleFactor: density(phone), Mobile: phone,
	})
	return err
}

func (chromium) before(ctx context.Context, script string) error {
	_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	return err
}

// density is how many pixels of a screen make one of the page.
func density(phone bool) float64 {
	if phone {
		return 2
	}
	return 1
}
