package store

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/audit"
	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// tables are all tables of the database with their columns.
func (c clinic) tables(t testing.TB) map[string][]string {
	t.Helper()
	query := "SELECT m.name AS t, p.name AS c FROM sqlite_master AS m, pragma_table_info(m.name) AS p WHERE m.type = 'table'"
	if c.postgres() {
		query = "SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = 'public'"
	}
	rows, err := c.db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := map[string][]string{}
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			t.Fatal(err)
		}
		all[table] = append(all[table], column)
	}
	if err := rows.Err(); err != nil || len(all) < 10 {
		t.Fatal(len(all), err)
	}
	return all
}

// TestEveryTableIsHeld finds tables that know something about a patient and are neither exported and erased (holdings)
// nor kept for a reason (kept). Whoever adds such a table adds a row there.
func TestEveryTableIsHeld(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		all := c.tables(t)
		telling := []string{"patient", "person", "sitting", "account", "member"}
		for table, columns := range all {
			about := slices.ContainsFunc(columns, func(column string) bool { return slices.Contains(telling, column) })
			held := slices.ContainsFunc(holdings, func(h holding) bool { return h.table == table })
			if _, ok := kept[table]; about && !held && !ok {
				t.Errorf("the table %s knows something about patients (%s), and is neither in holdings nor in kept", table, strings.Join(columns, ", "))
			}
		}
		for _, h := range holdings {
			if all[h.table] == nil {
				t.Errorf("holdings name the table %s, which is not there", h.table)
			}
			for _, s := range h.shown {
				if column, ok := strings.CutPrefix(s.sql, "x."); ok && !slices.Contains(all[h.table], column) {
					t.Errorf("%s has no column %s", h.table, column)
				}
			}
		}
		if !c.postgres() {
			c.wantChildrenHeld(t, all)
		}
		for table := range kept {
			if all[table] == nil {
				t.Errorf("kept names the table %s, which is not there", table)
			}
		}
	})
}

// wantChildrenHeld finds tables whose rows hang on rows of a patient; who only did something for others is named by the
// columns left out.
func (c clinic) wantChildrenHeld(t testing.TB, all map[string][]string) {
	t.Helper()
	for table := range all {
		var keys []struct{ Parent, Column string }
		if err := c.db.NewRaw(`SELECT "table" AS parent, "from" AS "column" FROM pragma_foreign_key_list(?)`, table).Scan(t.Context(), &keys); err != nil {
			t.Fatal(err)
		}
		for _, k := range keys {
			hang := slices.ContainsFunc(holdings, func(h holding) bool { return h.table == k.Parent && !h.of.stays })
			held := slices.ContainsFunc(holdings, func(h holding) bool { return h.table == table })
			if staff := slices.Contains([]string{"author", "issuer", "therapist"}, k.Column); hang && !staff && !held {
				t.Errorf("the rows of %s hang on %s by %s, and are not in holdings", table, k.Parent, k.Column)
			}
		}
	}
}

// secret stands in a note of the patient who is forgotten.
const secret = "Zanzibar-chimney-9"

// fill writes something about a patient into every table that has a way to.
func (c clinic) fill(t testing.TB, by care.Reader, id care.PatientID, person care.PersonID, text string) {
	t.Helper()
	ctx := t.Context()
	sitting, err := c.OpenSitting(ctx, by, id)
	if err != nil {
		t.Fatal(err)
	}
	_, err1 := c.PutLabel(ctx, by, care.Label{ID: care.NewID[care.LabelID](), Sitting: sitting.ID, At: 1, Kind: care.Note, Text: text})
	_, err2 := c.PutBaseline(ctx, by, care.Baseline{Sitting: sitting.ID, Start: 1, End: 2, Measures: map[string]care.Measure{"hr": {Median: 60, Count: 1}}})
	_, err3 := c.PutLimits(ctx, by, care.DefaultLimits(id))
	_, err4 := c.PutContact(ctx, c.admin, id, []byte("sealed"), 0)
	err5 := c.CreateSession(ctx, identity.Session{Hash: identity.Hash([]byte(text + strings.Repeat(" ", 32))[:32]), Slot: "aaaaaaaa", Person: person, Created: noon, Seen: noon, Expires: noon.Add(time.Hour)})
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		t.Fatal(err)
	}
	if err := c.AppendAudit(ctx, audit.Entry{Person: by.Person, Action: "put-label", Patient: id}); err != nil {
		t.Fatal(err)
	}
	c.fillVisit(t, by, id, text)
}

// fillVisit has a patient come to a visit in which everything is written down that can be.
func (c clinic) fillVisit(t testing.TB, by care.Reader, id care.PatientID, text string) {
	t.Helper()
	ctx := t.Context()
	own, mother := newGuest(care.AsPatient), newGuest(care.AsRelative)
	own.Name, mother.Name = text, text
	n := c.soon(own, mother)
	n.Patient, n.Kind, n.Now = id, care.Family, true
	v := c.mustBook(t, by, n)
	c.mustStep(t, guest(own.ID), v.ID, own.ID, care.Arrive)
	c.mustStep(t, by, v.ID, own.ID, care.Admit)
	_, err1 := c.AddLine(ctx, guest(own.ID), care.Line{ID: care.NewID[care.LineID](), Visit: v.ID, Text: text})
	_, err2 := c.PutVisitNotes(ctx, by, care.VisitNotes{Visit: v.ID, Parts: []care.NoteText{{Key: "said", Text: text}}})
	err3 := c.ReportMinutes(ctx, guest(own.ID), v.ID, []care.Minute{{At: c.clock.Now().Unix() / 60, Quality: 4, Sound: 60}})
	err4 := c.AnswerVisit(ctx, guest(own.ID), v.ID, care.VisitAnswer{Stars: 5, Wrong: []string{"sound"}, Text: text})
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
}

// An erasure is explained, waits, and then leaves nothing but its proof: not a row, not a byte, and the trail whole.
func TestErasure(t *testing.T) {
	onBoth(t, func(t *testing.T, config Config) {
		c := mustClinic(t, config)
		ctx := t.Context()
		c.fill(t, c.ana, c.wrenID, c.wren.Person, secret)
		c.fill(t, c.ben, c.larkID, c.lark.Person, "Something else")
		plan, err := c.PlanErasure(ctx, c.admin, c.wrenID)
		want := map[string]int{"labels": 1, "baselines": 1, "sittings": 1, "limits": 1, "permissions": 1, "assignments": 1, "contact": 1, "sessions": 1, "roles": 1, "record": 1, "account": 1,
			"visits": 1, "visit-guests": 2, "visit-events": 5, "visit-lines": 1, "visit-notes": 1, "visit-minutes": 1, "visit-answers": 1, "messages": 2}
		if err != nil || !maps.Equal(plan.Counts, want) || !plan.Due.Equal(noon.Add(7*24*time.Hour)) || plan.ID != "" || plan.Person != c.wren.Person {
			t.Fatalf("planned %+v, %v; want %v", plan, err, want)
		}
		_, err = c.AskErasure(ctx, c.admin, c.wrenID, "because Wren Miller said so", false)
		wantFault(t, err, fault.Invalid, "erasure.reason")
		asked, err := c.AskErasure(ctx, c.admin, c.wrenID, "request", false)
		if err != nil || asked.State != care.ErasureWaiting || !asked.Due.Equal(plan.Due) {
			t.Fatalf("asked %+v, %v", asked, err)
		}
		if again, err := c.AskErasure(ctx, c.admin, c.wrenID, "consent", false); err != nil || again.ID != asked.ID || again.Reason != "request" {
			t.Errorf("asked twice: %+v, %v", again, err)
		}
		if list, err := c.ListPatients(ctx, c.ana); err != nil || len(list) != 0 {
			t.Errorf("while it waits, the therapist sees %v, %v", list, err)
		}
		_, err = c.Erase(ctx, asked.ID)
		wantFault(t, err, fault.Conflict, "erasure.early")
		if list, err := c.TakeJobs(ctx, kindsOf(EraseJob), noon.Add(8*24*time.Hour), time.Minute, 9); err != nil || len(list) != 1 || list[0].Body != string(asked.ID) {
			t.Errorf("its job is %+v, %v", list, err)
		}
		c.clock.Advance(7 * 24 * time.Hour)
		done, err := c.Erase(ctx, asked.ID)
		if err != nil || done.State != care.ErasureDone || len(done.Proof) != 64 || done.Counts["labels"] != 1 || done.Counts["account"] != 1 || done.Proof != proofOf(done) {
			t.Fatalf("done %+v, %v", done, err)
		}
		if again, err := c.Erase(ctx, asked.ID); err != nil || again.Proof != done.Proof {
			t.Errorf("done again: %+v, %v", again, err)
		}
		for what, err := range map[string]error{
			"planned":    func() error { _, err := c.PlanErasure(ctx, c.admin, c.wrenID); return err }(),
			"asked":      func() error { _, err := c.AskErasure(ctx, c.admin, c.wrenID, "request", true); return err }(),
			"called off": func() error { _, err := c.CancelErasure(ctx, c.admin, c.wrenID); return err }(),
		} {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("afterwards %s: %v", what, err)
			}
		}
		c.wantGone(t, c.wrenID, c.wren.Person)
		if r := mustVerify(t, c.Store, 0); !r.Whole() {
			t.Errorf("the trail: %+v", r)
		}
		list, err := c.ListAudit(ctx, 1)
		if err != nil || list[0].Action != "patient.erased" || list[0].Object != string(done.ID)+":"+done.Proof || list[0].Count != done.Total() || list[0].Place.Project != c.project {
			t.Errorf("the trail says %+v, %v", list, err)
		}
		if all, err := c.ListErasures(ctx, c.admin); err != nil || len(all) != 1 || all[0].Proof != done.Proof {
			t.Errorf("the proofs are %+v, %v", all, err)
		}
		if left, err := counted(ctx, c.db, about{c.larkID, c.lark.Person}, false); err != nil || left["labels"] != 1 || left["contact"] != 1 {
			t.Errorf("of the other patient there is %v, %v", left, err)
		}
		if !c.postgres() {
			wantNoTrace(t, config.Dir)
		}
	})
}

// wantGone looks for the ids of a patient in every column of every table that is not kept for a reason.
func (c clinic) wantGone(t testing.TB, id care.PatientID, person care.PersonID) {
	t.Helper()
	for table, columns := range c.tables(t) {
		if kept[table] != "" {
			continue
		}
		for _, column := range columns {
			var n int
			if err := c.db.NewRaw("SELECT COUNT(*) FROM "+table+" WHERE CAST("+column+" AS TEXT) LIKE ? OR CAST("+column+" AS TEXT) LIKE ?",
				"%"+string(id)+"%", "%"+string(person)+"%").Scan(t.Context(), &n); err != nil {
				t.Fatal(err)
			}
			if n > 0 {
				t.Errorf("%s.%s still names the patient in %d rows", table, column, n)
			}
		}
	}
}

// wantNoTrace looks for what was erased in the files of SQLite.
func wantNoTrace(t testing.TB, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, File+"*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(secret)) {
			t.Errorf("%s still holds what was erased", filepath.Base(f))
		}
		if strings.HasSuffix(f, File) && !bytes.Contains(b, []byte("Something else")) {
			t.Error("the file does not even hold what is there: the search proves nothing")
		}
	}
}

// Who is brought back is not erased any more, by whichever way they come: a later deletion waits for nothing, a new
// erasure begins anew. Who may not erase them leaves the erasure as it is.
func TestBroughtBackIsNotErased(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		clerk := c.mustAt(t, "clerk", care.Place{Site: c.site}, access.Clerk)
		house := c.mustAt(t, "house.admin", care.TheHouse, access.Administrator)
		asked, err := c.AskErasure(ctx, c.admin, c.wrenID, "mistake", false)
		if err != nil {
			t.Fatal(err)
		}
		hidden, err := c.Record(ctx, c.admin, c.wrenID)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.RestoreRecord(ctx, clerk, c.wrenID, hidden.Version)
		wantFault(t, err, fault.Conflict, "erasure.waits")
		back, err := c.RestoreRecord(ctx, c.admin, c.wrenID, hidden.Version)
		if err != nil || !back.CalledOff || !back.Deleted.IsZero() {
			t.Fatalf("brought back %+v, %v", back, err)
		}
		wantOff := func(how string, id care.ErasureID) {
			t.Helper()
			if plan, err := c.PlanErasure(ctx, c.admin, c.wrenID); err != nil || plan.ID != "" {
				t.Errorf("%s: %+v waits still, %v", how, plan, err)
			}
			if list, err := c.TakeJobs(ctx, kindsOf(EraseJob), noon.Add(10000*time.Hour), time.Minute, 9); err != nil || len(list) != 0 {
				t.Errorf("%s: its job is there still: %+v, %v", how, list, err)
			}
			if list, err := c.ListAudit(ctx, 1); err != nil || list[0].Action != "cancel-erasure" || list[0].Object != string(id) || list[0].Patient != c.wrenID {
				t.Errorf("%s: the trail says %+v, %v", how, list, err)
			}
		}
		wantOff("restored", asked.ID)
		gone, err := c.DeleteRecord(ctx, c.admin, c.wrenID, back.Version)
		if err != nil {
			t.Fatal(err)
		}
		c.clock.Advance(8 * 24 * time.Hour)
		if e, err := c.Erase(ctx, asked.ID); err != nil || e.State != care.ErasureCancelled {
			t.Errorf("erased unasked: %+v, %v", e, err)
		}
		if back, err = c.RestoreRecord(ctx, clerk, c.wrenID, gone.Version); err != nil || back.CalledOff {
			t.Errorf("nothing waited: %+v, %v", back, err)
		}
		again, err := c.AskErasure(ctx, c.admin, c.wrenID, "request", false)
		if err != nil || again.ID == asked.ID {
			t.Fatalf("asked anew %+v, %v", again, err)
		}
		if hidden, err = c.Record(ctx, c.admin, c.wrenID); err != nil || hidden.Deleted.IsZero() {
			t.Fatalf("while it waits: %+v, %v", hidden, err)
		}
		if _, err := c.RestoreRecord(ctx, c.admin, c.wrenID, hidden.Version); err != nil {
			t.Fatal(err)
		}

		site, err := c.DeleteSite(ctx, house, c.site, 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.within(ctx, "ask", func(ctx context.Context, tx bun.Tx) error {
			var p patientRow
			if err := tx.NewSelect().Model(&p).Where("p.id = ?", c.wrenID).Scan(ctx); err != nil {
				return err
			}
			asked, err = c.askErasure(ctx, tx, p, care.Place{Site: c.site, Project: c.project}, "", "retention", true)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.RestoreSite(ctx, house, c.site, site.Version); err != nil {
			t.Fatal(err)
		}
		wantOff("with the site", asked.ID)
		if r := mustVerify(t, c.Store, 0); !r.Whole() {
			t.Errorf("the trail: %+v", r)
		}
	})
}

// Called off, a patient is back as they were; brought back otherwise, they are not erased either.
func TestErasureCalledOff(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		asked, err := c.AskErasure(ctx, c.admin, c.wrenID, "mistake", false)
		if err != nil {
			t.Fatal(err)
		}
		if off, err := c.CancelErasure(ctx, c.admin, c.wrenID); err != nil || off.State != care.ErasureCancelled {
			t.Errorf("called off %+v, %v", off, err)
		}
		if list, err := c.ListPatients(ctx, c.ana); err != nil || len(list) != 1 {
			t.Errorf("the therapist sees %v, %v", list, err)
		}
		if list, err := c.TakeJobs(ctx, kindsOf(EraseJob), noon.Add(1000*time.Hour), time.Minute, 9); err != nil || len(list) != 0 {
			t.Errorf("its job is there still: %+v, %v", list, err)
		}
		c.clock.Advance(1000 * time.Hour)
		if e, err := c.Erase(ctx, asked.ID); err != nil || e.State != care.ErasureCancelled {
			t.Errorf("erased all the same: %+v, %v", e, err)
		}
		if asked, err = c.AskErasure(ctx, c.admin, c.wrenID, "request", true); err != nil || !asked.Due.Equal(c.clock.Now()) {
			t.Errorf("at once: %+v, %v", asked, err)
		}
		for _, s := range []string{"UPDATE patients SET deleted = 0 WHERE id = ?", "UPDATE people SET deleted = 0 WHERE id = (SELECT person FROM patients WHERE id = ?)"} {
			if _, err := c.db.Exec(s, c.wrenID); err != nil {
				t.Fatal(err)
			}
		}
		if e, err := c.Erase(ctx, asked.ID); err != nil || e.State != care.ErasureCancelled {
			t.Errorf("who was brought back was erased: %+v, %v", e, err)
		}
		far := c.mustFarSite(t)
		for who, by := range map[string]care.Reader{"a therapist": c.ana, "another site": far.admin, "the patient": c.wren, "nobody": {}} {
			_, err1 := c.PlanErasure(ctx, by, c.wrenID)
			_, err2 := c.AskErasure(ctx, by, c.wrenID, "request", true)
			_, err3 := c.CancelErasure(ctx, by, c.wrenID)
			for _, err := range []error{err1, err2, err3} {
				if !fault.Is(err, fault.NotFound) {
					t.Errorf("%s: %v", who, err)
				}
			}
			if list, err := c.ListErasures(ctx, by); err != nil || len(list) != 0 {
				t.Errorf("%s sees %v, %v", who, list, err)
			}
		}
	})
}
