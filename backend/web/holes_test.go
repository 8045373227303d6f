package web_test

import (
	"net/http"
	"strings"
	"testing"

	"hearth/shared/api"
	"hearth/shared/care"
)

// Ways in that systems like this one are known to have left open, each tried through the front.
func TestHolesOverTheInterface(t *testing.T) {
	c := mustClinic(t)
	me := mustDo[api.Me](c.admin, "GET", api.GetMe.Path, nil)
	home := mustDo[api.Records](c.admin, "GET", api.ListRecords.Path, nil).Items[0].Project
	noor := c.mustStaff("colleague", "therapist", care.Place{Site: me.Site, Project: home})
	finch, wren := c.patients["Finch-12"], c.patients["Wren-23"]
	mustDo[api.Care](c.admin, "PUT", strings.NewReplacer("{patient}", string(finch), "{therapist}", string(c.people["colleague"].ID)).Replace(api.PutCare.Path), api.PutCareBody{})
	theirs := mustDo[api.Sitting](noor, "POST", of(api.OpenSitting, finch), nil)
	mine := mustDo[api.Sitting](c.mira, "POST", of(api.OpenSitting, wren), nil)
	label := string(care.NewID[care.LabelID]())
	in := func(op api.Operation, sitting care.SittingID) string {
		return strings.NewReplacer("{sitting}", string(sitting), "{label}", label).Replace(op.Path)
	}
	note := `{"id":"` + label + `","at":1,"kind":"note","text":"x","version":0`
	for what, try := range map[string]struct {
		by           *visitor
		method, path string
		body         string
		status       int
	}{
		"a colleague's sitting, because both work in one project":  {c.mira, "GET", in(api.ListLabels, theirs.ID), "", http.StatusNotFound},
		"a sitting is ended by whoever knows its id":               {c.mira, "POST", in(api.EndSitting, theirs.ID), "", http.StatusNotFound},
		"a patient makes a sitting":                                {c.wren, "POST", of(api.OpenSitting, wren), "", http.StatusNotFound},
		"a sitting gets another patient by its body":               {c.mira, "PUT", in(api.PutLabel, mine.ID), note + `,"patient":"` + string(finch) + `"}`, http.StatusUnprocessableEntity},
		"the asker says who made something":                        {c.mira, "PUT", in(api.PutLabel, mine.ID), note + `,"by":"` + string(c.people["colleague"].ID) + `"}`, http.StatusUnprocessableEntity},
		"a patient reads how the house is made":                    {c.wren, "GET", api.GetInstallation.Path, "", http.StatusNotFound},
		"a therapist reads how the house is made":                  {c.mira, "GET", api.GetInstallation.Path, "", http.StatusNotFound},
		"a therapist deletes a patient":                            {c.mira, "DELETE", of(api.DeleteRecord, wren), `{"version":2}`, http.StatusNotFound},
		"a therapist makes themselves administrator":               {c.mira, "POST", strings.Replace(api.GiveRole.Path, "{person}", string(c.people["Mira Solano"].ID), 1), `{"role":"administrator"}`, http.StatusNotFound},
		"a patient lists who works here":                           {c.wren, "GET", api.ListPeople.Path, "", http.StatusNotFound},
		"a therapist reads who may do what":                        {c.mira, "GET", of(api.WhoMay, wren), "", http.StatusNotFound},
		"names are searched by somebody who reads none":            {c.wren, "POST", api.SearchRecords.Path, `{"text":"a"}`, http.StatusNotFound},
		"a patient's contact is read by a colleague of the clinic": {c.mira, "GET", of(api.GetContact, finch), "", http.StatusNotFound},
	} {
		res, got := try.by.ask(try.method, try.path, try.body)
		if res.StatusCode != try.status {
			t.Errorf("%s: %d %s, want %d", what, res.StatusCode, got, try.status)
		}
	}
	if list := mustDo[api.List[api.Sitting]](c.mira, "GET", of(api.ListSittings, wren), nil); len(list.Items) != 1 || list.Items[0].End != nil {
		t.Errorf("Mira's sittings are %+v", list.Items)
	}
}
