//! The check-ins of a computer: a ring of the newest ones under a few keys. It is a note and not a record: an unchanged check-in
//! costs one read more, and one write in the first of each minute. Of racing writers the last one wins, so one of two
//! check-ins of the same moment may be missing.

use countersign_kv::under_way::try_all;
use countersign_model::Computer;
use countersign_model::computer::check_ins::{BLOCKS, CheckInBlock, CheckInEntry, CheckIns};
use countersign_model::ids::ComputerId;

use crate::record::{decode, encode};
use crate::{Store, StoreError, keys};

impl Store {
    /// The newest check-ins of a computer. An unreadable note counts as none: the computer begins again. One read.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn check_ins(&self, computer: &ComputerId) -> Result<CheckIns, StoreError> {
        let key = keys::check_ins(computer);
        Ok(self.kv.get(&key).await?.and_then(|bytes| decode(&key, &bytes).ok()).unwrap_or_default())
    }

    /// Those of several computers, in their order, in one round.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn check_ins_of(&self, computers: &[&ComputerId]) -> Result<Vec<CheckIns>, StoreError> {
        try_all(computers.iter().map(|computer| self.check_ins(computer))).await
    }

    /// Notes the version of the agent with which a new computer enrolled, before it checks in. One write.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn begin_check_ins(
        &self,
        computer: &ComputerId,
        agent_version: String,
    ) -> Result<(), StoreError> {
        let key = keys::check_ins(computer);
        let value = encode(&key, &CheckIns::none(Some(agent_version)))?;
        self.write(vec![(key, value)]).await
    }

    /// Notes a check-in after those that were read. One write.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn note_check_in(
        &self,
        computer: &ComputerId,
        known: &CheckIns,
        entry: CheckInEntry,
    ) -> Result<(), StoreError> {
        let (next, full) = known.with(entry);
        let key = keys::check_ins(computer);
        let mut batch = vec![(key.clone(), encode(&key, &next)?)];
        if let Some(full) = full {
            let key = keys::check_in_block(computer, CheckInBlock::place(full.number));
            let value = encode(&key, &full)?;
            batch.push((key, value));
        }
        self.write(batch).await
    }

    /// A page of a computer's check-ins, newest first, and where the next one begins: pass it as `below`. The first page
    /// has none. Reads the newest block, then the others that the page needs in one round.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn past_check_ins(
        &self,
        computer: &ComputerId,
        below: Option<u64>,
        limit: usize,
    ) -> Result<(Vec<CheckInEntry>, Option<u64>), StoreError> {
        let newest = self.check_ins(computer).await?;
        let below = below.map_or(newest.count(), |below| below.min(newest.count()));
        let numbers = newest.blocks_below(below, limit);
        let earlier = try_all(numbers.iter().map(|number| self.check_in_block(computer, *number))).await?;
        Ok(newest.page(earlier.into_iter().flatten().collect(), below, limit))
    }

    /// A block of earlier check-ins, unless another one has taken its place.
    async fn check_in_block(
        &self,
        computer: &ComputerId,
        number: u64,
    ) -> Result<Option<CheckInBlock>, StoreError> {
        let key = keys::check_in_block(computer, CheckInBlock::place(number));
        let found = self.kv.get(&key).await?.and_then(|bytes| decode::<CheckInBlock>(&key, &bytes).ok());
        Ok(found.filter(|block| block.number == number))
    }

    /// Removes the check-ins of a computer that was removed. Those of another one stay: its removal was noted, but not made.
    pub(crate) async fn forget_check_ins(&self, computer: &ComputerId) -> Result<(), StoreError> {
        let found = self.load::<Computer>(computer).await?;
        if found.is_some_and(|found| !found.value.deleted) {
            return Ok(());
        }
        let blocks = (0..BLOCKS).map(|place| keys::check_in_block(computer, place));
        for key in blocks.chain([keys::check_ins(computer)]) {
            self.kv.delete(&key).await?;
        }
        Ok(())
    }
}
