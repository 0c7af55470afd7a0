//! The table: a row for each operation, a column for each size.

use std::collections::BTreeMap;
use std::fmt;

use crate::cost::Cost;
use crate::operation::Operation;

/// What each operation cost at each size.
#[derive(Default)]
pub struct Table {
    columns: Vec<(String, BTreeMap<Operation, Cost>)>,
}

impl Table {
    /// Adds a column.
    pub fn add(&mut self, title: String, costs: BTreeMap<Operation, Cost>) {
        self.columns.push((title, costs));
    }

    /// What is above its budget, and what is not flat: a sentence each.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (operation, costs) in self.rows() {
            let (name, budget) = (operation.name(), operation.budget());
            for (cost, (title, _)) in costs.iter().zip(&self.columns) {
                if let Some(cost) = cost
                    && !cost.is_within(budget)
                {
                    faults.push(format!("{name} is above its budget at {title}: {cost}"));
                }
            }
            let all = costs.iter().copied().flatten();
            let worst = all.clone().reduce(Cost::or_worse).unwrap_or_default();
            let spread = worst.beyond(all.reduce(Cost::or_better).unwrap_or_default());
            if !spread.is_within(operation.tolerance()) {
                faults.push(format!("{name} is not flat: it differs by {spread}"));
            }
        }
        faults
    }

    /// Of each operation what it cost in each column, if it could be measured there.
    fn rows(&self) -> BTreeMap<Operation, Vec<Option<Cost>>> {
        let operations = self.columns.iter().flat_map(|(_, costs)| costs.keys());
        let row = |operation| self.columns.iter().map(|(_, costs)| costs.get(operation).copied()).collect();
        operations.map(|operation| (*operation, row(operation))).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Key-value operations: reads, write transactions, rounds, and the swaps among the writes."
        )?;
        let titles = ["budget"].into_iter().chain(self.columns.iter().map(|(title, _)| title.as_str()));
        write!(f, "{:<40}", "")?;
        titles.into_iter().try_for_each(|title| write!(f, "{title:>20}"))?;
        writeln!(f)?;
        for (operation, costs) in self.rows() {
            write!(f, "{:<40}", operation.name())?;
            write!(f, "{:>20}", operation.budget())?;
            costs.iter().try_for_each(|cost| match cost {
                Some(cost) => write!(f, "{cost:>20}"),
                None => write!(f, "{:>20}", "-"),
            })?;
            writeln!(f)?;
        }
        Ok(())
    }
}
