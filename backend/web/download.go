package web

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// download is an answer that is written while it is read. It may take its time as long as its reader takes some of it now and then.
type download = huma.StreamResponse

// Bounds of a download: as a whole, and until its reader takes the next piece.
const (
	wholeDownload = 30 * time.Minute
	nextPiece     = 30 * time.Second
)

// save answers with a file of the given name and media type, which write writes. A file that cannot be finished is cut
// off, connection and all: half of one must not pass for a whole one.
func (s *Server) save(who *asking, name, kind string, write func(ctx context.Context, w io.Writer) error) *download {
	return &download{Body: func(c huma.Context) {
		r, w := humago.Unwrap(c)
		ctx, cancel := context.WithTimeout(who.unhurried, wholeDownload)
		defer cancel()
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
		w.Header().Set("Cache-Control", "no-store")
		err := write(ctx, &unhurried{w, http.NewResponseController(w)})
		if err == nil {
			return
		}
		if ctx.Err() == nil {
			s.logFailure(r, seen(err))
		}
		panic(http.ErrAbortHandler)
	}}
}

// unhurried moves the end of the time for writing with every piece that is taken.
type unhurried struct {
	w       io.Writer
	control *http.ResponseController
}

func (u *unhurried) Write(b []byte) (int, error) {
	u.control.SetWriteDeadline(time.Now().Add(nextPiece)) // the connection knows only real time
	return u.w.Write(b)
}
