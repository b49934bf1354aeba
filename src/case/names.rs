//! Words that occur over and over in a ledger (channels, topics, assignees), by number.

use std::collections::HashMap;

/// A word that occurs over and over (channel, topic, assignee), by its number in [`Names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Name(pub u32);

/// The words behind [`Name`]s. Number 0 is the empty word.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Names {
    words: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Names {
    /// The number of `word`, giving it one where it is new.
    pub fn number(&mut self, word: &str) -> Name {
        if word.is_empty() {
            return Name(0);
        }
        if let Some(n) = self.numbers.get(word) {
            return Name(*n);
        }
        self.words.push(word.to_owned());
        let n = u32::try_from(self.words.len()).unwrap_or(0);
        self.numbers.insert(word.to_owned(), n);
        Name(n)
    }

    /// The number of a word that has one.
    pub fn find(&self, word: &str) -> Option<Name> {
        self.numbers.get(word).map(|n| Name(*n))
    }

    /// Every word, in the order of their numbers.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// There are no words.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The word.
    pub fn word(&self, name: Name) -> &str {
        let i = usize::try_from(name.0).unwrap_or(0);
        i.checked_sub(1)
            .and_then(|i| self.words.get(i))
            .map_or("", String::as_str)
    }

    /// The number of several topics together, giving each its own too, or one that never stands alone
    /// could not be found.
    pub fn number_topics<'t>(&mut self, topics: impl IntoIterator<Item = &'t str>) -> Name {
        let mut all = String::new();
        for topic in topics {
            self.number(topic);
            if !all.is_empty() {
                all.push('\n');
            }
            all.push_str(topic);
        }
        self.number(&all)
    }

    /// The numbers of the topics behind [`number_topics`](Self::number_topics).
    pub fn topics(&self, name: Name) -> impl Iterator<Item = Name> {
        self.word(name).split('\n').filter_map(|topic| self.find(topic))
    }
}

/// The numbers of words met a moment ago: most come again and again.
#[derive(Debug, Clone)]
pub(super) struct Recent {
    slots: Vec<(String, Name)>,
}

impl Default for Recent {
    fn default() -> Self {
        Recent {
            slots: vec![Default::default(); 64],
        }
    }
}

impl Recent {
    /// The number of `word`; `find` is asked where it was not met a moment ago.
    pub(super) fn number(&mut self, word: &str, find: impl FnOnce(&str) -> Name) -> Name {
        let bytes = word.as_bytes();
        let (first, last) = match bytes {
            [] => return Name(0),
            [first, .., last] => (*first, *last),
            [one] => (*one, *one),
        };
        let at = (bytes.len() ^ usize::from(first) ^ usize::from(last) << 2) % 64;
        match self.slots.get_mut(at) {
            Some((met, name)) if met == word => *name,
            Some(slot) => {
                *slot = (word.to_owned(), find(word));
                slot.1
            }
            None => find(word),
        }
    }
}
