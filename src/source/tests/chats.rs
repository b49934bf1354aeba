//! Forms and chats as owners download them.

use super::*;
use crate::judge::Judge;
use crate::rules::RuleSet;
use crate::rules::conclusion::Kind;

#[test]
fn questions_of_a_form_are_not_judged_as_the_customers_words() {
    let o = read_named(
        "form.csv",
        "Timestamp,How was your coffee?,How likely are you to recommend us?,What should we improve?,Your email,Phone number,Was our phone answered?\n\
         2026/11/10 9:05:12 AM GMT+8,Good,9,More oat milk please,ann@example.com,+852 5555 1234,no\n\
         2026/11/12 11:59:59 PM GMT+8,OK,7,–,,,\n"
            .as_bytes(),
    )
    .unwrap();
    assert_eq!(
        o.texts(),
        [
            "How was your coffee?: Good\nHow likely are you to recommend us?: 9\nWhat should we improve?: More oat milk please\nWas our phone answered?: no",
            "How was your coffee?: OK\nHow likely are you to recommend us?: 7\nWhat should we improve?: –"
        ]
    );
    let [ann, other] = &o.messages[..] else { panic!() };
    assert_eq!(ann.words(), "Good\n9\nMore oat milk please\nno");
    assert_eq!(ann.author, "ann@example.com");
    assert_eq!(other.words(), "OK\n7\n–");
    let rules = RuleSet::starter().unwrap();
    let mut judge = Judge::new(&rules);
    assert_ne!(judge.judge(other).kind, Kind::Inquiry);
}
