use super::{PROTECTED, READING, TestResponse, TestServer};

/// A user with an account who is not signed in.
pub struct Account {
    pub id: String,
    pub name: String,
    pub password: String,
}

/// A user with an access token and the refresh cookie of the same session.
pub struct SignedIn {
    pub token: String,
    /// `name=value`, as the browser sends it back.
    pub cookie: String,
}

impl From<TestResponse> for SignedIn {
    #[track_caller]
    fn from(response: TestResponse) -> Self {
        assert_eq!(response.status, 200, "{}", response.text());
        Self {
            token: response.json()["access_token"].as_str().unwrap().to_owned(),
            cookie: response.cookie().unwrap().0.to_owned(),
        }
    }
}

impl SignedIn {
    /// A holder of an access token without the refresh cookie.
    pub fn with_token(token: impl Into<String>) -> Self {
        Self {
            token: token.into(),
            cookie: String::new(),
        }
    }

    /// Asserts that the session is over: its token is refused, and its cookie neither refreshes nor
    /// authenticates a page.
    pub async fn assert_over(&self, server: &TestServer) {
        self.assert_refused(server).await;
        server
            .refresh(&self.cookie)
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

    pub async fn log_out(&self, server: &TestServer) -> TestResponse {
        server.post_with_token("/api/logout", &self.token).await
    }

    pub async fn assert_accepted(&self, server: &TestServer) {
        for route in READING {
            let response = server.post_with_token(route, &self.token).await;
            assert_eq!(response.status, 200, "{route}: {}", response.text());
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
