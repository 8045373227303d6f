package store

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/jobs"
	"hearth/shared/care"
)

// jobsTable holds what is to be done. lease is until when a job belongs to its holder, 0 when to nobody.
const jobsTable = `
CREATE TABLE jobs (
	id TEXT PRIMARY KEY, kind TEXT NOT NULL, job_key TEXT NOT NULL UNIQUE, due BIGINT NOT NULL, body TEXT NOT NULL,
	attempts BIGINT NOT NULL, lease BIGINT NOT NULL, holder TEXT NOT NULL, failure TEXT NOT NULL, given_up BOOLEAN NOT NULL,
	created BIGINT NOT NULL);
CREATE INDEX jobs_due ON jobs (due)
`

type jobRow struct {
	bun.BaseModel `bun:"table:jobs,alias:q"`

	ID       string `bun:",pk"`
	Kind     jobs.Kind
	JobKey   string
	Due      int64
	Body     string
	Attempts int
	Lease    int64
	Holder   string
	Failure  string
	GivenUp  bool
	Created  int64
}

func (row jobRow) job() jobs.Job {
	return jobs.Job{ID: row.ID, Kind: row.Kind, Key: row.JobKey, Due: instant(row.Due), Body: row.Body, Created: instant(row.Created), Attempts: row.Attempts,
		Lease: instant(row.Lease), Holder: row.Holder, Failure: row.Failure, GivenUp: row.GivenUp}
}

// AddJob stores a job unless there is one with its key, and says whether it did.
func (s *Store) AddJob(ctx context.Context, j jobs.Job) (added bool, err error) {
	added, err = s.addJob(ctx, s.db, j)
	return added, failed("add a job", err)
}

// addJob is AddJob as a part of a transaction: the job is there exactly when what it follows from is.
func (s *Store) addJob(ctx context.Context, db bun.IDB, j jobs.Job) (bool, error) {
	return s.putJob(ctx, db, j, "CONFLICT (job_key) DO NOTHING")
}

// renewJob is addJob that begins the job with this key anew when there is one: put off, given up, or just being done by somebody,
// who may have looked at things as they were before. What becomes of that is of no account any more.
func (s *Store) renewJob(ctx context.Context, db bun.IDB, j jobs.Job) error {
	_, err := s.putJob(ctx, db, j, `CONFLICT (job_key) DO UPDATE SET due = EXCLUDED.due, body = EXCLUDED.body, created = EXCLUDED.created,
		attempts = 0, lease = 0, holder = '', failure = '', given_up = FALSE`)
	return err
}

func (s *Store) putJob(ctx context.Context, db bun.IDB, j jobs.Job, on string) (bool, error) {
	if err := clean(string(j.Kind), j.Key, j.Body); err != nil {
		return false, err
	}
	row := jobRow{ID: care.NewID[string](), Kind: j.Kind, JobKey: j.Key, Due: micro(j.Due), Body: j.Body, Created: micro(s.now())}
	done, err := db.NewInsert().Model(&row).On(on).Exec(ctx)
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// cancelJob takes a job back; one that is being done at this moment is done.
func cancelJob(ctx context.Context, db bun.IDB, key string) error {
	_, err := db.NewDelete().Model((*jobRow)(nil)).Where("job_key = ?", key).Exec(ctx)
	return err
}

// TakeJobs takes up to limit jobs of the kinds that are due and that nobody holds, in one statement: two who take at once
// take different ones.
func (s *Store) TakeJobs(ctx context.Context, kinds []jobs.Kind, now time.Time, lease time.Duration, limit int) ([]jobs.Job, error) {
	if len(kinds) == 0 {
		return nil, nil
	}
	skip := ""
	if s.postgres() {
		skip = " FOR UPDATE SKIP LOCKED"
	}
	var rows []jobRow
	err := s.db.NewRaw(`UPDATE jobs SET lease = ?, holder = ?, attempts = attempts + 1 WHERE id IN (
		SELECT id FROM jobs WHERE due <= ? AND lease <= ? AND NOT given_up AND kind IN (?) ORDER BY due, id LIMIT ?`+skip+`) RETURNING *`,
		micro(now.Add(lease)), care.NewID[string](), micro(now), micro(now), bun.List(kinds), limit).Scan(ctx, &rows)
	list := make([]jobs.Job, len(rows))
	for i, row := range rows {
		list[i] = row.job()
	}
	return list, failed("take jobs", err)
}

// KeepJob holds a job for longer.
func (s *Store) KeepJob(ctx context.Context, j jobs.Job, until time.Time) error {
	done, err := s.db.NewUpdate().Model((*jobRow)(nil)).Set("lease = ?", micro(until)).Where("id = ? AND holder = ?", j.ID, j.Holder).Exec(ctx)
	return failed("keep a job", present(done, err))
}

// FinishJob forgets a job that is done.
func (s *Store) FinishJob(ctx context.Context, j jobs.Job) error {
	done, err := s.db.NewDelete().Model((*jobRow)(nil)).Where("id = ? AND holder = ?", j.ID, j.Holder).Exec(ctx)
	return failed("finish a job", present(done, err))
}

// PutOffJob lets go of a job until it is due again.
func (s *Store) PutOffJob(ctx context.Context, j jobs.Job, due time.Time) error {
	done, err := s.db.NewUpdate().Model((*jobRow)(nil)).Set("due = ?", micro(due)).Set("lease = 0").Set("holder = ''").
		Set("attempts = ?", j.Attempts).Set("failure = ?", strings.ToValidUTF8(j.Failure, "")).Set("given_up = ?", j.GivenUp).
		Where("id = ? AND holder = ?", j.ID, j.Holder).Exec(ctx)
	return failed("put off a job", present(done, err))
}

// FailedJobs lists what was given up, the longest due first.
func (s *Store) FailedJobs(ctx context.Context, limit int) ([]jobs.Job, error) {
	var rows []jobRow
	err := s.db.NewSelect().Model(&rows).Where("q.given_up").OrderExpr("q.due, q.id").Limit(int64(limit)).Scan(ctx)
	list := make([]jobs.Job, len(rows))
	for i, row := range rows {
		list[i] = row.job()
	}
	return list, failed("list failed jobs", err)
}
