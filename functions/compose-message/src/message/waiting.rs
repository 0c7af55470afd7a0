//! Messages about a request that waits: it is new, others ask for the same, somebody has taken it, it is about to expire, it waits for
//! too long.

use countersign_model::{Notice, Request};

use super::handling::{about, facts, joined, what};
use super::language::{Label, Phrase, Reader, Taken, Waits};
use super::request::{NAME, link, submitted, topic};
use super::words::Words;
use super::{InThread, Message};

/// What a notice says of a pending request. `unconfirmed`: its computer still is. `others`: how many other computers wait for the
/// same. `None` if it is no longer so: another one has the
/// request, or nobody has; and for notices about something else.
pub fn waiting(
    reader: &Reader,
    request: &Request,
    notice: &Notice,
    unconfirmed: bool,
    others: Option<Words>,
    public_url: &str,
) -> Option<Message> {
    let says = reader.texts();
    let company = Words::theirs(&request.organization_name, NAME);
    let assignee = request.assignee.as_ref();
    let mut facts = facts(reader, request);
    let (title, opening, closing) = match notice {
        Notice::RequestSubmitted { .. } => {
            return Some(submitted(reader, request, unconfirmed, others, public_url));
        }
        Notice::RequestJoined { computers, .. } => {
            return Some(joined(reader, request, *computers, public_url));
        }
        Notice::RequestTaken { .. } => {
            let by = Words::theirs(&assignee?.administrator_name, NAME);
            let title = says.taken_subject(company, by.clone(), Taken::ByThem, what(request));
            (title, says.taken_opening(by, Taken::ByThem), Phrase::WereTold)
        }
        Notice::RequestHandedOver { to, by, .. } => {
            assignee.filter(|assignee| assignee.administrator_id == *to)?;
            let by = Words::theirs(by, NAME);
            let title = says.taken_subject(company, by.clone(), Taken::ByReader, what(request));
            (title, says.taken_opening(by, Taken::ByReader), Phrase::DecidesNothing)
        }
        Notice::RequestExpiring { .. } => {
            facts.push((says.label(Label::Expires), reader.moment(request.expires_at)));
            let title = says.waits_subject(company, Waits::Expiring, what(request));
            (title, says.phrase(Phrase::ExpiresSoon).into(), Phrase::WereTold)
        }
        Notice::RequestUntaken { .. } => {
            // Somebody took it meanwhile.
            if assignee.is_some() {
                return None;
            }
            let title = says.waits_subject(company, Waits::Untaken, what(request));
            (title, says.phrase(Phrase::NobodyTook).into(), Phrase::Escalated)
        }
        Notice::RequestUndecided { .. } => {
            let title = says.waits_subject(company, Waits::Undecided, what(request));
            (title, says.phrase(Phrase::StillUndecided).into(), Phrase::Escalated)
        }
        Notice::RequestDecided { .. }
        | Notice::RequestRevoked { .. }
        | Notice::ApprovalEdited { .. }
        | Notice::RequestEnded { .. }
        | Notice::RequestExpired { .. }
        | Notice::RequestHandled { .. }
        | Notice::DecisionAsked { .. }
        | Notice::FileFlagged { .. }
        | Notice::Invitation { .. }
        | Notice::PasswordReset { .. }
        | Notice::SignedInElsewhere { .. }
        | Notice::PasswordChanged { .. }
        | Notice::RightsChanged { .. }
        | Notice::AccountRecovered { .. }
        | Notice::Again { .. }
        | Notice::Digest => return None,
    };
    let link = (says.phrase(Phrase::OpenAndDecide), link(request, public_url));
    facts.extend(others.map(|number| (says.label(Label::OthersWaiting), number)));
    let message = about(reader, title, opening, facts, link, closing);
    Some(message.in_thread(topic(reader, request), InThread::Later))
}
