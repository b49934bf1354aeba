//! `feedback.toml` → [`Settings`]: who the business is, where its day begins, how long silences last.
//!
//! Everything has a default, so that a folder without the file works. What priorities and targets mean
//! stands in `rules.toml`, not here.

mod exports;
mod watch;

use crate::calendar::Zone;
use crate::diagnostic::Diagnostic;
use crate::rules::raw::Source;
pub use exports::{Exports, PARTS};
pub use watch::Watch;

/// The commented file that `init` writes, but for the zone.
const TEMPLATE: &str = include_str!("settings.toml");

/// The commented file that `init` writes on a machine in `zone`.
pub fn template(zone: Zone) -> String {
    TEMPLATE.replace("time_zone = \"UTC\"", &format!("time_zone = \"{}\"", zone.name()))
}

/// What the workspace is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The business's name, for the head of reports.
    pub name: String,
    /// Its own accounts, on any platform.
    pub handles: Vec<String>,
    /// Its zone; `None` where the file does not say.
    pub zone: Option<Zone>,
    /// Who works here, where `--by` does not say.
    pub user: Option<String>,
    /// What stands under replies made from templates, where that is not who records.
    pub signature: Option<String>,
    /// Seconds of silence in a conversation after which a new case begins.
    pub conversation_gap_s: u64,
    /// Seconds of silence after the business's last word from which on a case is presumed resolved.
    pub presumed_resolved_s: u64,
    /// `en`, `zh-Hans` or `zh-Hant`.
    pub language: Option<String>,
    /// What is said of some exports.
    pub sources: Vec<Exports>,
    /// The watch-list.
    pub watch: Watch,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            name: String::new(),
            handles: Vec::new(),
            zone: None,
            user: None,
            signature: None,
            conversation_gap_s: 14 * 86_400,
            presumed_resolved_s: 7 * 86_400,
            language: None,
            sources: Vec::new(),
            watch: Watch::default(),
        }
    }
}

impl Settings {
    /// Reads the text of a `feedback.toml`; `file` is its name in diagnostics.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(text: &str, file: &str) -> Result<Settings, Vec<Diagnostic>> {
        let mut source = Source::new(text, file);
        let root = source.parse();
        let root = root.get_ref();
        let mut settings = Settings::default();
        source.only(
            root,
            "feedback.toml",
            &["business", "user", "cases", "watch", "source"],
        );
        if let Some(table) = root.get("business").and_then(|v| source.table(v, "business")) {
            source.only(table, "[business]", &["name", "handles", "time_zone", "language"]);
            if let Some(name) = table.get("name").and_then(|v| source.string(v, "name")) {
                settings.name = name.value;
            }
            if let Some(value) = table.get("handles") {
                settings.handles = source
                    .strings(value, "handles")
                    .into_iter()
                    .map(|t| t.value)
                    .collect();
            }
            if let Some(name) = table.get("time_zone").and_then(|v| source.string(v, "time_zone")) {
                settings.zone = exports::zone(&mut source, &name);
            }
            if let Some(lang) = table.get("language").and_then(|v| source.string(v, "language")) {
                if [
                    "en", "zh", "zh-Hans", "zh-CN", "zh-SG", "zh-Hant", "zh-TW", "zh-HK", "zh-MO",
                ]
                .contains(&lang.value.as_str())
                {
                    settings.language = Some(lang.value);
                } else {
                    source.fault(
                        lang.span,
                        "setting-invalid",
                        format!("`language` cannot be `{}`", lang.value),
                        "",
                        "write \"en\", \"zh-Hans\" or \"zh-Hant\"",
                    );
                }
            }
        }
        if let Some(table) = root.get("user").and_then(|v| source.table(v, "user")) {
            source.only(table, "[user]", &["name", "signature"]);
            let mut text = |key: &str| table.get(key).and_then(|v| source.string(v, key));
            settings.user = text("name").map(|t| t.value);
            settings.signature = text("signature").map(|t| t.value);
        }
        if let Some(table) = root.get("cases").and_then(|v| source.table(v, "cases")) {
            source.only(table, "[cases]", &["conversation_gap", "presumed_resolved_after"]);
            if let Some(s) = table
                .get("conversation_gap")
                .and_then(|v| source.duration(v, "conversation_gap"))
            {
                settings.conversation_gap_s = s;
            }
            let after = table.get("presumed_resolved_after");
            if let Some(s) = after.and_then(|v| source.duration(v, "presumed_resolved_after")) {
                settings.presumed_resolved_s = s;
            }
        }
        settings.watch = watch::read(&mut source, root);
        settings.sources = exports::read(&mut source, root);
        if source.faults.is_empty() {
            Ok(settings)
        } else {
            Err(source.faults)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_valid_and_says_the_defaults() {
        let settings = Settings::parse(TEMPLATE, "feedback.toml").unwrap();
        assert_eq!(
            settings,
            Settings {
                name: "My shop".into(),
                zone: Some(Zone::UTC),
                ..Settings::default()
            }
        );
    }

    #[test]
    fn all_faults_are_told_at_once_with_their_places() {
        let text = "[business]\nnam = \"x\"\ntime_zone = \"Mars/Base\"\nhandles = 3\n";
        let faults = Settings::parse(text, "feedback.toml").unwrap_err();
        let places: Vec<_> = faults
            .iter()
            .map(|f| (f.code, f.place.as_ref().unwrap().line))
            .collect();
        assert_eq!(
            places,
            [
                ("setting-unknown", 2),
                ("setting-invalid", 4),
                ("setting-invalid", 3)
            ]
        );
        assert!(faults[0].help.as_ref().unwrap().contains("name"));
    }
}
