// Package page is the document a portal runs in: what the loader prepared, the reader's language and theme, what the
// browser keeps for us, and whether anybody is looking. It never draws and never talks to the house.
package page

import (
	"context"
	"errors"

	"hearth/shared/words"
)

// ErrUnavailable means there is no browser.
var ErrUnavailable = errors.New("page: no browser here")

// Page is the browser's document as portals use it.
type Page interface {
	// Slot is the account this tab was opened for, "" for the browser's only one.
	Slot() string
	// Version names the files this page was made of.
	Version() string
	// Language is the reader's.
	Language() words.Language
	// Icons is the address of the icon sprite.
	Icons() string
	// Words fetches the sentences of the page's language, as the loader began to.
	Words(ctx context.Context) ([]byte, error)

	// Theme is "light", "dark", "child", "child dark", or "" to follow the system.
	Theme() string
	// SetTheme applies and keeps a theme.
	SetTheme(theme string)
	// SetLanguage keeps the language and loads the page anew in it.
	SetLanguage(l words.Language)
	// SetTitle names the document.
	SetTitle(title string)
	// Focus moves the keyboard to an element, if it is there.
	Focus(id string)
	// Reload loads the page anew, in the newest version.
	Reload()
	// Go leaves for another address of the house.
	Go(path string)
	// Post leaves by a form with these fields, for addresses that change something, such as signing out.
	Post(path string, fields map[string]string)

	// PostAside is Post into a window of its own, which knows nothing of this one; it needs a gesture.
	PostAside(path string, fields map[string]string)

	// Keep and Kept store small settings in the browser; what is kept may vanish at any time.
	Keep(key, value string)
	Kept(key string) string
	// KeepHere and KeptHere are the same for this tab alone, over a reload of its page; "" keeps nothing any more.
	KeepHere(key, value string)
	KeptHere(key string) string
	// KeptKeys lists the keys under which something is kept that begin with prefix.
	KeptKeys(prefix string) []string

	// Measuring tells the document that something is being measured, or no more: it does not lock for want of hands then.
	Measuring(on bool)

	// Visible reports whether anybody can see the page.
	Visible() bool
	// OnVisible calls f when that changes, OnNetwork when the browser's network came back or changed, OnLeave when the
	// page is being closed. Each returns a function that ends it.
	OnVisible(f func(visible bool)) (stop func())
	OnNetwork(f func()) (stop func())
	OnLeave(f func()) (stop func())

	// Fullscreen enters or leaves full screen; it needs a gesture and may be refused.
	Fullscreen(on bool)
	// IsFullscreen reports whether the page fills the screen.
	IsFullscreen() bool

	// Copy puts text where the reader can paste it; it needs a gesture, and the browser may refuse.
	Copy(ctx context.Context, text string) error

	// CanInstall reports whether the browser offers to install the portal, Install asks it to.
	CanInstall() bool
	Install()
}

// None is the page where there is no browser: it knows nothing and does nothing, so that pages run in tests and before
// the browser is there.
type None struct{}

func (None) Slot() string                          { return "" }
func (None) Measuring(bool)                        {}
func (None) Version() string                       { return "" }
func (None) Language() words.Language              { return words.English }
func (None) Icons() string                         { return "/assets/icons/icons.svg" }
func (None) Words(context.Context) ([]byte, error) { return nil, ErrUnavailable }
func (None) Theme() string                         { return "" }
func (None) SetTheme(string)                       {}
func (None) SetLanguage(words.Language)            {}
func (None) SetTitle(string)                       {}
func (None) Focus(string)                          {}
func (None) Reload()                               {}
func (None) Go(string)                             {}
func (None) Post(string, map[string]string)        {}
func (None) PostAside(string, map[string]string)   {}
func (None) Keep(string, string)                   {}
func (None) Kept(string) string                    { return "" }
func (None) KeepHere(string, string)               {}
func (None) KeptHere(string) string                { return "" }
func (None) KeptKeys(string) []string              { return nil }
func (None) Visible() bool                         { return true }
func (None) OnVisible(func(bool)) func()           { return func() {} }
func (None) OnNetwork(func()) func()               { return func() {} }
func (None) OnLeave(func()) func()                 { return func() {} }
func (None) Fullscreen(bool)                       {}
func (None) IsFullscreen() bool                    { return false }
func (None) Copy(context.Context, string) error    { return ErrUnavailable }
func (None) CanInstall() bool                      { return false }
func (None) Install()                              {}
