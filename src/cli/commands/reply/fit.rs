//! Which template a case takes and why: the group's common answer before the templates of `replies.toml`; and
//! what must not go out as things stand, however well it fits.

use super::Arguments;
use super::asked::{Asked, Attack};
use crate::case::book::case_id;
use crate::diagnostic::Diagnostic;
use crate::render::safe;
use crate::replies::{self, Choice, Replies, Template, Wanted};
use crate::report::repeats::Group;
use crate::rules::Kind;

/// The name under which a group's common answer goes as a template.
pub(super) const LINKED: &str = "linked";

/// The common answer of the case's group, as a template.
pub(super) fn linked(case: u32, groups: &[Group]) -> Option<Template> {
    let group = groups.iter().filter(|group| group.cases.contains(&case));
    let mut said = group.filter_map(|g| Some((g.linked.answer.as_deref()?, g.linked.notice.as_deref())));
    let (answer, notice) = said.next_back()?;
    let notice = notice.filter(|notice| !answer.contains(notice));
    let text = [Some(answer), notice]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    Some(Template {
        name: LINKED.to_owned(),
        kinds: Vec::new(),
        topics: Vec::new(),
        sentiments: Vec::new(),
        channels: Vec::new(),
        tone: None,
        private: None,
        automatic: true,
        texts: vec![(String::new(), text)],
    })
}

/// The template of that name, or the one that fits best; and why it was taken, as a key of our words.
pub(super) fn chosen<'t>(
    a: &Arguments,
    replies: &'t Replies,
    linked: Option<&'t Template>,
    wanted: &Wanted<'_>,
    asked: &Asked,
) -> Result<(Choice<'t>, &'static str), Diagnostic> {
    let name = a.template.as_deref().unwrap_or("");
    let id = case_id(asked.case);
    let common = linked.filter(|_| name.is_empty() || name == LINKED);
    if let Some(choice) = common.and_then(|t| replies.in_language(t, wanted.language)) {
        return Ok((choice, "the group's common answer"));
    }
    if name.is_empty() {
        if !a.anyway && matches!(wanted.kind, Kind::Spam | Kind::Abuse) {
            unwanted(wanted, &id)?;
        }
        let why = match asked.attack {
            Attack::False => "the attack was found false",
            _ if wanted.rumour => "it is about a rumour",
            _ => "it fits the judgement best",
        };
        let best = replies.fitting(wanted).into_iter().next();
        return best.map(|choice| (choice, why)).ok_or_else(|| {
            let place = if wanted.private { "in private" } else { "in public" };
            let what = format!("no template fits {id}: {} answered {place}", wanted.kind);
            Diagnostic::error("template-unknown", what).help(
                "name one (`feedback reply --list`), write one into replies.toml, or answer with --text",
            )
        });
    }
    if name == LINKED {
        let what = format!("the group of {id} has no common answer");
        return Err(Diagnostic::error("template-unknown", what)
            .help(format!("say it first: `feedback link {id} … --answer TEXT`")));
    }
    let named = replies.named(name);
    let choice = named.and_then(|template| replies.in_language(template, wanted.language));
    choice.map(|choice| (choice, "by its name")).ok_or_else(|| {
        let near = replies.templates.iter().max_by(|a, b| {
            strsim::jaro_winkler(&a.name, name).total_cmp(&strsim::jaro_winkler(&b.name, name))
        });
        let near = near.filter(|t| strsim::jaro_winkler(&t.name, name) > 0.8);
        let help = match near {
            Some(near) => format!("did you mean `{}`?", near.name),
            None => "`feedback reply --list` lists them".to_owned(),
        };
        let what = format!("there is no template `{}`", safe::line(name));
        Diagnostic::error("template-unknown", what).help(help)
    })
}

/// Spam gets no answer, and abuse none that others read.
fn unwanted(wanted: &Wanted<'_>, id: &str) -> Result<(), Diagnostic> {
    let (why, instead) = match wanted.kind {
        Kind::Spam => (
            "spam gets no answer",
            format!("close it: `feedback close {id}`; was it judged wrongly: `feedback judge {id} --kind …`"),
        ),
        _ if wanted.private => return Ok(()),
        _ => (
            "abuse is not argued with in public",
            format!("tell its author why it was taken down: `feedback reply {id} --template --private`"),
        ),
    };
    let what = format!("cannot reply {id}: {why}");
    Err(Diagnostic::error("case-refused", what).help(format!("{instead}; or --anyway")))
}

/// An apology says that it is true: not before that is known, and not for a rumour.
pub(super) fn too_early(asked: &Asked, template: &str, text: &str) -> Option<Diagnostic> {
    let id = case_id(asked.case);
    let (why, instead) = match asked.attack {
        Attack::Unknown => (
            "it is not known yet whether the attack is true",
            format!(
                "first `feedback step false {id}` (it is a rumour) or `feedback step true {id}`; \
                 until then `--template attack-hold`"
            ),
        ),
        Attack::False => (
            "the attack was found false",
            format!(
                "say the facts: `--template attack-false`; if it is true after all: `feedback step true {id}`"
            ),
        ),
        _ => return None,
    };
    replies::apologises(text).then(|| {
        let what = format!("cannot reply {id}: `{template}` apologises, and {why}");
        Diagnostic::error("case-refused", what).help(format!("{instead}; or --anyway"))
    })
}
