//! The two procedures that a case can carry beside its state: what is done about abuse, and about an attack
//! on the brand. Each is a checklist; which steps wait for which others stands here and nowhere else.
//!
//! A case keeps the steps that were done as `procedure/step`, in the order in which they were done.

use super::state::Refused;

/// One item of a checklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task {
    /// Its name, as it is typed and recorded.
    pub name: &'static str,
    /// Only once this step was done.
    pub after: Option<&'static str>,
    /// This step settles the same question the other way: the later of the two counts.
    pub or: Option<&'static str>,
}

/// A checklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Procedure {
    /// `abuse` or `attack`.
    pub name: &'static str,
    /// Its steps, in the order in which they are done.
    pub tasks: &'static [Task],
}

const fn task(name: &'static str) -> Task {
    Task {
        name,
        after: None,
        or: None,
    }
}

const fn after(name: &'static str, before: &'static str) -> Task {
    Task {
        after: Some(before),
        ..task(name)
    }
}

const fn or(name: &'static str, other: &'static str) -> Task {
    Task {
        or: Some(other),
        ..task(name)
    }
}

/// The step that every procedure begins with when it is started by hand.
pub const STARTED: &str = "started";

/// Abuse: evidence is kept before anything is hidden or deleted; its author is told why in private; severe
/// cases go to management.
pub const ABUSE: Procedure = Procedure {
    name: "abuse",
    tasks: &[
        task("evidence"),
        Task {
            after: Some("evidence"),
            ..or("hidden", "deleted")
        },
        Task {
            after: Some("evidence"),
            ..or("deleted", "hidden")
        },
        task("reason"),
        task("management"),
    ],
};

/// An attack on the brand: prepare (who speaks, what is known), act (a first word in public), then find out
/// whether what is said is false (evidence, and a request to take it back) or true (what harms goes offline,
/// an apology, compensation).
pub const ATTACK: Procedure = Procedure {
    name: "attack",
    tasks: &[
        task("prepare"),
        task("act"),
        or("false", "true"),
        after("evidence", "false"),
        after("retraction", "evidence"),
        or("true", "false"),
        after("offline", "true"),
        after("apology", "true"),
        after("compensation", "true"),
    ],
};

/// Every procedure.
pub const ALL: [Procedure; 2] = [ABUSE, ATTACK];

impl Procedure {
    /// The procedure of that name.
    pub fn named(name: &str) -> Option<Procedure> {
        ALL.into_iter().find(|p| p.name == name)
    }

    fn task(&self, name: &str) -> Option<&'static Task> {
        self.tasks.iter().find(|task| task.name == name)
    }

    /// That step was done.
    pub fn has(&self, steps: &[&str], step: &str) -> bool {
        steps
            .iter()
            .any(|done| done.split_once('/') == Some((self.name, step)))
    }

    /// The way that this task stands on was taken, where there are two.
    fn is_on_the_way(&self, task: &Task, steps: &[&str]) -> bool {
        let before = task.after.and_then(|before| self.task(before));
        before.is_none_or(|before| {
            (before.or.is_none() || self.has(steps, before.name)) && self.is_on_the_way(before, steps)
        })
    }

    /// The steps that are still to be done as things stand: those of the way that was not taken are left out.
    pub fn open<'s>(&'s self, steps: &'s [&str]) -> impl Iterator<Item = &'static Task> + 's {
        self.tasks.iter().filter(|task| {
            let answered = task.or.is_some_and(|other| self.has(steps, other));
            !self.has(steps, task.name) && !answered && self.is_on_the_way(task, steps)
        })
    }
}

/// The procedures that run where these steps were done: those with steps, and abuse wherever there is any.
pub fn running<'s>(steps: &'s [&str], is_abuse: bool) -> impl Iterator<Item = Procedure> + 's {
    let begun = |p: &Procedure| steps.iter().any(|s| s.split('/').next() == Some(p.name));
    ALL.into_iter()
        .filter(move |p| begun(p) || (is_abuse && p.name == ABUSE.name))
}

/// The procedure that a step belongs to, given what was done in the case: `evidence` is a step of both.
pub fn of_step(step: &str, done: &[&str]) -> Option<Procedure> {
    let under_attack = ATTACK.has(done, "false");
    ALL.into_iter()
        .filter(|p| p.task(step).is_some())
        .max_by_key(|p| (p.name == ATTACK.name) == under_attack)
}

/// The way of an attack that a task stands on.
fn way(before: &'static str) -> &'static str {
    if before == "true" { "true" } else { "false" }
}

/// Which of two ways a task stands on, and the other one, where that was taken.
fn off_the_way(
    procedure: &Procedure,
    task: &'static Task,
    steps: &[&str],
) -> Option<(&'static str, &'static str)> {
    if *procedure != ATTACK {
        return None;
    }
    let found = way(task.after?);
    let other = if found == "true" { "false" } else { "true" };
    procedure.has(steps, other).then_some((found, other))
}

/// Takes a step (`procedure/step`) into `steps`, or says why it makes no sense yet.
pub(super) fn take<'a>(steps: &mut Vec<&'a str>, step: &'a str) -> Result<(), Refused> {
    let refuse = |why: String, instead| Err(Refused { why, instead });
    let Some((procedure, name)) = step.split_once('/') else {
        return Ok(());
    };
    let Some(procedure) = Procedure::named(procedure) else {
        // A newer version knows it.
        steps.push(step);
        return Ok(());
    };
    if procedure.has(steps, name) {
        return refuse(
            format!("{step} is done already"),
            "see `feedback show`: what is open has no mark",
        );
    }
    let task = procedure.task(name);
    // An attack is started on purpose.
    if procedure == ATTACK && name != STARTED && !steps.iter().any(|s| s.starts_with("attack/")) {
        return refuse(
            "no attack was started".to_owned(),
            "start it first: `feedback escalate CASE --as attack`",
        );
    }
    let away = task.and_then(|task| off_the_way(&procedure, task, steps));
    if let Some((found, other)) = away {
        return refuse(
            format!("the attack was found {other}"),
            match found {
                "true" => "if it is true after all: `feedback step true CASE`",
                _ => "if it is a rumour after all: `feedback step false CASE`",
            },
        );
    }
    if let Some(before) = task.and_then(|task| task.after)
        && !procedure.has(steps, before)
        && !task.is_some_and(|task| task.or.is_some() && procedure.has(steps, task.or.unwrap_or_default()))
    {
        return match before {
            "evidence" if procedure == ATTACK && ATTACK.has(steps, "false") => refuse(
                format!("{step} comes after the evidence: a request to take it back needs proof"),
                "keep it first: `feedback evidence CASE --file, --link or --text`",
            ),
            "evidence" if procedure == ABUSE => refuse(
                format!("{step} comes after the evidence: what is gone cannot be proved"),
                "keep it first: `feedback evidence CASE --file, --link or --text`",
            ),
            _ => refuse(
                format!("{step} belongs to an attack that was found {}", way(before)),
                "first `feedback step CASE false` (it is a rumour) or `feedback step CASE true`",
            ),
        };
    }
    // The later answer counts.
    let other = task.and_then(|task| task.or);
    steps.retain(|done| done.split_once('/') != other.map(|other| (procedure.name, other)));
    steps.push(step);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(all: &[&'static str]) -> Result<Vec<&'static str>, Refused> {
        let mut steps = Vec::new();
        all.iter().try_for_each(|step| take(&mut steps, step))?;
        Ok(steps)
    }

    fn open(procedure: Procedure, steps: &[&str]) -> Vec<&'static str> {
        procedure.open(steps).map(|task| task.name).collect()
    }

    #[test]
    fn nothing_is_hidden_before_it_is_proved() {
        let refused = done(&["abuse/hidden"]).unwrap_err();
        assert!(refused.why.contains("evidence"), "{}", refused.why);
        let steps = done(&["abuse/evidence", "abuse/hidden"]).unwrap();
        assert_eq!(open(ABUSE, &steps), ["reason", "management"]);
    }

    #[test]
    fn what_was_hidden_can_be_deleted_later() {
        let steps = done(&["abuse/evidence", "abuse/hidden", "abuse/deleted"]).unwrap();
        assert_eq!(steps, ["abuse/evidence", "abuse/deleted"]);
    }

    #[test]
    fn an_attack_goes_one_of_two_ways() {
        assert!(done(&["attack/started", "attack/apology"]).is_err());
        let rumour = done(&["attack/started", "attack/prepare", "attack/act", "attack/false"]).unwrap();
        assert_eq!(open(ATTACK, &rumour), ["evidence", "retraction"]);
        let found_true = done(&["attack/started", "attack/false", "attack/true"]).unwrap();
        assert_eq!(
            open(ATTACK, &found_true),
            ["prepare", "act", "offline", "apology", "compensation"]
        );
    }

    #[test]
    fn an_attack_is_started_on_purpose_and_each_way_keeps_its_order() {
        let refused = |steps: &[&'static str]| done(steps).unwrap_err();
        assert!(refused(&["attack/prepare"]).instead.contains("--as attack"));
        let early = refused(&["attack/started", "attack/false", "attack/retraction"]);
        assert!(early.why.contains("needs proof"), "{}", early.why);
        let other = refused(&["attack/started", "attack/false", "attack/apology"]);
        assert!(other.why.contains("found false") && other.instead.contains("step true"));
        assert!(
            done(&[
                "attack/started",
                "attack/false",
                "attack/evidence",
                "attack/retraction"
            ])
            .is_ok()
        );
        assert_eq!(
            open(ATTACK, &["attack/started"]),
            ["prepare", "act", "false", "true"]
        );
    }

    #[test]
    fn evidence_belongs_to_the_attack_only_where_it_was_found_false() {
        assert_eq!(of_step("evidence", &[]), Some(ABUSE));
        assert_eq!(
            of_step("evidence", &["attack/started", "attack/false"]),
            Some(ATTACK)
        );
        assert_eq!(of_step("apology", &[]), Some(ATTACK));
        assert_eq!(of_step("dance", &[]), None);
    }
}
