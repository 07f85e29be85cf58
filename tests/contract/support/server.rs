use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicI64, Ordering},
    },
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderValue, Request},
};
use countersign::{
    Actor, AuthService, DatabasePool, Password, Settings, Username,
    internals::{Clock, IfAbsent, ROUTES, RecordedEvent, Timestamp, command_line, open_auth, wrap},
};
use http_body_util::BodyExt;
use leptos::config::LeptosOptions;
use tempfile::TempDir;
use tower::ServiceExt;

use super::{Account, Connection, SignedIn, TestResponse, postgres_database_of};
use crate::host;

/// Every route that requires a live session. A test compares it with the registered server functions.
pub const PROTECTED: [&str; 6] = [
    "/api/me",
    "/api/account",
    "/api/sessions",
    "/api/events",
    "/api/revoke_session",
    "/api/revoke_other_sessions",
];

/// Those of them that change nothing.
pub const READING: [&str; 4] = ["/api/me", "/api/account", "/api/sessions", "/api/events"];

/// The form that a route requires, so that nothing but the token can be wrong.
fn form_of(route: &str) -> String {
    match route {
        "/api/revoke_session" => form(&[("id", "019c8d04-51f3-7a60-8b1e-6c92f047d385")]),
        "/api/revoke_other_sessions" => form(&[("password", "analytical engine")]),
        _ => String::new(),
    }
}

/// The initial time of the test clock: 2026-01-01T00:00:00Z.
const START: i64 = 1_767_225_600;

/// The whole server inside the test's process, with its own database, keys and clock.
pub struct TestServer {
    pub app: WrappedApplication,
    pub settings: Settings,
    time: Arc<TestTime>,
    directory: Arc<TempDir>,
}

/// The time of the test clock, and the seconds that have passed.
struct TestTime {
    now: AtomicI64,
    passed: AtomicI64,
}

impl TestServer {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts with an application of somebody else's.
    pub async fn start_application(application: Application) -> Self {
        Self::start_application_with(application, |_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::start_application_with(our_application, change).await
    }

    async fn start_application_with(
        application: Application,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let directory = Arc::new(TempDir::new().unwrap());
        let mut settings = Settings::load(None).unwrap();
        settings.data.dir = directory.path().to_owned();
        if let Some(url) = postgres_database_of(directory.path()) {
            settings.database.url = url;
            // Required there. It is the issuer without it, too.
            settings.public.url = format!("http://{}", settings.leptos.site_addr);
        } else {
            let file = directory.path().join("test.db");
            settings.database.url = format!("sqlite://{}", file.display());
        }
        settings.leptos.hash_files = false;
        settings.leptos.site_root = directory.path().join("site").to_str().unwrap().into();
        change(&mut settings);
        let pages = Path::new(&*settings.leptos.site_root).join(&*settings.leptos.site_pkg_dir);
        std::fs::create_dir_all(pages).unwrap();
        let time = Arc::new(TestTime {
            now: AtomicI64::new(START),
            passed: AtomicI64::new(0),
        });
        Self::open(settings, time, directory, application)
            .await
            .unwrap()
    }

    /// Starts with the given files in the site directory, which the server reads at the start.
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
        time: Arc<TestTime>,
        directory: Arc<TempDir>,
        application: Application,
    ) -> Result<Self, String> {
        let (of_clock, since_start) = (Arc::clone(&time), Arc::clone(&time));
        let clock = Clock::from_fns(
            move || Timestamp(of_clock.now.load(Ordering::SeqCst)),
            move || since_start.passed.load(Ordering::SeqCst),
        );
        let routes = routes_of(application, &settings.leptos);
        let auth = open_auth(&settings, IfAbsent::Begin, clock, &Actor::Server)
            .await
            .map_err(|error| error.to_string())?;
        let http = settings.http(settings.listen_on());
        let app = WrappedApplication {
            router: wrap(auth.clone(), http, routes),
            auth,
        };
        Ok(Self {
            app,
            settings,
            time,
            directory,
        })
    }

    /// Starts an application with a pool of its own, by the clock of the system.
    pub async fn start_on(
        pool: impl Into<DatabasePool>,
        application: Application,
        change: impl FnOnce(&mut Settings),
    ) -> Result<Self, String> {
        let directory = Arc::new(TempDir::new().unwrap());
        let mut settings = Settings::load(None).unwrap();
        settings.data.dir = directory.path().join("data");
        settings.leptos.hash_files = false;
        settings.leptos.site_root = directory.path().join("site").to_str().unwrap().into();
        change(&mut settings);
        let opened = countersign::Server::open_on(settings.clone(), pool).await;
        let server = opened.map_err(|error| error.to_string())?;
        settings.database.url = server.database_url();
        let auth = server.auth().clone();
        let router = server.wrap(routes_of(application, &settings.leptos));
        Ok(Self {
            app: WrappedApplication { router, auth },
            settings,
            time: Arc::new(TestTime {
                now: AtomicI64::new(0),
                passed: AtomicI64::new(0),
            }),
            directory,
        })
    }

    /// Stops this server and starts another one on the same data, or returns why it does not start.
    pub async fn restart(self) -> Result<Self, String> {
        self.app.auth.close().await;
        Self::open(self.settings, self.time, self.directory, our_application).await
    }

    /// Starts another server on the same data without stopping this one.
    pub async fn start_another(&self) -> Result<Self, String> {
        self.start_another_with(our_application).await
    }

    /// Starts a server of another application on the same data.
    pub async fn start_another_with(&self, application: Application) -> Result<Self, String> {
        Self::open(
            self.settings.clone(),
            Arc::clone(&self.time),
            Arc::clone(&self.directory),
            application,
        )
        .await
    }

    pub fn data_dir(&self) -> &Path {
        self.directory.path()
    }

    pub fn now(&self) -> i64 {
        self.time.now.load(Ordering::SeqCst)
    }

    pub fn pass_seconds(&self, seconds: i64) {
        self.jump_clock(seconds);
        self.time.passed.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Sets the clock ahead or back, while no time passes.
    pub fn jump_clock(&self, seconds: i64) {
        self.time.now.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Sends a request from 192.0.2.1.
    pub async fn send(&self, request: Request<Body>) -> TestResponse {
        self.send_from("192.0.2.1", request).await
    }

    pub async fn send_from(&self, address: &str, mut request: Request<Body>) -> TestResponse {
        let host = HeaderValue::from_static("login.example");
        request.headers_mut().entry("host").or_insert(host);
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(
            address.parse().unwrap(),
            50_000,
        )));
        let response = self.app.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        TestResponse {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }

    pub async fn get(&self, path: &str) -> TestResponse {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> TestResponse {
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form(fields)));
        self.send(request.unwrap()).await
    }

    /// Posts the form of a route with a token, as the browser calls a server function.
    pub async fn post_with_token(&self, path: &str, token: &str) -> TestResponse {
        let request = Request::post(path)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form_of(path)));
        self.send(request.unwrap()).await
    }

    /// Posts the form of a route without a token, but with a cookie if one is given.
    pub async fn post_without_token(&self, route: &str, cookie: Option<&str>) -> TestResponse {
        let mut request = Request::post(route)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        self.send(request.body(Body::from(form_of(route))).unwrap())
            .await
    }

    /// Logs out with both a token and cookies, as a browser does.
    pub async fn log_out_with(&self, token: &str, cookies: &str) -> TestResponse {
        let request = Request::post("/api/logout")
            .header("authorization", format!("Bearer {token}"))
            .header("cookie", cookies)
            .body(Body::empty());
        self.send(request.unwrap()).await
    }

    /// Sets a password as the command line does.
    pub async fn set_password(&self, name: &str, password: &str) {
        let username = Username::parse(name).unwrap();
        let actor = command_line();
        let auth = &self.app.auth;
        let new = auth.new_password(&Password::new(password.to_owned()), &username);
        let new = new.unwrap();
        auth.set_password(&username, &new, &actor).await.unwrap();
    }

    pub async fn add_user(&self, name: &str, password: &str) -> Account {
        let username = Username::parse(name).unwrap();
        let auth = &self.app.auth;
        let new = auth.new_password(&Password::new(password.to_owned()), &username);
        let user = auth
            .add_user(username, &new.unwrap(), &command_line())
            .await
            .unwrap();
        Account {
            id: user.id.to_string(),
            name: name.to_owned(),
            password: password.to_owned(),
        }
    }

    /// Posts a form as a page of this site does, with a cookie if one is given.
    pub async fn post_own_form(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        cookie: Option<&str>,
    ) -> TestResponse {
        let mut request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        self.send(request.body(Body::from(form(fields))).unwrap())
            .await
    }

    /// Goes to a page as a browser does.
    pub async fn get_with_cookie(&self, path: &str, cookie: &str) -> TestResponse {
        self.send(
            Request::get(path)
                .header("cookie", cookie)
                .header("sec-fetch-mode", "navigate")
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    pub async fn refresh(&self, cookie: &str) -> TestResponse {
        self.post_own_form("/api/refresh", &[], Some(cookie)).await
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

    /// Attempts a login from the given address with additional headers.
    pub async fn try_log_in_from(
        &self,
        address: &str,
        name: &str,
        password: &str,
        headers: &[(&str, &str)],
    ) -> TestResponse {
        let mut request =
            Request::post("/api/login").header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = Body::from(form(&[("username", name), ("password", password)]));
        self.send_from(address, request.body(body).unwrap()).await
    }

    pub async fn try_log_in(&self, name: &str, password: &str) -> TestResponse {
        self.post_form("/api/login", &[("username", name), ("password", password)])
            .await
    }

    /// Adds the account `ada` and signs it in.
    /// Signs ada in once more.
    pub async fn ada_again(&self) -> SignedIn {
        SignedIn::from(self.try_log_in("ada", "analytical engine").await)
    }

    pub async fn ada(&self) -> SignedIn {
        let account = self.add_user("ada", "analytical engine").await;
        self.log_in(&account).await
    }

    /// Reads one number from the database directly.
    pub async fn query_number(&self, statement: &'static str) -> i64 {
        let mut connection = self.connect().await;
        let number = connection.number(statement).await;
        connection.close().await;
        number
    }

    /// The security events, oldest first, as `kind` or `kind: detail`.
    pub async fn events(&self) -> Vec<String> {
        let events = self.app.auth.events(None, Timestamp(0), 0).await.unwrap();
        let text = |event: RecordedEvent| match event.detail {
            Some(detail) => format!("{}: {detail}", event.kind.code()),
            None => event.kind.code().to_owned(),
        };
        events.into_iter().map(text).collect()
    }

    /// The stored password hash of the only user.
    pub async fn stored_hash(&self) -> String {
        let mut connection = self.connect().await;
        let hash = connection.stored_hash().await;
        connection.close().await;
        hash
    }

    pub async fn set_stored_hash(&self, hash: &str) {
        let mut connection = self.connect().await;
        connection.set_stored_hash(hash).await;
        connection.close().await;
    }

    /// Executes SQL on the database directly.
    pub async fn execute_sql(&self, statement: &str) {
        let mut connection = self.connect().await;
        connection.execute(statement).await;
        connection.close().await;
    }

    /// A connection to the database beside those of the server.
    pub async fn connect(&self) -> Connection {
        Connection::open(&self.settings.database.url).await
    }
}

pub struct WrappedApplication {
    pub router: Router,
    pub auth: AuthService,
}

/// The routes of an application.
pub type Application = fn(&LeptosOptions) -> Router;

/// The routes of an application. The pages of all applications are listed before the first server
/// starts: a page that another test renders while Leptos lists routes may never end
/// (leptos-rs/leptos#4773).
fn routes_of(application: Application, options: &LeptosOptions) -> Router {
    for routes in [&ROUTES, &host::application::ROUTES] {
        LazyLock::force(routes);
    }
    application(options)
}

fn our_application(options: &LeptosOptions) -> Router {
    countersign::router(options).unwrap()
}

pub fn form(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}
