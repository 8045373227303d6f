package porch

// SecondStep is the section of what is asked besides a password.
type SecondStep struct{}
