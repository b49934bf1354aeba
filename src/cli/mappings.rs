//! `[[source]]` of `feedback.toml` → what the readers of exports are told. Settings know no exports, and exports no
//! settings; here both meet.

use super::exit::Failure;
use crate::diagnostic::Diagnostic;
use crate::message::Direction;
use crate::settings::Exports;
use crate::source::{self, Mapping, Profile};

/// Turns each of them over; `file` is the settings' file, as it is printed.
pub fn mappings(exports: &[Exports], file: &str) -> Result<Vec<Mapping>, Failure> {
    let known = |name: &str| source::is_encoding(name);
    let unknown = |exports: &Exports| {
        exports
            .encoding
            .clone()
            .filter(|name| !known(name))
            .map(|name| (exports.line, name))
    };
    let faults = exports.iter().filter_map(unknown).map(|(line, name)| {
        let reason = format!("`encoding`: `{name}` is not known");
        let fault = Diagnostic::error("setting-invalid", reason).at(file, line, 0);
        fault.help("write for example UTF-8, GB18030, Big5, Shift_JIS, EUC-KR, windows-1252 or UTF-16LE")
    });
    refused(faults.collect())?;
    Ok(exports.iter().map(|exports| mapping(exports, file)).collect())
}

/// That each export that is named is known, to the program or to the workspace.
pub fn check_names(exports: &[Exports], file: &str, own: &[Profile]) -> Result<(), Failure> {
    let general = ["csv", "tsv", "json", "json-lines"];
    let is_known = |name: &str| {
        let mut profiles = source::profiles().iter().chain(own);
        general.contains(&name) || profiles.any(|profile| profile.name == name)
    };
    let unknown = exports
        .iter()
        .filter_map(|e| Some((e.line, e.source.as_deref()?)));
    let faults = unknown.filter(|(_, name)| !is_known(name)).map(|(line, name)| {
        let reason = format!("`source`: no export is called `{name}`");
        let fault = Diagnostic::error("setting-invalid", reason).at(file, line, 0);
        fault.help("see `feedback sources` for their names")
    });
    refused(faults.collect())
}

fn refused(faults: Vec<Diagnostic>) -> Result<(), Failure> {
    match faults.is_empty() {
        true => Ok(()),
        false => Err(Failure::refused(faults)),
    }
}

fn mapping(exports: &Exports, file: &str) -> Mapping {
    Mapping {
        said_at: format!("{file}:{}", exports.line),
        file: exports.file.clone(),
        columns_like: exports.columns_like.clone(),
        source: exports.source.clone(),
        channel: exports.channel.clone(),
        zone: exports.time_zone,
        encoding: exports.encoding.clone(),
        day_first: exports.day_first,
        exported: exports.exported,
        direction: exports.is_own.map(|is_own| match is_own {
            true => Direction::Outbound,
            false => Direction::Inbound,
        }),
        columns: exports.columns.iter().cloned().collect(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn settings_know_the_parts_that_there_are() {
        let parts: Vec<&str> = crate::source::parts().collect();
        assert_eq!(parts, crate::settings::PARTS);
    }
}
