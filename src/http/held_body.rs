use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    Error,
    body::{Body, Bytes, HttpBody},
    response::Response,
};
use http_body::{Frame, SizeHint};

use crate::auth::NetworkPermit;

/// Holds a place of a network until the body of a response was sent or dropped: a client that does
/// not read would otherwise fill the memory with bodies.
pub(super) fn hold_until_sent(response: Response, place: NetworkPermit) -> Response {
    let place = Arc::new(place);
    response.map(|body| Body::new(HeldBody { body, place }))
}

struct HeldBody {
    body: Body,
    place: Arc<NetworkPermit>,
}

/// HTTP/2 takes more of a body than the client has room for, so the bytes hold the place too.
struct HeldBytes {
    bytes: Bytes,
    _place: Arc<NetworkPermit>,
}

impl HttpBody for HeldBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        let hold = |bytes| {
            Bytes::from_owner(HeldBytes {
                bytes,
                _place: Arc::clone(&self.place),
            })
        };
        frame.map_ok(|frame| frame.map_data(hold))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl AsRef<[u8]> for HeldBytes {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}
