//! The workspace's own export formats: `sources/*.toml` → [`Profile`]s, checked key by key.
//!
//! The format is that of the built-in ones (`src/source/profiles/`). All faults of all files are told at once.

use super::desk::{Desk, read_text};
use super::exit::Failure;
use crate::calendar::Zone;
use crate::diagnostic::Diagnostic;
use crate::rules::raw::{Source, Value};
use crate::source::{self, Profile};
use toml::de::DeTable;

/// What each key holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Words,
    Yes,
    List,
    Lists,
    Parts,
    Values,
    /// Lists of values, each under a key of the messages.
    ByKey,
    Lookups,
}

const KEYS: [(&str, Kind); 29] = [
    ("name", Kind::Text),
    ("title", Kind::Words),
    ("channel", Kind::Text),
    ("file", Kind::Text),
    ("recognised_by", Kind::Lists),
    ("without", Kind::List),
    ("download", Kind::Words),
    ("direction", Kind::Text),
    ("time_zone", Kind::Text),
    ("date_order", Kind::Text),
    ("html", Kind::Yes),
    ("excerpts", Kind::Yes),
    ("link", Kind::Text),
    ("id_from_link", Kind::Yes),
    ("id_prefixes", Kind::List),
    ("several_replies", Kind::Yes),
    ("deleted_texts", Kind::List),
    ("repost_texts", Kind::List),
    ("refused", Kind::Text),
    ("questions", Kind::Yes),
    ("ignored", Kind::List),
    ("messages", Kind::List),
    ("line", Kind::Text),
    ("marks", Kind::List),
    ("inside", Kind::Text),
    ("skip", Kind::ByKey),
    ("lookups", Kind::Lookups),
    ("roles", Kind::Parts),
    ("values", Kind::Values),
];

/// Reads the files, in the order of their names.
pub fn read(desk: &Desk) -> Result<Vec<Profile>, Failure> {
    let folder = desk.place.dir().join("sources");
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(Failure::disk(&folder, &e)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|e| Failure::disk(&folder, &e))?.path();
        files.extend(Some(path).filter(|path| path.extension().is_some_and(|e| e == "toml")));
    }
    files.sort();
    let (mut profiles, mut faults) = (Vec::new(), Vec::new());
    for file in files {
        let text = read_text(&file)?.unwrap_or_default();
        match profile(&text, &file.display().to_string()) {
            Ok(profile) => profiles.push(profile),
            Err(found) => faults.extend(found),
        }
    }
    match faults.is_empty() {
        true => Ok(profiles),
        false => Err(Failure::refused(faults)),
    }
}

/// One file.
fn profile(text: &str, shown: &str) -> Result<Profile, Vec<Diagnostic>> {
    let mut file = Source::new(text, shown);
    let tree = file.parse();
    if file.faults.is_empty() {
        check(&mut file, tree.get_ref());
    }
    for fault in &mut file.faults {
        if fault.code != "toml-syntax" {
            fault.code = "profile-invalid";
        }
    }
    if !file.faults.is_empty() {
        return Err(file.faults);
    }
    toml::from_str(text).map_err(|e| {
        let reason = e.message().to_owned();
        file.fault(e.span().unwrap_or_default(), "profile-invalid", reason, "", "");
        file.faults
    })
}

fn check<'t>(file: &mut Source<'t>, root: &DeTable<'t>) {
    file.only(root, "a source", &KEYS.map(|(key, _)| key));
    for key in ["name", "channel", "recognised_by"] {
        if !root.contains_key(key) {
            let help =
                "a source needs a `name`, a `channel`, and `recognised_by` with the columns that tell it";
            file.fault(0..0, "profile-invalid", format!("`{key}` is missing"), "", help);
        }
    }
    for (key, kind) in KEYS {
        // A chat has no columns: its lines tell it.
        if key == "recognised_by" && root.contains_key("line") {
            continue;
        }
        if let Some(value) = root.get(key) {
            check_value(file, key, kind, value);
        }
    }
}

fn check_value<'t>(file: &mut Source<'t>, key: &str, kind: Kind, value: &Value<'t>) {
    match kind {
        Kind::Text => check_text(file, key, value),
        Kind::Words if value.get_ref().is_str() => {}
        Kind::Words => {
            if let Some(words) = file.table(value, key) {
                file.only(words, key, &["en", "zh"]);
                for word in words.values() {
                    file.string(word, key);
                }
            }
        }
        Kind::Yes => {
            file.boolean(value, key);
        }
        Kind::List => check_list(file, key, value),
        Kind::Lists => {
            let lists = value.get_ref().as_array().filter(|lists| !lists.is_empty());
            let wanted = |file: &mut Source<'t>, value: &Value<'t>| {
                let help = "write the lists of columns that tell it: recognised_by = [[\"Date\", \"Text\"]]";
                file.fault(
                    value.span(),
                    "profile-invalid",
                    format!("`{key}` must be a list of lists"),
                    "",
                    help,
                );
            };
            match lists {
                Some(lists) => {
                    for list in lists.iter() {
                        match list.get_ref().as_array() {
                            Some(names) if !names.is_empty() => check_list(file, key, list),
                            _ => wanted(file, list),
                        }
                    }
                }
                None => wanted(file, value),
            }
        }
        Kind::Parts | Kind::Values => {
            let Some(parts) = file.table(value, key) else {
                return;
            };
            let known: Vec<&str> = source::parts().collect();
            file.only(parts, key, &known);
            for (part, value) in parts {
                let part = part.get_ref();
                if kind == Kind::Parts {
                    check_list(file, part, value);
                } else if let Some(words) = file.table(value, part) {
                    for word in words.values() {
                        file.string(word, part);
                    }
                }
            }
        }
        Kind::ByKey => {
            for (name, values) in file.table(value, key).into_iter().flatten() {
                check_list(file, name.get_ref(), values);
            }
        }
        Kind::Lookups => {
            for (lookup, _) in file.tables(value, key) {
                file.only(lookup, key, &["list", "key", "by", "seen_as"]);
                for value in lookup.values() {
                    file.string(value, key);
                }
            }
        }
    }
}

/// A list in brackets: a single text is none here.
fn check_list<'t>(file: &mut Source<'t>, key: &str, value: &Value<'t>) {
    if value.get_ref().is_str() {
        let help = "write it in brackets: [\"Text\"]";
        file.fault(
            value.span(),
            "profile-invalid",
            format!("`{key}` must be a list"),
            "",
            help,
        );
    } else {
        file.strings(value, key);
    }
}

fn check_text<'t>(file: &mut Source<'t>, key: &str, value: &Value<'t>) {
    let Some(text) = file.string(value, key) else {
        return;
    };
    let told = &text.value;
    let slug = |text: &str| {
        text.chars()
            .all(|c| c.is_alphanumeric() && !c.is_uppercase() || c == '-')
    };
    let help = match key {
        "name" | "channel" if !slug(told) => "use lower-case letters, digits and `-`",
        "direction" if !["in", "out"].contains(&told.as_str()) => "write \"in\" or \"out\"",
        "date_order" if !["day-first", "month-first"].contains(&told.as_str()) => {
            "write \"day-first\" or \"month-first\""
        }
        "time_zone" if Zone::named(told).is_none() => "write an IANA name such as \"Asia/Shanghai\"",
        "line" if !source::is_line(told) => {
            "write a regular expression with the groups date, clock, author and text, as in (?P<author>[^:]+)"
        }
        "link" if !is_template(told) => "write parts in braces: https://shop.example/reviews/{id}",
        _ => return,
    };
    file.fault(
        text.span,
        "profile-invalid",
        format!("`{key}` cannot be `{told}`"),
        "",
        help,
    );
}

/// Whether each `{…}` names a part.
fn is_template(text: &str) -> bool {
    let mut pieces = text.split('{');
    let before = pieces.next().unwrap_or_default();
    let closed = |piece: &str| {
        piece
            .split_once('}')
            .is_some_and(|(part, rest)| source::is_part(part) && !rest.contains('}'))
    };
    !before.contains('}') && pieces.all(closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_ones_would_pass() {
        for entry in std::fs::read_dir("src/source/profiles").unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            profile(&text, "x.toml").unwrap_or_else(|faults| panic!("{}: {faults:#?}", path.display()));
        }
    }

    #[test]
    fn all_faults_are_told_at_once_with_their_places() {
        let text = "name = \"My Shop\"\nrecognised_by = [\"a\"]\nhtml = 1\nlink = \"{who}\"\ndirektion = \"in\"\n\
                    time_zone = \"Mars\"\n[roles]\ntxt = [\"a\"]\ntext = \"a\"\n[values.rating]\ngood = 5\n";
        let faults = profile(text, "x.toml").unwrap_err();
        let mut lines: Vec<u64> = faults.iter().map(|f| f.place.as_ref().unwrap().line).collect();
        lines.sort_unstable();
        assert_eq!(lines, [1, 1, 2, 3, 4, 5, 6, 8, 9, 11], "{faults:#?}");
        assert!(
            faults
                .iter()
                .all(|f| f.code == "profile-invalid" && (f.help.is_some() || f.message.contains("must be"))),
            "{faults:#?}"
        );
    }

    #[test]
    fn little_is_needed() {
        let own = profile(
            "name = \"till\"\nchannel = \"till\"\nrecognised_by = [[\"Bon\"]]\n",
            "x.toml",
        )
        .unwrap();
        assert_eq!((own.name.as_str(), own.title.en.as_str()), ("till", ""));
        assert_eq!(profile("a = [", "x.toml").unwrap_err()[0].code, "toml-syntax");
    }
}
