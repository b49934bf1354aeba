//! The `[[priority]]` rows of a file, and what is wrong with them together: rows that are never reached,
//! and standings that no row fits.

use super::conclusion::{Kind, Priority, Sentiment};
use super::levels::{Level, Levels};
use super::matrix::{Row, Standing};
use super::raw::{Source, Value};
use std::ops::Range;
use toml::de::DeTable;

const ROW_KEYS: [&str; 9] = [
    "kind",
    "sentiment",
    "urgency",
    "urgency_min",
    "impact",
    "impact_min",
    "value",
    "value_min",
    "priority",
];
/// The most rows of a matrix.
const ROWS: usize = 1_000;
/// How many groups of standings without a row are told.
const TOLD: usize = 8;

/// Reads the rows. Only mentions of the kinds in `needed` are ever held against them.
pub(super) fn read_matrix<'t>(
    source: &mut Source<'t>,
    value: &Value<'t>,
    levels: &Levels,
    needed: &[Kind],
) -> Vec<Row> {
    let faults = source.faults.len();
    let mut tables = source.tables(value, "priority");
    if tables.len() > ROWS {
        let message = format!("the matrix has {} rows, more than {ROWS}", tables.len());
        source.fault(
            value.span(),
            "rule-too-large",
            message,
            "",
            "a row may list several kinds and levels",
        );
        tables.truncate(ROWS);
    }
    let rows: Vec<(Row, Range<usize>)> = tables
        .into_iter()
        .map(|(table, span)| (read_row(source, table, span.clone(), levels), span))
        .collect();
    // What a faulty row is meant to fit is not known.
    if source.faults.len() == faults {
        check(source, value.span(), &rows, levels, needed);
    }
    rows.into_iter().map(|(row, _)| row).collect()
}

fn read_row<'t>(source: &mut Source<'t>, table: &DeTable<'t>, span: Range<usize>, levels: &Levels) -> Row {
    source.only(table, "a row of the matrix", &ROW_KEYS);
    let mut row = Row {
        line: source.line(span.start),
        ..Row::always(Priority::P2)
    };
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        match name {
            "kind" => row.kind = source.words(value, "kind", Kind::parse, Kind::NAMES),
            "sentiment" => {
                row.sentiment = source.words(value, "sentiment", Sentiment::parse, Sentiment::NAMES);
            }
            "priority" => {
                if let Some(priority) = source.word(value, "priority", Priority::parse, Priority::NAMES) {
                    row.priority = priority;
                }
            }
            _ => {}
        }
    }
    row.urgency = asked(source, table, "urgency", levels);
    row.impact = asked(source, table, "impact", levels);
    row.value = asked(source, table, "value", levels);
    if !table.contains_key("priority") {
        let message = "this row of the matrix has no `priority`".to_owned();
        let help = "add priority = \"P0\", \"P1\" or \"P2\"";
        source.fault(span, "setting-invalid", message, "", help);
    }
    row
}

/// The levels that a row asks for by `key`, or from the one on that `key_min` names.
fn asked<'t>(source: &mut Source<'t>, table: &DeTable<'t>, key: &str, levels: &Levels) -> Vec<Level> {
    let scale = levels.scale(key);
    let listed = table.get(key).map(|value| scale.read_some(source, value, key));
    let Some(least) = table.get(format!("{key}_min").as_str()) else {
        return listed.unwrap_or_default();
    };
    if listed.is_some() {
        let message = format!("a row of the matrix has both `{key}` and `{key}_min`");
        let help = "`_min` means that level and those above it; keep one of the two";
        source.fault(least.span(), "setting-invalid", message, "", help);
    }
    let from = scale.read(source, least, key);
    from.map_or_else(Vec::new, |from| {
        scale.all().filter(|level| *level >= from).collect()
    })
}

/// Every standing that a mention which needs a reply may have.
pub(super) fn standings(levels: &Levels, needed: &[Kind]) -> Vec<Standing> {
    let mut all = Vec::new();
    for &kind in Kind::ALL.iter().filter(|kind| needed.contains(kind)) {
        for &sentiment in Sentiment::ALL {
            for urgency in levels.urgency.all() {
                for impact in levels.impact.all() {
                    all.extend(levels.value.all().map(|value| Standing {
                        kind,
                        sentiment,
                        urgency,
                        impact,
                        value,
                    }));
                }
            }
        }
    }
    all
}

/// Warns of rows that nothing reaches, and of what no row fits.
fn check(
    source: &mut Source<'_>,
    span: Range<usize>,
    rows: &[(Row, Range<usize>)],
    levels: &Levels,
    needed: &[Kind],
) {
    let mut open = standings(levels, needed);
    for (number, (row, span)) in rows.iter().enumerate() {
        let before = open.len();
        let kinds_are_silent = !row.kind.is_empty() && row.kind.iter().all(|kind| !needed.contains(kind));
        open.retain(|case| !row.fits(*case));
        if open.len() < before {
            continue;
        }
        let (label, help) = if kinds_are_silent {
            let help = "a mention that needs no reply has no priority: see `needed` in [reply]";
            ("none of its kinds needs a reply".to_owned(), help)
        } else {
            let above: Vec<&Row> = rows.iter().take(number).map(|(row, _)| row).collect();
            let help = "rows are tried from above: put the one that asks for more first";
            (covered_by(&above, row, levels, needed), help)
        };
        let message = "this row of the matrix is never reached".to_owned();
        source.warn(span.clone(), "matrix-row-unreachable", message, &label, help);
    }
    if !open.is_empty() {
        let message = "there is something that no row of the matrix fits".to_owned();
        let help = format!(
            "what fits no row gets P2; end the matrix with a row that has a priority only. No row fits: {}",
            groups(&open, levels, needed).join(" · ")
        );
        source.warn(span, "matrix-open", message, "", &help);
    }
}

/// Which rows take all that `row` asks for.
fn covered_by(above: &[&Row], row: &Row, levels: &Levels, needed: &[Kind]) -> String {
    let mut lines: Vec<u64> = standings(levels, needed)
        .into_iter()
        .filter(|case| row.fits(*case))
        .filter_map(|case| above.iter().find(|row| row.fits(case)))
        .map(|row| row.line)
        .collect();
    lines.sort_unstable();
    lines.dedup();
    let named: Vec<String> = lines.iter().take(TOLD).map(u64::to_string).collect();
    match named.as_slice() {
        [one] => format!("all that fits it fits line {one} before"),
        many => format!("all that fits it fits lines {} before", many.join(", ")),
    }
}

/// The same standings in few words, such as `kind=praise,other urgency=low`; what is not named may be
/// anything.
pub(super) fn groups(open: &[Standing], levels: &Levels, needed: &[Kind]) -> Vec<String> {
    let bit = |place: usize| 1_u32 << place;
    let masks = |case: &Standing| {
        let levels = [case.urgency, case.impact, case.value].map(Level::place);
        let [urgency, impact, value] = levels;
        [
            case.kind as usize,
            case.sentiment as usize,
            urgency,
            impact,
            value,
        ]
        .map(bit)
    };
    let mut open: Vec<[u32; 5]> = open.iter().map(masks).collect();
    let all = standings(levels, needed).iter().map(masks).fold([0; 5], both);
    let inside = |group: &[u32; 5], case: &[u32; 5]| both(*group, *case) == *group;
    let mut told = Vec::new();
    while let Some(mut group) = open.first().copied() {
        if told.len() == TOLD {
            told.push("…".to_owned());
            break;
        }
        // One dimension after another grows as far as nothing in the group has a row.
        for dimension in (0..5).rev() {
            for place in 0..u32::BITS {
                let mut wider = group;
                if let (Some(mask), Some(all)) = (wider.get_mut(dimension), all.get(dimension)) {
                    *mask |= (1 << place) & all;
                }
                let size: u32 = wider.iter().map(|mask| mask.count_ones()).product();
                let without_row = open.iter().filter(|case| inside(&wider, case)).count();
                if u32::try_from(without_row) == Ok(size) {
                    group = wider;
                }
            }
        }
        open.retain(|case| !inside(&group, case));
        told.push(named(&group, &all, levels));
    }
    told
}

fn both(a: [u32; 5], b: [u32; 5]) -> [u32; 5] {
    let mut both = a;
    both.iter_mut().zip(b).for_each(|(a, b)| *a |= b);
    both
}

fn named(group: &[u32; 5], all: &[u32; 5], levels: &Levels) -> String {
    let names = [
        ("kind", Kind::NAMES.to_vec()),
        ("sentiment", Sentiment::NAMES.to_vec()),
        ("urgency", levels.urgency.names()),
        ("impact", levels.impact.names()),
        ("value", levels.value.names()),
    ];
    let mut parts = Vec::new();
    for ((mask, all), (key, names)) in group.iter().zip(all).zip(names) {
        if mask != all {
            let chosen = names
                .into_iter()
                .enumerate()
                .filter(|(place, _)| mask & (1 << place) != 0);
            let chosen: Vec<&str> = chosen.map(|(_, name)| name).collect();
            parts.push(format!("{key}={}", chosen.join(",")));
        }
    }
    match parts.is_empty() {
        true => "anything".to_owned(),
        false => parts.join(" "),
    }
}
