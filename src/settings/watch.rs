//! `[watch]` of `feedback.toml`: the words, handles and tags by which mentions are searched for and labelled.
//! Here they are only checked; how they are found in texts and made into searches is decided elsewhere.

use crate::rules::raw::Source;
use toml::de::DeTable;

/// The parts of the watch-list, by the names of their keys.
const PARTS: [&str; 4] = ["brand", "product", "industry", "competitor"];
/// The most words of the list: searches are short, and labels are for eyes.
const MOST: usize = 1000;

/// The watch-list: words, handles (`@…`) and tags (`#…`) as they are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watch {
    /// The business itself.
    pub brand: Vec<String>,
    /// What it sells.
    pub product: Vec<String>,
    /// Its line of business.
    pub industry: Vec<String>,
    /// Others of its line.
    pub competitor: Vec<String>,
}

impl Watch {
    /// Nothing is watched.
    pub fn is_empty(&self) -> bool {
        *self == Watch::default()
    }

    /// The parts with their words, in order.
    pub fn parts(&self) -> [(&'static str, &[String]); 4] {
        let [brand, product, industry, competitor] = PARTS;
        [
            (brand, &self.brand),
            (product, &self.product),
            (industry, &self.industry),
            (competitor, &self.competitor),
        ]
    }
}

/// Reads `[watch]`.
pub(super) fn read<'t>(source: &mut Source<'t>, root: &DeTable<'t>) -> Watch {
    let mut watch = Watch::default();
    let Some(table) = root.get("watch").and_then(|v| source.table(v, "watch")) else {
        return watch;
    };
    source.only(table, "[watch]", &PARTS);
    let mut n = 0;
    for (key, value) in table {
        let key = key.get_ref().as_ref();
        let mut words = Vec::new();
        for word in source.strings(value, key) {
            if !word.value.chars().any(char::is_alphanumeric) {
                let message = format!("`{key}` has a word of which nothing is left to look for");
                source.fault(
                    word.span,
                    "setting-invalid",
                    message,
                    "",
                    "write words, @handles or #tags",
                );
            } else {
                words.push(word.value.trim().to_owned());
            }
        }
        n += words.len();
        if n > MOST {
            let message = format!("the watch-list has more than {MOST} words");
            let help = "keep those by which people speak of you; rules.toml has room for more";
            source.fault(value.span(), "setting-invalid", message, "", help);
            break;
        }
        match key {
            "brand" => watch.brand = words,
            "product" => watch.product = words,
            "industry" => watch.industry = words,
            "competitor" => watch.competitor = words,
            _ => {}
        }
    }
    watch
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;

    #[test]
    fn words_are_kept_as_they_are_written_and_faults_told_at_once() {
        let text = "[watch]\nbrand = [\" Maple & Rye\", \"@mapleandrye\"]\ncompetitor = \"#豆在那里\"\n";
        let watch = Settings::parse(text, "feedback.toml").unwrap().watch;
        assert_eq!(watch.brand, ["Maple & Rye", "@mapleandrye"]);
        assert_eq!(watch.competitor, ["#豆在那里"]);

        let text = "[watch]\nbrands = [\"x\"]\nproduct = [\"!!\", 3]\n";
        let faults = Settings::parse(text, "feedback.toml").unwrap_err();
        let places: Vec<_> = faults
            .iter()
            .map(|f| (f.code, f.place.as_ref().unwrap().line))
            .collect();
        assert_eq!(
            places,
            [
                ("setting-unknown", 2),
                ("setting-invalid", 3),
                ("setting-invalid", 3)
            ]
        );
        assert_eq!(faults[0].help.as_deref(), Some("did you mean `brand`?"));
    }
}
