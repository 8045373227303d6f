package store

// gameColumns give patients the profile of their game, and let somebody hold what would be forgotten.
const gameColumns = `
ALTER TABLE patients ADD COLUMN game BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE patients ADD COLUMN figure TEXT NOT NULL DEFAULT '';
ALTER TABLE patients ADD COLUMN world TEXT NOT NULL DEFAULT '';
ALTER TABLE patients ADD COLUMN held BIGINT NOT NULL DEFAULT 0
`
