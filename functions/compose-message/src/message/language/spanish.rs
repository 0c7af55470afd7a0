//! Spanish.

use countersign_model::{Access, DecisionScope, EndReason, Outcome, RequestKind, Subject};

use super::{Asks, Became, Label, Others, Phrase, Sums, Taken, Texts, Unit, Waits};
use crate::message::words::{Words, words};

pub struct Spanish;

impl Texts for Spanish {
    fn tag(&self) -> &'static str {
        "es"
    }

    fn label(&self, label: Label) -> &'static str {
        match label {
            Label::Access => "Acceso",
            Label::AlsoAskedBy => "También lo piden",
            Label::AlsoSignedBy => "Firmado además por",
            Label::Asked => "Pedido",
            Label::CalledBy => "Iniciado por",
            Label::CameFrom => "Procedencia",
            Label::Certificate => "Certificado",
            Label::Changed => "Cambiado",
            Label::CommandLine => "Línea de comandos",
            Label::Company => "Empresa",
            Label::Computer => "Equipo",
            Label::Covers => "Incluye",
            Label::Decided => "Decidido",
            Label::Decision => "Decisión",
            Label::Device => "Dispositivo",
            Label::DeviceClass => "Clase de dispositivo",
            Label::DeviceName => "Nombre del dispositivo",
            Label::Encrypted => "Cifrado",
            Label::Ended => "Terminado",
            Label::Expires => "Vence",
            Label::Flagged => "Marcado",
            Label::FlaggedBy => "Marcado por",
            Label::For => "Para",
            Label::Handled => "Resueltas",
            Label::Kind => "Tipo",
            Label::LastsThen => "Después dura",
            Label::LinkWorksUntil => "El enlace sirve hasta",
            Label::NotListed => "Sin detallar",
            Label::OtherComputers => "Otros equipos",
            Label::Path => "Ruta",
            Label::Policy => "Directiva",
            Label::Product => "Producto",
            Label::Publisher => "Editor, según el archivo",
            Label::Request => "Solicitud",
            Label::RunAs => "Ejecutar como",
            Label::Sha256 => "SHA-256",
            Label::SignedBy => "Firmado por",
            Label::Size => "Tamaño",
            Label::Subject => "Objeto",
            Label::UnknownPolicy => "Directiva desconocida",
            Label::Until => "Hasta",
            Label::UsedBy => "Usado por",
            Label::UseFirstBy => "Usar por primera vez antes de",
            Label::User => "Usuario",
            Label::Vendor => "Fabricante",
            Label::Version => "Versión",
        }
    }

    fn phrase(&self, phrase: Phrase) -> &'static str {
        match phrase {
            Phrase::AcceptInvitation => "Aceptar la invitación y elegir una contraseña",
            Phrase::AdministratorWrites => "Mensaje de la administración",
            Phrase::AnotherHasItsName => "Otro equipo tiene este nombre.",
            Phrase::Approved => "aprobada",
            Phrase::ChooseNewPassword => "Elegir una contraseña nueva",
            Phrase::ChooseNewPasswordSubject => "Elija una contraseña nueva para Countersign",
            Phrase::CoversPublisher => "todos los archivos del mismo editor",
            Phrase::DecidesNothing => {
                "Abrir el enlace no decide nada; si no ha iniciado sesión, se le pide que lo haga."
            }
            Phrase::Denied => "denegada",
            Phrase::EmptyCertificate => "sin nombre del titular",
            Phrase::Escalated => {
                "Recibe este mensaje porque su organización le avisa de las solicitudes que esperan demasiado."
            }
            Phrase::ExpiresSoon => {
                "Nadie ha decidido todavía sobre esta solicitud. Vence pronto; después hay que volver a hacerla."
            }
            Phrase::InvitationOnce => {
                "El enlace sirve una sola vez. Si no esperaba esta invitación, no haga nada."
            }
            Phrase::MayDecide => "Recibe este mensaje porque puede decidir sobre esta solicitud.",
            Phrase::MayOpen => "Recibe este mensaje porque puede abrir solicitudes de este archivo.",
            Phrase::No => "no",
            Phrase::NobodyDecided => {
                "Nadie decidió a tiempo sobre esta solicitud. Si todavía hace falta, hay que volver a hacerla."
            }
            Phrase::NobodyTook => {
                "Nadie se ha hecho cargo de esta solicitud ni ha decidido sobre ella a tiempo."
            }
            Phrase::NoCertificate => "ninguno",
            Phrase::NotKnown => "no se conoce",
            Phrase::NotVerified => "NO comprobado por el agente",
            Phrase::OpenAndDecide => "Abrir la solicitud y decidir",
            Phrase::OpenForFile => "Abrir una solicitud de este archivo",
            Phrase::OpenRequest => "Abrir la solicitud",
            Phrase::OpenRequests => "Abrir la lista de solicitudes",
            Phrase::Reason => "Motivo",
            Phrase::Reasons => "Motivos",
            Phrase::ResetOnce => {
                "El enlace sirve una sola vez; hasta entonces sirve su contraseña anterior. Si no esperaba este mensaje, no \
                 haga nada."
            }
            Phrase::Revoked => "revocada",
            Phrase::StillUndecided => {
                "Nadie ha decidido a tiempo sobre esta solicitud. Usted puede decidir sobre ella."
            }
            Phrase::TheyWrite => "Mensaje",
            Phrase::Unconfirmed => {
                "Atención: otro equipo tiene este nombre de host y nadie de la administración ha confirmado el que hace la \
                 solicitud. Puede que no sea el equipo que usted conoce por este nombre."
            }
            Phrase::UnconfirmedMark => "sin confirmar",
            Phrase::UnknownSigner => "un firmante desconocido",
            Phrase::Verified => "comprobado por el agente",
            Phrase::WereTold => "Recibe este mensaje porque se le comunicó esta solicitud.",
            Phrase::Yes => "sí",
            Phrase::YourAddress => "Recibe este mensaje porque la solicitud indicaba su dirección.",
        }
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
        let who = words![&asks.company, ": ", &asks.computer, mark];
        match &asks.prolongs {
            Some(end) => words![who, " pide prolongar (ahora hasta ", end, ") ", &asks.what, "."],
            None => words![who, " pide ", &asks.what, "."],
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

    fn became_subject(&self, company: Words, became: &Became) -> Words {
        words![company, ": su solicitud fue ", outcome(became)]
    }

    fn became_opening(&self, kind: RequestKind, became: &Became) -> Words {
        let kind = match kind {
            RequestKind::Application => "de ejecutar un programa",
            RequestKind::Storage => "de usar un dispositivo de almacenamiento",
            RequestKind::Elevation => "de ejecutar un programa con más privilegios",
        };
        words!["Su solicitud ", kind, " fue ", outcome(became), "."]
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
