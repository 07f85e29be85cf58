//! The page of the notes. Its route is guarded, so there is always a user.

use countersign::use_auth;
use leptos::{ev::SubmitEvent, prelude::*};

use crate::note::{AddNote, DeleteNote, Note, NoteError, list_notes};

#[component]
pub fn Notes() -> impl IntoView {
    let add = ServerAction::<AddNote>::new();
    let delete = ServerAction::<DeleteNote>::new();
    let changes = move || (add.version().get(), delete.version().get());
    let notes = Resource::new(changes, |_| list_notes());
    let list = move || {
        Suspend::new(async move {
            match notes.await {
                Ok(notes) => view! { <List notes delete /> }.into_any(),
                Err(error) => view! { <p role="alert">{error.to_string()}</p> }.into_any(),
            }
        })
    };
    view! {
        <Header />
        <main>
            <NewNote add />
            <p role="alert">{move || text_of(delete.value().get())}</p>
            <Transition>{list}</Transition>
        </main>
    }
}

#[component]
fn Header() -> impl IntoView {
    let auth = use_auth();
    let name = move || auth.user().map(|user| user.username.to_string());
    // Without scripts, the form is sent.
    let sign_out = move |event: SubmitEvent| {
        event.prevent_default();
        auth.log_out();
    };
    view! {
        <header>
            <h1>"Notes of " {name}</h1>
            <a href="/notes.txt" download="">
                "Download"
            </a>
            <form method="post" action="/logout" on:submit=sign_out>
                <button>"Sign out"</button>
            </form>
        </header>
    }
}

#[component]
fn NewNote(add: ServerAction<AddNote>) -> impl IntoView {
    let text = RwSignal::new(String::new());
    Effect::new(move |_| {
        if add.value().get() == Some(Ok(())) {
            text.set(String::new());
        }
    });
    view! {
        <ActionForm action=add>
            <label for="text">"New note"</label>
            <textarea id="text" name="text" rows="3" required bind:value=text />
            <p role="alert">{move || text_of(add.value().get())}</p>
            <OnceHydrated>
                <button>"Add"</button>
            </OnceHydrated>
            <p class="without-scripts">
                "Changes need JavaScript: they are sent with a token that a form does not have."
            </p>
        </ActionForm>
    }
}

#[component]
fn List(notes: Vec<Note>, delete: ServerAction<DeleteNote>) -> impl IntoView {
    let item = move |note: Note| {
        let name = format!("Delete {}", note.text);
        view! {
            <li>
                <p>{note.text}</p>
                <ActionForm action=delete>
                    <input type="hidden" name="id" value=note.id />
                    <OnceHydrated>
                        <button aria-label=name>"Delete"</button>
                    </OnceHydrated>
                </ActionForm>
            </li>
        }
    };
    if notes.is_empty() {
        return view! { <p>"There are no notes yet."</p> }.into_any();
    }
    view! { <ul>{notes.into_iter().map(item).collect_view()}</ul> }.into_any()
}

/// Buttons whose forms need scripts. They can't be pressed before the wasm runs.
#[component]
fn OnceHydrated(children: Children) -> impl IntoView {
    let is_hydrated = RwSignal::new(false);
    Effect::new(move |_| is_hydrated.set(true));
    view! { <fieldset disabled=move || !is_hydrated.get()>{children()}</fieldset> }
}

fn text_of(result: Option<Result<(), NoteError>>) -> Option<String> {
    Some(result?.err()?.to_string())
}
