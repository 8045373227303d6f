package web

import (
	"context"
	"net/http"

	"hearth/backend/audit"
	"hearth/backend/identity"
	"hearth/backend/porch"
	"hearth/backend/provider"
	"hearth/shared/api"
	"hearth/shared/fault"
)

func init() { accountNotes["program-ended"] = "programs.ended" }

// fillPrograms tells which programs may know who somebody is.
func (s *Server) fillPrograms(ctx context.Context, _ *http.Request, who identity.Who, v *porch.Account) error {
	if s.Provider == nil {
		return nil
	}
	list, err := s.Provider.Agreements(ctx, who.Person.ID)
	for _, a := range list {
		v.Programs = append(v.Programs, porch.Program{ID: string(a.Client), Name: a.Name, Scopes: a.Scopes, Since: v.Say("programs.since", "when", s.ago(v.Setting, a.Given))})
	}
	return err
}

// endProgram takes back what somebody agreed to. Once more is harmless.
func (s *Server) endProgram(w http.ResponseWriter, r *http.Request) {
	who, ok := s.accountForm(w, r)
	if !ok {
		return
	}
	id := provider.ClientID(r.PostForm.Get("program"))
	err := s.Provider.Withdraw(r.Context(), who.Person.ID, id)
	if err == nil {
		err = s.append(r.Context(), audit.Entry{Person: who.Person.ID, Action: api.DeleteAgreement.ID, Object: string(id), From: audit.Network(s.Address(r))})
	} else if fault.Is(err, fault.NotFound) {
		err = nil
	}
	if err != nil {
		s.accountTrouble(w, r, who, err, nil)
		return
	}
	s.accountDone(w, r, who, "program-ended")
}
