//! How well do the rules judge, and which words would they need? Labelled texts × rules → figures,
//! proposals.
//!
//! `labels` makes classes of what a file's labels say, `trial` judges the texts and `confusion` reckons
//! precision, recall and F1; `grams`, `odds`, `choose` and `cross` find words that are worth adding, and
//! `patch` writes them as rules. Pure arithmetic: it reads no file and prints nothing.

pub mod choose;
pub mod confusion;
pub mod cross;
pub mod grams;
pub mod labels;
pub mod odds;
pub mod patch;
pub mod proposal;
pub mod trial;

pub use confusion::Confusion;
pub use labels::{Dimension, Labelled, Mapping, Target};
