package e2e

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"hearth/e2e/stage"
	"hearth/shared/api"
)

// searched types a name into the search of the patients' page and answers with how many milliseconds pass from the last key to
// the first picture with nothing but what was looked for.
const searched = `(async name => {
	const field = document.querySelector("#search"), rows = () => [...document.querySelectorAll("#patients [data-patient]")];
	field.focus();
	field.value = name;
	const began = performance.now();
	field.dispatchEvent(new InputEvent("input", { bubbles: true }));
	while (!(rows().length === 1 && rows()[0].innerText.includes(name))) await new Promise(requestAnimationFrame);
	await new Promise(requestAnimationFrame);
	return performance.now() - began;
})(%q)`

// TestFiguresOfLists measures how soon a clerk sees one patient of ten thousand in the page. Like TestFigures it judges nothing.
func TestFiguresOfLists(t *testing.T) {
	if !*figures {
		t.Skip("figures are measured with -figures only")
	}
	house := stage.Open(t)
	admin := house.Caller(t, house.Links().Administrator)
	var have api.Records
	admin.Get(api.ListRecords.Path, &have)
	list := bytes.NewBufferString("pseudonym;therapists\n")
	for i := range api.MaxRows {
		list.WriteString("Crane " + strconv.Itoa(10_000+i) + ";mira\n")
	}
	project := []string{"{project}", string(have.Items[0].Project)}
	var plan api.ImportPreview
	admin.Do(api.PreviewImport, project, api.ImportBody{File: list.Bytes()}, &plan)
	admin.Do(api.CommitImport, project, api.CommitImportBody{File: list.Bytes(), Digest: plan.Digest, ID: "figures-of-lists"}, nil)

	w := stage.Browse(t, "clerk")
	w.ComeIn(house.Links().Administrator, "")
	w.UntilAt(api.AdminPage)
	var opened, found []float64
	for i := range 20 {
		w.Goto(house.URL() + api.AdminPage + "/patients")
		w.Until("document.querySelectorAll('#patients [data-patient]').length >= 50")
		opened = append(opened, stage.Eval[float64](w, "performance.now()"))
		found = append(found, stage.Eval[float64](w, fmt.Sprintf(searched, "Crane "+strconv.Itoa(10_400+431*i))))
	}
	slices.Sort(opened)
	slices.Sort(found)
	fmt.Printf("10 000 patients: the page with the first of them %.0f / %.0f ms, one of them by its name %.0f / %.0f ms (p50 / p95)\n", opened[10], opened[18], found[10], found[18])
}
