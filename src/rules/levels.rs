//! How much: the levels of urgency, impact and customer value, with the owner's own names.
//!
//! A level is a number from the lowest on, which is what a mention has where no rule says more. Which rule
//! says what, and what follows from it, is not known here.

use super::raw::{Source, Value, short};

/// A step of a [`Scale`]; the lowest is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Level(u8);

impl Level {
    /// Its place on its scale, from 0.
    pub fn place(self) -> usize {
        usize::from(self.0)
    }
}

/// How few and how many levels a scale has.
const LEVELS: std::ops::RangeInclusive<usize> = 2..=8;
/// The most characters of a name.
const NAME_LIMIT: usize = 40;

/// The levels of one dimension: their names from the lowest to the highest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scale(Vec<String>);

impl Default for Scale {
    fn default() -> Self {
        Scale(["low", "medium", "high"].map(str::to_owned).to_vec())
    }
}

impl Scale {
    /// The name of a level.
    pub fn name(&self, level: Level) -> &str {
        self.0.get(level.place()).map_or("", String::as_str)
    }

    /// The level of that name.
    pub fn find(&self, name: &str) -> Option<Level> {
        let at = self.0.iter().position(|one| one == name)?;
        u8::try_from(at).ok().map(Level)
    }

    /// The names, from the lowest.
    pub fn names(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }

    /// The levels, from the lowest.
    pub fn all(&self) -> impl Iterator<Item = Level> + use<> {
        (0..u8::try_from(self.0.len()).unwrap_or(u8::MAX)).map(Level)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// One of its levels, out of the file.
    pub(super) fn read<'t>(&self, source: &mut Source<'t>, value: &Value<'t>, key: &str) -> Option<Level> {
        source.word(
            value,
            &format!("level of {key}"),
            |name| self.find(name),
            &self.names(),
        )
    }

    /// Some of its levels, out of the file.
    pub(super) fn read_some<'t>(&self, source: &mut Source<'t>, value: &Value<'t>, key: &str) -> Vec<Level> {
        source.words(
            value,
            &format!("level of {key}"),
            |name| self.find(name),
            &self.names(),
        )
    }
}

/// The three scales of a rules file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels {
    /// How soon harm is done.
    pub urgency: Scale,
    /// How many it touches.
    pub impact: Scale,
    /// How much the customer means to the business.
    pub value: Scale,
}

impl Levels {
    /// The scale of that dimension: `urgency`, `impact` or `value`.
    pub(super) fn scale(&self, dimension: &str) -> &Scale {
        match dimension {
            "urgency" => &self.urgency,
            "impact" => &self.impact,
            _ => &self.value,
        }
    }
}

/// Reads `[levels]`.
pub(super) fn read_levels<'t>(source: &mut Source<'t>, value: &Value<'t>) -> Levels {
    let mut levels = Levels::default();
    let Some(table) = source.table(value, "levels") else {
        return levels;
    };
    source.only(table, "[levels]", &["urgency", "impact", "value"]);
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let scale = match name {
            "urgency" => &mut levels.urgency,
            "impact" => &mut levels.impact,
            "value" => &mut levels.value,
            _ => continue,
        };
        if let Some(own) = read_scale(source, value, name) {
            *scale = own;
        }
    }
    levels
}

fn read_scale<'t>(source: &mut Source<'t>, value: &Value<'t>, key: &str) -> Option<Scale> {
    let faults = source.faults.len();
    let mut names: Vec<String> = Vec::new();
    for text in source.strings(value, key) {
        let reason = if names.contains(&text.value) {
            Some(format!("`{key}` has the level `{}` twice", short(&text.value)))
        } else if text.value.chars().count() > NAME_LIMIT || text.value.contains(char::is_control) {
            Some(format!(
                "a level of `{key}` has a name longer than {NAME_LIMIT} characters, or not of letters"
            ))
        } else {
            None
        };
        match reason {
            Some(reason) => source.fault(
                text.span,
                "setting-invalid",
                reason,
                "",
                "give each level a short name of its own",
            ),
            None => names.push(text.value),
        }
    }
    let is_sound = source.faults.len() == faults;
    if is_sound && !LEVELS.contains(&names.len()) {
        let reason = format!(
            "`{key}` has {} levels; it takes {} to {}",
            names.len(),
            LEVELS.start(),
            LEVELS.end()
        );
        let help = "list them from the lowest to the highest: [\"calm\", \"soon\", \"now\"]";
        source.fault(value.span(), "setting-invalid", reason, "", help);
        return None;
    }
    is_sound.then_some(Scale(names))
}
