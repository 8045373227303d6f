// Package room is the house's side of the live socket (shared/live): sockets, rooms, who stands where, and which
// signals flow from whom to whom. It never stores anything, never sees a signal, and asks others who may do what.
//
// # Who owns what
//
// A Room belongs to one goroutine; acts reach it through a queue, and nobody else reads its lists. A socket belongs to
// its reader; everyone else puts texts into its bounded outbox, which never waits: a page that reads too slowly is let
// go and comes back by itself. The Hub's own maps sit under one small mutex that is released before anybody is called.
//
// # More than one node
//
// Everything that passes between a socket and a room is a plain value: Act towards the room's owner, Post towards the
// socket, Notice towards every node. They pass through Bus. In one process NewLocal hands them over directly. In a
// cluster a NATS bus takes its place: it publishes an Act on the subject of its room, to which only the node owning the
// room has subscribed (a room is claimed with a key in a NATS bucket that expires with its node), a Post on the subject of the
// socket's node, and a Notice on a subject all nodes hear. Acts of one socket, and posts of one room, must stay in order,
// as they do on one NATS connection. A room whose node dies begins anew elsewhere under another epoch, and the pages
// then take a snapshot.
package room
