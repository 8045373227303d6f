package store

// visitHoldings are what visits know about a patient.
var visitHoldings = append(doorHoldings, []holding{
	{"visit_answers", "visit-answers", whose{where: "x.guest IN (SELECT g.id FROM guests AS g JOIN visits AS v ON v.id = g.visit WHERE v.patient = ?)"}, []shown{{"guest", "x.guest", plain},
		{"stars", "x.stars", plain}, {"wrong", "x.wrong", plain}, {"text", "x.words", plain}, {"stored", "x.stored", instants}}, "x.stored, x.guest"},
	{"visit_minutes", "visit-minutes", byVisit, []shown{{"visit", "x.visit", plain}, {"guest", "x.guest", plain}, {"minute", "x.minute", plain}, {"report", "x.report", asJSON}}, "x.visit, x.minute, x.party"},
	{"visit_captions", "visit-captions", byVisit, []shown{{"visit", "x.visit", plain}, {"service", "x.service", plain}, {"began", "x.began", instants}, {"stopped", "x.stopped", instants},
		{"by", "x.author", plain}}, "x.visit, x.service"},
	{"visit_notes", "visit-notes", byVisit, []shown{{"visit", "x.visit", plain}, {"version", "x.version", plain}, {"parts", "x.parts", asJSON}, {"author", "x.author", plain},
		{"stored", "x.stored", instants}}, "x.visit, x.version"},
	{"visit_lines", "visit-lines", byVisit, []shown{{"id", "x.id", plain}, {"visit", "x.visit", plain}, {"guest", "x.guest", plain}, {"person", "x.person", plain}, {"name", "x.name", plain},
		{"door", "x.door", plain}, {"text", "x.words", plain}, {"at", "x.moment", instants}}, "x.moment, x.id"},
	{"guest_events", "visit-events", byVisit, []shown{{"visit", "x.visit", plain}, {"guest", "x.guest", plain}, {"at", "x.moment", instants}, {"act", "x.act", plain}, {"from", "x.was", plain},
		{"to", "x.becomes", plain}, {"by", "x.author", plain}, {"reason", "x.reason", plain}}, "x.moment, x.place, x.id"},
	{"guests", "visit-guests", byVisit, []shown{{"id", "x.id", plain}, {"visit", "x.visit", plain}, {"as", "x.invited_as", plain}, {"relative", "x.relative", plain}, {"relation", "x.relation", plain},
		{"person", "x.person", plain}, {"name", "x.name", plain}, {"language", "x.language", plain}, {"state", "x.state", plain}, {"since", "x.since", instants}, {"reason", "x.reason", plain},
		{"agreed", "x.agreed", plain}, {"agreed-to", "x.agreed_to", plain}, {"came", "x.came", instants}}, "x.visit, x.place, x.id"},
	{"visits", "visits", byPatient, []shown{{"id", "x.id", plain}, {"project", "x.project", plain}, {"kind", "x.kind", plain}, {"host", "x.host", plain}, {"local", "x.local_time", plain},
		{"zone", "x.zone", plain}, {"minutes", "x.minutes", plain}, {"start", "x.begins", instants}, {"end", "x.ends", instants}, {"state", "x.state", plain}, {"outcome", "x.outcome", plain},
		{"created", "x.created", instants}, {"author", "x.author", plain}}, "x.begins, x.id"},
}...)
