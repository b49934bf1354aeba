//! A feedback.toml: read or refused with faults that have a place inside the text.
#![no_main]

use feedback::settings::Settings;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Err(faults) = Settings::parse(text, "feedback.toml") else { return };
    assert!(!faults.is_empty());
    let lines = text.split('\n').count() as u64;
    for fault in faults {
        let _ = feedback::cli::talk::written(&fault, true);
        if let Some(place) = &fault.place {
            assert!(place.line <= lines, "{fault:?}");
        }
        if let Some(excerpt) = &fault.excerpt {
            assert!(excerpt.text.get(excerpt.span.clone()).is_some(), "{fault:?}");
        }
    }
});
