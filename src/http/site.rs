use std::{io, path::PathBuf, sync::Arc};

use axum::{
    Router,
    extract::Request,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use leptos::{config::LeptosOptions, prelude::AnyView};
use leptos_axum::{AxumRouteListing, render_app_to_stream_in_order};
use thiserror::Error;

use super::{
    error_response::error_response, page_request::live_reload, redirects::without_slash,
    site_build::require_site, site_files::SiteFiles,
};
use crate::domain::AuthError;

/// Why the built site can't be served. The text says what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SiteError {
    #[doc(hidden)]
    #[error(
        "{} is missing: build the pages with `make build`, or set LEPTOS_SITE_ROOT to the \
         directory of the built site", .0.display()
    )]
    Directory(PathBuf),
    #[doc(hidden)]
    #[error(
        "{}, the hashes in the names of the site's files, can't be read or is not complete: \
         install that of the same build beside the program ({cause})", file.display()
    )]
    Hashes { file: PathBuf, cause: io::Error },
    #[doc(hidden)]
    #[error(
        "{} is missing, which {} names: install both and the program from the same build, or set \
         LEPTOS_SITE_ROOT to the directory of its site", file.display(), hashes.display()
    )]
    File { file: PathBuf, hashes: PathBuf },
    #[doc(hidden)]
    #[error("the site in {} can't be read: {cause}; build it again", path.display())]
    Read { path: PathBuf, cause: io::Error },
}

/// What answers addresses that no route has: the files of the built site, from memory, and a page
/// with status 404. It takes the place of `leptos_axum::file_and_error_handler`. An address of
/// `routes` with a slash too many at its end is redirected.
struct Site {
    files: SiteFiles,
    pages: Vec<String>,
    options: LeptosOptions,
    shell: fn(LeptosOptions) -> AnyView,
}

/// The fallback of an application: the files of its built site, and its page for unknown addresses.
///
/// # Errors
/// When the site was not built, is not complete, or can't be read.
pub fn files_and_not_found(
    options: &LeptosOptions,
    routes: &[AxumRouteListing],
    shell: fn(LeptosOptions) -> AnyView,
) -> Result<Router, SiteError> {
    require_site(options)?;
    let path = PathBuf::from(&*options.site_root);
    let files =
        SiteFiles::read(&path, live_reload()).map_err(|cause| SiteError::Read { path, cause })?;
    let pages = routes.iter().map(|route| route.path().to_owned());
    let site = Arc::new(Site {
        files,
        pages: pages.collect(),
        options: options.clone(),
        shell,
    });
    Ok(Router::new().fallback(async move |request| site.answer(request).await))
}

impl Site {
    async fn answer(&self, request: Request) -> Response {
        let file = self.files.find(request.uri().path(), request.headers());
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        match file {
            Some(file) if is_read => return file,
            Some(_) => {
                let allowed = [(header::ALLOW, "GET, HEAD")];
                return (StatusCode::METHOD_NOT_ALLOWED, allowed).into_response();
            }
            None if !is_read => return error_response(&AuthError::NotFound, false),
            None => {}
        }
        let is_page = |path: &str| self.pages.iter().any(|page| page == path);
        if let Some(redirect) = without_slash(request.uri(), is_page) {
            return redirect;
        }
        let (shell, options) = (self.shell, self.options.clone());
        let page = render_app_to_stream_in_order(move || shell(options.clone()));
        let mut response = page(request).await.into_response();
        if response.status() == StatusCode::OK {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
        response
    }
}
