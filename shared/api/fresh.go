package api

import "slices"

// fresh are the operations that need a proof of who asks that is no older than five minutes: what a stranger at an open
// screen must not do. Without one the answer is 403 "step-up.needed", whose argument "ways" says how to prove it.
func fresh() []Operation { return []Operation{ResetPassword} }

// Fresh reports whether the operation needs a proof that is fresh.
func (o Operation) Fresh() bool {
	return slices.ContainsFunc(fresh(), func(f Operation) bool { return f.ID == o.ID })
}
