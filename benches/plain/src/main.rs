use axum::Router;
use leptos::config::LeptosOptions;
use leptos_axum::{LeptosRoutes, generate_route_list};
use plain::{App, shell};
use tower_http::services::ServeDir;

/// Serves the page and its files on a free port.
#[tokio::main]
async fn main() {
    let site = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/plain/site");
    let options = LeptosOptions::builder()
        .output_name("plain")
        .site_root(site)
        .build();
    let files = ServeDir::new(format!("{site}/pkg")).precompressed_br();
    let page = options.clone();
    let router = Router::new()
        .nest_service("/pkg", files)
        .leptos_routes(&options, generate_route_list(App), move || {
            shell(page.clone())
        })
        .with_state(options);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    println!(
        "Plain is listening on http://{}",
        listener.local_addr().expect("an address")
    );
    axum::serve(listener, router).await.expect("it serves");
}
