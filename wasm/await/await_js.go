package await

import (
	"context"
	"syscall/js"
)

// Error is what a promise was rejected with, or what a browser function threw: the name is the stable part
// ("NotAllowedError", "AbortError"; Web IDL section 2.8.1), the message is for the log.
type Error struct {
	Name    string
	Message string
}

// Error is for the log.
func (e *Error) Error() string {
	if e.Message == "" {
		return e.Name
	}
	return e.Name + ": " + e.Message
}

// Promise waits until p is settled or ctx ends. A value that is no promise is given back as it is. When ctx ends
// first, what the promise brings later is dropped. Call it from a goroutine, never from inside a js.Func.
func Promise(ctx context.Context, p js.Value) (js.Value, error) {
	if p.Type() != js.TypeObject || p.Get("then").Type() != js.TypeFunction {
		return p, nil
	}
	type outcome struct {
		value js.Value
		err   error
	}
	settled := make(chan outcome, 1)
	var yes, no js.Func
	release := func() { yes.Release(); no.Release() }
	yes = js.FuncOf(func(_ js.Value, args []js.Value) any {
		settled <- outcome{value: first(args)}
		release()
		return nil
	})
	no = js.FuncOf(func(_ js.Value, args []js.Value) any {
		settled <- outcome{err: Reason(first(args))}
		release()
		return nil
	})
	// Should ctx end first, the two functions live on until the promise settles: releasing them earlier would make the
	// browser call into nothing.
	p.Call("then", yes, no)
	select {
	case o := <-settled:
		return o.value, o.err
	case <-ctx.Done():
		return js.Undefined(), ctx.Err()
	}
}

// Call calls a method of v and waits for the promise it returns; what the method throws comes back as an error too.
func Call(ctx context.Context, v js.Value, method string, args ...any) (js.Value, error) {
	p, err := Try(func() js.Value { return v.Call(method, args...) })
	if err != nil {
		return js.Undefined(), err
	}
	return Promise(ctx, p)
}

// Try runs f and turns what the browser throws inside it into an error. Panics of our own pass through.
func Try(f func() js.Value) (v js.Value, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case js.Error:
			v, err = js.Undefined(), Reason(r.Value)
		default:
			panic(r)
		}
	}()
	return f(), nil
}

// Reason turns anything JavaScript may throw into an Error.
func Reason(v js.Value) error {
	if v.Type() != js.TypeObject {
		return &Error{Name: "Error", Message: v.String()}
	}
	return &Error{Name: text(v.Get("name"), "Error"), Message: text(v.Get("message"), "")}
}

func text(v js.Value, otherwise string) string {
	if v.Type() != js.TypeString {
		return otherwise
	}
	return v.String()
}

func first(args []js.Value) js.Value {
	if len(args) == 0 {
		return js.Undefined()
	}
	return args[0]
}

// DOMName is the exception's name and message, for those who are built without a browser too.
func (e *Error) DOMName() (name, message string) { return e.Name, e.Message }
