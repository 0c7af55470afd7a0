//! The time of a decision, compared with `cedar-policy` and `casbin` on the same questions. Timing starts only after
//! all three have given the same answers. Each has its rules, grants and questions in its own form before the clock
//! starts. A refusal of this product includes what is missing, one of Cedar its diagnostics.

mod example;
mod with_casbin;
mod with_cedar;

use std::hint::black_box;
use std::time::Duration;

use anyhow::{Result, ensure};
use countersign_model::{Actor, check, decide};
use criterion::Criterion;

use example::{Question, Records};
use with_casbin::{Asked, Casbin};
use with_cedar::Cedar;

/// One administrator in each engine's form.
struct Engines {
    actor: Actor,
    cedar: Cedar,
    casbin: Casbin,
}

impl Engines {
    async fn new(actor: Actor) -> Result<Self> {
        let organizations = example::organizations();
        let cedar = Cedar::new(&organizations, &actor)?;
        let casbin = Casbin::new(&organizations, &actor).await?;
        Ok(Self { actor, cedar, casbin })
    }

    /// The answer that all give.
    fn agree(&self, question: &Question) -> Result<bool> {
        let decided = decide(&self.actor, question.action, &question.resource).is_ok();
        let checked = check(&self.actor, question.action, &question.resource).allowed;
        let cedar = self.cedar.allows(&self.cedar.request(question)?);
        let casbin = self.casbin.allows(&Asked::new(question))?;
        ensure!(
            [checked, cedar, casbin] == [decided; 3],
            "decide says {decided}, check {checked}, cedar {cedar}, casbin {casbin} about {question:?}",
        );
        Ok(decided)
    }
}

/// All questions about the actor, the allowed ones and the denied ones, once every engine has agreed.
fn agreed(engines: &Engines) -> Result<(Vec<Question>, Vec<Question>)> {
    let (mut allowed, mut denied) = (Vec::new(), Vec::new());
    for question in example::all_questions() {
        if engines.agree(&question)? { allowed.push(question) } else { denied.push(question) }
    }
    Ok((allowed, denied))
}

/// Each iteration asks the next question, so the time is that of a decision, on average over all the questions.
fn measure(criterion: &mut Criterion, name: &str, engines: &Engines, questions: &[Question]) -> Result<()> {
    let cedar =
        questions.iter().map(|question| engines.cedar.request(question)).collect::<Result<Vec<_>>>()?;
    let casbin: Vec<Asked> = questions.iter().map(Asked::new).collect();
    let actor = &engines.actor;
    let mut group = criterion.benchmark_group(name);
    group.bench_function("decide", |bencher| {
        let mut next = questions.iter().cycle();
        bencher.iter(|| next.next().map(|q| black_box(decide(black_box(actor), q.action, &q.resource))));
    });
    group.bench_function("check (explained)", |bencher| {
        let mut next = questions.iter().cycle();
        bencher.iter(|| next.next().map(|q| black_box(check(black_box(actor), q.action, &q.resource))));
    });
    group.bench_function("cedar-policy", |bencher| {
        let mut next = cedar.iter().cycle();
        bencher.iter(|| next.next().map(|request| black_box(engines.cedar.allows(request))));
    });
    group.bench_function("casbin", |bencher| {
        let mut next = casbin.iter().cycle();
        bencher.iter(|| next.next().map(|asked| black_box(engines.casbin.allows(asked))));
    });
    group.finish();
    Ok(())
}

/// What only this product answers or needs: the question with the longest explanation, because it leaves the kind of
/// request open, and the work before the first decision of a call.
fn measure_alone(criterion: &mut Criterion, records: &Records, actor: &Actor) -> Result<()> {
    let Question { action, resource } = example::about_all_kinds();
    ensure!(
        decide(actor, action, &resource).is_err(),
        "`{action}` of every kind of request should be denied"
    );
    let mut group = criterion.benchmark_group("alone");
    group.bench_function("decide, about all kinds of requests at once, denied", |bencher| {
        bencher.iter(|| black_box(decide(black_box(actor), action, black_box(&resource))));
    });
    group.bench_function("assemble the actor from its records", |bencher| {
        bencher.iter(|| black_box(black_box(records).actor()));
    });
    group.finish();
    Ok(())
}

async fn run(criterion: &mut Criterion) -> Result<()> {
    let administrators = example::administrators()?;
    println!("comparing the answers about {} administrators", administrators.len());
    for (who, records) in administrators {
        let engines = Engines::new(records.actor()).await?;
        agreed(&engines).map_err(|error| error.context(who))?;
    }
    let records = example::administrator()?;
    let engines = Engines::new(records.actor()).await?;
    let (allowed, denied) = agreed(&engines)?;
    println!("all agree; now timing one administrator with {} holdings:", engines.actor.holdings().len());
    println!(
        "{} questions, {} allowed and {} denied",
        allowed.len() + denied.len(),
        allowed.len(),
        denied.len()
    );
    println!("{} policies of cedar, {} rules of casbin", engines.cedar.policies(), engines.casbin.rules());
    measure(criterion, "allowed", &engines, &allowed)?;
    measure(criterion, "denied", &engines, &denied)?;
    measure_alone(criterion, &records, &engines.actor)
}

fn main() -> Result<()> {
    let criterion = Criterion::default();
    let criterion = criterion.warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    let mut criterion = criterion.configure_from_args();
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(run(&mut criterion))?;
    criterion.final_summary();
    Ok(())
}
