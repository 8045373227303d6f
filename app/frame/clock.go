package frame

import "time"

// Clock is the page's clock: the time of day when the page was loaded, and from then on what the browser's monotonic clock
// says, so that nobody who sets the clock right moves what is measured. But browsers let the monotonic clock stand still
// while a device sleeps (https://www.w3.org/TR/hr-time-3/ section 4.2 says it should not; several do), and then everything
// after would stand too early by as much, and the gap would look shorter than it was. So time that went by while nobody
// could run is added.
//
// The two look the same to a script: the time of day runs ahead of the monotonic clock. What tells them apart is whether
// the page was running. It is asked for the time several times a second; when it was not for a while, or was out of sight,
// as a sleeping device's page is, it slept. Else somebody set the clock. A clock set forward while its page is out of sight
// is taken for sleep: to be late by that once is the smaller harm. Time never runs backwards.
//
// Clock is pure and not safe for several goroutines.
type Clock struct {
	began  time.Time     // time of day at the first reading
	first  time.Duration // monotonic clock then
	mono   time.Duration // at the newest reading
	day    time.Time     // time of day then
	slept  time.Duration
	unseen bool // out of sight at some time since the newest reading
	hidden bool
}

// The signs of sleep.
const (
	asleep = time.Second             // what the time of day must be ahead by, at least: small corrections are everyday
	idle   = 1500 * time.Millisecond // without a reading: a page that runs is asked more often, see Beat
)

// Beat is how often somebody must Read, so that a page that ran is known to have.
const Beat = 500 * time.Millisecond

// Sight is told when the page comes into sight or goes out of it.
func (c *Clock) Sight(visible bool) {
	c.hidden = !visible
	c.unseen = c.unseen || c.hidden
}

// Read returns the page's time, given what the monotonic clock and the clock on the wall say at this moment.
func (c *Clock) Read(mono time.Duration, day time.Time) time.Time {
	day = day.Round(0)
	if c.began.IsZero() {
		c.began, c.first, c.mono, c.day = day, mono, mono, day
		return day
	}
	mono = max(mono, c.mono)
	ran := mono - c.mono
	if ahead := day.Sub(c.day) - ran; ahead > asleep && (c.unseen || ran > idle) {
		c.slept += ahead
	}
	c.mono, c.day, c.unseen = mono, day, c.hidden
	return c.began.Add(mono - c.first + c.slept)
}
