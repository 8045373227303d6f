package therapist

import "hearth/shared/fault"

// errTwice refuses a word the vocabulary has already.
var errTwice = fault.New(fault.Invalid, "vocabulary.twice", nil)
