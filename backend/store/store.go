// Package store is the house's memory: people, who cares for whom, sittings and what was said about them, in SQLite or
// PostgreSQL. It decides nothing by itself: what a reader may see comes from shared/access and is evaluated in SQL. It
// never keeps passwords, tokens or addresses in the clear, and no signals. Only backend/house opens it; other rooms
// name the methods they need.
package store
