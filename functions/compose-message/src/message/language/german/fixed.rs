//! German: the labels and phrases that are the same in every message.

use super::super::{Label, Phrase};

const ACCOUNT_RECOVERED: &str = "Ein Administrator, der sich nicht mehr anmelden konnte, hat auf der Maschine, auf der Countersign läuft, einen Link für ein neues Kennwort bekommen.";
const ASK_THE_OPERATOR: &str =
    "Wenn Sie davon nichts wissen, fragen Sie sofort nach, wer die Maschine betreibt.";
const NOT_YOU: &str =
    "Wenn Sie das nicht waren, wählen Sie sofort ein neues Kennwort und beenden Sie die anderen Sitzungen.";
const PASSWORD_NOT_YOU: &str = "Wenn Sie das nicht waren, lassen Sie sich sofort auf der Anmeldeseite einen Link senden und wählen Sie ein anderes Kennwort.";
const NEW_SIGN_IN: &str = "Jemand hat sich mit Ihrem Kennwort angemeldet, von einer Adresse, von der Sie sich in letzter Zeit nicht angemeldet haben.";
const RESET_ONCE: &str = "Der Link gilt einmal, und bis dahin gilt Ihr altes Kennwort. Wenn Sie das nicht erwartet haben, brauchen \
     Sie nichts zu tun.";
const CLONED: &str = "Achtung: Klone dieses Computers benutzen sein Token, das seither abgelehnt wird. Eine Genehmigung für ihn allein würde \
     niemanden erreichen: Jeder von ihnen muss sich neu registrieren und noch einmal anfragen.";
const UNCONFIRMED: &str = "Achtung: Ein anderer Computer hat diesen Hostnamen, und den anfragenden hat niemand von der Administration \
     bestätigt. Es ist vielleicht nicht der Computer, den Sie unter diesem Namen kennen.";

pub fn label(label: Label) -> &'static str {
    match label {
        Label::Access => "Zugriff",
        Label::Account => "Konto",
        Label::Address => "Adresse",
        Label::AlsoAskedBy => "Auch angefragt von",
        Label::AlsoSignedBy => "Außerdem signiert von",
        Label::Asked => "Angefragt",
        Label::CalledBy => "Aufgerufen von",
        Label::CameFrom => "Herkunft",
        Label::Certificate => "Zertifikat",
        Label::Changed => "Geändert",
        Label::ChangedBy => "Geändert von",
        Label::CommandLine => "Befehlszeile",
        Label::Company => "Unternehmen",
        Label::Computer => "Computer",
        Label::Covers => "Umfasst",
        Label::Decided => "Entschieden",
        Label::Decision => "Entscheidung",
        Label::Device => "Gerät",
        Label::DeviceClass => "Geräteklasse",
        Label::DeviceName => "Gerätename",
        Label::Encrypted => "Verschlüsselt",
        Label::Ended => "Beendet",
        Label::Expires => "Läuft ab",
        Label::Flagged => "Gemeldet",
        Label::FlaggedBy => "Gemeldet von",
        Label::For => "Für",
        Label::Handled => "Erledigt",
        Label::Kind => "Art",
        Label::LastsThen => "Gilt danach",
        Label::LinkWorksUntil => "Der Link gilt bis",
        Label::NotListed => "Nicht aufgeführt",
        Label::OtherComputers => "Weitere Computer",
        Label::OthersWaiting => "Andere Computer, die darauf warten",
        Label::Path => "Pfad",
        Label::Policy => "Richtlinie",
        Label::Product => "Produkt",
        Label::Publisher => "Herausgeber laut Datei",
        Label::Request => "Anfrage",
        Label::RunAs => "Ausführen als",
        Label::Sha256 => "SHA-256",
        Label::SignedBy => "Signiert von",
        Label::Size => "Größe",
        Label::Subject => "Gegenstand",
        Label::UnknownPolicy => "Unbekannte Richtlinie",
        Label::Until => "Bis",
        Label::UsedBy => "Verwendet von",
        Label::UseFirstBy => "Erstmals zu verwenden bis",
        Label::User => "Benutzer",
        Label::Vendor => "Hersteller",
        Label::Version => "Version",
        Label::When => "Wann",
    }
}

pub fn phrase(phrase: Phrase) -> &'static str {
    match phrase {
        Phrase::AcceptInvitation => "Die Einladung annehmen und ein Kennwort wählen",
        Phrase::AdministratorWrites => "Nachricht der Administration",
        Phrase::AnotherHasItsName => "Ein anderer Computer hat diesen Namen.",
        Phrase::Approved => "genehmigt",
        Phrase::ChooseNewPassword => "Ein neues Kennwort wählen",
        Phrase::ChooseNewPasswordSubject => "Wählen Sie ein neues Kennwort für Countersign",
        Phrase::Cloned => CLONED,
        Phrase::ClonedMark => "geklont",
        Phrase::ClonedShortly => "Klone benutzen sein Token.",
        Phrase::CoversPublisher => "jede Datei desselben Herausgebers",
        Phrase::DecidesNothing => {
            "Das Öffnen des Links entscheidet nichts; wenn Sie nicht angemeldet sind, werden Sie darum gebeten."
        }
        Phrase::Denied => "abgelehnt",
        Phrase::EmptyCertificate => "ohne Namen des Inhabers",
        Phrase::Escalated => {
            "Sie erhalten diese Nachricht, weil Ihr Unternehmen Ihnen Anfragen meldet, die zu lange warten."
        }
        Phrase::ExpiresSoon => {
            "Über diese Anfrage hat noch niemand entschieden. Sie läuft bald ab; danach muss sie neu gestellt werden."
        }
        Phrase::InvitationOnce => {
            "Der Link gilt einmal. Wenn Sie keine Einladung erwartet haben, brauchen Sie nichts zu tun."
        }
        Phrase::MayDecide => "Sie erhalten diese Nachricht, weil Sie über diese Anfrage entscheiden dürfen.",
        Phrase::MayOpen => "Sie erhalten diese Nachricht, weil Sie Anfragen zu dieser Datei öffnen dürfen.",
        Phrase::No => "nein",
        Phrase::NewSignIn => NEW_SIGN_IN,
        Phrase::NewSignInSubject => "Neue Anmeldung an Ihrem Konto",
        Phrase::NobodyDecided => {
            "Niemand hat rechtzeitig über diese Anfrage entschieden. Wird sie noch gebraucht, muss sie neu gestellt werden."
        }
        Phrase::NobodyTook => "Niemand hat diese Anfrage rechtzeitig übernommen oder über sie entschieden.",
        Phrase::NoCertificate => "keines",
        Phrase::NotKnown => "nicht bekannt",
        Phrase::NotVerified => "vom Agenten NICHT geprüft",
        Phrase::NotYou => NOT_YOU,
        Phrase::OpenAndDecide => "Die Anfrage öffnen und entscheiden",
        Phrase::OpenConsole => "Countersign öffnen",
        Phrase::OpenForFile => "Eine Anfrage zu der Datei öffnen",
        Phrase::OpenRequest => "Die Anfrage öffnen",
        Phrase::OpenRequests => "Die Liste der Anfragen öffnen",
        Phrase::PasswordChanged => "Ihr Kennwort wurde geändert. Ihre anderen Sitzungen sind beendet.",
        Phrase::PasswordChangedSubject => "Ihr Kennwort wurde geändert",
        Phrase::PasswordNotYou => PASSWORD_NOT_YOU,
        Phrase::Reason => "Begründung",
        Phrase::Reasons => "Begründungen",
        Phrase::ResetOnce => RESET_ONCE,
        Phrase::Revoked => "widerrufen",
        Phrase::AccountRecovered => ACCOUNT_RECOVERED,
        Phrase::AccountRecoveredSubject => "Ein Konto wurde auf der Maschine wiederhergestellt",
        Phrase::AskTheOperator => ASK_THE_OPERATOR,
        Phrase::RightsChanged => "Was Sie in Countersign tun dürfen, wurde geändert.",
        Phrase::RightsChangedSubject => "Ihre Berechtigungen wurden geändert",
        Phrase::StillUndecided => {
            "Niemand hat rechtzeitig über diese Anfrage entschieden. Sie dürfen über sie entscheiden."
        }
        Phrase::TheyWrite => "Nachricht dazu",
        Phrase::Unconfirmed => UNCONFIRMED,
        Phrase::UnconfirmedMark => "unbestätigt",
        Phrase::UnknownSigner => "unbekannt",
        Phrase::Verified => "vom Agenten geprüft",
        Phrase::WereTold => "Sie erhalten diese Nachricht, weil Ihnen diese Anfrage gemeldet wurde.",
        Phrase::Yes => "ja",
        Phrase::YourAccount => "Sie erhalten diese Nachricht, weil es Ihr Konto ist.",
        Phrase::YourAddress => {
            "Sie erhalten diese Nachricht, weil Ihre Adresse bei der Anfrage angegeben wurde."
        }
    }
}
