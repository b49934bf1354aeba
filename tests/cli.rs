//! What the commands print, where they exit and what they leave in the ledger: the stories in
//! `tests/golden/` (see `story` for how they are written), and what a story cannot tell.

mod story;

#[test]
fn stories_go_as_told() {
    story::check(&story::all("golden"));
}
