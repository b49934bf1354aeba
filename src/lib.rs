//! `feedback` keeps a small business's customers' voices: exports in, cases worked off, figures out.
//!
//! Data goes one way:
//!
//! ```text
//! export file ─source→ Message ─intake→ Mention or Reply, its case ─judge→ Judgement ─→ Event ─ledger→ disk
//!                                                                                         │
//!                                  bytes ←render─ Table ←report─ figures ←── Case ←fold───┘
//! ```
//!
//! The words, used everywhere in this sense:
//!
//! * *message*: one post, reply, direct message, comment or review, in either direction;
//! * *mention*: an inbound message, a customer wrote it; *reply*: an outbound one, the business wrote it;
//! * *case*: one customer matter: the first mention, its thread, and all that was done about it;
//! * *judgement*: what the rules say of a mention, and why;
//! * *event*: one thing that happened, one entry of the *ledger*, the append-only file that is the only truth;
//! * *workspace*: the folder that holds `feedback.toml`, `rules.toml` and `ledger.jsonl`.

pub mod advice;
pub mod calendar;
pub mod case;
pub mod cli;
pub mod diagnostic;
pub mod event;
pub mod intake;
pub mod judge;
pub mod ledger;
pub mod likeness;
pub mod message;
pub mod quality;
pub mod render;
pub mod replay;
pub mod replies;
pub mod report;
pub mod rules;
pub mod settings;
pub mod sheet;
pub mod source;
pub mod watch;
