//! English.

mod fixed;

use countersign_model::{Access, DecisionScope, EndReason, Outcome, RequestKind, Subject};

use super::{Asks, Became, Label, Others, Phrase, Sums, Taken, Texts, Unit, Waits};
use crate::message::words::{Words, words};

pub struct English;

impl Texts for English {
    fn tag(&self) -> &'static str {
        "en"
    }

    fn label(&self, label: Label) -> &'static str {
        fixed::label(label)
    }

    fn phrase(&self, phrase: Phrase) -> &'static str {
        fixed::phrase(phrase)
    }

    fn kind(&self, kind: RequestKind) -> &'static str {
        kind.id()
    }

    fn access(&self, access: Access) -> &'static str {
        access.id()
    }

    fn reach(&self, scope: DecisionScope) -> &'static str {
        match scope {
            DecisionScope::Computer => "this computer",
            DecisionScope::Group => "the computers of this group",
            DecisionScope::Organization => "all computers of the organization",
        }
    }

    fn duration(&self, number: u32, unit: Unit) -> Words {
        let unit = match unit {
            Unit::Days => " days",
            Unit::Hours => " hours",
            Unit::Minutes => " minutes",
            Unit::Seconds => " seconds",
        };
        Words::plain(&number).and(unit)
    }

    fn bytes(&self, size: u64) -> Words {
        Words::plain(&size).and(" bytes")
    }

    fn more(&self, number: usize) -> Words {
        Words::plain(&number).and(" more")
    }

    fn requests(&self, number: usize) -> Words {
        Words::plain(&number).and(if number == 1 { " request" } else { " requests" })
    }

    fn doing(&self, subject: &Subject, what: Words) -> Words {
        match subject {
            Subject::Application(_) => words!["run ", what],
            Subject::Elevation(_) => words!["run ", what, " with higher rights"],
            Subject::Storage(device) => words![self.access(device.access), " ", what],
        }
    }

    fn instead(&self, whole: bool, of: Words, until: Option<Words>) -> Words {
        let of =
            words![if whole { "You get this in place of " } else { "You get some of this in place of " }, of];
        match until {
            Some(until) => words![of, ", who is away until ", until, "."],
            None => of.and(", who is away."),
        }
    }

    fn asks_subject(&self, asks: &Asks) -> Words {
        let mark = if asks.unconfirmed { " on unconfirmed " } else { " on " };
        let to = if asks.prolongs.is_some() { " to prolong " } else { " for " };
        words![&asks.company, ": ", who(asks), mark, &asks.computer, asks_or_ask(asks), to, &asks.what]
    }

    fn asks_opening(&self, asks: &Asks, doing: Words) -> Words {
        let who = words![who(asks), " on ", &asks.computer, " (", &asks.company, ")", asks_or_ask(asks)];
        match &asks.prolongs {
            Some(end) => words![who, " to prolong what ends at ", end, ": ", doing],
            None => words![who, " for permission: ", doing],
        }
    }

    fn asks_shortly(&self, asks: &Asks) -> Words {
        let mark = if asks.unconfirmed { " (UNCONFIRMED)" } else { "" };
        let who = words![&asks.company, ": ", who(asks), " on ", &asks.computer, mark, asks_or_ask(asks)];
        match &asks.prolongs {
            Some(end) => words![who, " to prolong (until now ", end, ") ", &asks.what, "."],
            None => words![who, " for ", &asks.what, "."],
        }
    }

    fn signed_shortly(&self, by: Words, verified: bool) -> Words {
        words!["Signed by ", by, if verified { ", verified." } else { ", NOT verified." }]
    }

    fn certificate_shortly(&self, name: Words) -> Words {
        words!["Certificate ", name, "."]
    }

    fn issued_by(&self, subject: Words, issuer: Words) -> Words {
        words![subject, ", issued by ", issuer]
    }

    fn your_request(&self, company: Words, asked: Words) -> Words {
        words![company, ": your request of ", asked]
    }

    fn became_opening(&self, kind: RequestKind, became: &Became) -> Words {
        let kind = match kind {
            RequestKind::Application => "to run a program",
            RequestKind::Storage => "to use a storage device",
            RequestKind::Elevation => "to run a program with higher rights",
        };
        words!["Your request ", kind, " was ", outcome(became), "."]
    }

    fn more_news(&self, number: usize) -> Words {
        let messages = if number == 1 {
            " more message about your requests"
        } else {
            " more messages about your requests"
        };
        Words::plain(&number).and(messages)
    }

    fn asks_you_subject(&self, company: Words, by: Words, what: Words) -> Words {
        words![company, ": ", by, " asks you to decide about ", what]
    }

    fn asks_you_opening(&self, by: Words) -> Words {
        words![by, " asks you to decide a request that is still pending."]
    }

    fn flagged_subject(&self, company: Words, what: Words) -> Words {
        words![company, ": ", what, " was flagged as malicious"]
    }

    fn flagged_opening(&self, by: Words, what: Words) -> Words {
        let until = " as malicious. Requests for it are denied, and approvals of it are revoked, until the flag is cleared.";
        words![by, " flagged ", what, until]
    }

    fn flagged_shortly(&self, company: Words, by: Words, what: Words) -> Words {
        words![company, ": ", by, " flagged ", what, " as malicious."]
    }

    fn joined_subject(&self, company: Words, others: &Others) -> Words {
        words![company, ": ", who_waits(others), " for ", &others.what]
    }

    fn joined_opening(&self, others: &Others) -> Words {
        words!["Others ask for this, too. By now, ", who_waits(others), " for the decision."]
    }

    fn handled_subject(&self, company: Words, by: Words, outcome: Outcome, what: Words) -> Words {
        words![company, ": ", by, did(outcome), what]
    }

    fn handled_opening(&self, by: Words, outcome: Outcome) -> Words {
        words![by, did(outcome), "this request. Nobody else needs to look after it."]
    }

    fn waits_subject(&self, company: Words, waits: Waits, what: Words) -> Words {
        let (before, after) = match waits {
            Waits::Expired => (": the request for ", " expired undecided"),
            Waits::Expiring => (": the request for ", " expires soon"),
            Waits::Untaken => (": nobody has taken the request for ", ""),
            Waits::Undecided => (": nobody has decided the request for ", ""),
        };
        words![company, before, what, after]
    }

    fn taken_subject(&self, company: Words, by: Words, taken: Taken, what: Words) -> Words {
        match taken {
            Taken::ByThem => words![company, ": ", by, " takes care of the request for ", what],
            Taken::ByReader => words![company, ": ", by, " hands the request for ", what, " over to you"],
        }
    }

    fn taken_opening(&self, by: Words, taken: Taken) -> Words {
        match taken {
            Taken::ByThem => words![by, " takes care of this request. It still waits for a decision."],
            Taken::ByReader => words![by, " hands this request over to you. It waits for a decision."],
        }
    }

    fn digest_subject(&self, company: Words, sums: &Sums) -> Words {
        let (number, text) = match (sums.waiting, sums.handled) {
            (0, 1) => (1, " more request was handled"),
            (0, handled) => (handled, " more requests were handled"),
            (1, _) => (1, " more request waits"),
            (waiting, _) => (waiting, " more requests wait"),
        };
        words![company, ": ", Words::plain(&number), text]
    }

    fn digest_opening(&self, sums: &Sums) -> Words {
        let mut opening = Words::from(
            "There was more to tell in a short time than you are told of one by one. This is the rest:",
        );
        if sums.waiting > 0 {
            let wait = if sums.waiting == 1 {
                " request waits for a decision."
            } else {
                " requests wait for a decision."
            };
            opening = words![opening, " ", Words::plain(&sums.waiting), wait];
        }
        if sums.handled > 0 {
            let were = if sums.handled == 1 { " request was handled." } else { " requests were handled." };
            opening = words![opening, " ", Words::plain(&sums.handled), were];
        }
        opening
    }

    fn invites_subject(&self, company: Words) -> Words {
        words![company, " invites you to Countersign"]
    }

    fn invites_opening(&self, name: Words, company: Words) -> Words {
        words!["Hello ", name, ", you are invited to be an administrator of ", company, "."]
    }

    fn reset_opening(&self, name: Words) -> Words {
        words!["Hello ", name, ", a new password for your account was asked for."]
    }
}

fn who(asks: &Asks) -> Words {
    if asks.more == 0 {
        return asks.user.clone();
    }
    words![&asks.user, " and ", Words::plain(&asks.more), " more"]
}

fn asks_or_ask(asks: &Asks) -> &'static str {
    if asks.more == 0 { " asks" } else { " ask" }
}

fn who_waits(others: &Others) -> Words {
    match (others.computers, others.users) {
        (0 | 1, 1) => words!["a user of ", &others.computer, " waits"],
        (0 | 1, users) => words![Words::plain(&users), " users of ", &others.computer, " wait"],
        (computers, _) => words!["users of ", Words::plain(&computers), " computers wait"],
    }
}

fn did(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Approved => " approved ",
        Outcome::Denied => " denied ",
        Outcome::Ignored => " ignored ",
    }
}

fn outcome(became: &Became) -> Words {
    match became {
        Became::Approved => "approved".into(),
        Became::Denied => "denied".into(),
        Became::Revoked => "revoked after it was approved".into(),
        Became::EndChanged(Some(end)) => words!["approved, and the approval now ends at ", end],
        Became::EndChanged(None) => "approved, and the approval now has no end".into(),
        Became::Ended(why) => words!["approved, and this has ended because ", because(*why)],
        Became::Expired => "closed, because nobody decided it in time".into(),
        Became::Cancelled(why) => words!["cancelled because ", because(*why)],
    }
}

fn because(why: EndReason) -> &'static str {
    match why {
        EndReason::ComputerRemoved => "the computer was removed",
        EndReason::GroupDeleted => "the computer group was deleted",
        EndReason::OrganizationDeleted => "the organization was deleted",
    }
}
