use std::{panic, time::Duration};

use leptos::{mount::hydrate_from, prelude::*};

use crate::{
    browser::{element, is_plain, path, pause, set_plain},
    domain::paths,
    lazy_code,
};

/// After how long the code of the page is asked for again. Each further wait is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(3);
/// Over six minutes. A file that is gone then has a newer version, which comes with the next page.
const ATTEMPTS: u32 = 8;

/// Takes over the page that the server has rendered, in the element with this id. It may take the
/// place of [`hydrate_body`] in an application's `hydrate()`.
///
/// Until then, and for as long as the page's code can't be loaded, its plain forms work. They also
/// do after a panic: this sets the panic hook, in place of any other. A page whose `<html>` has the
/// empty attribute `data-plain` is left as it is. A script may set it when the page was changed on
/// its way, so that it can't be hydrated.
pub async fn hydrate_app<View: IntoView + 'static>(
    id: &str,
    application: impl FnOnce() -> View + 'static,
) {
    for attempt in 0..ATTEMPTS {
        if load_current_page().await {
            return take_over(id, application);
        }
        pause(FIRST_WAIT * 2_u32.pow(attempt)).await;
    }
}

/// Loads the code of the page that the server has rendered. Returns whether that succeeded: without
/// its code the page can't be hydrated.
async fn load_current_page() -> bool {
    let path = path();
    let is_in_second_file =
        path == paths::DASHBOARD || (path != paths::LOGIN && paths::AUTH_PAGES.contains(&&*path));
    !is_in_second_file || lazy_code::has_pages().await
}

fn take_over<View: IntoView + 'static>(id: &str, application: impl FnOnce() -> View + 'static) {
    let Some(element) = element(id).filter(|_| !is_plain()) else {
        return;
    };
    // Calling the hook before it too would add two kB to the wasm.
    panic::set_hook(Box::new(|_| set_plain()));
    hydrate_from(element, application).forget();
}
