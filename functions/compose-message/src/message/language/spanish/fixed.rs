//! Spanish: the labels and phrases that are the same in every message.

use super::super::{Label, Phrase};

const ACCOUNT_RECOVERED: &str = "Un administrador que ya no podía iniciar sesión recibió un enlace para una nueva contraseña en la máquina que ejecuta Countersign.";
const NOT_YOU: &str =
    "Si no ha sido usted, elija enseguida una contraseña nueva y cierre las demás sesiones.";
const PASSWORD_NOT_YOU: &str =
    "Si no ha sido usted, pida enseguida un enlace en la página de inicio de sesión y elija otra contraseña.";
const RESET_ONCE: &str = "El enlace sirve una sola vez; hasta entonces sirve su contraseña anterior. Si no esperaba este mensaje, no \
     haga nada.";
const CLONED: &str = "Atención: clones de este equipo usan su token, que se rechaza desde entonces. Una aprobación solo para él no \
     llegaría a nadie: cada uno debe inscribirse de nuevo y repetir la solicitud.";
const UNCONFIRMED: &str = "Atención: otro equipo tiene este nombre de host y nadie de la administración ha confirmado el que hace la \
     solicitud. Puede que no sea el equipo que usted conoce por este nombre.";

pub fn label(label: Label) -> &'static str {
    match label {
        Label::Access => "Acceso",
        Label::Account => "Cuenta",
        Label::Address => "Dirección",
        Label::AlsoAskedBy => "También lo piden",
        Label::AlsoSignedBy => "Firmado además por",
        Label::Asked => "Pedido",
        Label::CalledBy => "Iniciado por",
        Label::CameFrom => "Procedencia",
        Label::Certificate => "Certificado",
        Label::Changed => "Cambiado",
        Label::ChangedBy => "Cambiado por",
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
        Label::OthersWaiting => "Otros equipos que lo esperan",
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
        Label::When => "Cuándo",
    }
}

pub fn phrase(phrase: Phrase) -> &'static str {
    match phrase {
        Phrase::AcceptInvitation => "Aceptar la invitación y elegir una contraseña",
        Phrase::AdministratorWrites => "Mensaje de la administración",
        Phrase::AnotherHasItsName => "Otro equipo tiene este nombre.",
        Phrase::Approved => "aprobada",
        Phrase::ChooseNewPassword => "Elegir una contraseña nueva",
        Phrase::ChooseNewPasswordSubject => "Elija una contraseña nueva para Countersign",
        Phrase::Cloned => CLONED,
        Phrase::ClonedMark => "clonado",
        Phrase::ClonedShortly => "Varios clones usan su token.",
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
        Phrase::NewSignIn => {
            "Alguien ha iniciado sesión con su contraseña desde una dirección desde la que usted no lo ha hecho recientemente."
        }
        Phrase::NewSignInSubject => "Nuevo inicio de sesión en su cuenta",
        Phrase::NobodyDecided => {
            "Nadie decidió a tiempo sobre esta solicitud. Si todavía hace falta, hay que volver a hacerla."
        }
        Phrase::NobodyTook => "Nadie se ha hecho cargo de esta solicitud ni ha decidido sobre ella a tiempo.",
        Phrase::NoCertificate => "ninguno",
        Phrase::NotKnown => "no se conoce",
        Phrase::NotVerified => "NO comprobado por el agente",
        Phrase::NotYou => NOT_YOU,
        Phrase::OpenAndDecide => "Abrir la solicitud y decidir",
        Phrase::OpenConsole => "Abrir Countersign",
        Phrase::OpenForFile => "Abrir una solicitud de este archivo",
        Phrase::OpenRequest => "Abrir la solicitud",
        Phrase::OpenRequests => "Abrir la lista de solicitudes",
        Phrase::PasswordChanged => "Se ha cambiado su contraseña. Sus demás sesiones se han cerrado.",
        Phrase::PasswordChangedSubject => "Se ha cambiado su contraseña",
        Phrase::PasswordNotYou => PASSWORD_NOT_YOU,
        Phrase::Reason => "Motivo",
        Phrase::Reasons => "Motivos",
        Phrase::ResetOnce => RESET_ONCE,
        Phrase::Revoked => "revocada",
        Phrase::AccountRecovered => ACCOUNT_RECOVERED,
        Phrase::AccountRecoveredSubject => "Se recuperó una cuenta en la máquina",
        Phrase::AskTheOperator => "Si no lo sabía, pregunte de inmediato a quien opera la máquina.",
        Phrase::RightsChanged => "Se ha cambiado lo que usted puede hacer en Countersign.",
        Phrase::RightsChangedSubject => "Se han cambiado sus permisos",
        Phrase::StillUndecided => {
            "Nadie ha decidido a tiempo sobre esta solicitud. Usted puede decidir sobre ella."
        }
        Phrase::TheyWrite => "Mensaje",
        Phrase::Unconfirmed => UNCONFIRMED,
        Phrase::UnconfirmedMark => "sin confirmar",
        Phrase::UnknownSigner => "un firmante desconocido",
        Phrase::Verified => "comprobado por el agente",
        Phrase::WereTold => "Recibe este mensaje porque se le comunicó esta solicitud.",
        Phrase::Yes => "sí",
        Phrase::YourAccount => "Recibe este mensaje porque la cuenta es suya.",
        Phrase::YourAddress => "Recibe este mensaje porque la solicitud indicaba su dirección.",
    }
}
