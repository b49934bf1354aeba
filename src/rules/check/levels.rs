//! Levels that the matrix has forgotten: those that make a mention less pressing than the level below them, and
//! those that rules conclude while no row asks for them, or for more.

use super::super::RuleSet;
use super::super::levels::Level;
use super::super::matrix::{Row, Standing};
use super::super::raw::Source;
use super::super::read_matrix::{groups, standings};
use super::super::rule::Conclusion;
use super::Listed;
use std::ops::Range;

/// One of the three scales, as it stands in a standing, in a row and in what a rule concludes.
struct Dimension {
    name: &'static str,
    of: fn(&mut Standing) -> &mut Level,
    asked: fn(&Row) -> &[Level],
    said: fn(&Conclusion) -> Option<Level>,
}

const DIMENSIONS: [Dimension; 3] = [
    Dimension {
        name: "urgency",
        of: |case| &mut case.urgency,
        asked: |row| &row.urgency,
        said: |rule| rule.urgency,
    },
    Dimension {
        name: "impact",
        of: |case| &mut case.impact,
        asked: |row| &row.impact,
        said: |rule| rule.impact,
    },
    Dimension {
        name: "value",
        of: |case| &mut case.value,
        asked: |row| &row.value,
        said: |rule| rule.value,
    },
];

/// `rows` are the places of the matrix' rows in the file.
pub(super) fn check(
    source: &mut Source<'_>,
    set: &RuleSet,
    rows: &[Range<usize>],
    listed: &[Listed<'_, '_>],
) {
    // The matrix of a file that has none goes by the highest level, whatever its name.
    if rows.is_empty() {
        return;
    }
    for dimension in &DIMENSIONS {
        weaker(source, set, rows, dimension);
        unasked(source, set, listed, dimension);
    }
}

/// Priority falls where a level rises, all else equal.
fn weaker(source: &mut Source<'_>, set: &RuleSet, rows: &[Range<usize>], dimension: &Dimension) {
    let (name, scale) = (dimension.name, set.levels.scale(dimension.name));
    let all = standings(&set.levels, &set.needs_reply.everywhere);
    let steps: Vec<(Level, Level)> = scale.all().zip(scale.all().skip(1)).collect();
    for (low, high) in steps {
        // The row that takes the lower level, and what of it the higher one loses.
        let mut falls: Vec<(usize, Standing)> = Vec::new();
        for mut case in all
            .iter()
            .copied()
            .filter(|case| *(dimension.of)(&mut case.clone()) == low)
        {
            let before = set.matrix.iter().position(|row| row.fits(case));
            let is = set.priority(case);
            *(dimension.of)(&mut case) = high;
            if let Some(row) = before.filter(|_| set.priority(case) > is) {
                falls.push((row, case));
            }
        }
        let Some((row, first)) = falls.first().copied() else {
            continue;
        };
        let (low, high) = (scale.name(low), scale.name(high));
        let cases: Vec<Standing> = falls.iter().map(|(_, case)| *case).collect();
        let is = set.matrix.get(row).map_or("", |row| row.priority.name());
        let message = format!("{name} `{high}` is less pressing here than `{low}`, the level below it");
        let label = format!(
            "takes `{low}` to {is}; with `{high}` it becomes {}",
            set.priority(first)
        );
        let help = format!(
            "`{name}_min = \"{low}\"` in the row means that level and those above it. It falls for: {}",
            groups(&cases, &set.levels, &set.needs_reply.everywhere).join(" · ")
        );
        let span = rows.get(row).cloned().unwrap_or_default();
        source.warn(span, "level-weaker", message, &label, &help);
    }
}

/// A rule gives a level that changes nothing.
fn unasked(source: &mut Source<'_>, set: &RuleSet, listed: &[Listed<'_, '_>], dimension: &Dimension) {
    let (name, scale) = (dimension.name, set.levels.scale(dimension.name));
    let is_asked = |level: &Level| {
        set.matrix
            .iter()
            .any(|row| (dimension.asked)(row).iter().any(|asked| asked >= level))
    };
    for level in scale.all().skip(1).filter(|level| !is_asked(level)) {
        let mut giving = set.rules.iter().zip(listed);
        let gives = giving.find(|(rule, _)| (dimension.said)(&rule.concludes) == Some(level));
        let Some((rule, place)) = gives.and_then(|(rule, one)| Some((rule, one.table.get(name)?))) else {
            continue;
        };
        let level = scale.name(level);
        let message = format!(
            "rule `{}` says {name} `{level}`; no row of the matrix asks for that or more",
            rule.id
        );
        let help = format!("it changes no priority; a row with `{name}_min = \"{level}\"` would take it up");
        source.note(place.span(), "level-unasked", message, &help);
    }
}
