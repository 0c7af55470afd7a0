//! Amazon SNS, `Publish` to a phone number: <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>.

use bytes::Bytes;
use countersign_model::Rate;
use http::Response;
use jiff::Timestamp;

use super::answer::{Answer, Meaning};
use super::sigv4::Signer;
use super::{FORM, Order, Prepared, Provider};

/// What an account begins with in most regions: <https://docs.aws.amazon.com/general/latest/gr/sns.html>.
const RATE: Rate = Rate::new(20, 1);

pub struct Sns;

impl Provider for Sns {
    fn rate(&self) -> Option<Rate> {
        Some(RATE)
    }

    fn request(&self, order: &Order<'_>) -> Prepared {
        let mut attributes = vec![("AWS.SNS.SMS.SMSType", "Transactional")];
        // A number, or a name where the country allows it. Without either, SNS chooses.
        match order.account.from.as_str() {
            "" => {}
            number if number.starts_with('+') => attributes.push(("AWS.MM.SMS.OriginationNumber", number)),
            name => attributes.push(("AWS.SNS.SMS.SenderID", name)),
        }
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", "Publish")
            .append_pair("Version", "2010-03-31")
            .append_pair("PhoneNumber", order.to())
            .append_pair("Message", &order.message().short);
        for (entry, (name, value)) in (1..).zip(attributes) {
            let field = |field: &str| format!("MessageAttributes.entry.{entry}.{field}");
            form.append_pair(&field("Name"), name)
                .append_pair(&field("Value.DataType"), "String")
                .append_pair(&field("Value.StringValue"), value);
        }
        let signer = Signer::of(order.account, "sns", "https://sns.eu-west-1.amazonaws.com")?;
        signer.post("/", FORM, form.finish(), order.now)
    }

    fn answer(&self, response: &Response<Bytes>, now: Timestamp) -> Answer {
        let answer = Answer::of(response, &[], now);
        let body = std::str::from_utf8(response.body()).unwrap_or_default();
        let words = element(body, "MessageId").or_else(|| element(body, "Message")).map(str::to_owned);
        let answer = Answer { words, ..answer };
        match element(body, "Code").unwrap_or_default() {
            "Throttling" | "ThrottledException" => answer.meaning(Meaning::Later { down: false }),
            _ => answer,
        }
    }
}

/// The text of the first element with this name. What SNS answers with has neither attributes nor references there.
fn element<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = body.split_once(&format!("<{name}>"))?;
    rest.split_once("</").map(|(text, _)| text)
}
