//! Ways to break the protocol on purpose. An exploration that finds nothing is worth something only if it finds these.

/// One rule of the protocol left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// A writer does not confirm the event of the change or of the holder that it replaces.
    SkipReceipt,
    /// A processor drops an event without touching its target.
    SkipTouch,
    /// A writer or a processor takes the answer of a swap for the truth and does not read back.
    BelieveSwap,
    /// A writer does not look for a mark before it commits or answers.
    SkipMarkCheck,
    /// A processor marks a number without an entry before the projection says that it is passed.
    MarkBeforePassed,
    /// A processor that has marked a number without an entry does not look for the entry once more.
    SkipSecondLook,
    /// A processor does not remember which events it found late.
    ForgetLate,
    /// A processor looks for the receipt first and at the target then, and not for the receipt once more.
    ReceiptBeforeTarget,
    /// A writer that reads back looks for its write only, not for its event.
    OverlookOwnEvent,
    /// A writer marks its number, or a processor the numbers it took above, as given up although its swap was sent and got
    /// no clear answer.
    GiveUpAfterSwap,
    /// A writer marks the number of a created event as given up although its batch was sent and got no clear answer.
    GiveUpAfterBatch,
    /// A processor does not finish what an earlier turn began to pass on.
    SkipFinish,
    /// A processor writes entries above before its projection says where.
    ForwardBeforeCommit,
    /// A processor that touches a slot does not confirm the event of its holder.
    TouchWithoutReceipt,
    /// A candidate that does not find its number in the slot goes on without looking whether it had been elected and
    /// replaced. It looks only when somebody who is alive holds the slot.
    OverlookOwnElection,
    /// A writer that has used up its numbers on a created event says no, as if nothing had been written.
    SayNoAfterBatch,
}
