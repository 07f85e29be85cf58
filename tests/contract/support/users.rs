use super::{Answer, PROTECTED, TestServer};

/// Somebody with an account, who is not signed in.
pub struct Account {
    pub id: String,
    pub name: String,
    pub password: String,
}

/// Somebody with a token.
pub struct SignedIn {
    pub token: String,
}

impl SignedIn {
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
            server.post_with_token(route, &self.token).await.assert_invalid_token();
        }
    }
}
