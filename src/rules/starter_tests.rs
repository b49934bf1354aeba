//! What the starter rules make of believable messages, in English, Simplified and Traditional Chinese.

use super::{RuleSet, STARTER};
use crate::judge::Judge;
use crate::message::Message;

/// `text | kind sentiment priority`
const MESSAGES: &str = include_str!("starter/sentences.txt");

#[test]
fn believable_messages_are_judged_as_the_owner_would() {
    let rules = RuleSet::starter().unwrap();
    let mut judge = Judge::new(&rules);
    let mut wrong = Vec::new();
    for line in MESSAGES.lines().filter(|line| !line.is_empty()) {
        let (text, expected) = line.rsplit_once(" | ").unwrap();
        let message = Message {
            text: text.into(),
            ..Message::default()
        };
        let judged = judge.judge(&message);
        let priority = judged.priority.map_or("-", |priority| priority.name());
        let found = [judged.kind.name(), judged.sentiment.name(), priority];
        if !expected
            .split(' ')
            .zip(found)
            .all(|(wanted, got)| wanted == "*" || wanted == got)
        {
            wrong.push(format!(
                "{text}\n  expected {expected}, got {found:?}\n  {:?}",
                judged.matched
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Ordinary grumbling, and words that only look grave.
const NOT_URGENT: &str = "
The queue was murder today
I'm dying for one of your cinnamon buns
This place is on fire, best DJ in town
Your new latte is the bomb
Feeling down again, need a coffee
My phone was hacked together with tape, love your repair shop
The room was cold and the lift was slow
Do you list allergens for the soup?
No one was injured, the staff dealt with the spill at once
My lawyer friend recommended this café
还以为会拉肚子，结果没拉肚子，挺新鲜
这家店最近很火
味道爆炸好吃
别打人家电话催单了
等位等到崩溃，但是好吃
垃圾，差评
太贵了，不会再来
服務態度有夠差
The slippers come out of a plastic bag
He can't breathe for laughing at your window display
The website is in pieces of green and blue, lovely
Do you know a good newspaper reporter
麻辣到嗓子冒烟，过瘾
警告你们，太好吃会上瘾
把新手机屏幕划伤了，能修吗
老板大出血，全场半价
杯套很厚，不会烫伤手
The jug keeps milk from getting scalded milk skin
My burnt toast was my own fault
The health inspector gave them a well earned A
这里的价格打骨折
孩子碰到了一位好老师
手气好，刮到一张优惠券
You twisted my arm, I had the cake
The red dye is bleeding in the wash
I got burned by the hype
朋友昨天在别家食物中毒了，来你家放心
我要起诉我的胃，吃太多了
12315处理好了，谢谢
没什么好投诉的
Not the worst coffee
death by chocolate cake please
We had a lovely open fire in our room
The stranger at the next table was nice, our room was quiet
笑到肚子疼，太好玩了
吃完没肚子疼，很新鲜
No smell of gas at all, the boiler was fixed
Burned by the price of coffee these days
";

#[test]
fn grumbling_is_not_urgent() {
    let rules = RuleSet::starter().unwrap();
    let mut judge = Judge::new(&rules);
    for text in NOT_URGENT.lines().filter(|line| !line.is_empty()) {
        let message = Message {
            text: text.into(),
            ..Message::default()
        };
        let judged = judge.judge(&message);
        assert_ne!(
            judged.priority.map(|p| p.name()),
            Some("P0"),
            "{text}: {:?}",
            judged.matched
        );
    }
}

#[test]
fn topics_route_and_privacy_follow_from_the_words() {
    let rules = RuleSet::starter().unwrap();
    let mut judge = Judge::new(&rules);
    let mut of = |text: &str| {
        let message = Message {
            text: text.into(),
            ..Message::default()
        };
        let judged = judge.judge(&message);
        (
            judged.topics.join(" "),
            judged.route.unwrap_or_default().to_owned(),
            judged.private,
        )
    };
    for (text, topics, route, private) in [
        (
            "Rude waiter and a dirty table",
            "staff hygiene store",
            "management",
            true,
        ),
        (
            "You charged me twice, refund me",
            "billing refund",
            "accounts",
            true,
        ),
        ("App payment fails every time", "billing app", "app", false),
        ("The soup was stale", "quality goods", "quality", false),
        ("25 minutes for one coffee", "waiting goods", "store", false),
        ("My parcel never arrived", "delivery", "delivery", false),
        ("I will sue you", "legal", "management", true),
        ("Are you hiring for the summer?", "business", "management", false),
        ("What a day", "", "service", false),
        (
            "配送太慢，客服不理人",
            "delivery staff waiting",
            "delivery",
            false,
        ),
        ("多刷了一次，怎么联系你们退款", "billing refund", "accounts", true),
        ("my number is 13812345678", "personal-data", "service", true),
    ] {
        let judged = of(text);
        assert_eq!(
            (judged.0.as_str(), judged.1.as_str(), judged.2),
            (topics, route, private),
            "{text}"
        );
    }
}

/// The topics of a text, by the starter rules.
fn topics_of(text: &str) -> String {
    let rules = RuleSet::starter().unwrap();
    let message = Message {
        text: text.into(),
        ..Message::default()
    };
    let mut judge = Judge::new(&rules);
    let judged = judge.judge(&message);
    format!("{} {}", judged.topics.join(" "), judged.route.unwrap_or_default())
}

#[test]
fn rumours_and_boycotts_go_to_the_management() {
    for text in [
        "heard Jade Lantern uses expired milk and the health department shut them down last year, is it true?",
        "Boycott Jade Lantern!! They use expired milk, share!",
        "is Jade Lantern closed? heard it has shut down for good",
        "抵制翠灯！用过期牛奶，转发！",
        "Dicen que usan leche caducada, ¿es verdad?",
    ] {
        let found = topics_of(text);
        assert!(
            found.contains("rumour") && found.ends_with("management"),
            "{text}: {found}"
        );
    }
}

#[test]
fn eight_digits_are_a_telephone_where_they_are_said_to_be() {
    for text in [
        "My phone is 9123 4567, call me",
        "call me 9123 4567",
        "打给我 61234567",
        "我的微信是 abc12345，请联系",
    ] {
        assert!(topics_of(text).contains("personal-data"), "{text}");
    }
    for text in [
        "My phone is broken",
        "Order 9123 4567 never came",
        "call me when order 3 is ready",
    ] {
        assert!(!topics_of(text).contains("personal-data"), "{text}");
    }
}

#[test]
fn a_cockroach_is_hygiene_in_cantonese_too() {
    assert!(topics_of("喺碗麵度食到曱甴").contains("hygiene"));
}

#[test]
fn asking_for_another_place_than_a_competitor_is_a_lead() {
    let rules = RuleSet::starter().unwrap();
    assert!(rules.leads.kinds.contains(&super::Kind::Inquiry));
}

#[test]
fn the_business_name_says_nothing_of_a_mood() {
    let rules = RuleSet::starter().unwrap();
    let mut judge = Judge::new(&rules).ignoring(["Slow Kettle Coffee", "@angryduck", "Great", "太好吃餐厅"]);
    let mut score = |text: &str| {
        let message = Message {
            text: text.into(),
            ..Message::default()
        };
        judge.judge(&message).score
    };
    assert_eq!(score("I am at Slow Kettle Coffee"), 0);
    assert_eq!(
        score("I am at SLOW  KETTLE, tai po"),
        0,
        "customers leave the last word out"
    );
    assert_eq!(score("@great I am at 太好吃餐廳"), 0);
    assert!(score("Slow Kettle is slow today") < 0);
    assert!(score("A great day, great") > 0, "a single word may be any word");
    assert!(score("太好吃了") > 0);
}

#[test]
fn stars_speak_where_words_do_not() {
    let rules = RuleSet::starter().unwrap();
    let mut judge = Judge::new(&rules);
    let mut of = |stars: f32| {
        let message = Message {
            text: "Tuesday".into(),
            rating: Some(stars),
            ..Message::default()
        };
        let judged = judge.judge(&message);
        (judged.kind.name(), judged.sentiment.name())
    };
    assert_eq!(of(1.0), ("complaint", "negative"));
    assert_eq!(of(3.0), ("other", "neutral"));
    assert_eq!(of(5.0), ("praise", "positive"));
}

#[test]
fn a_question_or_a_grumble_is_seen_behind_the_stars() {
    let rules = RuleSet::starter().unwrap();
    let mut judge = Judge::new(&rules);
    for (stars, text, expected) in [
        (5.0, "請問有冇素食？仔仔對花生敏感，啲麵有冇花生？", "inquiry P1"),
        (5.0, "Great place! Do you have oat milk?", "inquiry P1"),
        (4.0, "湯底好味，但係冷氣太凍，坐得好唔舒服", "complaint P1"),
        (4.0, "Nice soup but the air con was freezing", "complaint P1"),
        (5.0, "What more could you ask for?", "praise P2"),
        (4.0, "湯底好味，環境好舒服", "praise P2"),
    ] {
        let message = Message {
            text: text.into(),
            rating: Some(stars),
            ..Message::default()
        };
        let judged = judge.judge(&message);
        let priority = judged.priority.map_or("-", |priority| priority.name());
        let found = format!("{} {priority}", judged.kind.name());
        assert_eq!(found, expected, "{text}: {:?}", judged.matched);
    }
}

#[test]
fn a_thread_that_is_not_settled_needs_a_reply() {
    let rules = RuleSet::starter().unwrap();
    let mut judge = Judge::new(&rules);
    let mut needs_reply = |text: &str| {
        let message = Message {
            text: text.into(),
            reply_to: Some("1".into()),
            ..Message::default()
        };
        judge.judge(&message).needs_reply
    };
    assert!(needs_reply(
        "Thank you, she is home and feeling better. We still need to talk about how this could happen."
    ));
    assert!(needs_reply("谢谢，人没事了，但还是要给个说法"));
    assert!(!needs_reply("Thank you, she is home and feeling better."));
}

#[test]
fn days_past_the_date_are_not_days_without_a_reply() {
    let rules = RuleSet::starter().unwrap();
    let mut judge = Judge::new(&rules);
    let mut unanswered = |text: &str| {
        let message = Message {
            text: text.into(),
            ..Message::default()
        };
        let judged = judge.judge(&message);
        format!("{:?}", judged.matched).contains("no-reply-yet")
    };
    assert!(!unanswered("牛奶过期12天了还在卖"));
    assert!(unanswered("12天了还没回我"));
    assert!(unanswered("兩個星期了都冇人回"));
}

#[test]
fn the_starter_file_is_pleasant_to_read() {
    for (number, line) in STARTER.lines().enumerate() {
        assert!(line.chars().count() <= 120, "line {}", number + 1);
    }
}
