// Package simulated plays people who come to visits: native peers that go through the true door, wait in the true waiting
// room, speak a tone, show a short drawn film and wear a made-up sensor. Staff practise with them, and loads and long runs
// are made of them. It stands outside a house and knows only what a browser would: a link, pages, the interface and the
// live socket. It says everywhere that it is a demo, and never opens a database.
package simulated
