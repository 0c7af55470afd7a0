//! Prints what the operations with a budget cost in key-value operations, however much there is, and fails when one is above its
//! budget or costs more with more requests or organizations.
//!
//! `cargo run --profile measure -p countersign-budgets`

mod cost;
mod deployment;
mod lists;
mod measure;
mod narrowed;
mod operation;
mod patient;
mod table;
#[cfg(test)]
mod tests;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::Parser;
use countersign_kv::log;

use crate::deployment::Deployment;
use crate::table::Table;

/// Computers of the one organization that has all requests.
const COMPUTERS: usize = 100;

/// Prints what operations cost at each of these sizes.
#[derive(Parser)]
struct Arguments {
    /// How many requests there are, for each column, in ascending order.
    #[arg(long, value_delimiter = ',', default_values_t = [100, 100_000, 1_000_000])]
    requests: Vec<usize>,
    /// How many organizations are right below the root, for the last column. Each has one request.
    #[arg(long, default_value_t = 1_000)]
    children: usize,
}

fn main() -> Result<ExitCode> {
    let Arguments { requests, children } = Arguments::parse();
    log::be_quiet();
    let table = measured(&requests, children)?;
    print!("{table}");
    let faults = table.faults();
    for fault in &faults {
        println!("{fault}");
    }
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A column for each number of requests, and one for the children of the root.
fn measured(requests: &[usize], children: usize) -> Result<Table> {
    let mut table = Table::default();
    let mut deployment = Deployment::new(1, COMPUTERS)?;
    for size in requests {
        let began = Instant::now();
        deployment.grow(*size)?;
        let made = began.elapsed();
        table.add(format!("{size} requests"), measure::everything(&mut deployment)?);
        eprintln!("{size} requests: made in {made:.1?}, measured after {:.1?}", began.elapsed());
    }
    let mut deployment = Deployment::new(children, 1)?;
    deployment.grow(children)?;
    table.add(format!("{children} children"), measure::everything(&mut deployment)?);
    Ok(table)
}
