//! How many calls per second the real components answer on Redis, as a share of their floors: of a bare component that makes the same
//! key-value calls in the same rounds and nothing else. Beside it: latencies, sizes, the first answer of a cold component, memory, also
//! while a large file is carried.
//!
//! `cargo bench --bench throughput` prints the table of `docs/performance.md` for the released host, and with
//! `COUNTERSIGN_SPIN=/path/to/spin` for that Spin. `cargo bench --bench throughput -- authorize` measures only the calls of that name
//! and says what they asked of the host, and `-- flood` only what a flood of sign-ins does to others.

mod calls;
mod first_run;
mod flood;
mod load;
mod server;
mod streaming;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use countersign_host::Manifest;
use countersign_host::components::{self, BuildOptions};
use countersign_host::harness::Backend;
use countersign_tests::{Deployment, Stage as _, root};
use hyper::Method;

use calls::{Kind, kinds, waiting_agents};
use load::{Call, Load, Measured, measure};
use server::{Program, Server};

/// Enough to keep every core busy.
const CONNECTIONS: usize = 16;
/// How long each kind of call is made.
const LASTS: Duration = Duration::from_secs(6);
/// How long the agents wait before the memory is looked at.
const WAITED: Duration = Duration::from_secs(15);
/// Components, and calls that they refuse without reading anything: the rest of the time is a cold component's start.
const COLD: [(&str, Method, &str); 3] = [
    ("authorize", Method::POST, "/v1/authorize"),
    ("list-requests", Method::GET, "/v1/requests"),
    ("submit-request", Method::POST, "/agent/v1/requests"),
];
/// How often the server starts for the first answers.
const STARTS: usize = 5;
/// The name by which only the flood of sign-ins is measured.
const FLOOD: &str = "flood";
/// What a call's slowest answers may take, as a multiple of the median.
const P99_MAX: f64 = 10.0;
/// What the first answer of a cold component may take.
const COLD_MAX: Duration = Duration::from_millis(5);
/// What the first `cargo run` may take on two cores.
const FIRST_RUN_MAX: Duration = Duration::from_secs(7 * 60);

/// How many bars were missed.
static MISSED: AtomicUsize = AtomicUsize::new(0);

/// A mark behind a figure that misses its bar.
fn unless(met: bool) -> &'static str {
    if met {
        return "";
    }
    MISSED.fetch_add(1, Ordering::Relaxed);
    " (missed)"
}

#[tokio::main]
async fn main() -> Result<()> {
    ensure!(Backend::available()?.contains(&Backend::Redis), "throughput is measured on Redis: install it");
    let program = Program::find()?;
    let floor = built(&root().join("benches").join("floor").join("spin.toml"))?;
    let empty = built(&root().join("benches").join("empty").join("spin.toml"))?;
    let product = built(&root().join("spin.toml"))?;
    println!("{} on Redis, {CONNECTIONS} connections, {} s each\n", program.name(), LASTS.as_secs());
    let floor = Server::start(&program, &floor).await?;
    Load::new(floor.addr(), Arc::new(|_| Call::new(Method::GET, "/fill")), 200).once().await?;
    let mut server = Server::start(&program, &product).await?;
    // The first start compiles the components, which leaves memory behind.
    server.restart().await?;
    let (at_rest, _) = server.memory()?;
    let world = Deployment::on(&server).await;
    // Cargo adds a flag.
    let only = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let kinds = kinds(&server, &world).await?.into_iter();
    let kinds = kinds.filter(|kind| only.as_ref().is_none_or(|only| kind.name.contains(only)));
    let calls = throughput(&floor, &server, kinds).await?;
    if let Some(only) = only {
        println!("\n| call to the host | for each answer |\n|---|---|");
        calls.iter().for_each(|(call, each)| println!("| {call} | {each:.1} |"));
        if only == FLOOD {
            flood::measured(&server, &world).await?;
        }
        return all_met();
    }
    {
        let empty = Server::start(&program, &empty).await?;
        let load = Load::new(empty.addr(), Arc::new(|_| Call::new(Method::GET, "/")), 200);
        let Measured { per_second, median, p99, .. } = measure(&load, CONNECTIONS, LASTS).await?;
        println!("| an empty component | | {per_second:.0} | | | {} | {} | |", millis(median), millis(p99));
    }
    let (_, under_load) = server.memory()?;
    flood::measured(&server, &world).await?;
    let waiting = with_waiting_agents(&server, &world).await?;
    println!("\n| memory of the host | MiB |\n|---|---|");
    println!(
        "| at rest | {at_rest} |\n| at most under load | {under_load} |\n| with 1,000 waiting agents | {waiting} |"
    );
    streaming::measured(&server, &world).await?;
    sizes()?;
    cold(&mut server).await?;
    first_run::measured()?;
    all_met()
}

fn all_met() -> Result<()> {
    let missed = MISSED.load(Ordering::Relaxed);
    ensure!(missed == 0, "{missed} bars were missed: see above");
    Ok(())
}

/// The calls to the host for each answer, by component and kind.
type Calls = BTreeMap<String, f64>;

async fn throughput(floor: &Server, server: &Server, kinds: impl Iterator<Item = Kind>) -> Result<Calls> {
    let mut last = Calls::new();
    println!(
        "| call | floor/s | ours/s | share | of three runs | at least | median ms | p99 ms | host calls (floor) |\n|---|---|---|---|---|---|---|---|---|"
    );
    for kind in kinds {
        let plan = format!("/?{}", kind.floor);
        let bare = Load::new(floor.addr(), Arc::new(move |_| Call::new(Method::GET, &plan)), 200);
        let compare = || compared(floor, &bare, server, &kind.ours);
        let mut runs = [compare().await?, compare().await?, compare().await?];
        runs.sort_by(|one, other| one.share.total_cmp(&other.share));
        let [lowest, Compared { floor, ours, share, calls, floor_calls }, highest] = runs;
        let Measured { per_second, median, p99, .. } = ours;
        let met = share >= kind.at_least && p99.as_secs_f64() <= P99_MAX * median.as_secs_f64();
        println!(
            "| {} | {floor:.0} | {per_second:.0} | {share:.0} %{} | {:.0} to {:.0} % | {:.0} % | {} | {} | {} ({}) |",
            kind.name,
            unless(met),
            lowest.share,
            highest.share,
            kind.at_least,
            millis(median),
            millis(p99),
            total(&calls),
            total(&floor_calls),
        );
        last = calls;
    }
    Ok(last)
}

/// A kind of call beside its floor.
struct Compared {
    /// Calls per second of the floor.
    floor: f64,
    ours: Measured,
    /// Our calls as a share of the floor's, in percent.
    share: f64,
    calls: Calls,
    floor_calls: Calls,
}

/// The machine's speed varies, so a call is compared with its floor right before and right after.
async fn compared(floor: &Server, bare: &Load, server: &Server, load: &Load) -> Result<Compared> {
    let (before, floor_calls) = counted(floor, bare).await?;
    let (ours, calls) = counted(server, load).await?;
    // Background work after the answers must not slow down the floor.
    server.settled().await;
    let (after, _) = counted(floor, bare).await?;
    let floor = (before.per_second + after.per_second) / 2.0;
    Ok(Compared { floor, ours, share: 100.0 * ours.per_second / floor, calls, floor_calls })
}

/// Spin does not count them.
fn total(calls: &Calls) -> String {
    if calls.is_empty() { "unknown".to_owned() } else { format!("{:.1}", calls.values().sum::<f64>()) }
}

/// The speed, and the calls to the host.
async fn counted(server: &Server, load: &Load) -> Result<(Measured, Calls)> {
    let before = server.calls().await?;
    let (measured, answered) = measure(load, CONNECTIONS, LASTS).await.map(|all| (all, all.answered))?;
    let made = server.calls().await?.into_iter().map(|(call, after)| {
        let made = after - before.get(&call).copied().unwrap_or_default();
        // The calls of the warm-up, a fifth of the time, were counted too.
        (call, made as f64 / (answered as f64 * 1.2))
    });
    Ok((measured, made.filter(|(_, each)| *each >= 0.05).collect()))
}

/// The memory with a thousand agents waiting. One that is answered at once, because its instance has no place, calls again.
async fn with_waiting_agents(server: &Server, world: &Deployment) -> Result<u64> {
    let agents = waiting_agents(server, world).await?;
    let mut running = tokio::task::JoinSet::new();
    for agent in agents {
        running.spawn(async move {
            loop {
                agent.once().await?;
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            #[expect(unreachable_code, reason = "gives the task its type")]
            anyhow::Ok(())
        });
    }
    tokio::time::sleep(WAITED).await;
    let (memory, _) = server.memory()?;
    while let Some(ended) = running.try_join_next() {
        ended??;
    }
    Ok(memory)
}

fn sizes() -> Result<()> {
    println!("\n| component | bytes |\n|---|---|");
    let manifest = Manifest::from_file(&root().join("spin.toml"))?;
    for (id, component) in &manifest.components {
        println!("| {id} | {} |", std::fs::metadata(manifest.source_of(component))?.len());
    }
    Ok(())
}

/// The first answers of components that nobody has called since the start: the median of several starts.
async fn cold(server: &mut Server) -> Result<()> {
    let mut took: [Vec<Duration>; COLD.len()] = Default::default();
    for _ in 0..STARTS {
        server.restart().await?;
        for ((_, method, path), took) in COLD.into_iter().zip(&mut took) {
            let unidentified =
                Load::new(server.addr(), Arc::new(move |_| Call::new(method.clone(), path)), 401);
            let began = Instant::now();
            unidentified.once().await?;
            took.push(began.elapsed());
        }
    }
    println!("\n| cold component | first answer, at most {} ms |\n|---|---|", COLD_MAX.as_millis());
    for ((component, ..), took) in COLD.into_iter().zip(&mut took) {
        took.sort_unstable();
        let median = took.get(STARTS / 2).copied().unwrap_or_default();
        println!("| {component} | {} ms{} |", millis(median), unless(median <= COLD_MAX));
    }
    Ok(())
}

fn millis(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1000.0)
}

/// The manifest, with its components built if they are stale.
fn built(file: &std::path::Path) -> Result<PathBuf> {
    components::build(&Manifest::from_file(file)?, BuildOptions::default())?;
    Ok(file.to_owned())
}
