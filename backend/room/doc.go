// Package room is the house's side of the live socket (shared/live): sockets, rooms, who stands where, and which
// signals flow from whom to whom. It never stores anything, never sees a signal, and asks others who may do what.
package room
