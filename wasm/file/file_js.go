package file

import (
	"context"
	"syscall/js"
	"time"

	"hearth/shared/fault"
	"hearth/wasm/await"
)

// Open returns the browser's desk, or None in a worker that has no document.
func Open() Desk {
	if js.Global().Get("document").Truthy() && js.Global().Get("Blob").Truthy() {
		return desk{js.Global().Get("document")}
	}
	return None{}
}

type desk struct{ doc js.Value }

// Chosen asks the size first (File API section 3): what is too large is never held twice.
func (d desk) Chosen(ctx context.Context, id string, most int64) (File, error) {
	input := d.doc.Call("getElementById", id)
	if !input.Truthy() || !input.Get("files").Truthy() || input.Get("files").Length() == 0 {
		return File{}, fault.New(fault.Invalid, "file.none", nil)
	}
	one := input.Get("files").Index(0)
	defer input.Set("value", "")
	if one.Get("size").Float() > float64(most) {
		return File{}, large(most)
	}
	f := File{Name: one.Get("name").String()}
	buffer, err := await.Call(ctx, one, "arrayBuffer")
	if err != nil { // a folder, or a file that changed since it was chosen
		return f, fault.New(fault.Invalid, "file.unreadable", err)
	}
	bytes := js.Global().Get("Uint8Array").New(buffer)
	f.Bytes = make([]byte, bytes.Length())
	js.CopyBytesToGo(f.Bytes, bytes)
	return f, nil
}

// kept is how long a file that is given away stays in memory: browsers begin to save it some time after the press.
const kept = time.Minute

// Save presses a link to the file, which is nowhere but in the browser.
func (d desk) Save(name, kind string, content []byte) {
	bytes := js.Global().Get("Uint8Array").New(len(content))
	js.CopyBytesToJS(bytes, content)
	blob := js.Global().Get("Blob").New([]any{bytes}, map[string]any{"type": kind})
	urls := js.Global().Get("URL")
	at := urls.Call("createObjectURL", blob)
	link := d.doc.Call("createElement", "a")
	link.Set("href", at)
	link.Set("download", name)
	d.doc.Get("body").Call("appendChild", link)
	link.Call("click")
	link.Call("remove")
	time.AfterFunc(kept, func() { urls.Call("revokeObjectURL", at) })
}
