//! From the parsed file to a [`RuleSet`] that cannot be wrong: every key is read, checked and told of.

use super::Needed;
use super::conclusion::{Kind, Priority};
use super::form::{Question, read_question};
use super::leads::{Leads, read_leads};
use super::levels::read_levels;
use super::matrix::default_matrix;
use super::raw::small;
use super::raw::{Source, Value};
use super::read_matrix::read_matrix;
use super::read_rule::Rules;
use super::read_when::AuthorLists;
use super::rule::Rule;
use super::rule_groups::RuleGroups;
use super::tone::{Tone, read::Reader};
use super::{MoodSettings, RuleSet, fingerprint};
use crate::diagnostic::Diagnostic;

const TOP_KEYS: [&str; 13] = [
    "version",
    "authors",
    "targets",
    "reply",
    "sentiment",
    "negation",
    "intensity",
    "question",
    "leads",
    "group",
    "levels",
    "priority",
    "rule",
];
/// The most bytes of a rules file: some twenty thousand rules.
const FILE_LIMIT: usize = 4 << 20;

pub(super) fn compile(text: &str, file: &str) -> Result<(RuleSet, Vec<Diagnostic>), Vec<Diagnostic>> {
    if text.len() > FILE_LIMIT {
        let message = format!("the file has {} bytes, more than {FILE_LIMIT}", text.len());
        let fault = Diagnostic::error("rule-too-large", message).at(file, 1, 1);
        return Err(vec![fault.help(
            "is it a rules file? long lists of names belong into `when`, not into words",
        )]);
    }
    let mut source = Source::new(text, file);
    let table = source.parse();
    // What follows a fault of syntax is not what was meant: more faults of it would mislead.
    if !source.faults.is_empty() {
        return Err(source.faults);
    }
    let mut rules = Rules::default();
    let (mut mood, mut targets, mut needs_reply) = (
        MoodSettings::default(),
        [3_600, 86_400, 172_800],
        Needed::default(),
    );
    let (mut tone, mut tables, mut question) = (Tone::default(), Reader::default(), Question::default());
    let mut leads = Leads::default();

    let top = table.get_ref();
    source.only(top, "the rules file", &TOP_KEYS);
    if let Some(value) = top.get("authors") {
        rules.authors = AuthorLists::read(&mut source, value);
    }
    if let Some(value) = top.get("group") {
        rules.groups = RuleGroups::read(&mut source, value, &rules.authors);
    }
    if let Some(value) = top.get("levels") {
        rules.levels = read_levels(&mut source, value);
    }
    for (key, value) in top {
        match key.get_ref().as_ref() {
            "version" => drop(source.integer(value, "version", 1..=1)),
            "targets" => read_targets(&mut source, value, &mut targets),
            "reply" => read_reply(&mut source, value, &mut needs_reply, &rules.authors),
            "sentiment" => read_mood(&mut source, value, &mut mood),
            "negation" => tone.negation = tables.negation(&mut source, value, &mut rules.words),
            "intensity" => tone.intensity = tables.intensity(&mut source, value, &mut rules.words),
            "question" => question = read_question(&mut source, value),
            "leads" => leads = read_leads(&mut source, value, &rules.levels.urgency),
            "rule" => {
                for (table, span) in source.tables(value, "rule") {
                    rules.read(&mut source, table, span);
                }
            }
            _ => {}
        }
    }
    let matrix = match top.get("priority") {
        Some(value) => read_matrix(&mut source, value, &rules.levels, &needs_reply.everywhere),
        None => default_matrix(&rules.levels),
    };
    rules.check_budget(&mut source);
    let by_line = |one: &Diagnostic| one.place.as_ref().map(|place| (place.line, place.column));
    source.warnings.sort_by_key(by_line);
    source.faults.sort_by_key(by_line);
    if !source.faults.is_empty() {
        return Err(source.faults);
    }
    let wordless = |rule: &Rule| !rule.has_any && rule.all_mask == 0;
    let wordless = rules
        .list
        .iter()
        .enumerate()
        .filter(|(_, rule)| wordless(rule))
        .map(|(i, _)| i as u32)
        .collect();
    let set = RuleSet {
        asked: rules.list.iter().map(Rule::asked).collect(),
        rules: rules.list,
        matcher: rules.words.build(),
        wordless,
        mood,
        tone,
        nears: rules.nears,
        groups: rules.groups.0,
        question,
        levels: rules.levels,
        matrix,
        targets,
        needs_reply,
        leads,
        fingerprint: fingerprint(text),
    };
    Ok((set, source.warnings))
}

fn read_targets<'t>(source: &mut Source<'t>, value: &Value<'t>, targets: &mut [u64; 3]) {
    let Some(table) = source.table(value, "targets") else {
        return;
    };
    source.only(table, "[targets]", Priority::NAMES);
    for (key, value) in table {
        let place = Priority::NAMES.iter().position(|name| name == key.get_ref());
        if let Some(slot) = place.and_then(|place| targets.get_mut(place))
            && let Some(seconds) = source.duration(value, key.get_ref())
        {
            *slot = seconds;
        }
    }
}

fn read_reply<'t>(source: &mut Source<'t>, value: &Value<'t>, needed: &mut Needed, lists: &AuthorLists) {
    let Some(table) = source.table(value, "reply") else {
        return;
    };
    source.only(
        table,
        "[reply]",
        &["needed", "in_thread", "stars_only", "route", "not_to"],
    );
    let mut kinds = |key: &str| {
        table
            .get(key)
            .map(|value| source.words(value, "kind", Kind::parse, Kind::NAMES))
    };
    if let Some(everywhere) = kinds("needed") {
        *needed = Needed {
            in_thread: everywhere.clone(),
            stars_only: everywhere.clone(),
            everywhere,
            ..Needed::default()
        };
    }
    needed.in_thread = kinds("in_thread").unwrap_or_else(|| needed.in_thread.clone());
    needed.stars_only = kinds("stars_only").unwrap_or_else(|| needed.stars_only.clone());
    needed.route = table
        .get("route")
        .and_then(|value| source.string(value, "route"))
        .map(|route| route.value);
    needed.not_to = table
        .get("not_to")
        .map(|value| lists.find(source, value, "not_to"))
        .unwrap_or_default();
}

fn read_mood<'t>(source: &mut Source<'t>, value: &Value<'t>, mood: &mut MoodSettings) {
    let Some(table) = source.table(value, "sentiment") else {
        return;
    };
    source.only(
        table,
        "[sentiment]",
        &["negative", "positive", "negative_kind", "positive_kind"],
    );
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "negative" => {
                mood.negative = source
                    .integer(value, "negative", -100..=0)
                    .map_or(mood.negative, small);
            }
            "positive" => {
                mood.positive = source
                    .integer(value, "positive", 0..=100)
                    .map_or(mood.positive, small);
            }
            "negative_kind" => set(
                source.word(value, "kind", Kind::parse, Kind::NAMES),
                &mut mood.negative_kind,
            ),
            "positive_kind" => set(
                source.word(value, "kind", Kind::parse, Kind::NAMES),
                &mut mood.positive_kind,
            ),
            _ => {}
        }
    }
    if mood.negative >= mood.positive {
        let message = "`negative` must be less than `positive`".to_owned();
        source.fault(
            value.span(),
            "setting-invalid",
            message,
            "",
            "the scores between the two are neutral",
        );
    }
}

fn set<T>(value: Option<T>, slot: &mut T) {
    if let Some(value) = value {
        *slot = value;
    }
}
