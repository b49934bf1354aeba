//! `rules.toml` → a compiled rule set.
pub mod conclusion;
