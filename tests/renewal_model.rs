//! A model of the renewal protocol, with every interleaving checked by stateright: a browser with two tabs and one
//! cookie jar, a thief who copies the cookie, answers that get lost, a server that crashes between its commit and
//! its answer, a logout, and time. The rule is the server's own function, so the model can't drift from it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use countersign::{
    domain::Timestamp,
    server::{GRACE_SECONDS, Rotation, rotate},
};
use stateright::{Checker, Model, Property};

/// Time goes in steps of this many seconds: two of them are within the grace, three are beyond it.
const STEP: i64 = 10;
const LAST_COUNTER: u64 = 3;
const LAST_TIME: i64 = 6 * STEP;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an observation of its own"
)]
struct World {
    now: i64,
    // The server's row.
    counter: u64,
    rotated_at: i64,
    live: bool,
    /// When the logout was confirmed.
    logged_out: bool,
    // The browser.
    jar: u64,
    /// For each tab: its renewal on its way, if it has one.
    tabs: [Option<Request>; 2],
    /// For each tab: when it last got a token, which it then uses for longer than the grace.
    served_at: [Option<i64>; 2],
    // The thief.
    stolen: Option<u64>,
    thief_was_served: bool,
    owner_was_refused: bool,
    /// Something was accepted after the logout had been confirmed.
    accepted_after_logout: bool,
}

/// A renewal on its way, and what the server has answered, if it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Request {
    shown: u64,
    answer: Answer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Answer {
    /// The server has not decided yet.
    Pending,
    Refused,
    Cookie(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Step {
    Send(usize),
    /// The server decides, commits, and answers.
    Decide(usize),
    /// The answer arrives in the jar, or is lost: on the way, or by a crash after the commit.
    Arrive(usize),
    Lose(usize),
    Steal,
    ThiefRenews,
    LogOut,
    Wait,
}

struct Protocol {
    thief: bool,
    logout: bool,
}

impl Request {
    fn is_behind(&self, world: &World) -> bool {
        match self.answer {
            Answer::Pending => self.shown < world.counter,
            Answer::Cookie(counter) => counter < world.counter,
            Answer::Refused => false,
        }
    }
}

impl World {
    /// What the store does within its transaction.
    fn renew(&mut self, shown: u64) -> Option<u64> {
        if !self.live {
            return None;
        }
        match rotate(
            self.counter,
            Timestamp(self.rotated_at),
            shown,
            Timestamp(self.now),
        ) {
            Rotation::Advanced(next) => {
                self.counter = next;
                self.rotated_at = self.now;
                Some(next)
            }
            Rotation::Repeated(current) => Some(current),
            Rotation::Reused => {
                self.live = false;
                None
            }
        }
    }
}

impl Model for Protocol {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        vec![World {
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

    fn actions(&self, world: &World, steps: &mut Vec<Step>) {
        for (tab, request) in world.tabs.iter().enumerate() {
            match request {
                None => {
                    if world.served_at[tab].is_none_or(|served| world.now - served >= GRACE_SECONDS)
                    {
                        steps.push(Step::Send(tab));
                    }
                }
                Some(Request {
                    answer: Answer::Pending,
                    ..
                }) => steps.push(Step::Decide(tab)),
                Some(_) => steps.extend([Step::Arrive(tab), Step::Lose(tab)]),
            }
        }
        // The promise to an honest user is for answers that are lost, late or crossed within the grace: nothing of
        // theirs shows, or waits for, a counter that was left behind for longer.
        let behind = world.jar < world.counter
            || world
                .tabs
                .iter()
                .flatten()
                .any(|request| request.is_behind(world));
        if self.thief || !behind || world.now + STEP - world.rotated_at < GRACE_SECONDS {
            steps.push(Step::Wait);
        }
        if self.thief {
            steps.push(Step::Steal);
            steps.extend(world.stolen.map(|_| Step::ThiefRenews));
        }
        if self.logout && !world.logged_out {
            steps.push(Step::LogOut);
        }
    }

    fn next_state(&self, last: &World, step: Step) -> Option<World> {
        let mut world = last.clone();
        match step {
            Step::Send(tab) => {
                world.tabs[tab] = Some(Request {
                    shown: world.jar,
                    answer: Answer::Pending,
                })
            }
            Step::Decide(tab) => {
                let request = world.tabs[tab]?;
                let answer = world.renew(request.shown);
                world.accepted_after_logout |= world.logged_out && answer.is_some();
                world.owner_was_refused |= answer.is_none() && !world.logged_out;
                world.tabs[tab] = Some(Request {
                    answer: answer.map_or(Answer::Refused, Answer::Cookie),
                    ..request
                });
            }
            Step::Arrive(tab) => {
                // A later answer may bring an older cookie; browsers keep what comes last.
                if let Answer::Cookie(counter) = world.tabs[tab]?.answer {
                    world.jar = counter;
                    world.served_at[tab] = Some(world.now);
                }
                world.tabs[tab] = None;
            }
            Step::Lose(tab) => world.tabs[tab] = None,
            Step::Steal => world.stolen = Some(world.jar),
            Step::ThiefRenews => {
                let got = world.renew(world.stolen?);
                world.accepted_after_logout |= world.logged_out && got.is_some();
                world.thief_was_served |= got.is_some();
                world.stolen = got;
            }
            Step::LogOut => {
                world.live = false;
                world.logged_out = true;
            }
            Step::Wait => world.now += STEP,
        }
        Some(world)
    }

    fn within_boundary(&self, world: &World) -> bool {
        world.counter <= LAST_COUNTER && world.now <= LAST_TIME
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(
                "after a confirmed logout nothing is accepted",
                |_, world: &World| !(world.accepted_after_logout || world.logged_out && world.live),
            ),
            Property::always("a copy is found out, or useless", |_, world: &World| {
                // Both can't go on for longer than the grace: a used-up cookie that still works is a fresh one.
                let works = |shown| {
                    world.live
                        && rotate(
                            world.counter,
                            Timestamp(world.rotated_at),
                            shown,
                            Timestamp(world.now),
                        ) != Rotation::Reused
                };
                let settled = world.now - world.rotated_at >= GRACE_SECONDS;
                !settled
                    || world.stolen.is_none_or(|stolen| {
                        stolen == world.jar || !(works(stolen) && works(world.jar))
                    })
            }),
            Property::always(
                "an honest user is never thrown out",
                |model: &Self, world: &World| model.thief || !world.owner_was_refused,
            ),
            Property::sometimes("a thief is served once", |model: &Self, world: &World| {
                !model.thief || world.thief_was_served
            }),
            Property::sometimes("a copy is found out", |model: &Self, world: &World| {
                !model.thief || (!world.live && !world.logged_out)
            }),
            Property::sometimes("sessions go on for several renewals", |_, world: &World| {
                world.jar == 2
            }),
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
fn an_honest_user_with_two_tabs_and_lost_answers_is_never_thrown_out() {
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
fn a_copied_cookie_is_found_out_or_useless() {
    check(Protocol {
        thief: true,
        logout: true,
    });
}
