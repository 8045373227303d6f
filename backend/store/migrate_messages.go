package store

// messagesTables keep what guests were told and are to be told: never a text, a link, a number or an address. Who wants no
// messages is known by a keyed hash of the address; where browsers are pushed to lies sealed.
const messagesTables = `
CREATE TABLE messages (
	id TEXT PRIMARY KEY,
	visit TEXT NOT NULL REFERENCES visits (id) ON DELETE CASCADE,
	guest TEXT NOT NULL REFERENCES guests (id) ON DELETE CASCADE,
	kind TEXT NOT NULL, occasion TEXT NOT NULL, channel TEXT NOT NULL, first BOOLEAN NOT NULL,
	state TEXT NOT NULL, attempts BIGINT NOT NULL, provider TEXT NOT NULL, reason TEXT NOT NULL, ends TEXT NOT NULL, language TEXT NOT NULL,
	parts BIGINT NOT NULL, begins BIGINT NOT NULL, late BIGINT NOT NULL,
	made BIGINT NOT NULL, due BIGINT NOT NULL, began BIGINT NOT NULL, settled BIGINT NOT NULL);
CREATE UNIQUE INDEX messages_once ON messages (guest, kind, occasion, channel);
CREATE UNIQUE INDEX messages_first ON messages (guest, kind, occasion) WHERE first;
CREATE INDEX messages_visit ON messages (visit, made, id);
CREATE INDEX messages_provider ON messages (provider) WHERE provider <> '';
CREATE TABLE opt_outs (
	hash TEXT PRIMARY KEY, channel TEXT NOT NULL, way TEXT NOT NULL, author TEXT NOT NULL, created BIGINT NOT NULL);
CREATE TABLE subscriptions (
	id TEXT PRIMARY KEY,
	person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
	sealed TEXT NOT NULL, created BIGINT NOT NULL);
CREATE INDEX subscriptions_person ON subscriptions (person, created)
`

// perhapsColumn is whether an attempt of a message may have gone although it was queued again: its provider takes it once, however
// often it is asked.
const perhapsColumn = `ALTER TABLE messages ADD COLUMN perhaps BOOLEAN NOT NULL DEFAULT FALSE;
	UPDATE messages SET perhaps = TRUE WHERE state = 'queued' AND attempts > 0 AND reason IN ('crash', 'silent')`

// messageHoldings are what messages know about a patient.
var messageHoldings = []holding{
	{"messages", "messages", byVisit, []shown{{"id", "x.id", plain}, {"visit", "x.visit", plain}, {"guest", "x.guest", plain}, {"kind", "x.kind", plain}, {"channel", "x.channel", plain},
		{"state", "x.state", plain}, {"reason", "x.reason", plain}, {"made", "x.made", instants}, {"due", "x.due", instants}, {"settled", "x.settled", instants}}, "x.made, x.id"},
	{"subscriptions", "", byPerson, nil, ""},
}
