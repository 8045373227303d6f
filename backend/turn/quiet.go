package turn

import (
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/pion/logging"
)

// quiet is pion's logger as we let it speak: its lines name addresses and users, so they are counted and not written,
// and at most once a minute the count is.
type quiet struct {
	log   *slog.Logger
	count atomic.Int64
	last  atomic.Int64 // Unix seconds of the last line
}

func newQuiet(log *slog.Logger) *quiet {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &quiet{log: log}
}

// NewLogger is pion's LoggerFactory.
func (q *quiet) NewLogger(string) logging.LeveledLogger { return ears{q} }

// refused counts a line of trouble: wrong or ended credentials, forbidden peers, junk.
func (q *quiet) refused() {
	n := q.count.Add(1)
	now, last := time.Now().Unix(), q.last.Load()
	if now-last >= 60 && q.last.CompareAndSwap(last, now) {
		q.log.Info("turn: requests refused since the start", "count", n)
	}
}

type ears struct{ q *quiet }

func (ears) Trace(string)            {}
func (ears) Tracef(string, ...any)   {}
func (ears) Debug(string)            {}
func (ears) Debugf(string, ...any)   {}
func (ears) Info(string)             {}
func (ears) Infof(string, ...any)    {}
func (e ears) Warn(string)           { e.q.refused() }
func (e ears) Warnf(string, ...any)  { e.q.refused() }
func (e ears) Error(string)          { e.q.refused() }
func (e ears) Errorf(string, ...any) { e.q.refused() }

// Refused is how many requests were refused since the start.
func (s *Server) Refused() int64 { return s.log.count.Load() }
