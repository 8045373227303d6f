package therapist

import (
	"strconv"
	"strings"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// limitsForm is the limits as they are being written. An empty field means: no such alarm.
type limitsForm struct {
	Low, High, Off string
	Version        int64
	Fault          string // in words
	Saving         bool
}

func formOf(l api.Limits) *limitsForm {
	return &limitsForm{Low: digits(l.HeartLow), High: digits(l.HeartHigh), Off: digits(l.LeadOff), Version: l.Version}
}

func digits(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// limits reads the form. ok is false when a field is no whole number or the limits make no sense.
func (f *limitsForm) limits() (l api.Limits, ok bool) {
	l.Version, ok = f.Version, true
	for _, field := range []struct {
		text string
		to   *int
	}{{f.Low, &l.HeartLow}, {f.High, &l.HeartHigh}, {f.Off, &l.LeadOff}} {
		text := strings.TrimSpace(field.text)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		ok = ok && err == nil && n > 0
		*field.to = n
	}
	return l, ok && care.Limits{HeartLow: l.HeartLow, HeartHigh: l.HeartHigh, LeadOff: l.LeadOff}.Validate() == nil
}

// limitsWord says the limits in one line.
func limitsWord(l api.Limits) string {
	var heart string
	switch {
	case l.HeartLow > 0 && l.HeartHigh > 0:
		heart = words.T("therapist.limits.between", "low", digits(l.HeartLow), "high", digits(l.HeartHigh))
	case l.HeartLow > 0:
		heart = words.T("therapist.limits.from", "low", digits(l.HeartLow))
	case l.HeartHigh > 0:
		heart = words.T("therapist.limits.to", "high", digits(l.HeartHigh))
	default:
		heart = words.T("therapist.limits.no-heart")
	}
	if l.LeadOff > 0 {
		return heart + " · " + words.T("therapist.limits.off", "n", digits(l.LeadOff))
	}
	return heart + " · " + words.T("therapist.limits.no-off")
}
