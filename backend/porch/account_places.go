package porch

// Places is the section of where somebody is signed in.
type Places struct{}
