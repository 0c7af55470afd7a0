//! How the numbers are written. `docs/monitoring.md` has a table of their meanings.

use std::collections::BTreeMap;
use std::fmt;

use countersign_journal::Overview;
use countersign_model::tally::{DayCounts, WAITED_UP_TO};
use countersign_model::{Channel, DeliveryState, RequestKind};
use countersign_store::{Refused, Watched};
use jiff::Timestamp;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

/// The states in which a delivery is at its end.
pub const ENDS: [DeliveryState; 3] = [DeliveryState::Sent, DeliveryState::Failed, DeliveryState::Skipped];

/// The numbers of a scrape.
#[derive(Debug)]
pub struct Numbers {
    pub now: Timestamp,
    pub overview: Overview,
    pub counts: BTreeMap<Watched, u64>,
}

impl Collector for Numbers {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut page = Page(encoder);
        self.requests(&mut page)?;
        self.decisions(&mut page)?;
        self.deliveries(&mut page)?;
        self.processing(&mut page)?;
        let refused =
            Refused::ALL.map(|why| ([("reason", why.id())], self.count(Watched::RefusedSignIns(why))));
        page.counters("countersign_sign_ins_refused", "Refused sign-ins.", refused)
    }
}

impl Numbers {
    fn count(&self, what: Watched) -> u64 {
        self.counts.get(&what).copied().unwrap_or_default()
    }

    fn requests(&self, page: &mut Page<'_>) -> fmt::Result {
        let Overview { pending, oldest_pending, happened, .. } = &self.overview;
        let pending = |kind: &RequestKind| {
            let found = pending.iter().find(|(of, _)| of == kind);
            ([("kind", kind.id())], found.map_or(0, |(_, count)| *count))
        };
        let pending = RequestKind::ALL.iter().map(pending);
        page.gauges("countersign_requests_pending", "Requests that wait for a decision.", pending)?;
        let age = oldest_pending.map_or(0.0, |made| self.now.duration_since(made).as_secs_f64().max(0.0));
        page.gauge("countersign_requests_oldest_pending_seconds", "The age of the oldest of them.", age)?;
        page.counter("countersign_requests_made", "Requests that were made.", happened.made)?;
        let DayCounts { expired, cancelled, revoked, .. } = *happened;
        let ended = [("expired", expired), ("cancelled", cancelled), ("revoked", revoked)];
        let ended = ended.map(|(end, count)| ([("end", end)], count));
        page.counters(
            "countersign_requests_ended",
            "Requests that ended otherwise than by a decision.",
            ended,
        )
    }

    fn decisions(&self, page: &mut Page<'_>) -> fmt::Result {
        let DayCounts { approved, denied, ignored, approved_by_rule, denied_by_rule, .. } =
            self.overview.happened;
        let row = |outcome, by, count| ([("outcome", outcome), ("by", by)], count);
        let decisions = [
            row("approved", "people", approved.saturating_sub(approved_by_rule)),
            row("approved", "rule", approved_by_rule),
            row("denied", "people", denied.saturating_sub(denied_by_rule)),
            row("denied", "rule", denied_by_rule),
            row("ignored", "people", ignored),
        ];
        page.counters("countersign_decisions", "Decisions.", decisions)?;
        let waited = &self.overview.happened.waited;
        let ends = WAITED_UP_TO.iter().map(|most| *most as f64).chain([f64::INFINITY]);
        let buckets: Vec<(f64, u64)> = ends.zip(waited.iter().copied()).collect();
        page.histogram(
            "countersign_decision_seconds",
            "How long requests waited that people decided.",
            self.overview.happened.waited_seconds as f64,
            &buckets,
        )
    }

    fn deliveries(&self, page: &mut Page<'_>) -> fmt::Result {
        let ends = Channel::ALL.iter().flat_map(|channel| ENDS.map(|state| (*channel, state)));
        let ends = ends.map(|(channel, state)| {
            let labels = [("channel", channel.id()), ("state", state.id())];
            (labels, self.count(Watched::Deliveries(channel, state)))
        });
        page.counters("countersign_deliveries", "Deliveries that came to an end.", ends)?;
        let retries = Channel::ALL.iter();
        let retries =
            retries.map(|channel| ([("channel", channel.id())], self.count(Watched::Retries(*channel))));
        page.counters("countersign_delivery_retries", "Attempts that failed and are repeated.", retries)
    }

    fn processing(&self, page: &mut Page<'_>) -> fmt::Result {
        let lag = &self.overview.lag;
        let seconds = lag.at(self.now).as_secs_f64().max(0.0);
        page.gauge(
            "countersign_processing_lag_seconds",
            "The age of the oldest event not processed.",
            seconds,
        )?;
        let set_aside = "Numbers of journals that could be neither processed nor dropped.";
        page.counter("countersign_set_aside", set_aside, self.count(Watched::SetAside))?;
        let Some((at, walked)) = lag.walks.last else { return Ok(()) };
        let at = at.as_millisecond() as f64 / 1_000.0;
        page.gauge("countersign_walk_timestamp_seconds", "When the scheduler's last walk ended.", at)?;
        let gauges = [
            ("countersign_organizations", "Organizations that it examined.", walked.organizations),
            ("countersign_organizations_failing", "Those that it could not process.", walked.failing),
            ("countersign_deliveries_waiting", "Deliveries that it found not sent yet.", walked.waiting),
        ];
        gauges.into_iter().try_for_each(|(name, help, value)| page.gauge(name, help, value as f64))
    }
}

/// The labels of a number.
type Labels<const N: usize> = [(&'static str, &'static str); N];

/// What is written to.
struct Page<'a>(DescriptorEncoder<'a>);

impl Page<'_> {
    fn gauge(&mut self, name: &str, help: &str, value: f64) -> fmt::Result {
        self.0.encode_descriptor(name, help, None, MetricType::Gauge)?.encode_gauge(&value)
    }

    fn gauges<const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        rows: impl IntoIterator<Item = (Labels<N>, u64)>,
    ) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, None, MetricType::Gauge)?;
        rows.into_iter().try_for_each(|(labels, value)| metric.encode_family(&labels)?.encode_gauge(&value))
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        metric.encode_counter::<NoLabelSet, _, u64>(&value, None)
    }

    fn counters<const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        rows: impl IntoIterator<Item = (Labels<N>, u64)>,
    ) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        rows.into_iter().try_for_each(|(labels, value)| {
            metric.encode_family(&labels)?.encode_counter::<NoLabelSet, _, u64>(&value, None)
        })
    }

    /// `buckets`: each with its upper end, and how many are in it and in none before.
    fn histogram(&mut self, name: &str, help: &str, sum: f64, buckets: &[(f64, u64)]) -> fmt::Result {
        let count = buckets.iter().map(|(_, count)| count).sum();
        let mut metric = self.0.encode_descriptor(name, help, None, MetricType::Histogram)?;
        metric.encode_histogram::<NoLabelSet>(sum, count, buckets, None)
    }
}
