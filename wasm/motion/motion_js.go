package motion

import (
	"context"
	"errors"
	"math"
	"sync"
	"syscall/js"

	"hearth/shared/fault"
	"hearth/shared/sensor"
	"hearth/shared/sensor/phone"
	"hearth/wasm/await"
)

// Open returns the browser's telling, None where it has none or the page is not on a safe connection.
func Open() phone.Source {
	kind := js.Global().Get("DeviceMotionEvent")
	if !kind.Truthy() || !js.Global().Get("isSecureContext").Truthy() {
		return None{}
	}
	return source{kind}
}

type source struct{ kind js.Value }

// Permit asks where the browser wants a person to agree (Safari on phones), and else knows of no reason against it: what
// a device without sensors does is silence.
func (s source) Permit(ctx context.Context) error {
	if s.kind.Get("requestPermission").Type() != js.TypeFunction {
		return nil
	}
	answer, err := await.Call(ctx, s.kind, "requestPermission")
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return fault.New(phone.ErrDenied.Kind, phone.ErrDenied.Code, errors.Join(sensor.ErrForbidden, err))
	case answer.Type() != js.TypeString || answer.String() != "granted":
		return phone.ErrDenied
	}
	return nil
}

// Listen implements phone.Source.
func (source) Listen(f func(phone.Event)) (stop func()) {
	heard := js.FuncOf(func(_ js.Value, args []js.Value) any {
		if len(args) > 0 {
			f(event(args[0]))
		}
		return nil
	})
	js.Global().Call("addEventListener", "devicemotion", heard)
	return sync.OnceFunc(func() {
		js.Global().Call("removeEventListener", "devicemotion", heard)
		heard.Release()
	})
}

// event reads one. Alpha, beta and gamma of a rotation rate are about x, y and z, unlike those of an orientation.
func event(e js.Value) phone.Event {
	acc, turn := e.Get("accelerationIncludingGravity"), e.Get("rotationRate")
	return phone.Event{
		At:   number(e, "timeStamp"),
		Acc:  [3]float64{number(acc, "x"), number(acc, "y"), number(acc, "z")},
		Turn: [3]float64{number(turn, "alpha"), number(turn, "beta"), number(turn, "gamma")},
	}
}

// number is NaN for what is not told.
func number(of js.Value, name string) float64 {
	if of.Type() != js.TypeObject {
		return math.NaN()
	}
	if v := of.Get(name); v.Type() == js.TypeNumber {
		return v.Float()
	}
	return math.NaN()
}
