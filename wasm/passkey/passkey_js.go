package passkey

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"syscall/js"

	"hearth/wasm/await"
)

// Open returns the browser's device, or None where the browser has no passkeys.
func Open() Device {
	if !js.Global().Get("PublicKeyCredential").Truthy() {
		return None{}
	}
	if keys := js.Global().Get("navigator").Get("credentials"); keys.Truthy() {
		return device{keys}
	}
	return None{}
}

type device struct{ keys js.Value }

func (d device) Create(ctx context.Context, options []byte) ([]byte, error) {
	return d.ask(ctx, "create", options)
}

func (d device) Get(ctx context.Context, options []byte) ([]byte, error) {
	return d.ask(ctx, "get", options)
}

func (d device) ask(ctx context.Context, method string, options []byte) ([]byte, error) {
	public, err := await.Try(func() js.Value { return js.Global().Get("JSON").Call("parse", string(options)) })
	if err == nil {
		err = read(public)
	}
	if err != nil {
		return nil, fmt.Errorf("read the options: %w", err)
	}
	stop := js.Global().Get("AbortController").New()
	end := context.AfterFunc(ctx, func() { stop.Call("abort") })
	defer end()
	made, err := await.Call(ctx, d.keys, method, map[string]any{"publicKey": public, "signal": stop.Get("signal")})
	if err != nil {
		return nil, refusal(err)
	}
	return write(made), nil
}

// refusal gives the two answers their names that a person has a part in.
func refusal(err error) error {
	var said *await.Error
	if errors.As(err, &said) {
		switch said.Name {
		case "NotAllowedError":
			return errors.Join(ErrRefused, err)
		case "InvalidStateError":
			return errors.Join(ErrThere, err)
		}
	}
	return err
}

// read turns the base64url texts of the options into bytes, where they stand.
func read(public js.Value) error {
	if err := decode(public, "challenge"); err != nil {
		return err
	}
	if user := public.Get("user"); user.Truthy() {
		if err := decode(user, "id"); err != nil {
			return err
		}
	}
	for _, name := range []string{"excludeCredentials", "allowCredentials"} {
		list := public.Get(name)
		if !list.Truthy() {
			continue
		}
		for i := range list.Length() {
			if err := decode(list.Index(i), "id"); err != nil {
				return err
			}
		}
	}
	return nil
}

func decode(in js.Value, name string) error {
	text := in.Get(name)
	if text.Type() != js.TypeString {
		return fmt.Errorf("%s is no text", name)
	}
	b, err := base64.RawURLEncoding.DecodeString(text.String())
	if err != nil {
		return err
	}
	array := js.Global().Get("Uint8Array").New(len(b))
	js.CopyBytesToJS(array, b)
	in.Set(name, array)
	return nil
}

// write makes the answer's JSON of a PublicKeyCredential. Not every browser that has passkeys has its toJSON.
func write(made js.Value) []byte {
	from, response := made.Get("response"), map[string]any{}
	for _, name := range []string{"clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"} {
		if part := from.Get(name); part.Truthy() {
			response[name] = encode(part)
		}
	}
	if from.Get("getTransports").Truthy() {
		response["transports"] = from.Call("getTransports")
	}
	id := encode(made.Get("rawId"))
	all := map[string]any{"id": id, "rawId": id, "type": made.Get("type"), "response": response, "clientExtensionResults": map[string]any{}}
	return []byte(js.Global().Get("JSON").Call("stringify", all).String())
}

func encode(buffer js.Value) string {
	array := js.Global().Get("Uint8Array").New(buffer)
	b := make([]byte, array.Length())
	js.CopyBytesToGo(b, array)
	return base64.RawURLEncoding.EncodeToString(b)
}
