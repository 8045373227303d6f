// Package await waits for a promise and gives back a value and an error, as Go does. It knows nothing of what the
// promise is about, and never waits inside a callback: there the whole page would stand still.
//
// It has no second build to offer: where there is no browser there are no promises, so natively the package is empty.
package await
