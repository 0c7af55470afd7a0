//! The check-ins of a computer, as administrators see them later.

use countersign_journal::Journal;
use countersign_kv::log;
use countersign_model::ComputerId;
use countersign_model::computer::check_ins::CheckInEntry;
use countersign_store::StoreError;

/// Notes a check-in, at most once a minute: one read, and one write if there was none in this minute. If that fails, the
/// check-in is answered all the same.
pub async fn note(journal: &Journal, computer: &ComputerId, entry: CheckInEntry) {
    let noted = async {
        let known = journal.check_ins(computer).await?;
        if known.is_due(entry.at) {
            journal.note_check_in(computer, &known, entry).await?;
        }
        Ok::<_, StoreError>(())
    };
    if let Err(error) = noted.await {
        log::line("a check-in is not noted", &[("computer", computer), ("error", &error)]);
    }
}
