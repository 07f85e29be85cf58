//! A model of the refresh protocol, of which stateright checks every interleaving. The model has a
//! browser with two tabs and one cookie jar, a thief who copies the cookie, responses that get
//! lost, a server that crashes between commit and response, a logout, and time. It calls the
//! server's own `rotate`, so it can't drift from the implementation.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use countersign::internals::{REUSE_INTERVAL_SECONDS, Rotation, Timestamp, rotate};
use stateright::{Checker, Model, Property};

/// Time advances in steps of this many seconds. Two steps are within the reuse interval, three
/// reach its end.
const TIME_STEP: i64 = 10;
const MAX_COUNTER: u64 = 3;
const MAX_TIME: i64 = 6 * TIME_STEP;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each flag is a separate observation"
)]
struct SystemState {
    now: i64,
    // The session's row on the server.
    counter: u64,
    rotated_at: i64,
    live: bool,
    /// True once the logout has been confirmed.
    logged_out: bool,
    // The browser.
    jar: u64,
    /// The refresh in flight of each tab.
    tabs: [Option<RefreshRequest>; 2],
    /// The time at which each tab last got an access token. It uses that token for at least the
    /// reuse interval.
    served_at: [Option<i64>; 2],
    // The thief.
    stolen: Option<u64>,
    thief_was_served: bool,
    owner_was_refused: bool,
    /// True if a refresh was accepted after the logout had been confirmed.
    accepted_after_logout: bool,
}

/// A refresh in flight, and the server's response to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct RefreshRequest {
    presented: u64,
    response: Response,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Response {
    /// The server has not handled the request yet.
    Pending,
    Refused,
    Cookie(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Step {
    Send(usize),
    /// The server applies the rule, commits, and sends its response.
    Decide(usize),
    /// The response arrives, and its cookie is put into the jar.
    Arrive(usize),
    /// The response is lost, in the network or by a crash after the commit.
    Lose(usize),
    Steal,
    ThiefRefreshes,
    LogOut,
    Wait,
}

struct Protocol {
    thief: bool,
    logout: bool,
}

impl RefreshRequest {
    fn is_behind(&self, state: &SystemState) -> bool {
        match self.response {
            Response::Pending => self.presented < state.counter,
            Response::Cookie(counter) => counter < state.counter,
            Response::Refused => false,
        }
    }
}

impl SystemState {
    /// Applies the rule as the store does within its transaction.
    fn refresh(&mut self, presented: u64) -> Option<u64> {
        if !self.live {
            return None;
        }
        match rotate(
            self.counter,
            Timestamp(self.rotated_at),
            presented,
            Timestamp(self.now),
        ) {
            Rotation::Rotated(next) => {
                self.counter = next;
                self.rotated_at = self.now;
                Some(next)
            }
            Rotation::Replayed(current) => Some(current),
            Rotation::Reused => {
                self.live = false;
                None
            }
        }
    }
}

impl Model for Protocol {
    type State = SystemState;
    type Action = Step;

    fn init_states(&self) -> Vec<SystemState> {
        vec![SystemState {
            now: 0,
            counter: 0,
            rotated_at: 0,
            live: true,
            logged_out: false,
            jar: 0,
            tabs: [None; 2],
            served_at: [None; 2],
            stolen: None,
            thief_was_served: false,
            owner_was_refused: false,
            accepted_after_logout: false,
        }]
    }

    fn actions(&self, state: &SystemState, steps: &mut Vec<Step>) {
        for (tab, request) in state.tabs.iter().enumerate() {
            match request {
                None => {
                    if state.served_at[tab]
                        .is_none_or(|served| state.now - served >= REUSE_INTERVAL_SECONDS)
                    {
                        steps.push(Step::Send(tab));
                    }
                }
                Some(RefreshRequest {
                    response: Response::Pending,
                    ..
                }) => steps.push(Step::Decide(tab)),
                Some(_) => steps.extend([Step::Arrive(tab), Step::Lose(tab)]),
            }
        }
        // An honest user stays signed in if responses are lost, late or reordered for less than the
        // reuse interval. Without a thief, time therefore stops before the cookie jar or a request
        // in flight has been behind the server's counter for that long.
        let behind = state.jar < state.counter
            || state
                .tabs
                .iter()
                .flatten()
                .any(|request| request.is_behind(state));
        if self.thief
            || !behind
            || state.now + TIME_STEP - state.rotated_at < REUSE_INTERVAL_SECONDS
        {
            steps.push(Step::Wait);
        }
        if self.thief {
            steps.push(Step::Steal);
            steps.extend(state.stolen.map(|_| Step::ThiefRefreshes));
        }
        if self.logout && !state.logged_out {
            steps.push(Step::LogOut);
        }
    }

    fn next_state(&self, previous: &SystemState, step: Step) -> Option<SystemState> {
        let mut state = previous.clone();
        match step {
            Step::Send(tab) => {
                state.tabs[tab] = Some(RefreshRequest {
                    presented: state.jar,
                    response: Response::Pending,
                });
            }
            Step::Decide(tab) => {
                let request = state.tabs[tab]?;
                let response = state.refresh(request.presented);
                state.accepted_after_logout |= state.logged_out && response.is_some();
                state.owner_was_refused |= response.is_none() && !state.logged_out;
                state.tabs[tab] = Some(RefreshRequest {
                    response: response.map_or(Response::Refused, Response::Cookie),
                    ..request
                });
            }
            Step::Arrive(tab) => {
                // A later response may carry an older cookie. Browsers keep the last one that
                // arrives.
                if let Response::Cookie(counter) = state.tabs[tab]?.response {
                    state.jar = counter;
                    state.served_at[tab] = Some(state.now);
                }
                state.tabs[tab] = None;
            }
            Step::Lose(tab) => state.tabs[tab] = None,
            Step::Steal => state.stolen = Some(state.jar),
            Step::ThiefRefreshes => {
                let response = state.refresh(state.stolen?);
                state.accepted_after_logout |= state.logged_out && response.is_some();
                state.thief_was_served |= response.is_some();
                state.stolen = response;
            }
            Step::LogOut => {
                state.live = false;
                state.logged_out = true;
            }
            Step::Wait => state.now += TIME_STEP,
        }
        Some(state)
    }

    fn within_boundary(&self, state: &SystemState) -> bool {
        state.counter <= MAX_COUNTER && state.now <= MAX_TIME
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(
                "after a confirmed logout nothing is accepted",
                |_, state: &SystemState| {
                    !(state.accepted_after_logout || state.logged_out && state.live)
                },
            ),
            Property::always(
                "a copied cookie is detected or useless",
                |_, state: &SystemState| {
                    // After the reuse interval two different cookies can't both work.
                    let works = |presented| {
                        state.live
                            && rotate(
                                state.counter,
                                Timestamp(state.rotated_at),
                                presented,
                                Timestamp(state.now),
                            ) != Rotation::Reused
                    };
                    let settled = state.now - state.rotated_at >= REUSE_INTERVAL_SECONDS;
                    !settled
                        || state.stolen.is_none_or(|stolen| {
                            stolen == state.jar || !(works(stolen) && works(state.jar))
                        })
                },
            ),
            Property::always(
                "an honest user is never signed out",
                |model: &Self, state: &SystemState| model.thief || !state.owner_was_refused,
            ),
            Property::sometimes(
                "a thief is served once",
                |model: &Self, state: &SystemState| !model.thief || state.thief_was_served,
            ),
            Property::sometimes(
                "a copied cookie is detected",
                |model: &Self, state: &SystemState| {
                    !model.thief || (!state.live && !state.logged_out)
                },
            ),
            Property::sometimes(
                "a session can be refreshed several times",
                |_, state: &SystemState| state.jar == 2,
            ),
        ]
    }
}

fn check(protocol: Protocol) {
    let checker = protocol.checker().threads(2).spawn_bfs().join();
    assert!(
        checker.unique_state_count() > 1_000,
        "{} states",
        checker.unique_state_count()
    );
    checker.assert_properties();
}

#[test]
fn an_honest_user_with_two_tabs_and_lost_responses_is_never_signed_out() {
    check(Protocol {
        thief: false,
        logout: false,
    });
}

#[test]
fn after_a_logout_at_any_moment_nothing_is_accepted() {
    check(Protocol {
        thief: false,
        logout: true,
    });
}

#[test]
fn a_copied_cookie_is_detected_or_useless() {
    check(Protocol {
        thief: true,
        logout: true,
    });
}
