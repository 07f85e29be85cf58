//! A model of `database.durable_on`, of which stateright checks every interleaving: a primary, a
//! standby that receives its log, a promotion while the old primary goes on, a server that signs a
//! user out, and another one that checks the session. It finds the fault when either the wait for
//! the standby or the proof of freshness is taken away, and states for how long a check may be wrong
//! after a promotion.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use stateright::{Checker, Model, Property};

/// For how many steps of time a proof is valid.
const VALID_FOR: u8 = 1;
const MAX_TIME: u8 = 4;
const MAX_PROOFS: u8 = 3;

/// What is committed, in the order of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Entry {
    /// The counter of the server that checks.
    Proof(u8),
    SignOut,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Node {
    Old,
    New,
}

/// A commit that nobody was told of yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Pending {
    node: Node,
    /// The length of the log with it.
    position: usize,
    sent_at: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct SystemState {
    now: u8,
    old_log: Vec<Entry>,
    /// How much of it the standby has.
    received: usize,
    /// The log of the standby, once it is the primary.
    new_log: Option<Vec<Entry>>,
    promoted_at: Option<u8>,
    /// Which node the server that checks, and the one that signs out, is connected to.
    checks_at: Node,
    signs_out_at: Node,
    counter: u8,
    proof: Option<Pending>,
    /// The last proven counter, and when it was sent.
    proven: Option<(u8, u8)>,
    sign_out: Option<Pending>,
    signed_out_at: Option<u8>,
    /// When a check that began after the confirmed sign-out accepted its session.
    accepted_at: Option<u8>,
    was_accepted: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Step {
    Receive,
    Promote,
    /// A server finds the new primary.
    ReconnectToCheck,
    ReconnectToSignOut,
    Prove,
    ConfirmProof,
    SignOut,
    ConfirmSignOut,
    Check,
    Wait,
}

struct Failover {
    /// A commit is confirmed once the standby has it.
    waits_for_standby: bool,
    /// A check needs a proof.
    needs_proof: bool,
}

impl SystemState {
    fn log(&self, node: Node) -> &[Entry] {
        match (node, &self.new_log) {
            (Node::New, Some(log)) => log,
            _ => &self.old_log,
        }
    }

    fn append(&mut self, node: Node, entry: Entry) -> Pending {
        let log = match (node, &mut self.new_log) {
            (Node::New, Some(log)) => log,
            _ => &mut self.old_log,
        };
        log.push(entry);
        Pending {
            node,
            position: log.len(),
            sent_at: self.now,
        }
    }
}

impl Failover {
    /// The new primary has another standby, which has all that it commits.
    fn is_durable(&self, state: &SystemState, commit: Pending) -> bool {
        !self.waits_for_standby || commit.node == Node::New || state.received >= commit.position
    }

    /// Whether the session is accepted, as `Proof::require` decides.
    fn accepts(&self, state: &SystemState) -> bool {
        let log = state.log(state.checks_at);
        let counter = log.iter().rev().find_map(|entry| match entry {
            Entry::Proof(counter) => Some(*counter),
            Entry::SignOut => None,
        });
        let is_proven = state.proven.is_some_and(|(proven, sent_at)| {
            counter >= Some(proven) && state.now - sent_at <= VALID_FOR
        });
        !log.contains(&Entry::SignOut) && (is_proven || !self.needs_proof)
    }
}

impl Model for Failover {
    type State = SystemState;
    type Action = Step;

    fn init_states(&self) -> Vec<SystemState> {
        vec![SystemState {
            now: 0,
            old_log: Vec::new(),
            received: 0,
            new_log: None,
            promoted_at: None,
            checks_at: Node::Old,
            signs_out_at: Node::Old,
            counter: 0,
            proof: None,
            proven: None,
            sign_out: None,
            signed_out_at: None,
            accepted_at: None,
            was_accepted: false,
        }]
    }

    fn actions(&self, state: &SystemState, steps: &mut Vec<Step>) {
        if state.new_log.is_none() {
            steps.push(Step::Promote);
            if state.received < state.old_log.len() {
                steps.push(Step::Receive);
            }
        } else {
            steps.extend([Step::ReconnectToCheck, Step::ReconnectToSignOut]);
        }
        steps.push(Step::Check);
        match state.proof {
            Some(commit) if self.is_durable(state, commit) => steps.push(Step::ConfirmProof),
            None if state.counter < MAX_PROOFS => steps.push(Step::Prove),
            _ => {}
        }
        if state.sign_out.is_none() {
            steps.push(Step::SignOut);
        }
        if let Some(commit) = state.sign_out
            && state.signed_out_at.is_none()
            && self.is_durable(state, commit)
        {
            steps.push(Step::ConfirmSignOut);
        }
        if state.now < MAX_TIME {
            steps.push(Step::Wait);
        }
    }

    fn next_state(&self, last: &SystemState, step: Step) -> Option<SystemState> {
        let mut state = last.clone();
        match step {
            Step::Receive => state.received += 1,
            Step::Promote => {
                state.new_log = Some(state.old_log[..state.received].to_vec());
                state.promoted_at = Some(state.now);
            }
            Step::ReconnectToCheck => {
                state.checks_at = Node::New;
                // Whether a commit under way has succeeded is not known.
                state.proof = None;
            }
            Step::ReconnectToSignOut => state.signs_out_at = Node::New,
            Step::Prove => {
                state.counter += 1;
                state.proof = Some(state.append(state.checks_at, Entry::Proof(state.counter)));
            }
            Step::ConfirmProof => {
                let commit = state.proof.take()?;
                state.proven = Some((state.counter, commit.sent_at));
            }
            Step::SignOut => {
                state.sign_out = Some(state.append(state.signs_out_at, Entry::SignOut));
            }
            Step::ConfirmSignOut => state.signed_out_at = Some(state.now),
            Step::Check if self.accepts(&state) => {
                state.was_accepted = true;
                if state.signed_out_at.is_some() {
                    state.accepted_at = Some(state.now);
                }
            }
            Step::Check => {}
            Step::Wait => state.now += 1,
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(
                "a promotion undoes no confirmed sign-out",
                |_, state: &SystemState| match (&state.new_log, state.signed_out_at) {
                    (Some(log), Some(_)) => log.contains(&Entry::SignOut),
                    _ => true,
                },
            ),
            Property::always(
                "after a confirmed sign-out nobody is accepted, but for as long after a promotion \
                 as a proof is valid",
                |_, state: &SystemState| match (state.accepted_at, state.promoted_at) {
                    (Some(accepted), Some(promoted)) => accepted - promoted <= VALID_FOR,
                    (Some(_), None) => false,
                    (None, _) => true,
                },
            ),
            Property::sometimes("a check is accepted", |_, state: &SystemState| {
                state.was_accepted
            }),
            Property::sometimes("a sign-out is confirmed", |_, state: &SystemState| {
                state.signed_out_at.is_some()
            }),
            Property::sometimes(
                "a check is wrong for a moment after a promotion",
                |_, state: &SystemState| state.accepted_at.is_some(),
            ),
        ]
    }
}

fn discoveries(model: Failover) -> Vec<&'static str> {
    let checker = model.checker().threads(2).spawn_bfs().join();
    let mut names: Vec<_> = checker.discoveries().into_keys().collect();
    names.sort_unstable();
    names
}

const UNDONE: &str = "a promotion undoes no confirmed sign-out";
const ACCEPTED: &str = "after a confirmed sign-out nobody is accepted, but for as long after a promotion \
                        as a proof is valid";

#[test]
fn with_the_wait_and_the_proof_every_interleaving_is_safe() {
    let model = Failover {
        waits_for_standby: true,
        needs_proof: true,
    };
    let checker = model.checker().threads(2).spawn_bfs().join();
    let states = checker.unique_state_count();
    assert!(states > 10_000, "{states} states");
    checker.assert_properties();
}

#[test]
fn without_the_wait_a_promotion_undoes_a_confirmed_sign_out() {
    let found = discoveries(Failover {
        waits_for_standby: false,
        needs_proof: true,
    });
    assert!(found.contains(&UNDONE), "{found:?}");
}

#[test]
fn without_the_proof_an_old_primary_is_believed_for_ever() {
    let found = discoveries(Failover {
        waits_for_standby: true,
        needs_proof: false,
    });
    assert!(found.contains(&ACCEPTED), "{found:?}");
}
