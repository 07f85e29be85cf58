#[cfg(feature = "ssr")]
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    use axum::Router;
    use leptos::prelude::*;
    use leptos_axum::{LeptosRoutes, file_and_error_handler, generate_route_list};
    use notes::{
        app::{App, shell},
        routes,
        store::NoteStore,
    };

    let options = get_configuration(None)?.leptos_options;
    let server = countersign::Server::from_env().await?;
    let notes = NoteStore::open(&server.database_url()).await?;

    let document = {
        let options = options.clone();
        move || shell(options.clone())
    };
    let context = {
        let notes = notes.clone();
        move || provide_context(notes.clone())
    };
    let app = Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), context, document)
        .fallback(file_and_error_handler(shell))
        .with_state(options)
        .merge(routes::routes(notes));
    server.serve(app).await?;
    Ok(())
}

#[cfg(not(feature = "ssr"))]
fn main() {}
