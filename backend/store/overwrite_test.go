package store

import (
	"testing"
	"time"

	"hearth/shared/care"
)

// While somebody reads, the log that held what was erased stays; then a job is there that asks again until it is gone.
func TestErasureWhileSomebodyReads(t *testing.T) {
	config := Config{Dir: t.TempDir()}
	c := mustClinic(t, config)
	ctx := t.Context()
	c.fill(t, c.ana, c.wrenID, c.wren.Person, secret)
	c.fill(t, c.ben, c.larkID, c.lark.Person, "Something else")
	asked, err := c.AskErasure(ctx, c.admin, c.wrenID, "request", true)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := c.db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	c.db.SetMaxIdleConns(1)
	c.db.SetMaxOpenConns(2) // theirs, and one that does not wait 5 s for them
	if _, err := c.db.ExecContext(ctx, "PRAGMA busy_timeout(20)"); err != nil {
		t.Fatal(err)
	}
	var n int
	if _, err := reader.ExecContext(ctx, "BEGIN"); err != nil {
		t.Fatal(err)
	}
	if err := reader.QueryRowContext(ctx, "SELECT COUNT(*) FROM labels").Scan(&n); err != nil {
		t.Fatal(err)
	}
	if done, err := c.Erase(ctx, asked.ID); err != nil || done.State != care.ErasureDone {
		t.Fatalf("erased %+v, %v", done, err)
	}
	list, err := c.TakeJobs(ctx, kindsOf(OverwriteJob), noon.Add(time.Hour), time.Minute, 9)
	if err != nil || len(list) != 1 {
		t.Errorf("the jobs to overwrite are %+v, %v", list, err)
	}
	if whole, err := c.Overwrite(ctx); whole || err != nil {
		t.Errorf("while somebody reads it is whole: %v, %v", whole, err)
	}
	if _, err := reader.ExecContext(ctx, "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if whole, err := c.Overwrite(ctx); !whole || err != nil {
		t.Errorf("when nobody reads it is whole: %v, %v", whole, err)
	}
	wantNoTrace(t, config.Dir)
}
