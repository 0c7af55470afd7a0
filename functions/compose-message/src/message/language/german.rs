//! German.

mod fixed;

use countersign_model::{Access, DecisionScope, EndReason, Outcome, RequestKind, Subject};

use super::{Asks, Became, Label, Others, Phrase, Sums, Taken, Texts, Unit, Waits};
use crate::message::words::{Words, words};

pub struct German;

impl Texts for German {
    fn tag(&self) -> &'static str {
        "de"
    }

    fn label(&self, label: Label) -> &'static str {
        fixed::label(label)
    }

    fn phrase(&self, phrase: Phrase) -> &'static str {
        fixed::phrase(phrase)
    }

    fn kind(&self, kind: RequestKind) -> &'static str {
        match kind {
            RequestKind::Application => "Programm",
            RequestKind::Storage => "Speichergerät",
            RequestKind::Elevation => "höhere Rechte",
        }
    }

    fn access(&self, access: Access) -> &'static str {
        match access {
            Access::Read => "lesen",
            Access::Write => "schreiben",
            Access::Execute => "ausführen",
        }
    }

    fn reach(&self, scope: DecisionScope) -> &'static str {
        match scope {
            DecisionScope::Computer => "diesen Computer",
            DecisionScope::Group => "die Computer dieser Gruppe",
            DecisionScope::Organization => "alle Computer der Organisation",
        }
    }

    fn duration(&self, number: u32, unit: Unit) -> Words {
        let unit = match unit {
            Unit::Days => " Tage",
            Unit::Hours => " Stunden",
            Unit::Minutes => " Minuten",
            Unit::Seconds => " Sekunden",
        };
        Words::plain(&number).and(unit)
    }

    fn bytes(&self, size: u64) -> Words {
        Words::plain(&size).and(" Bytes")
    }

    fn more(&self, number: usize) -> Words {
        Words::plain(&number).and(" weitere")
    }

    fn requests(&self, number: usize) -> Words {
        Words::plain(&number).and(if number == 1 { " Anfrage" } else { " Anfragen" })
    }

    fn doing(&self, subject: &Subject, what: Words) -> Words {
        match subject {
            Subject::Application(_) => words![what, " ausführen"],
            Subject::Elevation(_) => words![what, " mit höheren Rechten ausführen"],
            Subject::Storage(device) => match device.access {
                Access::Read => words!["von ", what, " lesen"],
                Access::Write => words!["auf ", what, " schreiben"],
                Access::Execute => words!["Programme von ", what, " ausführen"],
            },
        }
    }

    fn instead(&self, whole: bool, of: Words, until: Option<Words>) -> Words {
        let of = words![
            if whole {
                "Sie erhalten dies anstelle von "
            } else {
                "Einen Teil davon erhalten Sie anstelle von "
            },
            of
        ];
        match until {
            Some(until) => words![of, ", abwesend bis ", until, "."],
            None => of.and(", während der Abwesenheit."),
        }
    }

    fn asks_subject(&self, asks: &Asks) -> Words {
        let mark = if asks.unconfirmed { " an unbestätigtem " } else { " an " };
        let to = if asks.prolongs.is_some() { " um Verlängerung für " } else { " um " };
        words![&asks.company, ": ", who(asks), mark, &asks.computer, asks_for(asks), to, &asks.what]
    }

    fn asks_opening(&self, asks: &Asks, doing: Words) -> Words {
        let who = words![who(asks), " an ", &asks.computer, " (", &asks.company, ")", asks_for(asks)];
        match &asks.prolongs {
            Some(end) => words![who, " um Verlängerung dessen, was am ", end, " endet: ", doing],
            None => words![who, " um Erlaubnis: ", doing],
        }
    }

    fn asks_shortly(&self, asks: &Asks) -> Words {
        let mark = if asks.unconfirmed { " (UNBESTÄTIGT)" } else { "" };
        let who = words![&asks.company, ": ", who(asks), " an ", &asks.computer, mark, asks_for(asks)];
        match &asks.prolongs {
            Some(end) => words![who, " um Verlängerung (bisher bis ", end, ") für ", &asks.what, "."],
            None => words![who, " um ", &asks.what, "."],
        }
    }

    fn signed_shortly(&self, by: Words, verified: bool) -> Words {
        words!["Signiert von ", by, if verified { ", geprüft." } else { ", NICHT geprüft." }]
    }

    fn certificate_shortly(&self, name: Words) -> Words {
        words!["Zertifikat ", name, "."]
    }

    fn issued_by(&self, subject: Words, issuer: Words) -> Words {
        words![subject, ", ausgestellt von ", issuer]
    }

    fn your_request(&self, company: Words, asked: Words) -> Words {
        words![company, ": Ihre Anfrage vom ", asked]
    }

    fn became_opening(&self, kind: RequestKind, became: &Became) -> Words {
        let kind = match kind {
            RequestKind::Application => "ein Programm auszuführen",
            RequestKind::Storage => "ein Speichergerät zu verwenden",
            RequestKind::Elevation => "ein Programm mit höheren Rechten auszuführen",
        };
        words!["Ihre Anfrage, ", kind, ", wurde ", outcome(became), "."]
    }

    fn more_news(&self, number: usize) -> Words {
        let messages = if number == 1 {
            " weitere Mitteilung zu Ihren Anfragen"
        } else {
            " weitere Mitteilungen zu Ihren Anfragen"
        };
        Words::plain(&number).and(messages)
    }

    fn asks_you_subject(&self, company: Words, by: Words, what: Words) -> Words {
        words![company, ": ", by, " bittet Sie um eine Entscheidung über ", what]
    }

    fn asks_you_opening(&self, by: Words) -> Words {
        words![by, " bittet Sie, über eine Anfrage zu entscheiden, die noch offen ist."]
    }

    fn flagged_subject(&self, company: Words, what: Words) -> Words {
        words![company, ": ", what, " wurde als schädlich gemeldet"]
    }

    fn flagged_opening(&self, by: Words, what: Words) -> Words {
        let until = " als schädlich gemeldet. Anfragen danach werden abgelehnt und Genehmigungen widerrufen, bis die Meldung \
                     aufgehoben ist.";
        words![by, " hat ", what, until]
    }

    fn flagged_shortly(&self, company: Words, by: Words, what: Words) -> Words {
        words![company, ": ", by, " hat ", what, " als schädlich gemeldet."]
    }

    fn joined_subject(&self, company: Words, others: &Others) -> Words {
        words![company, ": ", who_waits(others), " auf ", &others.what]
    }

    fn joined_opening(&self, others: &Others) -> Words {
        words!["Auch andere bitten darum. Inzwischen warten: ", waiting(others), "."]
    }

    fn handled_subject(&self, company: Words, by: Words, outcome: Outcome, what: Words) -> Words {
        words![company, ": ", by, " hat ", what, did(outcome)]
    }

    fn handled_opening(&self, by: Words, outcome: Outcome) -> Words {
        words![by, " hat diese Anfrage", did(outcome), ". Niemand sonst muss sich darum kümmern."]
    }

    fn waits_subject(&self, company: Words, waits: Waits, what: Words) -> Words {
        let (before, after) = match waits {
            Waits::Expired => (": die Anfrage zu ", " ist ohne Entscheidung abgelaufen"),
            Waits::Expiring => (": die Anfrage zu ", " läuft bald ab"),
            Waits::Untaken => (": niemand hat die Anfrage zu ", " übernommen"),
            Waits::Undecided => (": niemand hat über die Anfrage zu ", " entschieden"),
        };
        words![company, before, what, after]
    }

    fn taken_subject(&self, company: Words, by: Words, taken: Taken, what: Words) -> Words {
        match taken {
            Taken::ByThem => words![company, ": ", by, " kümmert sich um die Anfrage zu ", what],
            Taken::ByReader => words![company, ": ", by, " übergibt Ihnen die Anfrage zu ", what],
        }
    }

    fn taken_opening(&self, by: Words, taken: Taken) -> Words {
        match taken {
            Taken::ByThem => {
                words![by, " kümmert sich um diese Anfrage. Sie wartet noch auf eine Entscheidung."]
            }
            Taken::ByReader => words![by, " übergibt Ihnen diese Anfrage. Sie wartet auf eine Entscheidung."],
        }
    }

    fn digest_subject(&self, company: Words, sums: &Sums) -> Words {
        let (number, text) = match (sums.waiting, sums.handled) {
            (0, 1) => (1, " weitere Anfrage wurde erledigt"),
            (0, handled) => (handled, " weitere Anfragen wurden erledigt"),
            (1, _) => (1, " weitere Anfrage ist offen"),
            (waiting, _) => (waiting, " weitere Anfragen sind offen"),
        };
        words![company, ": ", Words::plain(&number), text]
    }

    fn digest_opening(&self, sums: &Sums) -> Words {
        let mut opening =
            Words::from("In kurzer Zeit gab es mehr, als Ihnen einzeln gemeldet wird. Dies ist der Rest:");
        if sums.waiting > 0 {
            let wait = if sums.waiting == 1 { " Anfrage ist offen." } else { " Anfragen sind offen." };
            opening = words![opening, " ", Words::plain(&sums.waiting), wait];
        }
        if sums.handled > 0 {
            let were =
                if sums.handled == 1 { " Anfrage wurde erledigt." } else { " Anfragen wurden erledigt." };
            opening = words![opening, " ", Words::plain(&sums.handled), were];
        }
        opening
    }

    fn invites_subject(&self, company: Words) -> Words {
        words![company, " lädt Sie zu Countersign ein"]
    }

    fn invites_opening(&self, name: Words, company: Words) -> Words {
        words!["Guten Tag ", name, ", Sie sind zur Administration von ", company, " eingeladen."]
    }

    fn reset_opening(&self, name: Words) -> Words {
        words!["Guten Tag ", name, ", für Ihr Konto wurde ein neues Kennwort angefordert."]
    }
}

fn who(asks: &Asks) -> Words {
    if asks.more == 0 {
        return asks.user.clone();
    }
    words![&asks.user, " und ", Words::plain(&asks.more), " weitere"]
}

fn asks_for(asks: &Asks) -> &'static str {
    if asks.more == 0 { " bittet" } else { " bitten" }
}

fn who_waits(others: &Others) -> Words {
    let waits = if others.computers <= 1 && others.users == 1 { " wartet" } else { " warten" };
    waiting(others).and(waits)
}

fn waiting(others: &Others) -> Words {
    match (others.computers, others.users) {
        (0 | 1, 1) => words!["ein Benutzer von ", &others.computer],
        (0 | 1, users) => words![Words::plain(&users), " Benutzer von ", &others.computer],
        (computers, _) => words!["Benutzer von ", Words::plain(&computers), " Computern"],
    }
}

fn did(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Approved => " genehmigt",
        Outcome::Denied => " abgelehnt",
        Outcome::Ignored => " ignoriert",
    }
}

fn outcome(became: &Became) -> Words {
    match became {
        Became::Approved => "genehmigt".into(),
        Became::Denied => "abgelehnt".into(),
        Became::Revoked => "nach der Genehmigung widerrufen".into(),
        Became::EndChanged(Some(end)) => words!["genehmigt, und die Genehmigung endet jetzt am ", end],
        Became::EndChanged(None) => "genehmigt, und die Genehmigung hat jetzt kein Ende".into(),
        Became::Ended(why) => words!["genehmigt; das ist beendet, weil ", because(*why)],
        Became::Expired => "geschlossen, weil niemand rechtzeitig entschieden hat".into(),
        Became::Cancelled(why) => words!["beendet, weil ", because(*why)],
    }
}

fn because(why: EndReason) -> &'static str {
    match why {
        EndReason::ComputerRemoved => "der Computer entfernt wurde",
        EndReason::GroupDeleted => "die Computergruppe gelöscht wurde",
        EndReason::OrganizationDeleted => "die Organisation gelöscht wurde",
    }
}
