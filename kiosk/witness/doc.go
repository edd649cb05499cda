// Package witness is the register of how many people a witness has vouched for within 120 days, counted across the
// counters of a site (docs/witness.md).
//
// It keeps a keyed hash of the witness's CPR number and the day, nothing else, and forgets after 120 days. A visit
// reserves a place when the vouching begins ([Register.Reserve]), and the place is confirmed at its end
// ([Register.Confirm]) or given back ([Register.Release]); a place whose holder dies lapses by itself. Reservations count
// like confirmed vouchings, so that the limit holds when many counters ask at the same moment.
//
// An error means that the number is not known: leave it out of the facts, and the rules refer the case to a person.
package witness
