package store

// labelVisitColumns place a label in the picture of the visit it was said in.
const labelVisitColumns = `
ALTER TABLE labels ADD COLUMN visit TEXT NOT NULL DEFAULT '';
ALTER TABLE labels ADD COLUMN into_visit BIGINT NOT NULL DEFAULT 0`
