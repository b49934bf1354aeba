//! `rules.toml` → a compiled rule set.
