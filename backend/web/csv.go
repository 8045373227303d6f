package web

import "strings"

// cell makes a text fit for a table that is opened in a spreadsheet: one that would be taken for a formula begins with an
// apostrophe (OWASP, "CSV Injection").
func cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n|%", rune(text[0])) {
		return "'" + text
	}
	return text
}
