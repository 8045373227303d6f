package store

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"hearth/shared/care"
)

// A holding is what one table knows about a patient: whose rows those are, what an export shows of them, and that erasing
// the patient deletes them. Every table that knows anything about a patient has its holding in this one list, children
// before their parents; a test finds tables that have none.
type holding struct {
	table  string
	kind   string // what its rows are, counted and exported together; "" for what is only deleted, such as secrets
	of     whose
	shown  []shown // columns of an export, in order; none for what the archive has in another shape
	sorted string
}

// whose says in SQL which rows x of a table are a patient's, with one ? for the id it speaks of.
type whose struct {
	where  string
	person bool // ? is the patient's account
	stays  bool // the rows are lent to the patient: erasing takes the patient out of them (ON DELETE SET NULL)
}

var (
	byVisit   = whose{where: "x.visit IN (SELECT id FROM visits WHERE patient = ?)"}
	byPatient = whose{where: "x.patient = ?"}
	bySitting = whose{where: "x.sitting IN (SELECT id FROM sittings WHERE patient = ?)"}
	byPerson  = whose{where: "x.person = ?", person: true}
	lent      = whose{where: "x.patient = ?", stays: true}
)

// shown is a column of an export.
type shown struct {
	name string
	sql  string
	form form
}

// form is how a column is written.
type form int

const (
	plain    form = iota // as it is
	instants             // microseconds since 1970 as RFC 3339, null for 0
	flag                 // true or false
	asJSON               // JSON text as it is
)

// holdings in the order in which they are deleted. Who adds a table with a patient's data adds a row here.
var holdings = append(append(messageHoldings, visitHoldings...), []holding{
	{"labels", "labels", bySitting, []shown{{"id", "x.id", plain}, {"sitting", "x.sitting", plain}, {"at", "x.stamp", instants}, {"kind", "x.kind", plain}, {"word", "x.word", plain},
		{"company", "x.company", plain}, {"text", "x.note", plain}, {"rating", "x.rating", plain}, {"removed", "x.removed", flag}, {"author", "x.author", plain},
		{"version", "x.version", plain}, {"stored", "x.stored", instants}}, "x.stamp, x.id"},
	{"baselines", "baselines", bySitting, []shown{{"sitting", "x.sitting", plain}, {"start", "x.begins", instants}, {"end", "x.ends", instants}, {"measures", "x.measures", asJSON},
		{"author", "x.author", plain}, {"version", "x.version", plain}}, "x.sitting"},
	{"sittings", "sittings", byPatient, []shown{{"id", "x.id", plain}, {"start", "x.begins", instants}, {"end", "COALESCE(x.ends, 0)", instants}}, "x.begins, x.id"},
	{"limits", "limits", byPatient, []shown{{"heartLow", "x.heart_low", plain}, {"heartHigh", "x.heart_high", plain}, {"leadOff", "x.lead_off", plain}, {"author", "x.author", plain},
		{"version", "x.version", plain}}, "x.patient"},
	{"permissions", "permissions", byPatient, []shown{{"therapist", "x.therapist", plain}, {"signal", "x.signal", plain}}, "x.therapist, x.signal"},
	{"care", "assignments", byPatient, []shown{{"therapist", "x.therapist", plain}, {"therapistName", "(SELECT w.name FROM people AS w WHERE w.id = x.therapist)", plain},
		{"since", "x.since", instants}}, "x.since, x.therapist"},
	{"contacts", "contact", byPatient, nil, "x.patient"},
	{"consents", "consents", byPatient, []shown{{"id", "x.id", plain}, {"kind", "x.kind", plain}, {"version", "x.version", plain}, {"language", "x.language", plain}, {"given", "x.given", flag},
		{"at", "x.moment", instants}, {"signer", "x.signer", plain}, {"way", "x.way", plain}, {"note", "x.note", plain}, {"author", "x.author", plain}, {"stored", "x.stored", instants},
		{"title", "(SELECT t.title" + textOfConsent, plain}, {"text", "(SELECT t.paragraphs" + textOfConsent, asJSON}}, "x.moment, x.id"},

	{"loans", "device-loans", byPatient, []shown{{"device", "x.device", plain}, {"name", "(SELECT v.name FROM devices AS v WHERE v.id = x.device)", plain}, {"since", "x.since", instants},
		{"until", "x.ends", instants}}, "x.since, x.id"},
	{"devices", "devices", lent, []shown{{"id", "x.id", plain}, {"kind", "x.kind", plain}, {"model", "x.model", plain}, {"name", "x.name", plain},
		{"serial", "x.serial", plain}, {"state", "x.state", plain}}, "x.name, x.id"},

	{"deliveries", "", byPatient, nil, ""},
	{"demo_links", "", byPerson, nil, ""},
	{"own_vocabulary", "", byPerson, nil, ""},
	{"halves", "", byPerson, nil, ""},
	{"sessions", "sessions", byPerson, []shown{{"began", "x.created", instants}, {"seen", "x.seen", instants}, {"expires", "x.expires", instants}, {"proof", "x.proof", plain},
		{"browser", "x.browser", plain}, {"system", "x.system", plain}}, "x.created, x.slot"},
	{"codes", "", byPerson, nil, ""},
	{"recovery_codes", "", byPerson, nil, ""},
	{"challenges", "", byPerson, nil, ""},
	{"enrolments", "", byPerson, nil, ""},
	{"passkeys", "passkeys", byPerson, []shown{{"id", "x.id", plain}, {"name", "x.name", plain}, {"created", "x.created", instants}, {"used", "x.used", instants}, {"synced", "x.synced", flag}}, "x.created, x.id"},
	{"passkey_handles", "", byPerson, nil, ""},
	{"client_tokens", "", whose{where: "x.family IN (SELECT id FROM client_grants WHERE person = ?)", person: true}, nil, ""},
	{"client_grants", "programs", byPerson, []shown{{"program", "(SELECT c.name FROM clients AS c WHERE c.id = x.client)", plain}, {"scopes", "x.scopes", plain}, {"began", "x.created", instants},
		{"expires", "x.expires", instants}, {"ended", "x.ended", instants}}, "x.created, x.id"},
	{"client_agreements", "program-agreements", byPerson, []shown{{"program", "(SELECT c.name FROM clients AS c WHERE c.id = x.client)", plain}, {"scopes", "x.scopes", plain},
		{"given", "x.given", instants}}, "x.given, x.client"},
	{"hospital_accounts", "hospital-accounts", byPerson, []shown{{"issuer", "x.issuer", plain}, {"subject", "x.subject", plain}, {"since", "x.since", instants}}, "x.issuer, x.subject"},
	{"grants", "roles", byPerson, []shown{{"role", "x.role", plain}, {"site", "x.site", plain}, {"project", "x.project", plain}, {"since", "x.since", instants}, {"author", "x.author", plain}}, "x.role"},
	{"patients", "record", whose{where: "x.id = ?"}, []shown{{"id", "x.id", plain}, {"project", "x.project", plain}, {"group", "x.patient_group", plain}, {"created", "x.created", instants},
		{"deleted", "x.deleted", instants}, {"game", "x.game", flag}, {"figure", "x.figure", plain}, {"world", "x.world", plain}, {"held", "x.held", instants},
		{"version", "x.version", plain}}, "x.id"},
	{"people", "account", whose{where: "x.id = ?", person: true}, []shown{{"id", "x.id", plain}, {"site", "x.site", plain}, {"pseudonym", "x.name", plain}, {"login", "x.login", plain}, {"linkOnly", "x.link_only", flag},
		{"disabled", "x.disabled", flag}, {"language", "x.language", plain}, {"theme", "x.theme", plain}, {"created", "x.created", instants}, {"version", "x.version", plain}}, "x.id"},
}...)

// textOfConsent finds what a patient agreed to.
const textOfConsent = " FROM consent_texts AS t WHERE t.project = x.project AND t.kind = x.kind AND t.version = x.version AND t.language = x.language)"

// kept are the tables that name patients and outlive them, with the reason.
var kept = map[string]string{
	"trail":    "it holds ids only, and is whole or worth nothing; what was done with a patient's data is exported from it",
	"erasures": "the proof that a patient was forgotten",
}

// about are the ids of a patient and of the account.
type about struct {
	patient care.PatientID
	person  care.PersonID
}

func (h holding) id(a about) any {
	if h.of.person {
		return a.person
	}
	return a.patient
}

// counted counts what there is about a patient, by kind: what is theirs, and with lent what is lent to them too.
func counted(ctx context.Context, db bun.IDB, a about, lent bool) (map[string]int, error) {
	counts := map[string]int{}
	for _, h := range holdings {
		if h.of.stays && !lent {
			continue
		}
		var n int
		if err := db.NewRaw("SELECT COUNT(*) FROM "+h.table+" AS x WHERE "+h.of.where, h.id(a)).Scan(ctx, &n); err != nil {
			return nil, err
		}
		if h.kind != "" && n > 0 {
			counts[h.kind] += n
		}
	}
	return counts, nil
}

// deleted deletes everything about a patient, and counts it by kind.
func deleted(ctx context.Context, tx bun.Tx, a about) (map[string]int, error) {
	counts := map[string]int{}
	for _, h := range holdings {
		if h.of.stays {
			continue
		}
		done, err := tx.NewRaw("DELETE FROM "+h.table+" AS x WHERE "+h.of.where, h.id(a)).Exec(ctx)
		if err != nil {
			return nil, err
		}
		n, err := done.RowsAffected()
		if err != nil {
			return nil, err
		}
		if h.kind != "" && n > 0 {
			counts[h.kind] += int(n)
		}
	}
	return counts, nil
}

// selected is the select of what an export shows.
func (h holding) selected() string {
	columns := make([]string, len(h.shown))
	for i, c := range h.shown {
		columns[i] = c.sql
	}
	return "SELECT " + strings.Join(columns, ", ") + " FROM " + h.table + " AS x WHERE " + h.of.where + " ORDER BY " + h.sorted
}
