//! What a file's labels say → the classes of one dimension.
//!
//! `1=positive,0=negative` names labels, `<-0.5=negative` compares numbers, `*=other` takes all the rest.
//! What a mapping says of labels holds for judgements too, so that classes which are folded are folded on
//! both sides. Which column a label stands in is not known here.

use crate::judge::Judgement;
use crate::rules::{Kind, Priority, Sentiment};

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// negative, neutral, positive
    Sentiment,
    /// complaint, inquiry, …
    Kind,
    /// P0, P1, P2, and none where no reply is needed
    Priority,
}

/// What a priority is called where no reply is needed.
const NO_PRIORITY: &str = "none";

impl Dimension {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Dimension::Sentiment => "sentiment",
            Dimension::Kind => "kind",
            Dimension::Priority => "priority",
        }
    }

    /// Its classes, in order.
    pub fn classes(self) -> &'static [&'static str] {
        match self {
            Dimension::Sentiment => Sentiment::NAMES,
            Dimension::Kind => Kind::NAMES,
            Dimension::Priority => &["P0", "P1", "P2", NO_PRIORITY],
        }
    }

    /// The number of the class of that name, in any case.
    pub fn class(self, name: &str) -> Option<usize> {
        self.classes()
            .iter()
            .position(|class| class.eq_ignore_ascii_case(name.trim()))
    }

    /// The name of a class.
    pub fn class_name(self, class: usize) -> &'static str {
        self.classes().get(class).copied().unwrap_or_default()
    }

    /// The class that a judgement gives.
    pub fn judged(self, judgement: &Judgement<'_>) -> usize {
        match self {
            Dimension::Sentiment => judgement.sentiment as usize,
            Dimension::Kind => judgement.kind as usize,
            Dimension::Priority => judgement.priority.map_or(Priority::ALL.len(), |p| p as usize),
        }
    }
}

/// A text and the class that somebody gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// Where it stands: a line of the file, or the number of a case.
    pub line: u64,
    /// The text.
    pub text: String,
    /// The number of its class.
    pub class: usize,
}

/// What becomes of a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// It is this class.
    Class(usize),
    /// Its rows are left out.
    Skip,
}

/// Which labels a part of a mapping is for.
#[derive(Debug, Clone, PartialEq)]
enum Fits {
    /// This one.
    Label(String),
    /// Numbers below (or up to, or above, or from) this one.
    Number(Compare, f64),
    /// All that nothing else fits.
    Any,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compare {
    Below,
    UpTo,
    Above,
    From,
}

impl Fits {
    fn parse(text: &str) -> Option<Fits> {
        let text = text.trim();
        let comparisons = [
            ("<=", Compare::UpTo),
            (">=", Compare::From),
            ("<", Compare::Below),
            (">", Compare::Above),
        ];
        for (sign, compare) in comparisons {
            if let Some(number) = text.strip_prefix(sign) {
                let number = number.trim().parse::<f64>().ok()?;
                return number.is_finite().then_some(Fits::Number(compare, number));
            }
        }
        match text {
            "" => None,
            "*" => Some(Fits::Any),
            _ => Some(Fits::Label(text.to_lowercase())),
        }
    }

    /// Whether it is for that label, which is in lower case.
    fn holds(&self, label: &str) -> bool {
        let number = || label.parse::<f64>().ok();
        match self {
            Fits::Label(own) => own == label || own.parse::<f64>().ok().zip(number()).is_some_and(same),
            Fits::Number(compare, bound) => number().is_some_and(|number| match compare {
                Compare::Below => number < *bound,
                Compare::UpTo => number <= *bound,
                Compare::Above => number > *bound,
                Compare::From => number >= *bound,
            }),
            Fits::Any => false,
        }
    }
}

/// `1` and `1.0` are one label.
fn same((a, b): (f64, f64)) -> bool {
    a.total_cmp(&b).is_eq()
}

/// How labels become classes.
#[derive(Debug, Clone)]
pub struct Mapping {
    dimension: Dimension,
    parts: Vec<(Fits, Target)>,
    /// What `*` says.
    rest: Option<Target>,
    /// What becomes of each class that is judged.
    folded: Vec<usize>,
}

/// The word for rows that are left out.
const SKIP: &str = "skip";

impl Mapping {
    /// Reads what `--map` says: `LABEL=CLASS` with commas between, as often as it was given. Without any,
    /// labels are the names of classes.
    ///
    /// # Errors
    /// Each part that cannot be read, with the reason.
    pub fn parse(given: &[String], dimension: Dimension) -> Result<Mapping, Vec<(String, String)>> {
        let (mut mapping, mut faults) = (Mapping::plain(dimension), Vec::new());
        let names = dimension.classes().join(", ");
        for part in given.iter().flat_map(|text| parts(text)) {
            let mut fault = |reason: String| faults.push((part.clone(), reason));
            let Some((label, class)) = part.rsplit_once('=') else {
                fault("it has no `=` between label and class".to_owned());
                continue;
            };
            let Some(fits) = Fits::parse(&unquoted(label)) else {
                fault("the label before `=` is empty or compares with no number".to_owned());
                continue;
            };
            let target = match dimension.class(class) {
                Some(class) => Target::Class(class),
                None if class.trim() == SKIP => Target::Skip,
                None => {
                    let what = (class.trim(), dimension.name());
                    fault(format!(
                        "`{}` is no {}; there are {names} and {SKIP}",
                        what.0, what.1
                    ));
                    continue;
                }
            };
            match fits {
                Fits::Any => mapping.rest = mapping.rest.or(Some(target)),
                fits => mapping.parts.push((fits, target)),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        mapping.folded = (0..dimension.classes().len())
            .map(|class| mapping.fold(class))
            .collect();
        Ok(mapping)
    }

    /// Labels are the names of classes.
    pub fn plain(dimension: Dimension) -> Mapping {
        Mapping {
            dimension,
            parts: Vec::new(),
            rest: None,
            folded: (0..dimension.classes().len()).collect(),
        }
    }

    /// The dimension whose classes it gives.
    pub fn dimension(&self) -> Dimension {
        self.dimension
    }

    /// What becomes of that label; `None` where nothing fits it.
    pub fn label(&self, label: &str) -> Option<Target> {
        let label = label.trim();
        if self.parts.is_empty() && self.rest.is_none() {
            return self.dimension.class(label).map(Target::Class);
        }
        let label = label.to_lowercase();
        let fits = self.parts.iter().find(|(fits, _)| fits.holds(&label));
        fits.map(|(_, target)| *target).or(self.rest)
    }

    /// The class that a judged one counts as. A class that the mapping leads to stays itself; others go
    /// where the mapping sends their name, and stay themselves where it sends it nowhere.
    pub fn judged(&self, class: usize) -> usize {
        self.folded.get(class).copied().unwrap_or(class)
    }

    fn fold(&self, class: usize) -> usize {
        let targets = self.parts.iter().map(|(_, target)| *target).chain(self.rest);
        if targets.into_iter().any(|target| target == Target::Class(class)) {
            return class;
        }
        match self.label(self.dimension.class_name(class)) {
            Some(Target::Class(folded)) => folded,
            _ => class,
        }
    }

    /// The only class that it leads to, where there is one: then nothing can be told apart.
    pub fn only_class(&self) -> Option<usize> {
        let all = (0..self.dimension.classes().len()).map(|class| self.judged(class));
        let first = self.judged(0);
        all.into_iter().all(|class| class == first).then_some(first)
    }
}

/// Cuts at commas, but not between double quotes.
fn parts(text: &str) -> Vec<String> {
    let (mut parts, mut quoted) = (vec![String::new()], false);
    for c in text.chars() {
        quoted ^= c == '"';
        match parts.last_mut() {
            Some(last) if c != ',' || quoted => last.push(c),
            _ => parts.push(String::new()),
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

fn unquoted(label: &str) -> String {
    let label = label.trim();
    let inner = label.strip_prefix('"').and_then(|l| l.strip_suffix('"'));
    inner.unwrap_or(label).to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test may
mod tests {
    use super::*;

    fn mapping(text: &str, dimension: Dimension) -> Mapping {
        Mapping::parse(&[text.to_owned()], dimension).unwrap()
    }

    fn says(mapping: &Mapping, label: &str) -> &'static str {
        match mapping.label(label) {
            Some(Target::Class(class)) => mapping.dimension().class_name(class),
            Some(Target::Skip) => SKIP,
            None => "?",
        }
    }

    #[test]
    fn labels_are_named_compared_or_the_rest() {
        let polar = mapping("1=positive,0=negative", Dimension::Sentiment);
        assert_eq!(
            ["1", " 0 ", "1.0", "2"].map(|l| says(&polar, l)),
            ["positive", "negative", "positive", "?"]
        );
        let valence = mapping(
            "<-0.5=negative,>=0.5=positive,x=skip,*=neutral",
            Dimension::Sentiment,
        );
        assert_eq!(
            ["-0.51", "-0.5", "0.5", "x", "", "n/a"].map(|l| says(&valence, l)),
            ["negative", "neutral", "positive", "skip", "neutral", "neutral"]
        );
        let comma = mapping("\"late, or never\"=complaint,*=other", Dimension::Kind);
        assert_eq!(
            ["Late, or never", "late"].map(|l| says(&comma, l)),
            ["complaint", "other"]
        );
        let plain = Mapping::plain(Dimension::Priority);
        assert_eq!(
            ["p0", "None", "urgent"].map(|l| says(&plain, l)),
            ["P0", "none", "?"]
        );
    }

    #[test]
    fn classes_are_folded_on_both_sides() {
        let kind = mapping("complaint=complaint,*=other", Dimension::Kind);
        let folded: Vec<&str> = (0..7)
            .map(|c| Dimension::Kind.class_name(kind.judged(c)))
            .collect();
        assert_eq!(
            folded,
            ["complaint", "other", "other", "other", "other", "other", "other"]
        );
        // A class that the mapping leads to stays itself, whatever `*` says.
        let rest = mapping("1=positive,*=negative", Dimension::Sentiment);
        assert_eq!([0, 1, 2].map(|c| rest.judged(c)), [0, 0, 2]);
        // A class that it does not name stays itself and counts as wrong.
        let polar = mapping("1=positive,0=negative", Dimension::Sentiment);
        assert_eq!([0, 1, 2].map(|c| polar.judged(c)), [0, 1, 2]);
        assert_eq!(polar.only_class(), None);
        assert_eq!(mapping("*=complaint", Dimension::Kind).only_class(), Some(0));
    }

    #[test]
    fn every_fault_of_a_mapping_is_told() {
        let given = ["1=happy,2".to_owned(), "<x=negative".to_owned()];
        let faults = Mapping::parse(&given, Dimension::Sentiment).unwrap_err();
        let parts: Vec<&str> = faults.iter().map(|(part, _)| part.as_str()).collect();
        assert_eq!(parts, ["1=happy", "2", "<x=negative"]);
    }
}
