// Package porch is what people see before a portal opens and when none can: signing in, setting up, the demo's buttons,
// what went wrong. Its pages are plain HTML that works before and without any script. It never decides anything and
// says nobody's name but to themselves.
package porch

import (
	"net/url"

	"hearth/shared/words"
)

// Setting is where a page is shown: in whose language, with which files, under which address.
type Setting struct {
	Words   *words.Catalogue
	Theme   string                   // of a person that is signed in, or came in; "" follows the browser
	Address *url.URL                 // of this page: the language links lead back to it
	File    func(name string) string // address of a file of the assets, such as "css/kit.css"
	About   string                   // where the public pages are that belong to this one; "" for those of the house
	Waits   Waits                    // of staff who let guests in
}

// Say says the porch's sentence for key.
func (s Setting) Say(key string, pairs ...string) string { return s.Words.Say("porch."+key, pairs...) }

// Lang is for the lang attribute.
func (s Setting) Lang() string { return string(s.Words.Language) }

// Dir is for the dir attribute. Every language we speak runs from left to right; the next may not.
func (s Setting) Dir() string { return "ltr" }

// LanguageParam is the query parameter that chooses a language.
const LanguageParam = "lang"

// choice is one language a reader may choose.
type choice struct {
	Lang, Name, URL string
	Now             bool
}

// choices lists the languages, each with the address of this very page in it.
func (s Setting) choices() []choice {
	var list []choice
	for _, l := range words.Languages() {
		q := s.Address.Query()
		q.Set(LanguageParam, string(l))
		list = append(list, choice{string(l), l.Name(), s.Address.Path + "?" + q.Encode(), l == s.Words.Language})
	}
	return list
}

// Trouble is what was wrong with a form: the words, and the field they stand beside. Without a field they stand above
// the form.
type Trouble struct{ Field, Words string }

// in gives the words that belong to a field.
func (t Trouble) in(field string) string {
	if t.Field == field {
		return t.Words
	}
	return ""
}

// field is one line of a form.
type field struct {
	name, label, kind, value, complete, help string
	trouble                                  string
	focus                                    bool
	max                                      string
}

// describedBy names the elements that explain the field, for aria-describedby.
func (f field) describedBy() string {
	switch {
	case f.trouble != "" && f.help != "":
		return f.name + "-trouble " + f.name + "-help"
	case f.trouble != "":
		return f.name + "-trouble"
	case f.help != "":
		return f.name + "-help"
	}
	return ""
}

// SignIn is the page where people sign in.
type SignIn struct {
	Setting
	Login    string // as typed last time
	Next     string // own path to go to afterwards
	Note     string // such as "You are signed out."
	Passkeys PasskeyState
	Doors    []Door // hospitals whose accounts open this house
	Trouble  Trouble
}

// Password is the page where a password is changed.
type Password struct {
	Setting
	Slot    string // the account it is for
	Given   bool   // the old one was handed out
	Next    string
	Trouble Trouble
}

// old is what the old password is called.
func (v Password) old() string {
	if v.Given {
		return "given"
	}
	return "own"
}

// SetUp is the page where the first administrator is made.
type SetUp struct {
	Setting
	Name, Login string
	Trouble     Trouble
}

// Continue is the demo's page with one button.
type Continue struct {
	Setting
	Name   string
	Role   string // words
	Action string // where the button posts to
}

// Notice is a page that says something and what helps.
type Notice struct {
	Setting
	Key    string   // "porch."+Key+".title" and ".text", and ".help" when there is one
	Code   string   // for who asks for help: id of the log line; may be empty
	Pairs  []string // what the words name
	Action string   // address of the button; "" for none
	Button string   // words of the button
	Icon   string   // of the button, without "i-"
	Script string   // file of the assets that presses the button by itself; "" for none
}

// Portal is the shell of a portal: it says nothing about anyone. The program fills it.
type Portal struct {
	Setting
	Name    string // "therapist"
	Load    Load
	Version string
	Slot    string // the account for a tab that was opened for none; no secret
	Locks   bool   // accounts of this portal may have a PIN
}

// Load is the program that fills a portal, as the loader has to know it.
type Load struct {
	Program string // its name, under which the browser remembers that it has it
	Address string
	Size    string // bytes, uncompressed
}

// Operation is a line of the page that describes the interface.
type Operation struct{ ID, Method, Path, Summary, Right, Body, Answer string }

// Docs is the readable page of the interface.
type Docs struct {
	Setting
	OpenAPI    string // address of the whole description
	Operations []Operation
}
