//! The only code that touches `window`.

mod bearer_client;
mod busy;
mod change;
mod clock;
mod cookie;
mod ending;
mod farewell_client;
mod focus;
mod form_client;
mod form_request;
mod keyboard;
mod lock;
mod page;
mod plain_client;
mod renewal;
mod tabs;
mod theme;
mod token_store;
mod wake;

pub use bearer_client::{Bearer, BearerClient};
pub use busy::{awaited, quietly};
pub use change::{Change, on_change};
pub use clock::{local_time, now};
pub use ending::Ending;
pub use farewell_client::{Farewell, FarewellClient, part_with_token};
pub use focus::{focus_linked_field, focus_unless_busy};
pub use form_client::{Courier, FormClient};
pub use form_request::{Answer, FormRequest};
pub use keyboard::watch_caps_lock;
pub use page::{path, submit_plainly};
pub use plain_client::{Plain, PlainClient};
pub use renewal::{Renewal, begin_session, end_session, renew, renew_soon};
pub use tabs::{announce_sign_in, announce_sign_out, listen_to_tabs};
pub use theme::watch_theme;
pub use token_store::TokenStore;
pub use wake::{is_visible, on_online, on_restored, on_visible, reload};
