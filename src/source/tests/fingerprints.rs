//! Messages of exports without ids.

use super::read;

#[test]
fn a_message_without_an_id_is_the_same_however_it_is_exported() {
    let id = |csv: &str| read(csv).ids()[0].to_owned();
    let one = id("author,created_at,text\nAnn,2024-05-15T10:00:00Z,the café  is closed\n");
    for other in [
        "author,created_at,text\nAnn,2024-05-15 12:00:00+02:00,the cafe\u{301} is closed\n",
        // A spreadsheet leaves the seconds out, and whoever changes her stars changes the same message.
        "author,created_at,text\nAnn,2024/5/15 10:00,the café is closed\n",
        "author,created_at,text,stars\nAnn,2024-05-15T10:00:00Z,the café is closed,4\n",
        "author,created_at,text\nAnn,1715767200,\"the café is\nclosed \"\n",
    ] {
        assert_eq!(id(other), one, "{other}");
    }
    for other in [
        "author,created_at,text\nAnn,2024-05-15T10:01:00Z,the café is closed\n",
        "author,created_at,text\nBen,2024-05-15T10:00:00Z,the café is closed\n",
    ] {
        assert_ne!(id(other), one, "{other}");
    }
}
