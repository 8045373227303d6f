package kit

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Table is rows under headings, inside Fold. Where a screen is too narrow for it, its rows become cards whose cells say their
// heading themselves (kit.css); the roles are written out because some browsers forget them then.
func Table(id string, heads []string, rows ...app.UI) app.HTMLTable {
	var top []app.UI
	for _, h := range heads {
		top = append(top, app.Th().Scope("col").Role("columnheader").Text(h))
	}
	return app.Table().ID(id).Class("table cards").Role("table").Body(
		app.THead().Role("rowgroup").Body(Row(top...)), app.TBody().Role("rowgroup").Body(rows...))
}

// Fold is the card a table lies in; it decides by its own width whether the table is one, or cards.
func Fold(label string, table app.UI) app.HTMLSection {
	return app.Section().Class("card flush folds").Aria("label", label).Body(table)
}

// Row is one row of a table.
func Row(cells ...app.UI) app.HTMLTr { return app.Tr().Role("row").Body(cells...) }

// Cell stands under a heading.
func Cell(head string, body ...app.UI) app.HTMLTd {
	return app.Td().Role("cell").DataSet("head", head).Body(body...)
}

// Head is the cell that names its row: the title of the card.
func Head(text string) app.HTMLTh { return app.Th().Scope("row").Role("rowheader").Text(text) }

// Missing is a cell with nothing to say; a card leaves it out.
func Missing(head string) app.HTMLTd { return Cell(head, app.Text("–")).Class("dim none") }
