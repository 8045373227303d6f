package house

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"os"
	"path/filepath"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// seeded is the setting that says the demo's people have moved in. What an administrator changed since then stays.
const seeded = "demo.seeded"

// settle makes a database a demo's or a clinic's for good. A demo's links let anyone at this machine in without a password,
// so they must never lead to real people; and a clinic must not move in with made-up ones.
func (h *House) settle(ctx context.Context) error {
	kind, other := "clinic", "house.demo-inside"
	if h.config.Demo {
		kind, other = "demo", "house.clinic-inside"
	}
	kept, err := h.store.KeepSetting(ctx, "house.kind", kind)
	if err == nil && kept != kind {
		err = fault.New(fault.Conflict, other, nil)
	}
	return err
}

// cast is who lives in the demo clinic. Nobody has a password: they come by their links.
var cast = []care.NewPerson{
	{Login: "alex", Name: "Alex Rivers", Roles: []access.Role{access.Administrator}, At: &care.TheHouse},
	{Login: "mira", Name: "Mira Solano", Roles: []access.Role{access.Therapist}},
	{Login: "noor", Name: "Noor Haddad", Roles: []access.Role{access.Therapist}},
	{Login: "wren-23", Name: "Wren-23", Roles: []access.Role{access.Patient}},
	{Login: "robin-07", Name: "Robin-07", Roles: []access.Role{access.Patient}},
	{Login: "finch-12", Name: "Finch-12", Roles: []access.Role{access.Patient}},
}

// cares says who cares for whom: Finch is Noor's alone, so that Mira's not seeing Finch can be tried.
var cares = []struct {
	patient, therapist string
	signals            []access.Signal
}{
	{"wren-23", "mira", []access.Signal{access.ECG, access.Movement}},
	{"robin-07", "mira", []access.Signal{access.ECG}},
	{"robin-07", "noor", []access.Signal{access.ECG, access.Movement}},
	{"finch-12", "noor", []access.Signal{access.ECG, access.Movement}},
}

// people makes sure that the demo's people are there, the same ones each time, and makes their links.
func (h *House) people(ctx context.Context) (Links, error) {
	byLogin := map[string]care.Person{}
	for _, n := range cast {
		p, err := h.invite(ctx, n)
		if err != nil {
			return Links{}, err
		}
		byLogin[n.Login] = p
	}
	if _, err := h.store.Setting(ctx, seeded); fault.Is(err, fault.NotFound) {
		if err := h.assign(ctx, byLogin); err != nil {
			return Links{}, err
		}
	} else if err != nil {
		return Links{}, err
	}
	kept := h.kept()
	var links Links
	for login, link := range map[string]*string{"mira": &links.Therapist, "wren-23": &links.Patient, "robin-07": &links.Patient2, "alex": &links.Administrator} {
		token, err := h.token(ctx, byLogin[login].ID, kept[login])
		if err != nil {
			return Links{}, err
		}
		kept[login], *link = token, h.url+api.DemoPage+token
	}
	return links, h.keep(kept)
}

// invite finds a person of the cast or makes them.
func (h *House) invite(ctx context.Context, n care.NewPerson) (care.Person, error) {
	account, err := h.store.AccountByLogin(ctx, n.Login)
	if fault.Is(err, fault.NotFound) {
		return h.store.AddPerson(ctx, n)
	}
	return account.Person, err
}

// assign gives the demo's patients to its therapists, in the administrator's name.
func (h *House) assign(ctx context.Context, byLogin map[string]care.Person) error {
	admin := byLogin["alex"]
	by := care.Reader{Person: admin.ID, Site: admin.Site, Roles: admin.Roles}
	for _, c := range cares {
		patient, err := h.store.PatientOf(ctx, byLogin[c.patient].ID)
		if err != nil {
			return err
		}
		if _, err := h.store.PutCare(ctx, by, care.Permission{Patient: patient.ID, Therapist: byLogin[c.therapist].ID, Signals: c.signals}); err != nil {
			return err
		}
	}
	return h.store.PutSetting(ctx, seeded, "yes")
}

// linksFile keeps the demo's links beside its data, so that a bookmark outlives a restart. The database has their
// hashes only. There is no such file outside the demo.
const linksFile = "demo-links.json"

// token returns the kept token when the house still knows it, else a new one.
func (h *House) token(ctx context.Context, person care.PersonID, kept string) (string, error) {
	if kept != "" {
		whose, err := h.store.DemoLink(ctx, identity.Hash(sha256.Sum256([]byte(kept))))
		if err == nil && whose == person {
			return kept, nil
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return "", err
		}
	}
	return h.identity.DemoToken(ctx, person)
}

// kept reads the tokens by login. A file that is missing or makes no sense is as good as none.
func (h *House) kept() map[string]string {
	var tokens map[string]string
	b, err := os.ReadFile(filepath.Join(h.config.Dir, linksFile))
	if h.config.Dir == "" || err != nil || json.Unmarshal(b, &tokens) != nil || tokens == nil {
		return map[string]string{}
	}
	return tokens
}

func (h *House) keep(tokens map[string]string) error {
	if h.config.Dir == "" {
		return nil
	}
	b, err := json.Marshal(tokens)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(h.config.Dir, linksFile), b, 0o600)
}
