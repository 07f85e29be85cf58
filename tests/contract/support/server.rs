use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use axum::{body::Body, extract::ConnectInfo, http::Request};
use countersign::{
    domain::{NewPassword, Password, Timestamp, Username},
    server::{Client, Clock, RecordedEvent, Settings},
    startup::{App, build},
};
use http_body_util::BodyExt;
use tempfile::TempDir;
use tower::ServiceExt;

use super::{Account, Answer, SignedIn};

/// Every route that asks for a live session. A route that is added belongs in this list.
pub const PROTECTED: [&str; 4] = ["/api/me", "/api/session", "/api/sessions", "/api/events"];

/// 2026-01-01T00:00:00Z
const START: i64 = 1_767_225_600;

/// The whole server in this process, with a database, keys and a clock of its own.
pub struct TestServer {
    pub app: App,
    pub settings: Settings,
    time: Arc<AtomicI64>,
    directory: Arc<TempDir>,
}

impl TestServer {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let directory = Arc::new(TempDir::new().unwrap());
        let mut settings = Settings::load(None).unwrap();
        settings.data_dir = directory.path().to_owned();
        settings.database_url = format!("sqlite://{}", directory.path().join("test.db").display());
        settings.leptos.hash_files = false;
        settings.leptos.site_root = directory.path().join("site").to_str().unwrap().into();
        change(&mut settings);
        Self::open(settings, Arc::new(AtomicI64::new(START)), directory)
            .await
            .unwrap()
    }

    /// With files of the built site, which are read at the start.
    pub async fn start_with_site(files: &[(&str, &str)]) -> Self {
        Self::start_with(|settings| {
            for (path, content) in files {
                let path = Path::new(&*settings.leptos.site_root).join(path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, content).unwrap();
            }
        })
        .await
    }

    async fn open(
        settings: Settings,
        time: Arc<AtomicI64>,
        directory: Arc<TempDir>,
    ) -> Result<Self, String> {
        let ticking = Arc::clone(&time);
        let clock = Clock::from_fn(move || Timestamp(ticking.load(Ordering::SeqCst)));
        let app = build(&settings, clock)
            .await
            .map_err(|error| error.to_string())?;
        Ok(Self {
            app,
            settings,
            time,
            directory,
        })
    }

    /// Stops this server and starts another one on the same data. Or says why it does not start.
    pub async fn restart(self) -> Result<Self, String> {
        self.app.vault.close().await;
        Self::open(self.settings, self.time, self.directory).await
    }

    /// Another server on the same data, beside this one.
    pub async fn reopen(&self) -> Result<Self, String> {
        Self::open(
            self.settings.clone(),
            Arc::clone(&self.time),
            Arc::clone(&self.directory),
        )
        .await
    }

    pub fn data_dir(&self) -> &Path {
        self.directory.path()
    }

    pub fn now(&self) -> i64 {
        self.time.load(Ordering::SeqCst)
    }

    pub fn pass_seconds(&self, seconds: i64) {
        self.time.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Sends a request from 192.0.2.1.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        self.send_from("192.0.2.1", request).await
    }

    pub async fn send_from(&self, address: &str, mut request: Request<Body>) -> Answer {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(
            address.parse().unwrap(),
            50_000,
        )));
        let response = self.app.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form(fields)));
        self.send(request.unwrap()).await
    }

    /// A request as the browser sends it for a server function: with the token and an empty form.
    pub async fn post_with_token(&self, path: &str, token: &str) -> Answer {
        let request = Request::post(path)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::empty());
        self.send(request.unwrap()).await
    }

    /// A sign-out as a browser sends it that has both, a token and cookies.
    pub async fn log_out_with(&self, token: &str, cookies: &str) -> Answer {
        let request = Request::post("/api/logout")
            .header("authorization", format!("Bearer {token}"))
            .header("cookie", cookies)
            .body(Body::empty());
        self.send(request.unwrap()).await
    }

    pub async fn add_user(&self, name: &str, password: &str) -> Account {
        let username = Username::parse(name).unwrap();
        let new = NewPassword::parse(&Password::new(password.to_owned()), &username).unwrap();
        let user = self
            .app
            .vault
            .add_user(username, &new, &Client::command_line())
            .await
            .unwrap();
        Account {
            id: user.id.to_string(),
            name: name.to_owned(),
            password: password.to_owned(),
        }
    }

    /// A form post as a page of this site sends it, with a cookie if there is one.
    pub async fn post_own_form(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        cookie: Option<&str>,
    ) -> Answer {
        let mut request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        self.send(request.body(Body::from(form(fields))).unwrap())
            .await
    }

    pub async fn get_with_cookie(&self, path: &str, cookie: &str) -> Answer {
        self.send(
            Request::get(path)
                .header("cookie", cookie)
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    pub async fn renew(&self, cookie: &str) -> Answer {
        self.post_own_form("/api/renew", &[], Some(cookie)).await
    }

    pub async fn log_in(&self, account: &Account) -> SignedIn {
        SignedIn::from(self.try_log_in(&account.name, &account.password).await)
    }

    pub async fn log_in_remembered(&self, account: &Account) -> SignedIn {
        let fields = [
            ("username", account.name.as_str()),
            ("password", &account.password),
            ("remember", "true"),
        ];
        SignedIn::from(self.post_form("/api/login", &fields).await)
    }

    /// An attempt from one address, with headers of its own.
    pub async fn try_log_in_from(
        &self,
        address: &str,
        name: &str,
        password: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request =
            Request::post("/api/login").header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = Body::from(form(&[("username", name), ("password", password)]));
        self.send_from(address, request.body(body).unwrap()).await
    }

    pub async fn try_log_in(&self, name: &str, password: &str) -> Answer {
        self.post_form("/api/login", &[("username", name), ("password", password)])
            .await
    }

    /// An account called ada, signed in.
    pub async fn ada(&self) -> SignedIn {
        let account = self.add_user("ada", "analytical engine").await;
        self.log_in(&account).await
    }

    /// One value out of the database, behind the server's back.
    pub async fn number(&self, statement: &'static str) -> i64 {
        let pool = sqlx::SqlitePool::connect(&self.settings.database_url)
            .await
            .unwrap();
        let number = sqlx::query_scalar(statement)
            .fetch_one(&pool)
            .await
            .unwrap();
        pool.close().await;
        number
    }

    /// What the security events say: kind, and detail behind a colon where there is one.
    pub async fn events(&self) -> Vec<String> {
        let events = self.app.vault.events(None, Timestamp(0), 0).await.unwrap();
        let text = |event: RecordedEvent| match event.detail {
            Some(detail) => format!("{}: {detail}", event.kind),
            None => event.kind,
        };
        events.into_iter().map(text).collect()
    }

    /// The stored hash of the one user.
    pub async fn hash(&self) -> String {
        let pool = sqlx::SqlitePool::connect(&self.settings.database_url)
            .await
            .unwrap();
        let hash = sqlx::query_scalar("SELECT password_hash FROM users")
            .fetch_one(&pool)
            .await
            .unwrap();
        pool.close().await;
        hash
    }

    pub async fn set_hash(&self, hash: &str) {
        let pool = sqlx::SqlitePool::connect(&self.settings.database_url)
            .await
            .unwrap();
        sqlx::query("UPDATE users SET password_hash = ?")
            .bind(hash)
            .execute(&pool)
            .await
            .unwrap();
        pool.close().await;
    }

    /// Runs SQL on the database behind the server's back.
    pub async fn sql(&self, statement: &'static str) {
        let pool = sqlx::SqlitePool::connect(&self.settings.database_url)
            .await
            .unwrap();
        sqlx::query(statement).execute(&pool).await.unwrap();
        pool.close().await;
    }
}

pub fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}
