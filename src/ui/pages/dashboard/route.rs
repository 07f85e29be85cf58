use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};
use leptos_meta::Title;
use leptos_router::LazyRoute;

use super::Dashboard;
use crate::{
    browser::reload,
    ui::{
        components::{Alert, Card, PageHeading},
        guard::Guarded,
        live::click,
        texts::texts,
    },
};

/// The dashboard's address. Its code is in a wasm file of its own: who only comes to sign in does not wait for it.
#[derive(Debug)]
pub struct DashboardRoute;

impl LazyRoute for DashboardRoute {
    fn data() -> Self {
        Self
    }

    async fn view(_: Self) -> AnyView {
        // A page that the server renders names the file, so that browsers load it beside the other one.
        leptos::prefetch_lazy_fn_on_server("session");
        guarded_dashboard()
            .await
            .unwrap_or_else(|_| view! { <NotLoaded /> }.into_any())
    }
}

/// In the wasm file of [`Calls`](crate::ui::calls::Calls).
#[wasm_split(session, wasm_split_path = leptos::wasm_split, fallible, preload(load_dashboard))]
#[allow(clippy::unnecessary_wraps, reason = "the macro asks for it")]
pub fn guarded_dashboard() -> Result<AnyView, SplitLoaderError> {
    Ok(view! { <Guarded><Dashboard /></Guarded> }.into_any())
}

/// What is shown when the file can't be loaded: the server can't be reached, or has a newer one by now.
#[component]
fn NotLoaded() -> impl IntoView {
    let texts = texts();
    view! {
        <Title text=texts.common.page_not_loaded />
        <Card>
            <PageHeading>{texts.common.page_not_loaded}</PageHeading>
            <Alert text=Some(texts.errors.unreachable.into()) />
            <button class="primary" type="button" on:click=click(|_| reload())>
                {texts.common.try_again}
            </button>
        </Card>
    }
}
