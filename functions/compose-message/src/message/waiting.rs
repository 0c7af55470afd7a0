//! Messages about a request that waits: it is new, others ask for the same, somebody has taken it, it is about to expire, it waits for
//! too long.

use countersign_model::{Notice, Request};

use super::handling::{about, facts, joined, what};
use super::language::{Label, Phrase, Reader, Taken, Waits};
use super::request::{Asking, NAME, link, submitted, topic};
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
    let link = link(request, public_url);
    let message = worded(reader, request, notice, (title, opening, closing), (unconfirmed, others), link);
    Some(message.in_thread(topic(reader, request), InThread::Later))
}

/// The words around them. If somebody may hear of the request by this message for the first time, it has everything that there is to know.
fn worded(
    reader: &Reader,
    request: &Request,
    notice: &Notice,
    (title, opening, closing): (Words, Words, Phrase),
    (unconfirmed, others): (bool, Option<Words>),
    link: String,
) -> Message {
    let says = reader.texts();
    let may_be_first = matches!(
        notice,
        Notice::RequestHandedOver { .. } | Notice::RequestUntaken { .. } | Notice::RequestUndecided { .. }
    );
    if may_be_first {
        let asking = Asking::of(reader, request, unconfirmed, others);
        let short = asking.short(reader, request, &title, &link);
        let content = asking.content(reader, title, opening, (Phrase::OpenAndDecide, link), closing);
        return Message::new(content, short);
    }
    let mut facts = facts(reader, request);
    if let Notice::RequestExpiring { .. } = notice {
        facts.push((says.label(Label::Expires), reader.moment(request.expires_at)));
    }
    facts.extend(others.map(|number| (says.label(Label::OthersWaiting), number)));
    about(reader, title, opening, facts, (says.phrase(Phrase::OpenAndDecide), link), closing)
}
