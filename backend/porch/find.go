package porch

// Find is the page for whoever lost the link of their visit.
type Find struct {
	Setting
	Action string // where the form posts to
	Done   bool   // it was posted, by whomever
}
