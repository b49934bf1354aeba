//! The project's own source as text: its files, what they import, and the words in them. A reading that
//! is just good enough for this project's code; no parser of Rust.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::path::Path;

/// A file under `src`.
pub struct Source {
    /// Below `src`, with `/`.
    pub path: String,
    /// The room: the first part of the path, without `.rs`.
    pub room: String,
    /// Its text.
    pub whole: String,
    /// Its text without the tests inside.
    pub text: String,
    /// A file that is compiled for tests only.
    pub is_test: bool,
}

/// Every Rust file of the program.
pub fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    assert!(files.len() > 50, "where is the source?");
    let tests: BTreeSet<String> = files
        .iter()
        .flat_map(|(path, text)| test_modules(path, text))
        .collect();
    files
        .into_iter()
        .map(|(path, whole)| Source {
            room: path.split('/').next().unwrap().trim_end_matches(".rs").to_owned(),
            text: without_tests(&whole),
            // A module of tests, or a part of one.
            is_test: tests
                .iter()
                .any(|t| path == format!("{t}.rs") || path.starts_with(&format!("{t}/"))),
            path,
            whole,
        })
        .collect()
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let parts: Vec<&str> = path
                .strip_prefix(root)
                .unwrap()
                .iter()
                .map(|p| p.to_str().unwrap())
                .collect();
            files.push((parts.join("/"), std::fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The modules that this file declares for tests only, as paths without `.rs`.
fn test_modules(path: &str, text: &str) -> Vec<String> {
    let folder = path
        .trim_end_matches("mod.rs")
        .trim_end_matches(".rs")
        .trim_end_matches('/');
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines
        .windows(2)
        .filter(|pair| pair[0] == "#[cfg(test)]")
        .filter_map(|pair| pair[1].strip_prefix("mod ")?.strip_suffix(';'))
        .map(|name| format!("{folder}/{name}"))
        .collect()
}

/// The text up to `#[cfg(test)] mod tests {`, which stands last in a file.
fn without_tests(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    text[..end].to_owned()
}

/// Goes over the code: `each` sees every piece with what it is.
fn pieces(text: &str, mut each: impl FnMut(Piece, &str)) {
    let bytes = text.as_bytes();
    let (mut i, mut begin) = (0, 0);
    while i < bytes.len() {
        let rest = &text[i..];
        let (kind, len) = if rest.starts_with("//") {
            (Piece::Comment, rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("r\"")
            || rest.starts_with("r#") && rest.trim_start_matches(['r', '#']).starts_with('"')
        {
            let hashes = rest[1..].bytes().take_while(|b| *b == b'#').count();
            let end = format!("\"{}", "#".repeat(hashes));
            let open = 2 + hashes;
            (
                Piece::Literal,
                open + rest[open..].find(&end).unwrap() + end.len(),
            )
        } else if rest.starts_with('"') {
            let mut at = 1;
            while rest.as_bytes()[at] != b'"' {
                at += if rest.as_bytes()[at] == b'\\' { 2 } else { 1 };
            }
            (Piece::Literal, at + 1)
        } else if rest.starts_with("'\"'") || rest.starts_with("b'\"'") || rest.starts_with("'\\\"'") {
            (Piece::Comment, rest.find('"').unwrap() + 2)
        } else {
            i += rest.chars().next().unwrap().len_utf8();
            continue;
        };
        each(Piece::Code, &text[begin..i]);
        each(kind, &rest[..len]);
        i += len;
        begin = i;
    }
    each(Piece::Code, &text[begin..]);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece {
    Code,
    Literal,
    Comment,
}

/// The text without comments and with empty literals.
pub fn code_only(text: &str) -> String {
    let mut code = String::new();
    pieces(text, |kind, piece| match kind {
        Piece::Code => code.push_str(piece),
        Piece::Literal => code.push_str("\"\""),
        Piece::Comment => code.push(' '),
    });
    code
}

/// The text without comments.
pub fn without_comments(text: &str) -> String {
    let mut out = String::new();
    pieces(text, |kind, piece| match kind {
        Piece::Comment => out.push(' '),
        _ => out.push_str(piece),
    });
    out
}

/// The texts between quotation marks, in order.
pub fn literals(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    pieces(text, |kind, piece| {
        if kind == Piece::Literal {
            found.push(
                piece
                    .trim_start_matches(['r', '#'])
                    .trim_end_matches('#')
                    .trim_matches('"')
                    .to_owned(),
            );
        }
    });
    found
}

/// The arguments of every call that begins with one of `marks` (which end in the opening bracket).
pub fn calls(text: &str, marks: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for mark in marks {
        for (at, _) in text.match_indices(mark) {
            let (mut depth, mut call) = (1usize, String::new());
            pieces(&text[at + mark.len()..], |kind, piece| {
                for c in piece.chars() {
                    if kind == Piece::Code {
                        depth = match c {
                            '(' | '[' if depth > 0 => depth + 1,
                            ')' | ']' if depth > 0 => depth - 1,
                            _ => depth,
                        };
                    }
                    if depth > 0 {
                        call.push(c);
                    }
                }
            });
            found.push(call);
        }
    }
    found
}

/// What a file uses of the crate, each as a path from the root: from `use` with all its groups, and from
/// paths that begin with `crate::` or lead to the root by `super::`.
pub fn rooms_used(path: &str, text: &str) -> BTreeSet<String> {
    let code = code_only(&without_tests(text));
    let parts = path.split('/').count();
    let depth = if path.ends_with("/mod.rs") {
        parts - 1
    } else {
        parts
    };
    let to_root = "super::".repeat(depth);
    let mut used = BTreeSet::new();
    for begin in ["crate::", to_root.as_str()] {
        for (at, _) in code.match_indices(begin) {
            let before = code[..at].chars().next_back();
            if before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':') {
                paths(&code[at + begin.len()..], "", &mut used);
            }
        }
    }
    used
}

/// The paths that `rest` begins with: one, or all of a group.
fn paths(rest: &str, prefix: &str, used: &mut BTreeSet<String>) -> usize {
    let end = rest
        .find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':')
        .unwrap_or(rest.len());
    let here = format!("{prefix}{}", &rest[..end]);
    if !rest[end..].starts_with('{') || !(here.is_empty() || here.ends_with("::")) {
        used.insert(here.trim_end_matches("::").to_owned());
        return end;
    }
    let mut at = end + 1;
    while let Some(c) = rest[at..].chars().next() {
        match c {
            '}' => return at + 1,
            ',' | ' ' | '\n' => at += 1,
            _ => {
                let taken = paths(&rest[at..], &here, used);
                // What follows a path in a group: `as name`, or a star.
                at += taken;
                at += rest[at..].find([',', '}']).unwrap_or(rest.len() - at);
            }
        }
    }
    at
}
