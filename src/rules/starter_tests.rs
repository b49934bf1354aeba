//! What the starter rules make of believable messages, in English, Simplified and Traditional Chinese.

use super::{RuleSet, STARTER};
use crate::judge::Judge;
use crate::message::Message;

/// `text | kind sentiment priority`
const MESSAGES: &str = "
My whole table got food poisoning from your oysters on Friday | complaint negative P0
I found a piece of glass in my salad. Disgusting. | complaint negative P0
Our son had an allergic reaction because the menu was wrong | complaint negative P0
The kettle I bought from you caught fire this morning! | complaint negative P0
There is an unauthorised transaction of £240 on my account, please help | complaint negative P0
Refund me by Monday or I will take you to court | complaint negative P0
I have emailed you five times about my deposit and still nothing | complaint negative P0
Is your payment system down? The website is down for everyone here | complaint negative P0
I'm going to the press with this if nobody answers | complaint negative P0
吃完你们家的生蚝全家上吐下泻，在医院挂水 | complaint negative P0
沙拉里吃出玻璃渣，太可怕了 | complaint negative P0
我的卡被盗刷了三千块，赶快处理 | complaint negative P0
再不退款我就打12315投诉你们 | complaint negative P0
不退費的話我會找消保官，也會請律師發律師函 | complaint negative P0
飲完你哋杯奶茶肚屙，成晚冇瞓 | complaint negative P0
打了五次电话投诉三次还是没人处理 | complaint negative P0
The coffee was cold and the barista was rude to my mother. | complaint negative P1
Where is my order? It was supposed to be here on Tuesday. | complaint negative P1
Not happy with the haircut at all | complaint negative P1
I was charged twice for one night | complaint negative P1
App keeps crashing since the update | complaint negative P1
Really disappointing pizza, soggy and bland, never again | complaint negative P1
Waited 50 minutes for a table we had booked. Terrible service. | complaint negative P1
The room smelled of smoke and the shower didn't work | complaint negative P1
Why is your coffee so bad lately? | complaint negative P1
Worst airline ever, lost my suitcase and nobody cares | complaint negative P1
一点也不好吃，再也不来了 | complaint negative P1
等了一个多小时还没送到，打电话没人接 | complaint negative P1
服务员态度很差，叫了半天不理人 | complaint negative P1
味道一般，份量太少，还这么贵 | complaint negative P1
汤里有头发，恶心死了 | complaint negative P1
餐點送錯，打電話客訴也沒人理 | complaint negative P1
好嬲，訂咗位都要等成個鐘 | complaint negative P1
個店員黑口黑面，態度差到極 | complaint negative P1
app更新之后一直闪退，登录不了 | complaint negative P1
房間有霉味，冷氣又壞了，很失望 | complaint negative P1
What time do you open on Sundays? | inquiry neutral P1
Do you have oat milk? | inquiry neutral P1
Could you tell me whether the pool is heated? | inquiry neutral P1
Can I change the delivery address after ordering? | inquiry neutral P1
How much is a birthday cake for ten people | inquiry neutral P1
请问周末营业到几点？ | inquiry neutral P1
请问停车场怎么走 | inquiry neutral P1
請問可以帶狗嗎？ | inquiry * P1
你哋幾點收舖？有冇外賣 | inquiry neutral P1
怎么修改收货地址 | inquiry neutral P1
It would be great if you had more vegan options | suggestion * P2
Please bring back the pumpkin soup! | suggestion * P2
建议增加几个充电插座 | suggestion * P2
希望能出小杯裝，一個人喝不完 | suggestion * P2
Best croissants in town, thank you so much! | praise positive P2
Lovely staff, spotless rooms, we will be back | praise positive P2
No problems at all, fast delivery and well packed | praise positive P2
Not bad at all! | praise positive P2
❤️👍 | praise positive P2
很好吃，老板人也好，下次还会来 | praise positive P2
送餐很快，还是热的，没问题 | praise positive P2
服務好好，嘢食好正，抵食 | praise positive P2
店員很親切，咖啡超讚，大推 | praise positive P2
You idiots should go die | abuse negative -
滚蛋，一群脑残 | abuse negative -
Earn money from home! Guaranteed profit, WhatsApp me | spam * -
兼职日结，日赚500，加微信详聊 | spam * -
See you tomorrow | other neutral P2
我明天到上海 | other neutral P2
My son cut his lip on a piece of glass in the ice | complaint negative P0
There was a screw in my noodles, look at the photo | complaint negative P0
I slipped on the wet floor in your lobby and had to go to the emergency room | complaint negative P0
Her lips are swelling after the peanut sauce, lips swelling badly, on the way to hospital | complaint negative P0
I have written to the Consumer Council and my lawyer has all the letters | complaint negative P0
小孩对坚果过敏，喝完嘴唇肿起来，正在去急诊室的路上 | complaint negative P0
浴室玻璃門突然爆炸了，老婆割傷送院 | complaint negative P0
面里吃出一段铁丝 | complaint negative P0
My card was charged twice, who do I talk to? | complaint negative P1
Overcharged by $12 and nobody picks up the phone | complaint negative P1
Checkout is useless, payment fails every time | complaint negative P1
My points are gone after I changed phones | complaint negative P1
After the last update I can't open my saved lists | complaint negative P1
25 minutes for one toasted bagel | complaint negative P1
Ordered the blue one, got green | complaint negative P1
You sent a size 38 instead of 39 | complaint negative P1
The stylist laughed at me when I asked for a fringe | complaint negative P1
It has been two weeks and nobody has written back | complaint negative P1
Refund please, the shoes fell apart | complaint negative P1
The towels were grey and there was someone else's hair in the shower | complaint negative P1
Booked a twin, got a double, and the desk just shrugged | complaint negative P1
Still no sign of the parcel, tracking hasn't moved since the 3rd | complaint negative P1
Fuck you, fix my booking | complaint negative P1
Your driver called me an idiot | complaint negative P1
怎么多刷了我一次，你们几时退 | complaint negative P1
結帳多收了兩百元，請退給我 | complaint negative P1
更新之後一直付款失敗 | complaint negative P1
排了半个小时才告诉我卖完了 | complaint negative P1
前台爱理不理，还翻白眼 | complaint negative P1
三天了没人管吗 | complaint negative P1
染个头发把我头皮烫坏了 | complaint negative P1
裙子有色差，跟图片不一样 | complaint negative P1
房间隔音差，半夜没热水 | complaint negative P1
鞋子寄错码了 | complaint negative P1
點了兩份只來一份 | complaint negative P1
會員自動續費，未經同意 | complaint negative P1
I think I left my umbrella under the table by the window | inquiry * P1
Do you ship to Ireland | inquiry neutral P1
Is breakfast included | inquiry neutral P1
Does the blue jacket come in large | inquiry neutral P1
可以寄到成都吗 | inquiry neutral P1
可以用两张优惠券吗 | inquiry * P1
烫个头多少 | inquiry neutral P1
这件有黑色的吗 | inquiry neutral P1
你哋有冇嬰兒椅 | inquiry neutral P1
剪髮要預約嗎 | inquiry neutral P1
An idea for the loft rooms: a second lamp | suggestion * P2
pls stay open later on Fridays | suggestion * P2
A dark mode would be lovely | suggestion * P2
More gluten free desserts please | suggestion * P2
求返场，去年的栗子蛋糕 | suggestion * P2
建議出一個深色模式 | suggestion * P2
Absolute legends, you saved our anniversary | praise positive P2
Thanks to Joan at reception, she found us a cot at midnight | praise positive P2
最開心的一餐，店員超溫柔 | praise positive P2
认错这么快，路转粉[笑哭R] | praise positive P2
笑哭，这杯子也太可爱了，喜欢 | praise positive P2
這間真係有料到，必飲 | praise positive P2
退款到账了，谢谢 | praise positive P2
Bunch of clowns, hope you go bust | abuse negative -
Boost your salon page! 3,000 real followers for $19 | spam * -
Rank on Google, DM for rates | spam * -
姐妹看主页，带你赚零花，日入300 | spam * -
Charged me for two nights when I stayed one | complaint negative P1
Got home and the cake was squashed | complaint negative P1
Your website says in stock, then you cancel my order. Twice. | complaint negative P1
I'm still without my coat after three weeks | complaint negative P1
Music so loud we had to shout | complaint negative P1
You've raised prices again | complaint negative P1
are pets welcome | inquiry * P1
need to change my booking to two people | inquiry * P1
It'd be good to have a vegan soup | suggestion * P2
why not open a branch in Leeds | suggestion * P2
Super quick, thank you! | praise positive P2
床单上有污渍，恶心 | complaint negative P1
说好送早餐结果没有 | complaint negative P1
预约了还要等一个小时 | complaint negative P1
寄來的杯子是裂的 | complaint negative P1
客房電話永遠佔線 | complaint negative P1
退款申请了十天还没到账 | complaint negative P1
可以开发票不 | inquiry * P1
L码还会补货吗 | inquiry neutral P1
幾點前可以取消 | inquiry neutral P1
出个低糖版本吧 | suggestion * P2
小姐姐手法很专业，按完轻松多了 | praise positive P2
間房好乾淨，職員好有禮貌 | praise positive P2
第三次来了，一如既往的好 | praise positive P2
碗边有个缺口，把我嘴划破了，出血了 | complaint negative P0
服务员把汤洒我身上了，烫红一大片 | complaint negative P0
The rim was chipped and it cut my lip | complaint negative P0
My daughter slipped and fell by the counter | complaint negative P0
The lid came off and I burnt my hand | complaint negative P0
椅子断了，孩子的手指被夹伤 | complaint negative P0
個仔食到一半俾魚骨鯁親 | complaint negative P0
Found a cockroach in the dumplings. Reporting to FEHD | complaint negative P0
I'm reporting this kitchen to the health department | complaint negative P0
厨房有老鼠，我已经打给食药监了 | complaint negative P0
We still need to talk about how this could happen | complaint negative P1
昨天的事怎么也得给个说法 | complaint negative P1
The broth was so salty I couldn't finish it | complaint negative P1
The chips were so greasy we could hardly eat them | complaint negative P1
外賣漏汁，成袋濕晒 | complaint negative P1
打包的汤漏出来了，袋子湿透 | complaint negative P1
催他快点，他白了我一眼 | complaint negative P1
牛奶过期12天了还在卖 | complaint negative P1
等了半天没人点单 | complaint negative P1
間舖幾多點閂門呀 | inquiry neutral P1
我是美食杂志记者，想约采访 | inquiry neutral P1
I'm a journalist writing about bakeries, may I call you? | inquiry neutral P1
请问什么时段去人比较少？因为只有半天时间 | inquiry neutral P1
不错不错，又来了 | praise positive P2
";

#[test]
fn believable_messages_are_judged_as_the_owner_would() {
    let rules = RuleSet::starter().unwrap();
    let mut judge = Judge::new(&rules);
    let mut wrong = Vec::new();
    for line in MESSAGES.lines().filter(|line| !line.is_empty()) {
        let (text, expected) = line.rsplit_once(" | ").unwrap();
        let judged = judge.judge(&Message {
            text: text.into(),
            ..Message::default()
        });
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
";

#[test]
fn grumbling_is_not_urgent() {
    let rules = RuleSet::starter().unwrap();
    let mut judge = Judge::new(&rules);
    for text in NOT_URGENT.lines().filter(|line| !line.is_empty()) {
        let judged = judge.judge(&Message {
            text: text.into(),
            ..Message::default()
        });
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
        let judged = judge.judge(&Message {
            text: text.into(),
            ..Message::default()
        });
        (
            judged.topics.join(" "),
            judged.route.unwrap_or_default(),
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
        ("my number is 13812345678", "privacy", "service", true),
    ] {
        let judged = of(text);
        assert_eq!(
            (judged.0.as_str(), judged.1.as_str(), judged.2),
            (topics, route, private),
            "{text}"
        );
    }
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
        let judged = judge.judge(&Message {
            text: text.into(),
            rating: Some(stars),
            ..Message::default()
        });
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
        let judged = judge.judge(&Message {
            text: text.into(),
            ..Message::default()
        });
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
