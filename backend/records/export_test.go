package records

// Bare is what an import makes of a cell.
var Bare = bare
