//! An export made out of a known profile's own names, in one of the shapes in which it may come: read or
//! refused, the same each time.
#![no_main]

use feedback::source::{Profile, profiles};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;

fuzz_target!(|bytes: &[u8]| {
    let mut dice = Dice(bytes);
    let all = profiles();
    let profile = &all[dice.below(all.len())];
    let text = match dice.below(7) {
        6 => table(profile, &mut dice),
        shape => json(profile, shape, &mut dice),
    };
    feedback_fuzz::read_export("export", text.as_bytes());
});

/// Takes decisions out of the input, 0 at its end.
struct Dice<'a>(&'a [u8]);

impl Dice<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn below(&mut self, n: usize) -> usize {
        usize::from(self.byte()) % n.max(1)
    }

    fn text(&mut self) -> String {
        let length = self.below(24).min(self.0.len());
        let (text, rest) = self.0.split_at(length);
        self.0 = rest;
        String::from_utf8_lossy(text).into_owned()
    }

    /// A value that may well stand there.
    fn value(&mut self) -> String {
        const USUAL: [&str; 12] = [
            "2026-03-01T12:00:00Z", "1772366460", "9/6/2018 0:06:16", "3天前", "1267456521820143618", "5.7E+17", "FIVE",
            "4.0", "true", "@shop", "https://x.com/a/status/12", "",
        ];
        match self.below(3) {
            0 => self.text(),
            _ => USUAL[self.below(USUAL.len())].to_owned(),
        }
    }
}

fn names(profile: &Profile) -> Vec<&String> {
    let needed = profile.recognised_by.iter().flatten();
    let parts = profile.roles.values().flatten();
    needed.chain(parts).chain(profile.skip.keys()).chain(&profile.ignored).collect()
}

fn table(profile: &Profile, dice: &mut Dice<'_>) -> String {
    let delimiter = [',', ';', '\t'][dice.below(3)];
    let names: Vec<&String> = names(profile);
    let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |cells: Vec<String>| cells.join(&delimiter.to_string()) + "\n";
    let mut text = line(names.iter().map(|name| quoted(name)).collect());
    for _ in 0..dice.below(6) {
        let width = names.len().saturating_sub(usize::from(dice.below(9) == 8));
        text += &line((0..width).map(|_| quoted(&dice.value())).collect());
    }
    if dice.below(8) == 7 {
        text += &dice.text();
    }
    text
}

/// A JSON value that is put together key by key.
#[derive(Default)]
struct Node(BTreeMap<String, Node>, Option<String>);

impl Node {
    fn put(&mut self, way: &str, value: String) {
        match way.split_once('.') {
            Some((step, rest)) => self.0.entry(step.to_owned()).or_default().put(rest, value),
            None => self.0.entry(way.to_owned()).or_default().1 = Some(value),
        }
    }

    fn write(&self, out: &mut String) {
        match &self.1 {
            Some(value) if self.0.is_empty() => out.push_str(value),
            _ => {
                out.push('{');
                for (i, (key, node)) in self.0.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    // `refs[type=reply]` is a list.
                    let (key, list) = key.split_once('[').unwrap_or((key, ""));
                    out.push_str(&format!("{key:?}:"));
                    if !list.is_empty() {
                        out.push('[');
                        if let Some((by, is)) = list.trim_end_matches(']').split_once('=') {
                            out.push_str(&format!("{{{by:?}:{is:?}}},"));
                        }
                    }
                    node.write(out);
                    if !list.is_empty() {
                        out.push(']');
                    }
                }
                out.push('}');
            }
        }
    }
}

fn scalar(dice: &mut Dice<'_>) -> String {
    match dice.below(8) {
        0 => "null".to_owned(),
        1 => dice.below(200).to_string(),
        2 => "[{}]".to_owned(),
        3 => dice.text(),
        4 => "\"\\ud83d\"".to_owned(),
        _ => {
            let value = dice.value().replace('\\', "\\\\").replace('"', "\\\"");
            format!("\"{}\"", value.replace(|c: char| c < ' ', "\\n"))
        }
    }
}

fn element(profile: &Profile, dice: &mut Dice<'_>, depth: usize) -> String {
    let mut node = Node::default();
    for name in names(profile) {
        if dice.below(10) < 9 {
            node.put(name, scalar(dice));
        }
    }
    if let Some(inside) = profile.inside.as_ref().filter(|_| depth < 3 && dice.below(2) == 1) {
        let inner = element(profile, dice, depth + 1);
        node.put(inside, format!("[{inner}]"));
    }
    let mut out = String::new();
    node.write(&mut out);
    out
}

fn wrapped(way: &str, inside: &str, is_list: bool) -> String {
    let mut text = if is_list { format!("[{inside}]") } else { inside.to_owned() };
    for step in way.split('.').rev().filter(|step| !step.is_empty()) {
        text = format!("{{{step:?}:{text},\"id\":\"9\"}}");
    }
    text
}

fn json(profile: &Profile, shape: usize, dice: &mut Dice<'_>) -> String {
    let way = profile.messages.get(dice.below(profile.messages.len() + 1)).map_or("", String::as_str);
    let elements: Vec<String> = (0..1 + dice.below(4)).map(|_| element(profile, dice, 0)).collect();
    let is_list = dice.below(4) > 0;
    let mut text = match shape {
        0 => elements.join("\n"),
        1 => format!("[{}]", elements.join(",\n")),
        2 => elements.iter().map(|e| wrapped(way, e, is_list)).collect::<Vec<_>>().join("\n"),
        3 => wrapped(way, &elements.join(","), true),
        4 => format!("window.x = {};", wrapped(way, &elements.join(","), true)),
        _ => {
            let pages: Vec<String> = elements.iter().map(|e| wrapped(way, e, is_list)).collect();
            format!("[{}]", pages.join(", "))
        }
    };
    if dice.below(8) == 7 {
        let cut = dice.below(text.len());
        text.truncate((0..=cut).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0));
    }
    text
}
