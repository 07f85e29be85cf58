//! Everything that touches `window`: the session of this tab, requests, storage, other tabs.

mod api_request;
mod api_response;
mod bearer_client;
mod client_session;
mod clock;
mod cookie;
mod fetch_user;
mod focus;
mod form_fields;
mod in_flight;
mod keyboard;
mod lock;
mod login_in_progress;
mod logout_client;
mod own_client;
mod page;
mod page_events;
pub mod page_request;
mod pending_logout;
mod plain_client;
mod reachable;
mod refresh;
mod scroll;
mod session_event;
mod storage;
mod tabs;
mod theme;
mod timeout;
mod token_store;
mod transport;

pub use api_request::ApiRequest;
pub use api_response::ApiResponse;
pub use bearer_client::{Bearer, BearerClient};
pub use client_session::ClientSession;
pub use clock::{local_time, now};
pub use cookie::{are_cookies_blocked, set_cookie_prefix};
pub use focus::{focus_linked_field, focus_page_heading, focus_section_heading, focus_unless_busy};
pub use form_fields::FormFields;
pub use keyboard::watch_caps_lock;
pub use logout_client::{Logout, LogoutClient};
pub use own_client::{Own, OwnClient};
pub use page::{
    APP_ID, app_element, is_plain, path, set_hydrated, set_plain_on_panic, set_text, take_over,
};
pub use page_events::{is_visible, load_page, on_online, on_restored, on_visible, reload};
pub use pending_logout::PendingLogout;
pub use plain_client::{Plain, PlainClient};
pub use reachable::is_server_reachable;
pub use refresh::RefreshOutcome;
pub use scroll::show_message;
pub use session_event::SessionEvent;
pub use theme::watch_theme;
pub use timeout::{LOAD_TIMEOUT, pause, with_timeout};
pub use transport::{ApiClient, Transport};
