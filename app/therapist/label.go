package therapist

import (
	"strconv"
	"time"

	"hearth/app/chart"
	"hearth/app/sitting"
	"hearth/app/wordbook"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// companies lists with whom something happens, in the order of the buttons.
func companies() []care.Company {
	return []care.Company{care.Alone, care.WithOthers, care.OnlyOthers}
}

// wordOf is what a button of the vocabulary says: built-in words speak the reader's language.
func wordOf(w care.Word) string {
	return wordbook.Say(w)
}

// phrase is what a label says in the list: own words the text the label took along, as whoever pressed it read it,
// built-in ones in the reader's language. The vocabulary helps where a label comes without its text.
func phrase(l api.Label, vocabulary []care.Word) string {
	switch l.Kind {
	case care.Rating:
		return words.T("therapist.distress.of", "n", strconv.Itoa(l.Rating))
	case care.Note:
		return "“" + l.Text + "”"
	}
	if l.Text != "" {
		return l.Text
	}
	for _, w := range vocabulary {
		if w.Key == l.Word {
			return wordOf(w)
		}
	}
	if words.Current().Has("label.word." + l.Word) {
		return words.T("label.word." + l.Word)
	}
	return l.Word
}

// companyWord says who was there; "" where a label says nothing about it.
func companyWord(c care.Company) string {
	if c == care.CompanyAbsent {
		return ""
	}
	return words.T("therapist.company." + string(c))
}

// flags are the labels as the trend draws them; long notes are cut there and whole in the list.
func flags(list []sitting.Entry, vocabulary []care.Word) []chart.Label {
	const room = 18
	marks := make([]chart.Label, 0, len(list))
	for _, e := range list {
		text := []rune(phrase(e.Label, vocabulary))
		if len(text) > room {
			text = append(text[:room-1], '…')
		}
		marks = append(marks, chart.Label{At: e.At, Text: string(text)})
	}
	return marks
}

// start is the beginning of a sitting on the session clock. The house stamps sittings with its own clock: offset leads
// from there to the page's clock, and ahead from the page's to the session's.
func start(s api.Sitting, offset, ahead time.Duration) care.Stamp {
	if s.ID == "" {
		return 0
	}
	return care.StampOf(s.Start).Add(ahead - offset)
}

// shown is the word pressed last, so that its button stays marked; "" when there is none.
func shown(list []sitting.Entry) string {
	for _, e := range list { // newest first
		if e.Kind == care.Phase {
			return e.Word
		}
	}
	return ""
}
