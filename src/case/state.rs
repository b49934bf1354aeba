//! The states of a case, and what may be done in which: [`Status::apply`] is the only judge of that.
//!
//! Commands are held against it before they are written; the fold applies what is on disk by the same
//! rules and leaves out what they refuse (histories that were joined later can contradict each other).

use super::procedure;
use crate::event::Verb;

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum State {
    /// Nobody has looked at it.
    #[default]
    New,
    /// Read, will follow up later; the response clock runs.
    Acknowledged,
    /// The business answered.
    Responded,
    /// With another team.
    Referred,
    /// With somebody higher up.
    Escalated,
    /// Settled as far as the business knows.
    Resolved,
    /// The customer agreed.
    Confirmed,
    /// Nothing more will be done.
    Closed,
    /// It came back.
    Reopened,
}

impl State {
    /// Every state, in the order of a case's life.
    pub const ALL: [State; 9] = [
        State::New,
        State::Acknowledged,
        State::Responded,
        State::Referred,
        State::Escalated,
        State::Reopened,
        State::Resolved,
        State::Confirmed,
        State::Closed,
    ];

    /// The word that is printed.
    pub fn name(self) -> &'static str {
        match self {
            State::New => "new",
            State::Acknowledged => "acknowledged",
            State::Responded => "responded",
            State::Referred => "referred",
            State::Escalated => "escalated",
            State::Resolved => "resolved",
            State::Confirmed => "confirmed",
            State::Closed => "closed",
            State::Reopened => "reopened",
        }
    }

    /// Not resolved, confirmed or closed.
    pub fn is_open(self) -> bool {
        !matches!(self, State::Resolved | State::Confirmed | State::Closed)
    }
}

/// One step in a case's life, as far as its state is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// A mention; `wants` is true where it needs a reply, which reopens a case that was settled.
    Mention {
        /// It needs a reply.
        wants: bool,
    },
    /// A reply out of an export.
    Answered {
        /// Sent by a machine: changes nothing.
        automatic: bool,
    },
    /// A case command, with to whom or which tag.
    Done(Verb, Option<&'a str>),
    /// Nothing that a state depends on.
    Beside,
}

/// What makes no sense, and what to do instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Why, in plain words.
    pub why: String,
    /// The next step.
    pub instead: &'static str,
}

/// What [`Status::apply`] keeps of a case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status<'a> {
    /// Where the case stands.
    pub state: State,
    /// A mention waits for a human reply.
    pub unanswered: bool,
    /// Who has it.
    pub assignee: Option<&'a str>,
    /// Its labels, in the order they were put on.
    pub tags: Vec<&'a str>,
    /// The steps of procedures that were done, as `procedure/step`.
    pub steps: Vec<&'a str>,
    /// How often it came back.
    pub reopened: u32,
    /// A customer has written.
    pub begun: bool,
}

impl<'a> Status<'a> {
    /// Takes one step, or says why it makes no sense and changes nothing.
    pub fn apply(&mut self, step: Step<'a>) -> Result<(), Refused> {
        let refuse = |why: String, instead| Err(Refused { why, instead });
        let name = self.state.name();
        match step {
            Step::Mention { wants } => {
                self.begun = true;
                self.unanswered |= wants;
                if wants && !self.state.is_open() {
                    self.state = State::Reopened;
                    self.reopened += 1;
                }
            }
            Step::Answered { automatic: true } | Step::Beside => {}
            // A post of the business answers nobody yet.
            Step::Answered { .. } if !self.begun => {}
            Step::Answered { automatic: false } => self.answer(),
            Step::Done(verb, detail) => match verb {
                Verb::Reply => {
                    if self.state == State::Closed {
                        return refuse("the case is closed".into(), "reopen it first: `feedback reopen`");
                    }
                    self.answer();
                }
                Verb::Acknowledge => match self.state {
                    State::Acknowledged => {
                        return refuse("it is acknowledged already".into(), "answer it: `feedback reply`");
                    }
                    State::Resolved | State::Confirmed | State::Closed => {
                        return refuse(
                            format!("the case is {name}"),
                            "reopen it first: `feedback reopen`",
                        );
                    }
                    State::New | State::Reopened => self.state = State::Acknowledged,
                    _ if self.unanswered => self.state = State::Acknowledged,
                    _ => {
                        return refuse(
                            "nothing waits for an answer: the business had the last word".into(),
                            "settle it: `feedback resolve`, or `feedback note`",
                        );
                    }
                },
                Verb::Refer | Verb::Escalate | Verb::Resolve if !self.state.is_open() => {
                    return refuse(
                        format!("the case is {name}"),
                        "reopen it first: `feedback reopen`",
                    );
                }
                Verb::Refer => self.state = State::Referred,
                Verb::Escalate => self.state = State::Escalated,
                Verb::Resolve => self.state = State::Resolved,
                Verb::Confirm => match self.state {
                    State::Resolved => self.state = State::Confirmed,
                    State::Confirmed => {
                        return refuse("it is confirmed already".into(), "nothing is left to do");
                    }
                    _ => {
                        return refuse(
                            format!(
                                "the case is {name}; only a resolved case can be confirmed by the customer"
                            ),
                            "resolve it first: `feedback resolve`",
                        );
                    }
                },
                Verb::Close => match self.state {
                    State::Closed => return refuse("it is closed already".into(), "nothing is left to do"),
                    _ => self.state = State::Closed,
                },
                Verb::Reopen => match self.state.is_open() {
                    true => {
                        return refuse(
                            format!("the case is {name}, that is open"),
                            "nothing is left to do",
                        );
                    }
                    false => {
                        self.state = State::Reopened;
                        self.reopened += 1;
                    }
                },
                Verb::Assign => match detail {
                    Some(to) if self.assignee == Some(to) => {
                        return refuse(format!("{to} has it already"), "nothing is left to do");
                    }
                    to => self.assignee = to,
                },
                Verb::Tag => match detail {
                    Some(tag) if self.tags.contains(&tag) => {
                        return refuse(format!("it has the tag {tag} already"), "nothing is left to do");
                    }
                    tag => self.tags.extend(tag),
                },
                Verb::Step => procedure::take(&mut self.steps, detail.unwrap_or_default())?,
                Verb::Note | Verb::Evidence | Verb::Link => {}
            },
        }
        Ok(())
    }

    fn answer(&mut self) {
        self.unanswered = false;
        if matches!(self.state, State::New | State::Acknowledged | State::Reopened) {
            self.state = State::Responded;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(steps: &[Step<'static>]) -> Status<'static> {
        let mut status = Status::default();
        for step in steps {
            status.apply(*step).unwrap();
        }
        status
    }

    const MENTION: Step<'static> = Step::Mention { wants: true };
    const ANSWER: Step<'static> = Step::Answered { automatic: false };

    fn done(verb: Verb) -> Step<'static> {
        Step::Done(verb, None)
    }

    #[test]
    fn the_loop_from_new_to_closed() {
        let mut status = after(&[MENTION]);
        for (verb, state) in [
            (Verb::Acknowledge, State::Acknowledged),
            (Verb::Reply, State::Responded),
            (Verb::Refer, State::Referred),
            (Verb::Escalate, State::Escalated),
            (Verb::Resolve, State::Resolved),
            (Verb::Confirm, State::Confirmed),
            (Verb::Close, State::Closed),
            (Verb::Reopen, State::Reopened),
        ] {
            status.apply(done(verb)).unwrap();
            assert_eq!(status.state, state);
        }
        assert_eq!(status.reopened, 1);
    }

    #[test]
    fn what_makes_no_sense_is_refused_and_changes_nothing() {
        for (steps, verb) in [
            (vec![MENTION], Verb::Confirm),
            (vec![MENTION], Verb::Reopen),
            (vec![MENTION, ANSWER], Verb::Acknowledge),
            (vec![MENTION, done(Verb::Acknowledge)], Verb::Acknowledge),
            (vec![MENTION, done(Verb::Resolve)], Verb::Resolve),
            (vec![MENTION, done(Verb::Close)], Verb::Close),
            (vec![MENTION, done(Verb::Close)], Verb::Reply),
            (vec![MENTION, done(Verb::Close)], Verb::Escalate),
        ] {
            let mut status = after(&steps);
            let before = status.clone();
            assert!(status.apply(done(verb)).is_err(), "{verb:?} after {steps:?}");
            assert_eq!(status, before);
        }
    }

    #[test]
    fn a_new_mention_reopens_unless_it_needs_no_reply() {
        let settled = [MENTION, ANSWER, done(Verb::Resolve)];
        assert_eq!(after(&[&settled[..], &[MENTION]].concat()).state, State::Reopened);
        let thanks = Step::Mention { wants: false };
        assert_eq!(after(&[&settled[..], &[thanks]].concat()).state, State::Resolved);
    }

    #[test]
    fn an_automatic_reply_answers_nothing() {
        let status = after(&[MENTION, Step::Answered { automatic: true }]);
        assert_eq!((status.state, status.unanswered), (State::New, true));
    }
}
