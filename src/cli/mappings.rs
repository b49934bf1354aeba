//! `[[source]]` of `feedback.toml` → what the readers of exports are told. Settings know no exports, and exports no
//! settings; here both meet.

use super::exit::Failure;
use crate::diagnostic::Diagnostic;
use crate::message::Direction;
use crate::settings::Exports;
use crate::source::{self, Mapping};

/// Turns each of them over; `file` is the settings' file, as it is printed.
pub fn mappings(exports: &[Exports], file: &str) -> Result<Vec<Mapping>, Failure> {
    let faults: Vec<Diagnostic> = exports
        .iter()
        .filter_map(|exports| fault(exports, file))
        .collect();
    if !faults.is_empty() {
        return Err(Failure::refused(faults));
    }
    Ok(exports.iter().map(|exports| mapping(exports, file)).collect())
}

/// What only the readers know to be wrong.
fn fault(exports: &Exports, file: &str) -> Option<Diagnostic> {
    let name = exports.source.as_deref()?;
    let general = ["csv", "tsv", "json", "json-lines"];
    if general.contains(&name) || source::profiles().iter().any(|profile| profile.name == name) {
        return None;
    }
    let reason = format!("`source`: no export is called `{name}`");
    let fault = Diagnostic::error("setting-invalid", reason).at(file, exports.line, 0);
    Some(fault.help("see `feedback sources` for their names"))
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
