//! Spanish.

mod fixed;

use countersign_model::{Access, DecisionScope, EndReason, Outcome, RequestKind, Subject};

use super::{Asks, Became, Label, Others, Phrase, Sums, Taken, Texts, Unit, Waits};
use crate::message::words::{Words, words};

pub struct Spanish;

impl Texts for Spanish {
    fn tag(&self) -> &'static str {
        "es"
    }

    fn label(&self, label: Label) -> &'static str {
        fixed::label(label)
    }

    fn phrase(&self, phrase: Phrase) -> &'static str {
        fixed::phrase(phrase)
    }

    fn kind(&self, kind: RequestKind) -> &'static str {
        match kind {
            RequestKind::Application => "programa",
            RequestKind::Storage => "almacenamiento",
            RequestKind::Elevation => "más privilegios",
        }
    }

    fn access(&self, access: Access) -> &'static str {
        match access {
            Access::Read => "lectura",
            Access::Write => "escritura",
            Access::Execute => "ejecución",
        }
    }

    fn reach(&self, scope: DecisionScope) -> &'static str {
        match scope {
            DecisionScope::Computer => "este equipo",
            DecisionScope::Group => "los equipos de este grupo",
            DecisionScope::Organization => "todos los equipos de la organización",
        }
    }

    fn duration(&self, number: u32, unit: Unit) -> Words {
        let unit = match unit {
            Unit::Days => " días",
            Unit::Hours => " horas",
            Unit::Minutes => " minutos",
            Unit::Seconds => " segundos",
        };
        Words::plain(&number).and(unit)
    }

    fn bytes(&self, size: u64) -> Words {
        Words::plain(&size).and(" bytes")
    }

    fn more(&self, number: usize) -> Words {
        Words::plain(&number).and(" más")
    }

    fn requests(&self, number: usize) -> Words {
        Words::plain(&number).and(if number == 1 { " solicitud" } else { " solicitudes" })
    }

    fn doing(&self, subject: &Subject, what: Words) -> Words {
        match subject {
            Subject::Application(_) => words!["ejecutar ", what],
            Subject::Elevation(_) => words!["ejecutar ", what, " con más privilegios"],
            Subject::Storage(device) => match device.access {
                Access::Read => words!["leer de ", what],
                Access::Write => words!["escribir en ", what],
                Access::Execute => words!["ejecutar programas de ", what],
            },
        }
    }

    fn instead(&self, whole: bool, of: Words, until: Option<Words>) -> Words {
        let of =
            words![if whole { "Recibe esto en lugar de " } else { "Recibe parte de esto en lugar de " }, of];
        match until {
            Some(until) => words![of, ", ausente hasta ", until, "."],
            None => of.and(", durante su ausencia."),
        }
    }

    fn asks_subject(&self, asks: &Asks) -> Words {
        let mark = if asks.unconfirmed { " en el equipo sin confirmar " } else { " en " };
        let to = if asks.prolongs.is_some() { " prolongar " } else { " " };
        words![&asks.company, ": ", who(asks), mark, &asks.computer, asks_for(asks), to, &asks.what]
    }

    fn asks_opening(&self, asks: &Asks, doing: Words) -> Words {
        let who = words![who(asks), " en ", &asks.computer, " (", &asks.company, ")", asks_for(asks)];
        match &asks.prolongs {
            Some(end) => words![who, " prolongar lo que termina el ", end, ": ", doing],
            None => words![who, " permiso: ", doing],
        }
    }

    fn asks_shortly(&self, asks: &Asks) -> Words {
        let mark = if asks.unconfirmed { " (SIN CONFIRMAR)" } else { "" };
        let who = words![&asks.company, ": ", who(asks), " en ", &asks.computer, mark, asks_for(asks)];
        match &asks.prolongs {
            Some(end) => words![who, " prolongar (ahora hasta ", end, ") ", &asks.what, "."],
            None => words![who, " ", &asks.what, "."],
        }
    }

    fn signed_shortly(&self, by: Words, verified: bool) -> Words {
        words!["Firmado por ", by, if verified { ", comprobado." } else { ", NO comprobado." }]
    }

    fn certificate_shortly(&self, name: Words) -> Words {
        words!["Certificado ", name, "."]
    }

    fn issued_by(&self, subject: Words, issuer: Words) -> Words {
        words![subject, ", emitido por ", issuer]
    }

    fn your_request(&self, company: Words, asked: Words) -> Words {
        words![company, ": su solicitud del ", asked]
    }

    fn became_opening(&self, kind: RequestKind, became: &Became) -> Words {
        let kind = match kind {
            RequestKind::Application => "de ejecutar un programa",
            RequestKind::Storage => "de usar un dispositivo de almacenamiento",
            RequestKind::Elevation => "de ejecutar un programa con más privilegios",
        };
        words!["Su solicitud ", kind, " fue ", outcome(became), "."]
    }

    fn more_news(&self, number: usize) -> Words {
        let messages = if number == 1 {
            " mensaje más sobre sus solicitudes"
        } else {
            " mensajes más sobre sus solicitudes"
        };
        Words::plain(&number).and(messages)
    }

    fn asks_you_subject(&self, company: Words, by: Words, what: Words) -> Words {
        words![company, ": ", by, " le pide que decida sobre ", what]
    }

    fn asks_you_opening(&self, by: Words) -> Words {
        words![by, " le pide que decida sobre una solicitud que sigue pendiente."]
    }

    fn flagged_subject(&self, company: Words, what: Words) -> Words {
        words![company, ": ", what, " fue marcado como malicioso"]
    }

    fn flagged_opening(&self, by: Words, what: Words) -> Words {
        let until = " como malicioso. Las solicitudes de este archivo se deniegan y sus aprobaciones se revocan hasta que se \
                     retire la marca.";
        words![by, " marcó ", what, until]
    }

    fn flagged_shortly(&self, company: Words, by: Words, what: Words) -> Words {
        words![company, ": ", by, " marcó ", what, " como malicioso."]
    }

    fn joined_subject(&self, company: Words, others: &Others) -> Words {
        words![company, ": ", who_waits(others), " ", &others.what]
    }

    fn joined_opening(&self, others: &Others) -> Words {
        words!["Otras personas piden lo mismo. Ahora ", who_waits(others), " la decisión."]
    }

    fn handled_subject(&self, company: Words, by: Words, outcome: Outcome, what: Words) -> Words {
        words![company, ": ", by, did(outcome), what]
    }

    fn handled_opening(&self, by: Words, outcome: Outcome) -> Words {
        words![by, did(outcome), "esta solicitud. Nadie más tiene que ocuparse de ella."]
    }

    fn waits_subject(&self, company: Words, waits: Waits, what: Words) -> Words {
        let (before, after) = match waits {
            Waits::Expired => (": la solicitud de ", " venció sin decisión"),
            Waits::Expiring => (": la solicitud de ", " vence pronto"),
            Waits::Untaken => (": nadie se ha hecho cargo de la solicitud de ", ""),
            Waits::Undecided => (": nadie ha decidido sobre la solicitud de ", ""),
        };
        words![company, before, what, after]
    }

    fn taken_subject(&self, company: Words, by: Words, taken: Taken, what: Words) -> Words {
        match taken {
            Taken::ByThem => words![company, ": ", by, " se ocupa de la solicitud de ", what],
            Taken::ByReader => words![company, ": ", by, " le pasa la solicitud de ", what],
        }
    }

    fn taken_opening(&self, by: Words, taken: Taken) -> Words {
        match taken {
            Taken::ByThem => words![by, " se ocupa de esta solicitud, que sigue pendiente de decisión."],
            Taken::ByReader => words![by, " le pasa esta solicitud, que está pendiente de decisión."],
        }
    }

    fn digest_subject(&self, company: Words, sums: &Sums) -> Words {
        let (number, text) = match (sums.waiting, sums.handled) {
            (0, 1) => (1, " solicitud más resuelta"),
            (0, handled) => (handled, " solicitudes más resueltas"),
            (1, _) => (1, " solicitud más pendiente"),
            (waiting, _) => (waiting, " solicitudes más pendientes"),
        };
        words![company, ": ", Words::plain(&number), text]
    }

    fn digest_opening(&self, sums: &Sums) -> Words {
        let mut opening =
            Words::from("En poco tiempo hubo más de lo que se le comunica por separado. Este es el resto:");
        if sums.waiting > 0 {
            let wait = if sums.waiting == 1 {
                " solicitud sigue pendiente."
            } else {
                " solicitudes siguen pendientes."
            };
            opening = words![opening, " ", Words::plain(&sums.waiting), wait];
        }
        if sums.handled > 0 {
            let were = if sums.handled == 1 {
                " solicitud ya está resuelta."
            } else {
                " solicitudes ya están resueltas."
            };
            opening = words![opening, " ", Words::plain(&sums.handled), were];
        }
        opening
    }

    fn invites_subject(&self, company: Words) -> Words {
        words![company, " le invita a Countersign"]
    }

    fn invites_opening(&self, name: Words, company: Words) -> Words {
        words!["Hola, ", name, ": tiene una invitación para administrar ", company, "."]
    }

    fn reset_opening(&self, name: Words) -> Words {
        words!["Hola, ", name, ": se ha pedido una contraseña nueva para su cuenta."]
    }
}

fn who(asks: &Asks) -> Words {
    if asks.more == 0 {
        return asks.user.clone();
    }
    words![&asks.user, " y ", Words::plain(&asks.more), " más"]
}

fn asks_for(asks: &Asks) -> &'static str {
    if asks.more == 0 { " pide" } else { " piden" }
}

fn who_waits(others: &Others) -> Words {
    match (others.computers, others.users) {
        (0 | 1, 1) => words!["un usuario de ", &others.computer, " espera"],
        (0 | 1, users) => words![Words::plain(&users), " usuarios de ", &others.computer, " esperan"],
        (computers, _) => words!["usuarios de ", Words::plain(&computers), " equipos esperan"],
    }
}

fn did(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Approved => " aprobó ",
        Outcome::Denied => " denegó ",
        Outcome::Ignored => " ignoró ",
    }
}

fn outcome(became: &Became) -> Words {
    match became {
        Became::Approved => "aprobada".into(),
        Became::Denied => "denegada".into(),
        Became::Revoked => "revocada después de aprobarse".into(),
        Became::EndChanged(Some(end)) => words!["aprobada, y la aprobación termina ahora el ", end],
        Became::EndChanged(None) => "aprobada, y la aprobación ya no tiene fin".into(),
        Became::Ended(why) => words!["aprobada, y esto ha terminado porque ", because(*why)],
        Became::Expired => "cerrada porque nadie decidió a tiempo".into(),
        Became::Cancelled(why) => words!["cancelada porque ", because(*why)],
    }
}

fn because(why: EndReason) -> &'static str {
    match why {
        EndReason::ComputerRemoved => "se quitó el equipo",
        EndReason::GroupDeleted => "se eliminó el grupo de equipos",
        EndReason::OrganizationDeleted => "se eliminó la organización",
    }
}
