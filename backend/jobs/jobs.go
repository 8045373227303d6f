// Package jobs does what has to happen later, or again and again, whatever crashes in between: jobs lie in the house's
// memory until they are done. Each has a key that is unique, so asking for the same thing twice is asking once; whoever
// works at one holds a lease on it, so two nodes never do it at the same time; what fails is tried again, later each
// time, and after enough tries waits for somebody to look at it. The package never knows what a job does.
//
// A job may be done twice when its node dies between doing it and saying so, or stops for longer than the lease. What must
// not happen twice says so to the other side by the job's key, or changes the house's memory in a way that can be repeated.
package jobs

import (
	"context"
	"time"
)

// Kind says which handler a job is for, such as "erase".
type Kind string

// Job is something to do.
type Job struct {
	ID       string // opaque
	Kind     Kind
	Key      string // unique among the jobs there are; say the kind in it
	Due      time.Time
	Body     string    // what the handler needs to know, such as an id; never a secret
	Created  time.Time // when it was asked for
	Attempts int       // how often it was begun, this time included
	Lease    time.Time // until when it belongs to who took it
	Holder   string    // who took it: an opaque word that is new every time
	Failure  string    // code of what went wrong last; "" when nothing did
	GivenUp  bool      // it failed too often, and waits for somebody
}

// Store is what the worker needs of the house's memory.
type Store interface {
	// AddJob stores a job unless there is one with its key, and says whether it did. ID, Created, Attempts, Lease and
	// Holder are filled in.
	AddJob(ctx context.Context, j Job) (added bool, err error)
	// TakeJobs takes up to limit jobs of the kinds that are due at now and that nobody holds, for as long as lease, the
	// longest due first.
	TakeJobs(ctx context.Context, kinds []Kind, now time.Time, lease time.Duration, limit int) ([]Job, error)
	// The following are fault.NotFound when the job is no longer held by j.Holder.

	// KeepJob holds a job for longer.
	KeepJob(ctx context.Context, j Job, until time.Time) error
	// FinishJob forgets a job that is done.
	FinishJob(ctx context.Context, j Job) error
	// PutOffJob lets go of a job until it is due again, with what its Failure, Attempts and GivenUp say.
	PutOffJob(ctx context.Context, j Job, due time.Time) error
}

// Handler does a job. It returns when the job is to be done again, the zero time when it is done for good. Its ctx ends
// when the lease is lost or the worker closes. An error makes the worker try again later.
type Handler func(ctx context.Context, j Job) (again time.Time, err error)
