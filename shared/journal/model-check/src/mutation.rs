//! Deliberate breaks of the protocol. An exploration that finds nothing is meaningful only if it finds these.

/// One rule of the protocol left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// A writer does not write the receipt for the event of the change or of the holder that it replaces.
    SkipReceipt,
    /// A processor drops an event without touching its target.
    SkipTouch,
    /// A writer or a processor trusts the report of a swap and does not read back.
    BelieveSwap,
    /// A writer does not check for a mark before it commits or answers.
    SkipMarkCheck,
    /// A processor marks a number without an entry before the projection says that it is passed.
    MarkBeforePassed,
    /// A processor that has marked a number without an entry does not look for the entry again.
    SkipSecondLook,
    /// A processor does not remember which events it found late.
    ForgetLate,
    /// A processor looks for the receipt first and at the target second, and does not look for the receipt again.
    ReceiptBeforeTarget,
    /// A writer that reads back looks only for its write id, not for its event.
    OverlookOwnEvent,
    /// A writer marks its number, or a processor the numbers it took above, as given up although its swap was sent and
    /// got no clear answer.
    GiveUpAfterSwap,
    /// A writer marks the number of a created event as given up although its batch was sent and got no clear answer.
    GiveUpAfterBatch,
    /// A processor does not complete the transfer that an earlier turn began.
    SkipFinish,
    /// A processor writes entries above before its projection names their numbers.
    ForwardBeforeCommit,
    /// A processor that touches a slot does not write the receipt for its holder's event.
    TouchWithoutReceipt,
    /// A candidate that does not find its number in the slot continues without checking whether it had been elected and
    /// replaced. It checks only if a live holder has the slot.
    OverlookOwnElection,
    /// A writer that has used up its numbers on a created event answers no, as if nothing had been written.
    SayNoAfterBatch,
}
