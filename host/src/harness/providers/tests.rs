//! The fake providers answer as the real ones do.

use super::*;

async fn email(provider: &Provider, key: &str, body: &str) -> Option<Response<Bytes>> {
    let request = Request::post(format!("{}/email", provider.url()))
        .header("x-postmark-server-token", key)
        .header(header::CONTENT_TYPE, "application/json");
    loopback::call(request.body(body.to_owned().into()).unwrap()).await.ok()
}

const BODY: &str = r#"{"From":"a@b.example","To":"c@d.example","Subject":"s","TextBody":"t"}"#;

#[tokio::test]
async fn an_email_is_taken_with_the_right_token_only() {
    let provider = Provider::start(Protocol::Postmark).await.unwrap();
    let refused = email(&provider, "wrong", BODY).await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(email(&provider, EMAIL_KEY, "{}").await.unwrap().status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(provider.messages().is_empty());
    assert_eq!(email(&provider, EMAIL_KEY, BODY).await.unwrap().status(), StatusCode::OK);
    assert_eq!((provider.messages()[0].subject.as_str(), provider.calls()), ("s", 3));
}

#[tokio::test]
async fn a_text_message_is_taken_as_a_form_with_basic_authentication() {
    let provider = Provider::start(Protocol::Twilio).await.unwrap();
    let request =
        Request::post(format!("{}/2010-04-01/Accounts/{SMS_ACCOUNT}/Messages.json", provider.url()))
            .header(
                header::AUTHORIZATION,
                format!("Basic {}", STANDARD.encode(format!("{SMS_ACCOUNT}:{SMS_KEY}"))),
            )
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let body = "To=%2B15550100&From=%2B15550000&Body=Hello%20there";
    let response = loopback::call(request.body(body.into()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::CREATED);
    let message = &provider.messages()[0];
    assert_eq!((message.to.as_str(), message.text.as_str()), ("+15550100", "Hello there"));
}

#[tokio::test]
async fn it_fails_as_told_and_then_goes_on() {
    let provider = Provider::start(Protocol::Postmark).await.unwrap();
    provider.next([Behaviour::Down, Behaviour::TooMany(7), Behaviour::Error, Behaviour::Refuse]);
    assert!(email(&provider, EMAIL_KEY, BODY).await.is_none());
    let too_many = email(&provider, EMAIL_KEY, BODY).await.unwrap();
    assert_eq!(
        (too_many.status().as_u16(), too_many.headers()[header::RETRY_AFTER].as_bytes()),
        (429, &b"7"[..])
    );
    assert_eq!(email(&provider, EMAIL_KEY, BODY).await.unwrap().status().as_u16(), 500);
    assert_eq!(email(&provider, EMAIL_KEY, BODY).await.unwrap().status().as_u16(), 422);
    assert!(provider.messages().is_empty());
    assert_eq!(email(&provider, EMAIL_KEY, BODY).await.unwrap().status().as_u16(), 200);
    assert_eq!((provider.messages().len(), provider.calls()), (1, 5));
}
