//! Which column plays which part: the parts, the table of known names, and what of it a header uses.
//!
//! The names themselves stand in `columns.toml`. Nothing here reads cells.

use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// The part that a column (or JSON key) plays in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Id,
    Channel,
    Direction,
    AuthorId,
    Author,
    Time,
    Clock,
    Title,
    Text,
    ReplyTo,
    Conversation,
    Link,
    Rating,
    Reach,
    Language,
    Repost,
    RepostOf,
    Edited,
    Deleted,
    Automatic,
    ReplyText,
    ReplyTime,
    ReplyId,
    ReplyAuthor,
    KnownBy,
    Fetched,
}

/// How many parts there are.
pub(super) const ROLES: usize = 26;

impl Role {
    /// All parts with their names in `columns.toml`, in the order in which columns are given out.
    pub(super) const ALL: [(Role, &'static str); ROLES] = [
        (Role::Id, "id"),
        (Role::Channel, "channel"),
        (Role::Direction, "direction"),
        (Role::AuthorId, "author_id"),
        (Role::Author, "author"),
        (Role::Time, "time"),
        (Role::Clock, "clock"),
        (Role::Title, "title"),
        (Role::Text, "text"),
        (Role::ReplyTo, "reply_to"),
        (Role::Conversation, "conversation"),
        (Role::Link, "link"),
        (Role::Rating, "rating"),
        (Role::Reach, "reach"),
        (Role::Language, "language"),
        (Role::Repost, "repost"),
        (Role::RepostOf, "repost_of"),
        (Role::Edited, "edited"),
        (Role::Deleted, "deleted"),
        (Role::Automatic, "automatic"),
        (Role::ReplyText, "reply_text"),
        (Role::ReplyTime, "reply_time"),
        (Role::ReplyId, "reply_id"),
        (Role::ReplyAuthor, "reply_author"),
        (Role::KnownBy, "known_by"),
        (Role::Fetched, "fetched"),
    ];
}

impl Role {
    /// The part's name in `columns.toml`.
    pub(super) fn name(self) -> &'static str {
        let found = Self::ALL.into_iter().find(|(role, _)| *role == self);
        found.map_or("", |(_, name)| name)
    }
}

/// How it was found which column plays a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By its name.
    Name,
    /// The profile says so.
    Profile,
    /// By what it holds.
    Guessed,
    /// `feedback.toml` says so.
    Settings,
}

/// One value per part.
#[derive(Debug, Clone)]
pub(super) struct PerRole<T>(pub(super) [T; ROLES]);

#[expect(clippy::indexing_slicing, reason = "there is a place for every part")]
impl<T> PerRole<T> {
    /// One value per part, made by `make`.
    pub(super) fn new(mut make: impl FnMut(Role) -> T) -> Self {
        PerRole(Role::ALL.map(|(role, _)| make(role)))
    }

    /// The value for that part.
    pub(super) fn of(&self, role: Role) -> &T {
        &self.0[role as usize]
    }

    /// The value for that part, to be changed.
    pub(super) fn of_mut(&mut self, role: Role) -> &mut T {
        &mut self.0[role as usize]
    }
}

/// The cells of one row by the part they play; empty where there is none.
pub(super) type Cells<'a> = PerRole<&'a str>;

/// A name as it is compared: lower case, letters and digits only.
pub(super) fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[derive(Debug, Default, Deserialize)]
struct RawTable {
    roles: BTreeMap<String, Vec<String>>,
    pairs: BTreeMap<String, Vec<String>>,
    lists: BTreeMap<String, Vec<String>>,
    channels: BTreeMap<String, Vec<String>>,
}

/// The known names.
#[derive(Debug)]
pub(super) struct Table {
    names: PerRole<Vec<String>>,
    ways: PerRole<Way>,
    dates: Vec<String>,
    /// Names of a reply's text, where a reply's time stands in the file.
    replies: Vec<String>,
    /// Names that only accounts have.
    accounts: Vec<String>,
    /// The keys under which a JSON object keeps its list of messages.
    pub(super) lists: Vec<String>,
    channels: HashMap<String, String>,
}

impl Table {
    /// The table that is built in. (That it can be read is tested.)
    pub(super) fn built_in() -> Self {
        let mut raw: RawTable = toml::from_str(include_str!("columns.toml")).unwrap_or_default();
        let mut names: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (role, name) in Role::ALL {
            let _ = role;
            let list = raw.roles.remove(name).unwrap_or_default();
            names.insert(name, list.iter().map(|n| plain(n)).collect());
        }
        let channels = raw.channels.into_iter().flat_map(|(channel, words)| {
            let own = (plain(&channel), channel.clone());
            words
                .into_iter()
                .map(move |w| (plain(&w), channel.clone()))
                .chain([own])
        });
        let mut pair = |name| -> Vec<String> {
            let list = raw.pairs.remove(name).unwrap_or_default();
            list.iter().map(|n| plain(n)).collect()
        };
        Table {
            ways: PerRole::new(|_| Way::Name),
            dates: pair("date"),
            replies: pair("reply"),
            accounts: pair("account"),
            names: PerRole(Role::ALL.map(|(_, name)| names.remove(name).unwrap_or_default())),
            lists: raw.lists.remove("keys").unwrap_or_default(),
            channels: channels.collect(),
        }
    }

    /// Heeds names that mean something only beside others of the same header.
    pub(super) fn heed(&mut self, header: &[String]) {
        let there: Vec<String> = header.iter().map(|name| plain(name)).collect();
        let some_of = |names: &[String]| names.iter().any(|name| there.contains(name));
        if some_of(self.names.of(Role::ReplyTime)) {
            let bare = self.replies.clone();
            self.names.of_mut(Role::ReplyText).extend(bare);
        }
        if some_of(&self.accounts) {
            self.names.of_mut(Role::Text).retain(|name| name != "description");
        }
    }

    /// Puts names said there in the place of the known ones, part by part; behind a `+`, before them.
    pub(super) fn override_with(&mut self, roles: &BTreeMap<String, Vec<String>>, way: Way) {
        for (role, name) in Role::ALL {
            let Some(list) = roles.get(name) else { continue };
            *self.ways.of_mut(role) = way;
            let names = self.names.of_mut(role);
            match list.split_first() {
                Some((plus, first)) if plus == "+" => {
                    let first: Vec<String> = first.iter().map(|n| plain(n)).collect();
                    names.splice(0..0, first);
                }
                _ => *names = list.iter().map(|n| plain(n)).collect(),
            }
        }
    }

    /// Keeps these columns for the parts that are given them alone.
    pub(super) fn reserve<'n>(&mut self, names: impl Iterator<Item = &'n String>) {
        let kept: Vec<String> = names.map(|name| plain(name)).collect();
        for (role, _) in Role::ALL {
            if *self.ways.of(role) != Way::Settings {
                self.names.of_mut(role).retain(|name| !kept.contains(name));
            }
        }
    }

    /// The parts that a (plain) name can play, each with its rank: the lower, the better.
    pub(super) fn parts(&self, plain_name: &str) -> Vec<(Role, usize)> {
        let part =
            |(role, _): (Role, _)| Some((role, self.names.of(role).iter().position(|n| n == plain_name)?));
        Role::ALL.into_iter().filter_map(part).collect()
    }

    /// Gives out the columns of a header.
    pub(super) fn layout(&self, header: Vec<String>) -> Layout {
        let plain_header: Vec<String> = header.iter().map(|name| plain(name)).collect();
        let mut taken = vec![false; header.len()];
        let column = PerRole::new(|role| {
            let found = self.names.of(role).iter().find_map(|name| {
                (0..plain_header.len())
                    .find(|&i| plain_header.get(i) == Some(name) && taken.get(i) == Some(&false))
            })?;
            if let Some(slot) = taken.get_mut(found) {
                *slot = true;
            }
            Some(found)
        });
        let date_name = column.of(Role::Time).and_then(|i| plain_header.get(i));
        let split_time =
            column.of(Role::Clock).is_some() && date_name.is_some_and(|n| self.dates.contains(n));
        let reply_name = column.of(Role::ReplyText).and_then(|i| plain_header.get(i));
        let bare_reply = reply_name.is_some_and(|n| self.replies.contains(n));
        Layout {
            header,
            column,
            way: self.ways.clone(),
            split_time,
            bare_reply,
            joined: Vec::new(),
        }
    }

    /// The channel that a word stands for (`Twitter` → `x`).
    pub(super) fn channel(&self, word: &str) -> Option<&str> {
        let is_plain = word.chars().all(|c| c.is_alphanumeric() && !c.is_uppercase());
        let channel = if is_plain {
            self.channels.get(word)
        } else {
            self.channels.get(&plain(word))
        };
        channel.map(String::as_str)
    }

    /// The channel to which an internet host belongs.
    pub(super) fn channel_of_host(&self, host: &str) -> Option<&str> {
        let labels: Vec<&str> = host.split('.').collect();
        if host.ends_with("play.google.com") {
            return self.channel("google play");
        }
        let two = labels.get(labels.len().checked_sub(2)?..)?.join(".");
        let one = two.split('.').next().filter(|one| one.len() > 2);
        self.channel(&two).or_else(|| self.channel(one?))
    }

    /// The channel that a file's name tells, with the word that told it.
    pub(super) fn channel_in_file_name(&self, name: &str) -> Option<(&str, String)> {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let lower = name.to_lowercase();
        let words: Vec<&str> = lower
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .collect();
        for length in (1..=3).rev() {
            for window in words.windows(length) {
                let word = window.concat();
                if let Some(channel) = self.channels.get(&word) {
                    return Some((channel, window.join("-")));
                }
            }
        }
        // Chinese is written without blanks, so there the word may stand anywhere.
        let mut inside: Vec<(&String, &String)> = self
            .channels
            .iter()
            .filter(|(w, _)| !w.is_ascii() && lower.contains(w.as_str()))
            .collect();
        inside.sort_by_key(|(word, _)| (std::cmp::Reverse(word.len()), *word));
        inside
            .first()
            .map(|(word, channel)| (channel.as_str(), (*word).clone()))
    }
}

/// What a header gives: its names, and the column of each part.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// The names as they stand in the file.
    pub(super) header: Vec<String>,
    /// The column of each part.
    pub(super) column: PerRole<Option<usize>>,
    /// How that was found.
    pub(super) way: PerRole<Way>,
    /// The day stands in the time column, the time of day in the clock column.
    pub(super) split_time: bool,
    /// The reply's text stands in a column that may also say only whether there is a reply.
    pub(super) bare_reply: bool,
    /// Columns that make the text together: questions, each with the answer in the cell.
    pub(super) joined: Vec<usize>,
}

impl Layout {
    /// Whether some column plays that part.
    pub(super) fn has(&self, role: Role) -> bool {
        self.column.of(role).is_some()
    }

    /// The name of the column that plays that part.
    pub(super) fn field(&self, role: Role) -> Option<&str> {
        self.column
            .of(role)
            .and_then(|i| self.header.get(i))
            .map(String::as_str)
    }

    /// The parts that some column plays, each with its column.
    pub(super) fn columns(&self) -> Vec<(Role, usize)> {
        let column = |(role, _): (Role, _)| Some((role, (*self.column.of(role))?));
        Role::ALL.into_iter().filter_map(column).collect()
    }

    /// How many columns play a part.
    pub(super) fn known(&self) -> usize {
        self.column.0.iter().flatten().count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(header: &str) -> Layout {
        Table::built_in().layout(header.split(',').map(str::to_owned).collect())
    }

    #[test]
    fn the_built_in_table_reads_and_has_every_part() {
        let raw: RawTable = toml::from_str(include_str!("columns.toml")).unwrap();
        for (role, name) in Role::ALL {
            assert!(!raw.roles.get(name).unwrap().is_empty(), "{role:?}");
        }
        assert_eq!(raw.roles.len(), ROLES);
        for (i, (role, _)) in Role::ALL.into_iter().enumerate() {
            assert_eq!(role as usize, i);
        }
    }

    #[test]
    fn the_answers_to_a_message_are_not_what_it_answers() {
        let l =
            layout(",tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id");
        assert_eq!(l.field(Role::ReplyTo), Some("in_response_to_tweet_id"));
        assert_eq!(l.field(Role::Id), Some("tweet_id"));
        assert_eq!(l.field(Role::ReplyId), None);
        let l = layout("id,text,created_at,conversation_id,in_reply_to_user_id");
        assert_eq!(l.field(Role::ReplyTo), None);
        assert_eq!(l.field(Role::Conversation), Some("conversation_id"));
    }

    #[test]
    fn names_are_compared_without_case_and_signs_and_the_earlier_wins() {
        let l = layout("ID,Created At,updated_at,TEXT,Author Name");
        assert_eq!(l.field(Role::Time), Some("Created At"));
        assert_eq!(l.field(Role::Author), Some("Author Name"));
        let l = layout("ticket_id,body");
        assert_eq!(l.field(Role::Id), Some("ticket_id"));
        let l = layout("id,ticket_id,body");
        assert_eq!(
            (l.field(Role::Id), l.field(Role::Conversation)),
            (Some("id"), Some("ticket_id"))
        );
    }

    #[test]
    fn chinese_headers() {
        let l = layout("页码,微博id,微博作者,发布时间,微博内容,转发数");
        assert_eq!(l.field(Role::Id), Some("微博id"));
        assert_eq!(l.field(Role::Time), Some("发布时间"));
        assert_eq!(l.field(Role::Text), Some("微博内容"));
        let l = layout("評論id,用戶名,評論內容,評論時間,商家回覆,回覆時間,評分");
        assert_eq!(l.known(), 7);
        let l = layout("微博ID,博主,发布时间,微博内容,原微博ID,回复的微博ID");
        assert_eq!(
            (l.field(Role::Author), l.field(Role::ReplyTo)),
            (Some("博主"), Some("回复的微博ID"))
        );
        assert_eq!(layout("编号,内容,原微博ID").field(Role::ReplyTo), None);
        let l = layout("評論ID,發佈人,評論內容,被回覆ID,評價時間");
        assert_eq!(l.known(), 5);
    }

    #[test]
    fn a_day_and_a_clock_go_together() {
        assert!(layout("id,date,time,text").split_time);
        assert!(!layout("id,created_at,time,text").split_time);
    }

    #[test]
    fn channels_by_word_and_by_file_name() {
        let table = Table::built_in();
        assert_eq!(table.channel(" Twitter "), Some("x"));
        assert_eq!(table.channel("微博"), Some("weibo"));
        assert_eq!(table.channel("my shop"), None);
        assert_eq!(
            table.channel_in_file_name("a/Google Play-2026.csv").unwrap().0,
            "google-play"
        );
        assert_eq!(
            table.channel_in_file_name("/x/小红书评论.csv").unwrap().0,
            "xiaohongshu"
        );
        assert_eq!(table.channel_in_file_name("mailbox/reviews.csv"), None);
    }
}
