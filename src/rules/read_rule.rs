//! The `[[rule]]`s of a file: their words go to the matcher, their conditions and conclusions into
//! [`Rule`]s, and what is wrong with them to the source.

use super::builder::Builder;
use super::conclusion::Kind;
use super::fold::{Folded, folded};
use super::form;
use super::gates::gates;
use super::levels::Levels;
use super::matcher::Role;
use super::near::{self, Near};
use super::pattern::{self, Pattern};
use super::raw::{Source, Text, short, small};
use super::read_when::{AuthorLists, read_when};
use super::rule::{Conclusion, Rule, Settled, Topics};
use super::rule_groups::RuleGroups;
use regex_syntax::hir::Hir;
use std::collections::HashMap;
use std::ops::Range;
use toml::de::DeTable;

/// The most that all patterns of a file may cost together (see [`pattern::cost`]): well under a second and
/// some ten megabytes to build.
const PATTERN_BUDGET: u64 = 1_000_000;
/// The most bytes of keywords in a file.
const KEYWORD_BUDGET: usize = 4 << 20;
/// The most bytes of one pattern.
const PATTERN_LIMIT: usize = 8 << 10;
/// The most `all` words of one rule: one bit each.
const ALL_WORDS: usize = 64;

const RULE_KEYS: [&str; 23] = [
    "id",
    "any",
    "words",
    "at_least",
    "near",
    "all",
    "none",
    "except",
    "regex",
    "when",
    "form",
    "group",
    "examples",
    "not",
    "kind",
    "weight",
    "sentiment",
    "topics",
    "urgency",
    "impact",
    "value",
    "route",
    "private",
];

/// The rules as they are read, one after another.
#[derive(Default)]
pub(super) struct Rules {
    pub list: Vec<Rule>,
    /// `[authors]`: read before the rules.
    pub authors: AuthorLists,
    /// `[group.…]`: likewise.
    pub groups: RuleGroups,
    pub nears: Vec<Near>,
    lines_by_id: HashMap<String, u64>,
    pub words: Builder,
    /// What urgency, impact and value may be.
    pub levels: Levels,
    /// The names of all topics, in the order in which they are met.
    pub topics: Topics,
    folded: Folded,
    keyword_bytes: usize,
    cost: u64,
    /// Where the budget was exceeded first.
    too_large: Option<Range<usize>>,
}

impl Rules {
    pub fn read<'t>(&mut self, source: &mut Source<'t>, table: &DeTable<'t>, span: Range<usize>) {
        let before = source.faults.len();
        source.only(table, "a rule", &RULE_KEYS);
        let misspelt = source.faults.len() > before;
        let number = self.list.len();
        let id = self.read_id(source, table, &span);
        let mut rule = Rule {
            line: source.line(span.start),
            when: table
                .get("when")
                .map(|value| read_when(source, value, &self.authors))
                .unwrap_or_default(),
            concludes: read_conclusion(source, table, &self.levels),
            form: table
                .get("form")
                .map(|value| form::read(source, value))
                .unwrap_or_default(),
            group: None,
            at_least: 1,
            all_mask: 0,
            has_any: false,
            settled: Settled::default(),
            id,
        };
        if let Some(words) = table.get("all").and_then(|value| value.get_ref().as_array()) {
            let words = words.iter().filter_map(|word| word.get_ref().as_str());
            rule.settled.all_words = words.map(str::to_owned).collect();
        }
        if let Some(name) = table.get("group").and_then(|value| source.string(value, "group")) {
            rule.group = self.groups.find(source, &name);
        }
        if let Some(value) = table.get("at_least") {
            let least = source.integer(value, "at_least", 1..=100);
            rule.at_least = least.and_then(|n| u32::try_from(n).ok()).unwrap_or(1);
        }
        let group = rule.group.and_then(|number| self.groups.0.get(number as usize));
        rule.settle(&mut self.topics, group);
        for key in ["examples", "not"] {
            table.get(key).map(|value| source.strings(value, key));
        }
        let faults = source.faults.len();
        let any = self.keywords(source, table, "any", number, |_| Role::Any(1));
        let all = self.keywords(source, table, "all", number, |i| {
            Role::All(i.min(ALL_WORDS - 1) as u32)
        });
        let none = self.keywords(source, table, "none", number, |_| Role::None);
        self.keywords(source, table, "except", number, |_| Role::Except);
        let regexes = self.patterns(source, table, number, &rule.id);
        let any = any + self.weighted(source, table, number) + self.near(source, table, number) + regexes;
        rule.has_any = any > 0;
        rule.all_mask = if all >= ALL_WORDS {
            u64::MAX
        } else {
            (1 << all) - 1
        };
        if all > ALL_WORDS
            && let Some(value) = table.get("all")
        {
            let message = format!("`all` has {all} words, more than {ALL_WORDS}");
            source.fault(
                value.span(),
                "setting-invalid",
                message,
                "",
                "a rule with so many needs never fires",
            );
        }
        // A rule whose words or conditions are faulty, or a key misspelt, is not empty as well.
        if source.faults.len() == faults && !misspelt {
            let unconditional = any + all + none == 0 && rule.when.is_empty() && rule.form.is_empty();
            let spoken = [
                "kind",
                "sentiment",
                "topics",
                "urgency",
                "impact",
                "value",
                "route",
                "private",
            ]
            .iter()
            .any(|key| table.contains_key(*key));
            if unconditional && !table.contains_key("when") && !table.contains_key("form") {
                let message = format!("rule `{}` has no words and no conditions", rule.id);
                let help =
                    "give it any, all, regex, near, when or form; without them it would fire on everything";
                source.fault(span, "rule-empty", message, "", help);
            } else if rule.concludes.is_empty() && !spoken {
                let message = format!("rule `{}` concludes nothing", rule.id);
                let help = "give it a kind, sentiment, topics, urgency, impact, value, route or private";
                source.fault(span, "rule-empty", message, "", help);
            }
        }
        self.list.push(rule);
    }

    fn read_id<'t>(&mut self, source: &mut Source<'t>, table: &DeTable<'t>, span: &Range<usize>) -> String {
        let Some(value) = table.get("id") else {
            let message = "a rule has no `id`".to_owned();
            source.fault(
                span.clone(),
                "setting-invalid",
                message,
                "",
                "name it: id = \"refund\"",
            );
            return format!("rule {}", self.list.len() + 1);
        };
        let Some(id) = source.string(value, "id") else {
            return format!("rule {}", self.list.len() + 1);
        };
        let line = source.line(id.span.start);
        match self.lines_by_id.get(&id.value) {
            Some(first) => {
                let message = format!("two rules have the id `{}`", id.value);
                let label = format!("the first is in line {first}");
                source.fault(
                    id.span,
                    "rule-duplicate",
                    message,
                    &label,
                    "every rule has an id of its own",
                );
            }
            None => drop(self.lines_by_id.insert(id.value.clone(), line)),
        }
        id.value
    }

    /// Adds a list of keywords to the matcher; gives how many there are.
    fn keywords<'t>(
        &mut self,
        source: &mut Source<'t>,
        table: &DeTable<'t>,
        key: &str,
        rule: usize,
        role: impl Fn(usize) -> Role,
    ) -> usize {
        let Some(value) = table.get(key) else { return 0 };
        let texts = source.strings(value, key);
        let texts = texts
            .into_iter()
            .enumerate()
            .map(|(i, text)| (text, role(i)))
            .collect::<Vec<_>>();
        self.add(source, key, &texts, rule)
    }

    /// Adds `words`, each with its weight.
    fn weighted<'t>(&mut self, source: &mut Source<'t>, table: &DeTable<'t>, rule: usize) -> usize {
        let table = table.get("words").and_then(|value| source.table(value, "words"));
        let mut texts = Vec::new();
        for (word, weight) in table.into_iter().flatten() {
            let name = word.get_ref();
            let weight = source.integer(weight, short(name), 1..=10);
            let weight = weight.and_then(|n| u8::try_from(n).ok()).unwrap_or(1);
            let value = name.to_string();
            texts.push((
                Text {
                    value,
                    span: word.span(),
                },
                Role::Any(weight),
            ));
        }
        texts.sort_by_key(|(text, _)| text.span.start);
        self.add(source, "words", &texts, rule)
    }

    /// Adds the words of `near`; gives how many entries it has.
    fn near<'t>(&mut self, source: &mut Source<'t>, table: &DeTable<'t>, rule: usize) -> usize {
        let Some(value) = table.get("near") else { return 0 };
        let read = near::read(source, value, rule);
        let entries = read.len();
        for (near, words) in read {
            let number = self.nears.len() as u32;
            self.nears.push(near);
            let role = |(text, part)| (text, Role::Near { near: number, part });
            let words: Vec<(Text, Role)> = words.into_iter().map(role).collect();
            self.add(source, "near", &words, rule);
        }
        entries
    }

    /// Adds words with what they do; gives how many there are.
    fn add<'t>(&mut self, source: &mut Source<'t>, key: &str, texts: &[(Text, Role)], rule: usize) -> usize {
        let mut met = Vec::with_capacity(texts.len());
        for (text, role) in texts {
            let open = text.value.ends_with('*') && text.value.chars().any(char::is_alphanumeric);
            let written = if open {
                text.value.trim_end_matches('*')
            } else {
                &text.value
            };
            self.folded.fill(written, true);
            let simple = self.folded.text().trim();
            if simple.is_empty() {
                let message = format!("`{key}` has a word of which nothing is left to look for");
                source.fault(text.span.clone(), "setting-invalid", message, "", "");
                continue;
            }
            self.keyword_bytes += simple.len();
            // Japanese texts are not simplified: there the word is found as it is written.
            if simple != written {
                let plain = folded(written, false);
                if plain != simple {
                    self.words.keyword(&plain, open, rule, *role);
                }
            }
            met.push((self.words.keyword(simple, open, rule, *role), open, text));
        }
        // Equal ones beside one another, in the order in which they stand in the file.
        met.sort_by_key(|(string, open, _)| (self.words.string(*string), *open));
        for pair in met.windows(2) {
            if let [(first, open, earlier), (second, open_too, text)] = pair
                && open == open_too
                && self.words.string(*first) == self.words.string(*second)
            {
                source.warn(
                    text.span.clone(),
                    "rule-word-repeated",
                    format!("`{key}` has the word `{}` twice", short(&text.value)),
                    &format!("also in line {}", source.line(earlier.span.start)),
                    "case, width and 简/繁 make no difference: keep one",
                );
            }
        }
        if self.keyword_bytes > KEYWORD_BUDGET
            && let Some((text, _)) = texts.first()
        {
            self.too_large.get_or_insert(text.span.clone());
        }
        texts.len()
    }

    /// Adds the regular expressions to the matcher; gives how many there are.
    fn patterns<'t>(&mut self, source: &mut Source<'t>, table: &DeTable<'t>, rule: usize, id: &str) -> usize {
        let Some(value) = table.get("regex") else { return 0 };
        let texts = source.strings(value, "regex");
        for text in &texts {
            // Nothing is parsed beyond the budget.
            if self.too_large.is_some() {
                break;
            }
            if text.value.len() > PATTERN_LIMIT {
                self.too_large = Some(text.span.clone());
                break;
            }
            match pattern::parse(&text.value) {
                Ok(hir) => self.pattern(source, text, hir, rule, id),
                Err(refusal) => {
                    let span = source.inside(text, refusal.span.start)..source.inside(text, refusal.span.end);
                    let message = format!("the pattern of rule `{id}` does not compile");
                    source.fault(span, "rule-bad-pattern", message, &refusal.reason, refusal.help);
                }
            }
        }
        texts.len()
    }

    fn pattern<'t>(&mut self, source: &mut Source<'t>, text: &Text, hir: Hir, rule: usize, id: &str) {
        self.cost = self.cost.saturating_add(pattern::cost(&hir));
        if self.cost > PATTERN_BUDGET {
            self.too_large.get_or_insert(text.span.clone());
            return;
        }
        let gates = gates(&hir);
        match Pattern::new(hir) {
            Some(pattern) => self.words.expression(pattern, gates, rule),
            None => {
                let message = format!("the pattern of rule `{id}` is too large");
                source.fault(text.span.clone(), "rule-too-large", message, "", SMALLER);
            }
        }
    }

    pub fn check_budget(&self, source: &mut Source<'_>) {
        if let Some(span) = self.too_large.clone() {
            let message = "the rules up to here are too large together".to_owned();
            source.fault(
                span,
                "rule-too-large",
                message,
                "this one goes over the limit",
                SMALLER,
            );
        }
    }
}

const SMALLER: &str = "counted repetition is dear, above all of \\w: write a{1,3} rather than \\w{0,300}";

fn read_conclusion<'t>(source: &mut Source<'t>, table: &DeTable<'t>, levels: &Levels) -> Conclusion {
    let mut said = Conclusion {
        weight: 1,
        ..Conclusion::default()
    };
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "kind" => said.kind = source.word(value, "kind", Kind::parse, Kind::NAMES),
            "weight" => said.weight = source.integer(value, "weight", 1..=100).map_or(1, small),
            "sentiment" => said.sentiment = source.integer(value, "sentiment", -10..=10).map_or(0, small),
            "topics" => {
                said.topics = source
                    .strings(value, "topics")
                    .into_iter()
                    .map(|topic| topic.value)
                    .collect();
            }
            "urgency" => said.urgency = levels.urgency.read(source, value, "urgency"),
            "impact" => said.impact = levels.impact.read(source, value, "impact"),
            "value" => said.value = levels.value.read(source, value, "value"),
            "route" => said.route = source.string(value, "route").map(|route| route.value),
            "private" => said.private = source.boolean(value, "private").unwrap_or(false),
            _ => {}
        }
    }
    said
}
