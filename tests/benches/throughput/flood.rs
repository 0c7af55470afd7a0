//! A flood of sign-ins from many addresses: how long others wait meanwhile for an answer of `authorize`, and somebody who has signed
//! in from their address before for a session.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use countersign_tests::{Deployment, PASSWORD, Stage as _};
use hyper::{Method, StatusCode};
use serde_json::json;
use tokio::task::JoinSet;

use crate::calls::authorize;
use crate::load::{Call, Load, Measured, measure};
use crate::server::Server;
use crate::{millis, unless};

/// Attempts to sign in under way at once.
const ATTEMPTS: usize = 48;
const LASTS: Duration = Duration::from_secs(6);
/// What a real sign-in may take meanwhile.
const SIGN_IN_MAX: Duration = Duration::from_secs(1);
const SIGN_INS: usize = 5;

/// Prints the table of the flood.
pub async fn measured(server: &Server, world: &Deployment) -> Result<()> {
    let home = sign_in(server, "boss@company.example", "192.0.2.1".to_owned());
    ensure!(home.answer().await?.0 == StatusCode::CREATED, "nobody can sign in");
    let calm = measure(&authorize(server, world), 1, LASTS).await?;
    let ends = Arc::new(AtomicBool::new(false));
    let flood = flood(server, &ends);
    let flooded = measure(&authorize(server, world), 1, LASTS).await?;
    let mut slowest = Duration::ZERO;
    for _ in 0..SIGN_INS {
        let began = Instant::now();
        let (status, body) = home.answer().await?;
        ensure!(status == StatusCode::CREATED, "{status}: {}", String::from_utf8_lossy(&body));
        slowest = slowest.max(began.elapsed());
    }
    ends.store(true, Ordering::Relaxed);
    let (mut compared, mut refused) = (0, 0);
    for each in flood.join_all().await {
        let (some, others) = each?;
        (compared, refused) = (compared + some, refused + others);
    }
    server.settled().await;
    println!("\n| while {ATTEMPTS} strangers try to sign in at once | median ms | p99 ms |\n|---|---|---|");
    for (name, Measured { median, p99, .. }) in [("without them", calm), ("with them", flooded)] {
        println!("| authorize {name} | {} | {} |", millis(median), millis(p99));
    }
    let met = unless(slowest <= SIGN_IN_MAX);
    println!("| a sign-in from a known address, the slowest of {SIGN_INS} | {}{met} | |", millis(slowest));
    println!("\n{compared} passwords of strangers were compared, {refused} attempts were refused before.");
    Ok(())
}

/// Attempts until told to end, each from an address of its own. Each task answers how many passwords were compared, and how many attempts
/// were refused before.
fn flood(server: &Server, ends: &Arc<AtomicBool>) -> JoinSet<Result<(usize, usize)>> {
    let mut running = JoinSet::new();
    for stranger in 0..ATTEMPTS {
        let ends = Arc::clone(ends);
        let attempt = move |number: usize| {
            let address = format!("198.{}.{}.{}", 51 + stranger % 48, number / 250 % 250, number % 250 + 1);
            attempt(&format!("stranger-{stranger}-{number}@company.example"), "wrong wrong wrong", &address)
        };
        let load = Load::new(server.addr(), Arc::new(attempt), 401);
        running.spawn(async move {
            let (mut compared, mut refused) = (0, 0);
            while !ends.load(Ordering::Relaxed) {
                match load.answer().await?.0 {
                    StatusCode::UNAUTHORIZED => compared += 1,
                    StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => refused += 1,
                    other => anyhow::bail!("{other}"),
                }
            }
            Ok((compared, refused))
        });
    }
    running
}

fn sign_in(server: &Server, email: &'static str, address: String) -> Load {
    Load::new(server.addr(), Arc::new(move |_| attempt(email, PASSWORD, &address)), 201)
}

fn attempt(email: &str, password: &str, address: &str) -> Call {
    let body = json!({ "email": email, "password": password }).to_string();
    Call::new(Method::POST, "/v1/session").header("x-forwarded-for", address).json(body)
}
