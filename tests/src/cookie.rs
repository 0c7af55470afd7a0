//! Sessions of the console without its form, which takes seconds of each story.

use serde_json::json;

use crate::{Api, Browser, PASSWORD};

/// A session of the console, as a browser keeps it.
#[derive(Debug, Clone)]
pub struct Cookie {
    name: String,
    value: String,
}

impl Cookie {
    /// Of a new session of somebody.
    pub async fn of(api: &Api, email: &str) -> Self {
        let body = json!({ "email": email, "password": PASSWORD, "cookie": true });
        let answer = api.post("/v1/session").json(&body).send().await.expect(201);
        let (cookie, _) = answer.header("set-cookie").split_once(';').expect("a cookie");
        let (name, value) = cookie.split_once('=').expect("a cookie");
        Self { name: name.to_owned(), value: value.to_owned() }
    }
}

impl Browser {
    /// Is signed in at an origin with a session alone, or with none.
    pub async fn becomes(&self, origin: &str, cookie: Option<&Cookie>) {
        self.command("Network.clearBrowserCookies", json!({})).await;
        if let Some(Cookie { name, value }) = cookie {
            let cookie = json!({ "name": name, "value": value, "url": origin, "path": "/", "httpOnly": true,
                "secure": true });
            self.command("Network.setCookie", cookie).await;
        }
    }
}
