#!/usr/bin/env python3
"""What the oracle holds to be right, on data small enough to reckon by hand.

    python3 test_figures.py

It tests the oracle only. That the program agrees with it is tested from Rust."""
import contextlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True
import figures

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
TWCS = "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"


def run(*arguments):
    out = io.StringIO()
    with mock.patch.object(sys, "argv", ["figures.py", *map(str, arguments)]), contextlib.redirect_stdout(out):
        figures.main()
    return json.loads(out.getvalue())


class Oracle(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, name, text):
        path = self.folder / name
        path.write_bytes(text.encode())
        return path

    def twcs(self, *rows):
        """Rows as (id, True for a mention, time on one day, id that it answers)."""
        lines = [f"{id},who,{inbound},Tue Sep 22 {time} +0000 2026,text,,{parent}\n"
                 for id, inbound, time, parent in rows]
        return self.file("twcs.csv", TWCS + "".join(lines))

    def test_a_question_before_or_after_its_answer_in_the_file(self):
        path = self.twcs((2, False, "10:05:00", 1), (1, True, "10:00:00", ""), (3, True, "10:06:00", 2))
        got = run("--format", "twcs", path)
        self.assertEqual((got["cases"], got["first_response_time"]["mean_s"]), (1, 300))
        self.assertEqual(got["backlog"]["waiting_for_us"], 1)

    def test_each_run_of_mentions_counts_once(self):
        path = self.twcs((1, True, "10:00:00", ""), (2, True, "10:01:00", 1), (3, False, "10:10:00", 2),
                         (4, False, "10:11:00", 3), (5, True, "11:00:00", 4), (6, False, "11:00:30", 5))
        got = run("--format", "twcs", path)["response_time"]
        self.assertEqual((got["n"], got["mean_s"], got["median_s"]), (2, 315, 30))

    def test_what_has_no_beginning_is_told_apart(self):
        path = self.twcs((1, True, "10:00:00", 99), (2, True, "10:00:01", 99),   # parent absent: two cases
                         (3, False, "10:00:00", ""), (4, True, "10:30:00", 3),   # the shop began
                         (5, False, "10:00:00", ""))                             # nobody asked
        got = run("--format", "twcs", path)
        self.assertEqual((got["cases"], got["with_beginning"]), (3, 0))
        self.assertEqual(got["excluded"], {"beginning_missing": 2, "begun_by_business": 1, "without_mention": 1})

    def test_rows_are_counted_once_each(self):
        path = self.file("twcs.csv", TWCS + "1.0,a,TRUE,Tue Sep 22 10:00:00 +0000 2026,lone \r return,,\r\n"
                         + ",,,,,,\r\n\r\n"
                         + "1,a,TRUE,Tue Sep 22 12:00:00 +0000 2026,again,,\r\n"
                         + "5.7E+17,a,TRUE,Tue Sep 22 10:00:00 +0000 2026,x,,\r\n"
                         + "2,shop,false,Tue Sep 22 10:00:09 +0000 2026,\"two\r\nlines\",,1\r\n")
        got = run("--format", "twcs", path)
        self.assertEqual(got["messages"], {"rows": 5, "mentions": 2, "replies": 1, "inline": 0, "new": 2,
                                           "duplicate": 1, "skipped": 1, "rejected": 1})
        self.assertEqual(got["first_response_time"]["median_s"], 9)

    def test_percentiles_want_enough_values(self):
        self.assertEqual(figures.spread([]), dict.fromkeys(["mean_s", "median_s", "p90_s", "p95_s"]) | {"n": 0})
        self.assertEqual(figures.spread(range(1, 10))["p90_s"], None)
        self.assertEqual(figures.spread(range(1, 11))["p90_s"], 9)
        self.assertEqual((figures.spread(range(1, 21))["p95_s"], figures.spread(range(1, 21))["median_s"]), (19, 10))

    def test_those_that_wait_push_the_median_up(self):
        self.assertEqual(figures.median_including_waiting([10, 20, 30], []), 20)
        self.assertEqual(figures.median_including_waiting([10, 20, 30], [25]), 20)      # 3/4, then 2/4
        self.assertEqual(figures.median_including_waiting([10, 20, 30], [15]), 20)      # 3/4, then 3/8
        self.assertEqual(figures.median_including_waiting([10, 30], [15, 12]), 30)      # 3/4, then 0
        self.assertEqual(figures.median_including_waiting([10, 20], [99, 99, 99]), None)
        self.assertEqual(figures.median_including_waiting([], []), None)

    def test_the_ledger_says_what_needs_a_reply_and_what_is_early(self):
        path = self.twcs((1, True, "10:00:00", ""), (2, False, "10:10:00", 1),  # answered
                         (3, True, "11:00:00", ""),                             # overdue
                         (4, True, "11:50:00", ""),                             # not yet due
                         (5, True, "11:55:00", ""))                             # praise
        needs = [(1, "c1", True, True), (2, "c9", False, None), (3, "c2", True, True),
                 (4, "c3", True, True), (5, "c4", True, False)]
        lines = [{"ev": "message", "case": case, "facts": {"dir": "in" if inbound else "out", "target_s": 3600}
                  | ({} if need is None else {"needs_reply": need}), "data": {"id": str(id)}}
                 for id, case, inbound, need in needs]
        lines += [{"ev": "merge", "facts": {"into": "c1", "from": "c9"}}, {"ev": "commit", "n": 6}]
        export = self.file("export.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
        got = run("--format", "twcs", path, "--as-of", "2026-09-22T12:30:00Z", "--ledger-export", export)
        self.assertEqual(got["response_rate"], {"n": 2, "answered": 1, "value_rate": 0.5,
                                                "not_yet_due": 1, "needs_no_reply": 1})
        self.assertEqual((got["ledger"]["same_cases"], got["ledger"]["missing"]), (True, 0))
        self.assertEqual((got["first_response_time"]["unanswered"], got["backlog"]["n"]), (3, 3))
        lines[-2]["facts"]["into"] = "c2"
        export = self.file("export.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
        self.assertFalse(run("--format", "twcs", path, "--ledger-export", export)["ledger"]["same_cases"])

    def test_three_shapes_of_the_coffee_shop(self):
        self.file("feedback.toml", '[business]\nhandles = ["@青山咖啡"]\ntime_zone = "Asia/Hong_Kong"\n')
        x = self.twcs((1, True, "10:00:00", ""), (2, False, "10:01:00", 1))
        google = self.file("google.json", json.dumps({"reviews": [
            {"reviewId": "r1", "createTime": "2026-09-22T10:00:00.900123456Z",
             "reviewReply": {"comment": "-", "updateTime": "2026-09-22T10:00:02.100Z"}},
            {"reviewId": "r2", "createTime": "2026-09-22T10:00:00Z"}]}))
        red = self.file("red.csv", "\ufeff评论ID,笔记ID,父评论ID,用户昵称,评论内容,评论时间\r\n"
                        "a,n,,小明,好喝,2026-09-22 18:00\r\nb,n,a,青山咖啡,谢谢,2026-09-22 18:07\r\n")
        got = run("--format", "coffee-shop", x, google, red)
        self.assertEqual(got["messages"], {"rows": 6, "mentions": 4, "replies": 2, "inline": 1, "new": 7,
                                           "duplicate": 0, "skipped": 0, "rejected": 0})
        self.assertEqual((got["cases"], got["as_of"]), (4, "2026-09-22T10:07:00Z"))
        self.assertEqual((got["first_response_time"]["n"], got["first_response_time"]["mean_s"]), (3, 160))  # 1, 60, 420

    def test_a_reply_in_the_row_of_a_review_that_was_edited_later_counts_as_0_seconds(self):
        path = self.file("play.csv", "reviewId,at,repliedAt\nr,2026-01-02 10:00:00,2026-01-01 10:00:00\n")
        got = run("--format", "google-play", path)
        self.assertEqual((got["response_rate"]["answered"], got["first_response_time"]["n"]), (1, 1))
        self.assertEqual((got["first_response_time"]["mean_s"], got["first_response_time"]["edited_after_reply"]), (0, 1))


class RealExports(unittest.TestCase):
    def figures(self, format, name):
        if not (CORPUS / name).exists():
            self.skipTest(f"{name} is not there")
        return run("--format", format, CORPUS / name)

    def test_many_businesses(self):
        got = self.figures("twcs", "x-twcs/mini.csv")
        self.assertEqual((got["messages"]["rows"], got["cases"], got["with_beginning"]), (5000, 1311, 1285))
        self.assertEqual(got["excluded"], {"beginning_missing": 5, "begun_by_business": 21, "without_mention": 1})
        self.assertEqual((got["first_response_time"]["n"], got["first_response_time"]["median_s"]), (1285, 813))
        self.assertEqual(got["response_time"]["n"], 2078)

    def test_one_business_without_beginnings(self):
        got = self.figures("twcs", "x-twcs/spotifycares.csv")
        self.assertEqual((got["messages"]["rows"], got["cases"], got["first_response_time"]["n"]), (26082, 12959, 0))
        self.assertEqual((got["excluded"]["beginning_missing"], got["excluded"]["begun_by_business"]), (12948, 11))
        self.assertEqual(got["response_time"]["n"], 3569)

    def test_lone_carriage_returns(self):
        self.assertEqual(self.figures("twcs", "x-twcs/bare-cr.csv")["messages"]["rows"], 15096)

    def test_replies_in_the_same_row(self):
        got = self.figures("google-play", "google-play/reviews.csv")["response_rate"]
        self.assertEqual((got["answered"], got["n"]), (506, 600))


if __name__ == "__main__":
    unittest.main()
