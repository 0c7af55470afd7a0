//! French.

mod fixed;

use countersign_model::{Access, DecisionScope, EndReason, Outcome, RequestKind, Subject};

use super::{Asks, Became, Label, Others, Phrase, Sums, Taken, Texts, Unit, Waits};
use crate::message::words::{Words, words};

pub struct French;

impl Texts for French {
    fn tag(&self) -> &'static str {
        "fr"
    }

    fn label(&self, label: Label) -> &'static str {
        fixed::label(label)
    }

    fn phrase(&self, phrase: Phrase) -> &'static str {
        fixed::phrase(phrase)
    }

    fn kind(&self, kind: RequestKind) -> &'static str {
        match kind {
            RequestKind::Application => "programme",
            RequestKind::Storage => "stockage",
            RequestKind::Elevation => "droits supplémentaires",
        }
    }

    fn access(&self, access: Access) -> &'static str {
        match access {
            Access::Read => "lecture",
            Access::Write => "écriture",
            Access::Execute => "exécution",
        }
    }

    fn reach(&self, scope: DecisionScope) -> &'static str {
        match scope {
            DecisionScope::Computer => "cet ordinateur",
            DecisionScope::Group => "les ordinateurs de ce groupe",
            DecisionScope::Organization => "tous les ordinateurs de l’organisation",
        }
    }

    fn duration(&self, number: u32, unit: Unit) -> Words {
        let unit = match unit {
            Unit::Days => " jours",
            Unit::Hours => " heures",
            Unit::Minutes => " minutes",
            Unit::Seconds => " secondes",
        };
        Words::plain(&number).and(unit)
    }

    fn bytes(&self, size: u64) -> Words {
        Words::plain(&size).and(" octets")
    }

    fn more(&self, number: usize) -> Words {
        Words::plain(&number).and(" de plus")
    }

    fn requests(&self, number: usize) -> Words {
        Words::plain(&number).and(if number == 1 { " demande" } else { " demandes" })
    }

    fn doing(&self, subject: &Subject, what: Words) -> Words {
        match subject {
            Subject::Application(_) => words!["exécuter ", what],
            Subject::Elevation(_) => words!["exécuter ", what, " avec des droits supplémentaires"],
            Subject::Storage(device) => match device.access {
                Access::Read => words!["lire ", what],
                Access::Write => words!["écrire sur ", what],
                Access::Execute => words!["exécuter des programmes de ", what],
            },
        }
    }

    fn instead(&self, whole: bool, of: Words, until: Option<Words>) -> Words {
        let of = words![
            if whole {
                "Vous recevez ceci à la place de "
            } else {
                "Vous recevez une partie de ceci à la place de "
            },
            of
        ];
        match until {
            Some(until) => words![of, ", en son absence jusqu'au ", until, "."],
            None => of.and(", en son absence."),
        }
    }

    fn asks_subject(&self, asks: &Asks) -> Words {
        let mark = if asks.unconfirmed { " sur l’ordinateur non confirmé " } else { " sur " };
        let to = if asks.prolongs.is_some() { " à prolonger " } else { " " };
        words![&asks.company, " : ", who(asks), mark, &asks.computer, asks_for(asks), to, &asks.what]
    }

    fn asks_opening(&self, asks: &Asks, doing: Words) -> Words {
        let who = words![who(asks), " sur ", &asks.computer, " (", &asks.company, ")", asks_for(asks)];
        match &asks.prolongs {
            Some(end) => words![who, " à prolonger ce qui se termine le ", end, " : ", doing],
            None => words![who, " l’autorisation : ", doing],
        }
    }

    fn asks_shortly(&self, asks: &Asks) -> Words {
        let mark = if asks.unconfirmed { " (NON CONFIRMÉ)" } else { "" };
        let who = words![&asks.company, " : ", who(asks), " sur ", &asks.computer, mark, asks_for(asks)];
        match &asks.prolongs {
            Some(end) => words![who, " à prolonger (pour l’instant ", end, ") ", &asks.what, "."],
            None => words![who, " ", &asks.what, "."],
        }
    }

    fn signed_shortly(&self, by: Words, verified: bool) -> Words {
        words!["Signé par ", by, if verified { ", vérifié." } else { ", NON vérifié." }]
    }

    fn certificate_shortly(&self, name: Words) -> Words {
        words!["Certificat ", name, "."]
    }

    fn issued_by(&self, subject: Words, issuer: Words) -> Words {
        words![subject, ", délivré par ", issuer]
    }

    fn your_request(&self, company: Words, asked: Words) -> Words {
        words![company, " : votre demande du ", asked]
    }

    fn became_opening(&self, kind: RequestKind, became: &Became) -> Words {
        let kind = match kind {
            RequestKind::Application => "d’exécuter un programme",
            RequestKind::Storage => "d’utiliser un périphérique de stockage",
            RequestKind::Elevation => "d’exécuter un programme avec des droits supplémentaires",
        };
        words!["Votre demande ", kind, " a été ", outcome(became), "."]
    }

    fn more_news(&self, number: usize) -> Words {
        let messages =
            if number == 1 { " autre message sur vos demandes" } else { " autres messages sur vos demandes" };
        Words::plain(&number).and(messages)
    }

    fn more_news_subject(&self, company: Words, number: usize) -> Words {
        words![company, " : ", self.more_news(number)]
    }

    fn asks_you_subject(&self, company: Words, by: Words, what: Words) -> Words {
        words![company, " : ", by, " vous demande de décider au sujet de ", what]
    }

    fn asks_you_opening(&self, by: Words) -> Words {
        words![by, " vous demande de décider d’une demande encore en attente."]
    }

    fn flagged_subject(&self, company: Words, what: Words) -> Words {
        words![company, " : ", what, " a été signalé comme malveillant"]
    }

    fn flagged_opening(&self, by: Words, what: Words) -> Words {
        let until = " comme malveillant. Les demandes le concernant sont refusées et ses approbations révoquées jusqu’à ce que \
                     le signalement soit levé.";
        words![by, " a signalé ", what, until]
    }

    fn flagged_shortly(&self, company: Words, by: Words, what: Words) -> Words {
        words![company, " : ", by, " a signalé ", what, " comme malveillant."]
    }

    fn joined_subject(&self, company: Words, others: &Others) -> Words {
        words![company, " : ", who_waits(others), " ", &others.what]
    }

    fn joined_opening(&self, others: &Others) -> Words {
        words!["D’autres font la même demande. À présent, ", who_waits(others), " la décision."]
    }

    fn handled_subject(&self, company: Words, by: Words, outcome: Outcome, what: Words) -> Words {
        words![company, " : ", by, did(outcome), what]
    }

    fn handled_opening(&self, by: Words, outcome: Outcome) -> Words {
        words![by, did(outcome), "cette demande. Personne d’autre n’a besoin de s’en occuper."]
    }

    fn waits_subject(&self, company: Words, waits: Waits, what: Words) -> Words {
        let (before, after) = match waits {
            Waits::Expired => (" : la demande concernant ", " a expiré sans décision"),
            Waits::Expiring => (" : la demande concernant ", " expire bientôt"),
            Waits::Untaken => (" : personne n’a pris en charge la demande concernant ", ""),
            Waits::Undecided => (" : personne n’a décidé de la demande concernant ", ""),
        };
        words![company, before, what, after]
    }

    fn taken_subject(&self, company: Words, by: Words, taken: Taken, what: Words) -> Words {
        match taken {
            Taken::ByThem => words![company, " : ", by, " s’occupe de la demande concernant ", what],
            Taken::ByReader => words![company, " : ", by, " vous confie la demande concernant ", what],
        }
    }

    fn taken_opening(&self, by: Words, taken: Taken) -> Words {
        match taken {
            Taken::ByThem => words![by, " s’occupe de cette demande. Elle attend encore une décision."],
            Taken::ByReader => words![by, " vous confie cette demande. Elle attend une décision."],
        }
    }

    fn digest_subject(&self, company: Words, sums: &Sums) -> Words {
        let (number, text) = match (sums.waiting, sums.handled) {
            (0, 1) => (1, " autre demande traitée"),
            (0, handled) => (handled, " autres demandes traitées"),
            (1, _) => (1, " autre demande en attente"),
            (waiting, _) => (waiting, " autres demandes en attente"),
        };
        words![company, " : ", Words::plain(&number), text]
    }

    fn digest_opening(&self, sums: &Sums) -> Words {
        let mut opening = Words::from(
            "En peu de temps, il y a eu plus que ce qui vous est annoncé séparément. Voici le reste :",
        );
        if sums.waiting > 0 {
            let wait =
                if sums.waiting == 1 { " demande est en attente." } else { " demandes sont en attente." };
            opening = words![opening, " ", Words::plain(&sums.waiting), wait];
        }
        if sums.handled > 0 {
            let were = if sums.handled == 1 {
                " demande a été traitée."
            } else {
                " demandes ont été traitées."
            };
            opening = words![opening, " ", Words::plain(&sums.handled), were];
        }
        opening
    }

    fn invites_subject(&self, company: Words) -> Words {
        words![company, " vous invite à rejoindre Countersign"]
    }

    fn invites_opening(&self, name: Words, company: Words) -> Words {
        words!["Bonjour ", name, ", vous êtes invité à administrer ", company, "."]
    }

    fn reset_opening(&self, name: Words) -> Words {
        words!["Bonjour ", name, ", un nouveau mot de passe a été demandé pour votre compte."]
    }
}

fn who(asks: &Asks) -> Words {
    if asks.more == 0 {
        return asks.user.clone();
    }
    words![&asks.user, " et ", Words::plain(&asks.more), " de plus"]
}

fn asks_for(asks: &Asks) -> &'static str {
    if asks.more == 0 { " demande" } else { " demandent" }
}

fn who_waits(others: &Others) -> Words {
    match (others.computers, others.users) {
        (0 | 1, 1) => words!["un utilisateur de ", &others.computer, " attend"],
        (0 | 1, users) => words![Words::plain(&users), " utilisateurs de ", &others.computer, " attendent"],
        (computers, _) => words!["des utilisateurs de ", Words::plain(&computers), " ordinateurs attendent"],
    }
}

fn did(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Approved => " a approuvé ",
        Outcome::Denied => " a refusé ",
        Outcome::Ignored => " a ignoré ",
    }
}

fn outcome(became: &Became) -> Words {
    match became {
        Became::Approved => "approuvée".into(),
        Became::Denied => "refusée".into(),
        Became::Revoked => "révoquée après avoir été approuvée".into(),
        Became::EndChanged(Some(end)) => words!["approuvée, et l’approbation se termine désormais le ", end],
        Became::EndChanged(None) => "approuvée, et l’approbation n’a désormais plus de fin".into(),
        Became::Ended(why) => words!["approuvée, et cela a pris fin parce que ", because(*why)],
        Became::Expired => "close, car personne n’a décidé à temps".into(),
        Became::Cancelled(why) => words!["annulée parce que ", because(*why)],
    }
}

fn because(why: EndReason) -> &'static str {
    match why {
        EndReason::ComputerRemoved => "l’ordinateur a été retiré",
        EndReason::GroupDeleted => "le groupe d’ordinateurs a été supprimé",
        EndReason::OrganizationDeleted => "l’organisation a été supprimée",
    }
}
