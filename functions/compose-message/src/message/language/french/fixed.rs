//! French: the labels and phrases that are the same in every message.

use super::super::{Label, Phrase};

const ACCOUNT_RECOVERED: &str = "Un administrateur qui ne pouvait plus se connecter a reçu un lien pour un nouveau mot de passe, sur la machine qui exécute Countersign.";
const ASK_THE_OPERATOR: &str =
    "Si vous n’en savez rien, interrogez immédiatement l’exploitant de la machine.";
const NOT_YOU: &str =
    "Si ce n’était pas vous, choisissez tout de suite un nouveau mot de passe et fermez les autres sessions.";
const PASSWORD_NOT_YOU: &str = "Si ce n’était pas vous, demandez tout de suite un lien sur la page de connexion et choisissez un autre mot de passe.";
const NEW_SIGN_IN: &str = "Quelqu’un s’est connecté avec votre mot de passe, depuis une adresse d’où vous ne vous êtes pas connecté récemment.";
const RESET_ONCE: &str = "Le lien n’est valable qu’une fois ; d’ici là, votre ancien mot de passe reste valable. Si vous n’attendiez \
     pas ce message, ne faites rien.";
const CLONED: &str = "Attention : des clones de cet ordinateur utilisent son jeton, qui est refusé depuis. Une approbation pour lui seul \
     n’atteindrait personne : chacun d’eux doit s’inscrire de nouveau et refaire sa demande.";
const UNCONFIRMED: &str = "Attention : un autre ordinateur porte ce nom d’hôte, et personne de l’administration n’a confirmé celui qui \
     fait la demande. Ce n’est peut-être pas l’ordinateur que vous connaissez sous ce nom.";

pub fn label(label: Label) -> &'static str {
    match label {
        Label::Access => "Accès",
        Label::Account => "Compte",
        Label::Address => "Adresse",
        Label::AlsoAskedBy => "Également demandé par",
        Label::AlsoSignedBy => "Également signé par",
        Label::Asked => "Demandé le",
        Label::CalledBy => "Lancé par",
        Label::CameFrom => "Provenance",
        Label::Certificate => "Certificat",
        Label::Changed => "Modifié le",
        Label::ChangedBy => "Modifié par",
        Label::CommandLine => "Ligne de commande",
        Label::Company => "Entreprise",
        Label::Computer => "Ordinateur",
        Label::Covers => "Comprend",
        Label::Decided => "Décidé le",
        Label::Decision => "Décision",
        Label::Device => "Périphérique",
        Label::DeviceClass => "Type de périphérique",
        Label::DeviceName => "Nom du périphérique",
        Label::Encrypted => "Chiffré",
        Label::Ended => "Terminé le",
        Label::Expires => "Expire",
        Label::Flagged => "Signalé le",
        Label::FlaggedBy => "Signalé par",
        Label::For => "Pour",
        Label::Handled => "Traitées",
        Label::Kind => "Type",
        Label::LastsThen => "Dure ensuite",
        Label::LinkWorksUntil => "Le lien est valable jusqu’au",
        Label::NotListed => "Non détaillées",
        Label::OtherComputers => "Autres ordinateurs",
        Label::OthersWaiting => "Autres ordinateurs qui l’attendent",
        Label::Path => "Chemin",
        Label::Policy => "Stratégie",
        Label::Product => "Produit",
        Label::Publisher => "Éditeur, selon le fichier",
        Label::Request => "Demande",
        Label::RunAs => "Exécuter en tant que",
        Label::Sha256 => "SHA-256",
        Label::SignedBy => "Signé par",
        Label::Size => "Taille",
        Label::Subject => "Objet",
        Label::UnknownPolicy => "Stratégie inconnue",
        Label::Until => "Jusqu’au",
        Label::UsedBy => "Utilisé par",
        Label::UseFirstBy => "Première utilisation avant le",
        Label::User => "Utilisateur",
        Label::Vendor => "Fabricant",
        Label::Version => "Version",
        Label::When => "Quand",
    }
}

pub fn phrase(phrase: Phrase) -> &'static str {
    match phrase {
        Phrase::AcceptInvitation => "Accepter l’invitation et choisir un mot de passe",
        Phrase::AdministratorWrites => "Message de l’administration",
        Phrase::AnotherHasItsName => "Un autre ordinateur porte ce nom.",
        Phrase::Approved => "approuvée",
        Phrase::ChooseNewPassword => "Choisir un nouveau mot de passe",
        Phrase::ChooseNewPasswordSubject => "Choisissez un nouveau mot de passe pour Countersign",
        Phrase::Cloned => CLONED,
        Phrase::ClonedMark => "cloné",
        Phrase::ClonedShortly => "Des clones utilisent son jeton.",
        Phrase::CoversPublisher => "tous les fichiers du même éditeur",
        Phrase::DecidesNothing => {
            "Ouvrir le lien ne décide rien ; si vous n’êtes pas connecté, la connexion vous est demandée."
        }
        Phrase::Denied => "refusée",
        Phrase::EmptyCertificate => "sans nom de titulaire",
        Phrase::Escalated => {
            "Vous recevez ce message parce que votre organisation vous signale les demandes qui attendent trop longtemps."
        }
        Phrase::ExpiresSoon => {
            "Personne n’a encore décidé de cette demande. Elle expire bientôt ; ensuite, il faudra la refaire."
        }
        Phrase::InvitationOnce => {
            "Le lien n’est valable qu’une fois. Si vous n’attendiez pas cette invitation, ne faites rien."
        }
        Phrase::MayDecide => "Vous recevez ce message parce que vous pouvez décider de cette demande.",
        Phrase::MayOpen => {
            "Vous recevez ce message parce que vous pouvez ouvrir les demandes concernant ce fichier."
        }
        Phrase::No => "non",
        Phrase::NewSignIn => NEW_SIGN_IN,
        Phrase::NewSignInSubject => "Nouvelle connexion à votre compte",
        Phrase::NobodyDecided => {
            "Personne n’a décidé de cette demande à temps. Si elle est encore utile, il faut la refaire."
        }
        Phrase::NobodyTook => "Personne n’a pris en charge cette demande ni décidé à temps.",
        Phrase::NoCertificate => "aucun",
        Phrase::NotKnown => "inconnu",
        Phrase::NotVerified => "NON vérifié par l’agent",
        Phrase::NotYou => NOT_YOU,
        Phrase::OpenAndDecide => "Ouvrir la demande et décider",
        Phrase::OpenConsole => "Ouvrir Countersign",
        Phrase::OpenForFile => "Ouvrir une demande concernant ce fichier",
        Phrase::OpenRequest => "Ouvrir la demande",
        Phrase::OpenRequests => "Ouvrir la liste des demandes",
        Phrase::PasswordChanged => "Votre mot de passe a été modifié. Vos autres sessions sont fermées.",
        Phrase::PasswordChangedSubject => "Votre mot de passe a été modifié",
        Phrase::PasswordNotYou => PASSWORD_NOT_YOU,
        Phrase::Reason => "Motif",
        Phrase::Reasons => "Motifs",
        Phrase::ResetOnce => RESET_ONCE,
        Phrase::Revoked => "révoquée",
        Phrase::AccountRecovered => ACCOUNT_RECOVERED,
        Phrase::AccountRecoveredSubject => "Un compte a été récupéré sur la machine",
        Phrase::AskTheOperator => ASK_THE_OPERATOR,
        Phrase::RightsChanged => "Ce que vous pouvez faire dans Countersign a été modifié.",
        Phrase::RightsChangedSubject => "Vos autorisations ont été modifiées",
        Phrase::StillUndecided => "Personne n’a décidé de cette demande à temps. Vous pouvez en décider.",
        Phrase::TheyWrite => "Message",
        Phrase::Unconfirmed => UNCONFIRMED,
        Phrase::UnconfirmedMark => "non confirmé",
        Phrase::UnknownSigner => "un signataire inconnu",
        Phrase::Verified => "vérifié par l’agent",
        Phrase::WereTold => "Vous recevez ce message parce que cette demande vous a été annoncée.",
        Phrase::Yes => "oui",
        Phrase::YourAccount => "Vous recevez ce message parce que ce compte est le vôtre.",
        Phrase::YourAddress => {
            "Vous recevez ce message parce que votre adresse a été indiquée dans la demande."
        }
    }
}
