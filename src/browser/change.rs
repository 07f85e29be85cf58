use std::{cell::RefCell, rc::Rc};

/// What happened to the session without the page having asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// There is a new access token.
    Renewed,
    /// The session is over: the server said so.
    Over,
    SignedOutElsewhere,
    SignedInElsewhere,
}

type Listener = Rc<dyn Fn(Change)>;

thread_local! {
    static LISTENER: RefCell<Option<Listener>> = const { RefCell::new(None) };
}

/// Says whom to tell. There is one listener: the page's state of who is there.
pub fn on_change(listener: impl Fn(Change) + 'static) {
    LISTENER.set(Some(Rc::new(listener)));
}

pub(super) fn report(change: Change) {
    let listener = LISTENER.with_borrow(Clone::clone);
    if let Some(listener) = listener {
        listener(change);
    }
}
