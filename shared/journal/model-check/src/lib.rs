//! The commit protocol of the journal as a small model, explored exhaustively.
//!
//! The tests of `countersign-journal` run the product under many schedules. This crate tries *every* schedule of a few
//! actors, with [`stateright`]: each key-value operation is one atomic step, and between any two steps of an actor all
//! others may run for any length of time. Where this model and `docs/journal.md` differ, one of them is wrong.
//!
//! # What is modelled
//! | model | what races |
//! |---|---|
//! | [`saving`] | writers that update one record, create something, or rewrite the record without an event; processors |
//! | [`slot`] | candidates for one slot, holders that die, processors |
//! | [`forwarding`] | processors of a child that pass events on, processors of the parent that settle them |
//!
//! - **Stalls and deaths.** An actor may stop between any two operations, for a while or for good. A death needs no
//!   step of its own: in *every* reachable state, the properties check the result if all actors die now, writes under
//!   way are lost, and one fresh processor runs until it has nothing to do ([`processor::Site::after_all_died`]). That
//!   covers every combination of deaths. Processors may also die and be replaced while others run
//!   ([`processor::Choice::Dies`]).
//! - **Time.** There is no clock. A processor may lose patience with any number at any time ([`processor::Choice`]).
//! - **Operations that fail.** The caller gets no clear answer; the write had no effect, took effect, or takes effect later,
//!   after the writer has gone on ([`outcome::Way`]).
//! - **Both wrong reports of backends.** A swap that took effect and reports failure, and one that lost and reports
//!   success ([`rules::SwapAnswer`]). The protocol ignores reports, so only [`mutation::Mutation::BelieveSwap`] makes a
//!   difference.
//!
//! # The life of a number
//! ```text
//! reserved          the counter was increased; no entry yet
//!   ├─ its writer marks it given up ........................ hole, at the next look
//!   ├─ waited for in vain: passed, in the projection ─ then marked dropped ─ then looked at again
//!   │    ├─ still no entry ................................. hole (who writes the entry now finds the mark)
//!   │    └─ an entry ....................................... goes on as written; if it counts, it counts as late
//!   └─ the batch arrives: written
//! written           an entry; a created event counts from here on
//!   ├─ the record carries the write or names the event, the slot holds the claim, or there is a receipt: counted
//!   ├─ marked given up: nothing of it is under way ......... hole, without touching the target
//!   └─ marked dropped (by a writer that got no clear answer to its swap, or by a processor that waited in vain)
//!        └─ the target is touched, then looked at again, then the receipt: counted, or hole
//! counted           final; late if the number had been passed
//! hole              final
//! ```
//! A writer that replaces what shows an event writes that event's receipt in its own batch before. A writer may have
//! written one event under several numbers. Of updates and elections at most one of them can take effect. Of a created
//! event, all would count because they are there. Therefore it is written again only after a mark was found, a mark is
//! set only on a number that the projection says is passed (skipped), and a number that was passed and counts is
//! remembered as late, so that the other copies come to nothing.
//!
//! # What must hold
//! - `an_acknowledged_change_is_never_lost`: if a caller was told that its change is saved, the change took effect and
//!   its event counts.
//! - `nothing_counts_twice`: an event counts under at most one number, and a change is applied at most once.
//! - `one_holder_at_a_time`: of the candidates that were elected, or were told so, at most one is alive.
//! - `every_number_is_settled_in_the_end`: if all actors die at any moment, one processor alone makes every number
//!   counted or a hole.
//! - `each_counting_event_shows_once_above`: an event that counts in the child counts exactly once in the parent.
//! - `an_event_counts_exactly_if_its_change_took_effect`: no change without its event, no event without its change.
//! - `nothing_comes_of_what_was_told_no`: a refusal is final. Only after the answer *unknown* may an event come to count later.
//!
//! Each rule that can be left out ([`mutation::Mutation`]) has a test that names the property that fails without it.
//! `STORY=1 cargo test -p countersign-journal-model -- --nocapture` prints how.
//!
//! # What is scaled down
//! - At most three writers or candidates and two processors; one or two numbers each; an election has two rounds.
//! - A record remembers its last one or two writes, not 32, so that forgotten ones are common.
//! - One failing operation in a run; one or two holders that die.
//! - Where actors are many ([`rules::Grain::Coarse`]), reads of one actor that follow each other are one step. Where numbers are
//!   many ([`rules::Turns::Single`]), a turn takes one number, in any order, instead of all.
//! - States with the same behaviour are one: actors of a kind are interchangeable; of a revision it only matters how
//!   far it is behind. A revision never repeats, so a swap that expects the bytes of a revision expects that revision.
//! - The `--ignored` tests explore larger bounds, for some minutes.
//!
//! # What is left out
//! - The contents of entries, lists, deliveries, the outbox, the chain: the swap of the projection makes them visible,
//!   so `counted` and `holes` stand for all of them. Leases: they only avoid duplicate work.
//! - Idempotency keys of updates. (Attempts to create something under a key are an election whose holder never dies.)
//! - The later removal of marks, receipts, claims and records. They must outlive every actor that may still look for them.
//! - Reads that the product makes at the same time are made one after the other, in the order that is worse.
//!
//! # The known gap
//! A batch with a created event may arrive after its number became a hole, and its writer may die before it finds the mark and
//! writes the event again. Then a record exists whose event never counts. No caller was told that it is saved. The test
//! `a_batch_that_arrives_too_late_leaves_a_record_without_its_event_unless_holes_are_watched` shows the gap, and that
//! [`rules::Rules::watches_holes`] would close it.

pub mod forwarding;
pub mod journal;
pub mod mutation;
pub mod numbers;
pub mod outcome;
pub mod processor;
pub mod rules;
pub mod saving;
pub mod slot;

#[cfg(test)]
mod tests;
