package store

// byGuest are the rows of a table that hang on a guest of a patient's visits.
var byGuest = whose{where: "x.guest IN (SELECT g.id FROM guests AS g JOIN visits AS v ON v.id = g.visit WHERE v.patient = ?)"}

// doorHoldings are what the door of visits knows about a patient. What opens the door is a hash and tells nobody anything:
// it is only counted.
var doorHoldings = []holding{
	{"call_backs", "visit-call-backs", byGuest, []shown{{"guest", "x.guest", plain}, {"wished", "x.wished", instants}, {"done", "x.done", instants}}, "x.wished, x.id"},
	{"guest_whereabouts", "visit-whereabouts", byGuest, []shown{{"guest", "x.guest", plain}, {"stored", "x.stored", instants}}, "x.stored, x.guest"},
	{"guest_devices", "visit-devices", byGuest, []shown{{"guest", "x.guest", plain}, {"made", "x.made", instants}, {"browser", "x.browser", plain}, {"system", "x.system", plain}}, "x.made, x.id"},
	{"guest_codes", "visit-codes", byGuest, []shown{{"guest", "x.guest", plain}, {"expires", "x.expires", instants}}, "x.guest"},
	{"guest_sessions", "visit-sessions", byGuest, []shown{{"guest", "x.guest", plain}, {"created", "x.created", instants}, {"seen", "x.seen", instants}, {"browser", "x.browser", plain},
		{"system", "x.system", plain}}, "x.created, x.hash"},
	{"guest_links", "visit-links", byGuest, []shown{{"guest", "x.guest", plain}, {"made", "x.made", instants}, {"revoked", "x.revoked", instants}}, "x.made, x.hash"},
}
