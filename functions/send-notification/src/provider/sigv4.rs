//! Signature Version 4 of AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.
//!
//! Every request of ours is a POST without a query, so its canonical form takes five lines. The SDK's signer would bring
//! more code than all providers together.

use hmac::{Hmac, KeyInit, Mac};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::account::Account;
use super::{Prepared, Unusable, hex, post, request};

/// Who signs, and for what.
#[derive(Debug, Clone, Copy)]
pub struct Signer<'a> {
    /// The id of the access key.
    pub key_id: &'a str,
    /// The secret of the access key.
    pub secret: &'a str,
    /// The origin that is called.
    pub origin: &'a str,
    /// The region that the origin is of.
    pub region: &'a str,
    /// The service, as signatures name it.
    pub service: &'a str,
}

impl<'a> Signer<'a> {
    /// The signer of an account. Its origin says which region it is, such as that in the example.
    pub fn of(account: &'a Account, service: &'a str, example: &str) -> Result<Self, Unusable> {
        let (key_id, secret) = (account.account()?, account.key()?);
        let origin = account.api_url()?;
        let Some(region) = region_of(origin) else {
            return Err(account.unusable("api_url", &format!("names no region; it is like {example}")));
        };
        Ok(Self { key_id, secret, origin, region, service })
    }

    /// A signed request.
    pub fn post(&self, path: &str, content_type: &str, body: String, now: Timestamp) -> Prepared {
        let moment = basic_format(now);
        let authorization = self.authorization(path, content_type, &body, &moment)?;
        let builder = post(format!("{}{path}", self.origin))
            .header(CONTENT_TYPE, content_type)
            .header("X-Amz-Date", moment)
            .header(AUTHORIZATION, authorization);
        request(builder, body)
    }

    fn authorization(
        &self,
        path: &str,
        content_type: &str,
        body: &str,
        moment: &str,
    ) -> Result<String, Unusable> {
        const SIGNED: &str = "content-type;host;x-amz-date";
        let host = self.origin.split_once("://").map_or(self.origin, |(_, host)| host);
        let payload = hex(&Sha256::digest(body));
        let canonical = format!(
            "POST\n{path}\n\ncontent-type:{content_type}\nhost:{host}\nx-amz-date:{moment}\n\n{SIGNED}\n{payload}"
        );
        let day = moment.get(..8).unwrap_or_default();
        let scope = format!("{day}/{}/{}/aws4_request", self.region, self.service);
        let canonical = hex(&Sha256::digest(canonical));
        let to_sign = format!("AWS4-HMAC-SHA256\n{moment}\n{scope}\n{canonical}");
        let mut key = format!("AWS4{}", self.secret).into_bytes();
        for part in [day, self.region, self.service, "aws4_request"] {
            key = hmac(&key, part)?;
        }
        let signature = hex(&hmac(&key, &to_sign)?);
        let key_id = self.key_id;
        Ok(format!(
            "AWS4-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={SIGNED}, Signature={signature}"
        ))
    }
}

/// The region in the host name of an endpoint: the label that is like `eu-west-1`.
fn region_of(origin: &str) -> Option<&str> {
    let (_, host) = origin.split_once("://")?;
    host.split('.').find(|label| {
        let parts: Vec<&str> = label.split('-').collect();
        let letters = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
        match parts.split_last() {
            Some((last, names)) => {
                names.len() >= 2
                    && names.iter().all(letters)
                    && !last.is_empty()
                    && last.bytes().all(|b| b.is_ascii_digit())
            }
            None => false,
        }
    })
}

/// `20150830T123600Z` of `2015-08-30T12:36:00Z`.
fn basic_format(at: Timestamp) -> String {
    let text = at.to_string();
    let seconds = text.get(..19).unwrap_or(&text);
    format!("{}Z", seconds.replace(['-', ':'], ""))
}

fn hmac(key: &[u8], text: &str) -> Result<Vec<u8>, Unusable> {
    let mac = Hmac::<Sha256>::new_from_slice(key);
    let mut mac = mac.map_err(|_| Unusable("the key cannot sign".to_owned()))?;
    mac.update(text.as_bytes());
    Ok(mac.finalize().into_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of AWS's own test suite.
    const SUITE: Signer<'static> = Signer {
        key_id: "AKIDEXAMPLE",
        secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        origin: "https://example.amazonaws.com",
        region: "us-east-1",
        service: "service",
    };

    /// `post-x-www-form-urlencoded` of the suite, and the same with a character set.
    #[test]
    fn signatures_are_those_of_the_published_test_suite() {
        let cases = [
            (
                "application/x-www-form-urlencoded",
                "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
            ),
            (
                "application/x-www-form-urlencoded; charset=utf8",
                "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe",
            ),
        ];
        let at = "2015-08-30T12:36:00Z".parse().unwrap();
        for (content_type, signature) in cases {
            let request = SUITE.post("/", content_type, "Param1=value1".to_owned(), at).ok().unwrap();
            assert_eq!(request.headers()["x-amz-date"], "20150830T123600Z");
            let expected = format!(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                 SignedHeaders=content-type;host;x-amz-date, Signature={signature}"
            );
            assert_eq!(request.headers()["authorization"], expected, "{content_type}");
        }
    }

    #[test]
    fn an_endpoint_names_its_region() {
        let cases = [
            ("https://email.eu-west-1.amazonaws.com", Some("eu-west-1")),
            ("https://email-fips.us-gov-west-1.amazonaws.com", Some("us-gov-west-1")),
            ("https://sns.ap-southeast-2.api.aws", Some("ap-southeast-2")),
            ("https://sns.cn-north-1.amazonaws.com.cn", Some("cn-north-1")),
            ("https://proxy.internal.example", None),
            ("http://127.0.0.1:8080", None),
        ];
        for (origin, region) in cases {
            assert_eq!(region_of(origin), region, "{origin}");
        }
    }
}
