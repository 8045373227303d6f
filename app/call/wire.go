package call

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"mime"
	"strings"
	"unicode/utf8"

	"hearth/shared/care"
)

// Two channels lie beside the lines of a pair, both ordered and reliable: WordsLabel, on which the pages tell each other how
// the call is, and FilesLabel, on which files go. Both carry texts in JSON; FilesLabel carries pieces of files too, which
// begin with a zero byte and the file's number (4 bytes, big-endian).
const (
	WordsLabel = "call"
	FilesLabel = "files"
)

// Bounds of what goes over the two channels.
const (
	maxWord    = 4 << 10
	MaxPiece   = 16 << 10 // of a message with a piece of a file: what every browser takes
	pieceHead  = 5
	MaxFile    = 50 << 20 // bytes of a file
	maxName    = 120      // characters of its name
	maxType    = 100
	maxCounter = 1 << 53
)

// word is one message about the call; exactly one field is set.
type word struct {
	Report *report `json:"report,omitempty"`
	Safety *safety `json:"safety,omitempty"`
}

// report is what a page counted on the connection so far: packets it sent and got, and how much of the sound it had to make
// up in the last second, in thousandths. Thin says that it sends no picture on it for want of a line: others may get one. Shows
// says how it shows what it gets: people choose for themselves whom they see large.
type report struct {
	Sent  int64  `json:"sent"`
	Got   int64  `json:"got"`
	Gaps  int    `json:"gaps,omitempty"`
	Thin  bool   `json:"thin,omitempty"`
	Busy  bool   `json:"busy,omitempty"`  // its device stood still lately
	Shows string `json:"shows,omitempty"` // showsLarge or showsSmall; anything else: it does not say
}

// How a page shows another's camera.
const (
	showsLarge = "large"
	showsSmall = "small"
)

// safety is one step towards the safety phrase, see Phrase; hexadecimal.
type safety struct {
	Bind string `json:"bind,omitempty"`
	Show string `json:"show,omitempty"`
}

var errWord = errors.New("call: not a message of ours")

func decodeWord(b []byte) (word, error) {
	var w word
	if len(b) > maxWord || !utf8.Valid(b) || json.Unmarshal(b, &w) != nil || (w.Report != nil) == (w.Safety != nil) {
		return word{}, errWord
	}
	if r := w.Report; r != nil && (r.Sent < 0 || r.Sent > maxCounter || r.Got < 0 || r.Got > maxCounter || r.Gaps < 0 || r.Gaps > 1000) {
		return word{}, errWord
	}
	if s := w.Safety; s != nil && ((s.Bind != "") == (s.Show != "") || len(s.Bind)+len(s.Show) > 64) {
		return word{}, errWord
	}
	return w, nil
}

// slip is one message about a file. No is the number its sender gave it; exactly one of the others is set.
type slip struct {
	No     uint32    `json:"no"`
	Offer  *FileInfo `json:"offer,omitempty"`  // from the sender
	Stop   bool      `json:"stop,omitempty"`   // from the sender: no more of it comes
	Done   string    `json:"done,omitempty"`   // from the sender: that was all; SHA-256 of it, hexadecimal
	Accept bool      `json:"accept,omitempty"` // from the receiver
	Refuse string    `json:"refuse,omitempty"` // from the receiver: one of the reasons
	Got    bool      `json:"got,omitempty"`    // from the receiver: all there, and whole
}

// FileInfo is what is shown of a file before it is taken.
type FileInfo struct {
	Name string `json:"name"`
	Type string `json:"type,omitempty"` // MIME type; "" not known
	Size int64  `json:"size"`
}

// Validate refuses what cannot be shown or kept.
func (f FileInfo) Validate() error {
	if f.Name == "" || f.Name == "." || f.Name == ".." || !care.Readable(f.Name, maxName) || strings.ContainsAny(f.Name, `/\:*?"<>|`) {
		return errFileName
	}
	if f.Size < 1 || f.Size > MaxFile {
		return errFileSize
	}
	if f.Type != "" {
		kind, _, err := mime.ParseMediaType(f.Type)
		if err != nil || len(f.Type) > maxType || !strings.Contains(kind, "/") {
			return errFileType
		}
	}
	return nil
}

var (
	errFileName = errors.New("call: not a name of a file")
	errFileSize = errors.New("call: a file that is empty or too large")
	errFileType = errors.New("call: not a type of a file")
)

func decodeSlip(b []byte) (slip, error) {
	var s slip
	if len(b) > maxWord || !utf8.Valid(b) || json.Unmarshal(b, &s) != nil || s.No == 0 {
		return slip{}, errWord
	}
	n := 0
	for _, set := range []bool{s.Offer != nil, s.Stop, s.Done != "", s.Accept, s.Refuse != "", s.Got} {
		if set {
			n++
		}
	}
	if n != 1 || len(s.Refuse) > 32 || s.Done != "" && len(s.Done) != 64 {
		return slip{}, errWord
	}
	if s.Offer != nil {
		return s, s.Offer.Validate()
	}
	return s, nil
}

// piece is the head of a piece of file no; the bytes follow.
func piece(no uint32, b []byte) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{0}, no), b...)
}

func decodePiece(b []byte) (no uint32, part []byte, ok bool) {
	if len(b) <= pieceHead || len(b) > MaxPiece || b[0] != 0 {
		return 0, nil, false
	}
	return binary.BigEndian.Uint32(b[1:]), b[pieceHead:], true
}
