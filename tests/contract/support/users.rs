use super::{Answer, PROTECTED, TestServer};

/// Somebody with an account, who is not signed in.
pub struct Account {
    pub id: String,
    pub name: String,
    pub password: String,
}

/// Somebody with a token, and with the cookie that renews it.
pub struct SignedIn {
    pub token: String,
    /// `name=value`, as the browser sends it back.
    pub cookie: String,
}

impl From<Answer> for SignedIn {
    #[track_caller]
    fn from(answer: Answer) -> Self {
        assert_eq!(answer.status, 200, "{}", answer.text());
        Self {
            token: answer.json()["access_token"].as_str().unwrap().to_owned(),
            cookie: answer.cookie().unwrap().0.to_owned(),
        }
    }
}

impl SignedIn {
    /// Somebody who has got hold of a token alone.
    pub fn with_token(token: impl Into<String>) -> Self {
        Self {
            token: token.into(),
            cookie: String::new(),
        }
    }

    /// Nothing of this session is accepted any more, and nothing new comes out of it.
    pub async fn assert_over(&self, server: &TestServer) {
        self.assert_refused(server).await;
        server
            .renew(&self.cookie)
            .await
            .assert_error(401, "invalid_token");
        assert_eq!(
            server
                .get_with_cookie("/dashboard", &self.cookie)
                .await
                .status,
            303
        );
    }

    pub async fn log_out(&self, server: &TestServer) -> Answer {
        server.post_with_token("/api/logout", &self.token).await
    }

    pub async fn assert_accepted(&self, server: &TestServer) {
        for route in PROTECTED {
            let answer = server.post_with_token(route, &self.token).await;
            assert_eq!(answer.status, 200, "{route}: {}", answer.text());
        }
    }

    pub async fn assert_refused(&self, server: &TestServer) {
        for route in PROTECTED {
            server
                .post_with_token(route, &self.token)
                .await
                .assert_invalid_token();
        }
    }
}
