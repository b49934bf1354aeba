#!/usr/bin/env python3
"""Recompute the figures from a raw export, without any of the program's own code.

    python3 figures.py --format twcs|google-play|coffee-shop FILE...
                       [--as-of RFC3339] [--ledger-export EXPORT.jsonl] [--handles a,b]

Prints one JSON object. It is the second bookkeeper: it reads the same raw files,
follows docs/metrics.md by the shortest way, and must come to the same numbers, to
the second. It is not fast, it writes nothing, and it judges nothing: which case
needs a reply it takes from a ledger export. Without one, every case counts as
needing a reply.

--as-of is the moment at which ages are taken (default: the latest message). It cuts
nothing out of the data.

How it reckons, from top to bottom of this file:
  1. Raw rows become messages (exports.py). Times are kept in whole milliseconds.
  2. A message that answers one that is present belongs to the same case as it.
  3. Each case is put in order of time, ties in the order of the files.
  4. The figures are counted from the ordered cases.
"""
import argparse
import json
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

sys.dont_write_bytecode = True  # leave no __pycache__ behind
from exports import Settings, handle, read, rfc3339

HOUR = 3600
DAY = 24 * HOUR
RESPONSE_BUCKETS = [("le_15min", 900), ("le_1h", HOUR), ("le_4h", 4 * HOUR),
                    ("le_8h", 8 * HOUR), ("le_24h", DAY)]
AGE_BUCKETS = [("le_1h", HOUR), ("le_4h", 4 * HOUR), ("le_24h", DAY),
               ("le_48h", 2 * DAY), ("le_7d", 7 * DAY)]
BEGUN, MISSING, OURS = "begun", "beginning_missing", "begun_by_business"


# ---- 2. and 3. Messages become cases --------------------------------------------------

def threads(messages):
    """Groups of messages that hang together by answering one another, each in order."""
    place = {(m.channel, m.id): i for i, m in enumerate(messages)}
    leader = list(range(len(messages)))  # follow it upwards: the group's one representative

    def representative(i):
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    for i, message in enumerate(messages):
        parent = place.get((message.channel, message.reply_to))
        if parent is not None:
            leader[representative(i)] = representative(parent)
    groups = {}
    for i, message in enumerate(messages):
        groups.setdefault(representative(i), []).append(message)
    for group in groups.values():
        put_off_early_inline_replies(group)
    # At the same time a message that answers nothing stands first; otherwise sort() keeps the
    # order of the files where the times are equal.
    return [sorted(group, key=lambda m: (m.posted, m.put_off, m.reply_to is not None)) for group in groups.values()]


def put_off_early_inline_replies(group):
    """An app store moves a review's time when the customer edits it, so that the reply in its
    row can carry an earlier time. Such a reply takes the time of the case's first mention: it
    cannot have come before what it answers, and how long it took the export no longer tells."""
    mentions = [m.posted for m in group if m.inbound]
    for message in group:
        if message.inline and mentions and message.posted < min(mentions):
            message.posted, message.put_off = min(mentions), True


def beginning(case):
    """How the case began, and the message with which it did."""
    roots = [message for message in case if message.reply_to is None]
    if not roots:
        return MISSING, None
    return (BEGUN if roots[0].inbound else OURS), roots[0]


def seconds(earlier, later):
    return (later - earlier) // 1000


def first_response(case, root):
    """The first reply that follows the first mention, None where there is none."""
    return next((m for m in case[case.index(root) + 1:] if not m.inbound), None)


def exchanges_s(case):
    """For each run of unanswered mentions: from its oldest to the next reply."""
    waiting_since, durations = None, []
    for message in case:
        if message.inbound and waiting_since is None:
            waiting_since = message.posted
        elif not message.inbound and waiting_since is not None:
            durations.append(seconds(waiting_since, message.posted))
            waiting_since = None
    return durations


# ---- What needs a reply, from the ledger ----------------------------------------------

class Ledger:
    """What a ledger export says of our messages: judged in need of a reply or not, the
    target, and into which case each was put."""

    def __init__(self, path):
        self.messages, self.merged_into = {}, {}
        with open(path, encoding="utf-8") as lines:
            for line in map(json.loads, lines):
                facts = line.get("facts", {})
                if line["ev"] == "merge":
                    self.merged_into[facts["from"]] = facts["into"]
                elif line["ev"] == "message" and "data" in line:
                    key = (line["data"]["id"], facts["dir"] == "in")
                    if key in self.messages:
                        sys.exit(f"{path}: id {key[0]} stands there twice")
                    self.messages[key] = (line["case"], facts)

    def facts(self, message):
        return self.messages.get((message.id, message.inbound), (None, {}))[1]

    def case(self, message):
        case = self.messages.get((message.id, message.inbound), (None, {}))[0]
        while case in self.merged_into:
            case = self.merged_into[case]
        return case

    def needs_reply(self, case):
        return any(self.wants(m) for m in case if m.inbound)

    def wants(self, message):
        return self.facts(message).get("needs_reply", False)

    def target_s(self, case):
        return self.facts(next(m for m in case if m.inbound)).get("target_s")

    def comparison(self, groups):
        """Did the ledger put together what we put together, and nothing else?"""
        missing, split, holds = [], [], {}
        for number, group in enumerate(groups):
            known = {self.case(m) for m in group} - {None}
            missing += [m.id for m in group if self.case(m) is None and not m.inline]
            split += [sorted(known)] if len(known) > 1 else []
            for case in known:
                holds.setdefault(case, set()).add(number)
        joined = [case for case, numbers in holds.items() if len(numbers) > 1]
        return {"messages": len(self.messages), "missing": len(missing), "missing_first": missing[:5],
                "same_cases": not split and not joined,
                "ours_but_split_there": split[:5], "joined_there_but_not_ours": joined[:5]}


class NoLedger:
    """Without a ledger every case needs a reply, and none has a target."""

    def needs_reply(self, case):
        return True

    def wants(self, message):
        return True

    def target_s(self, case):
        return None


# ---- 4. The figures -------------------------------------------------------------------

def nearest_rank(ordered, percent):
    return ordered[-(-percent * len(ordered) // 100) - 1]


def spread(durations):
    """n, mean and percentiles; None where there is nothing, or too little, to measure."""
    ordered, n = sorted(durations), len(durations)
    return {"n": n,
            "mean_s": (2 * sum(ordered) + n) // (2 * n) if n else None,  # half a second rounds up
            "median_s": nearest_rank(ordered, 50) if n else None,
            "p90_s": nearest_rank(ordered, 90) if n >= 10 else None,
            "p95_s": nearest_rank(ordered, 95) if n >= 20 else None}


def in_buckets(durations, buckets):
    counts = dict.fromkeys([name for name, _ in buckets] + ["more"], 0)
    for duration in durations:
        counts[next((name for name, limit in buckets if duration <= limit), "more")] += 1
    return counts


def median_including_waiting(responses, waiting):
    """Kaplan-Meier: the first time by which at most half are still without an answer,
    those that wait leaving the reckoning at their present age; None when over half wait.
    In whole numbers: still / of is the share without an answer so far."""
    if 2 * len(waiting) > len(responses) + len(waiting):
        return None
    events, still, of = Counter(responses), 1, 1
    ends = sorted(responses + waiting)
    at_risk, i = len(ends), 0
    for time in sorted(events):
        while ends[i] < time:
            i, at_risk = i + 1, at_risk - 1
        still, of = still * (at_risk - events[time]), of * at_risk
        if 2 * still <= of:
            return time
    return None


@dataclass
class Begun:
    """A case that a customer began."""
    case: list
    response: int | None  # first response time in seconds
    answered: bool
    edited: bool          # after it had been answered
    age: int              # seconds from the first mention to the as-of time


def waits_for_us(case, ledger):
    """Of the mentions after the last reply one needs a reply."""
    run = []
    for message in case:
        run = run + [message] if message.inbound else []
    return any(ledger.wants(message) for message in run)


def figures(messages, counts, as_of, ledger):
    groups = threads(messages)
    cases = [group for group in groups if any(m.inbound for m in group)]
    begun, excluded = [], Counter({MISSING: 0, OURS: 0, "without_mention": len(groups) - len(cases)})
    for case in cases:
        how, root = beginning(case)
        if how == BEGUN:
            reply = first_response(case, root)
            begun.append(Begun(case, reply and seconds(root.posted, reply.posted),
                               answered=reply is not None, edited=reply is not None and reply.put_off,
                               age=max(0, seconds(next(m for m in case if m.inbound).posted, as_of))))
        else:
            excluded[how] += 1

    responses = [b.response for b in begun if b.response is not None]
    waiting = [b.age for b in begun if not b.answered]
    need = [b for b in begun if ledger.needs_reply(b.case)]
    replied = sum(b.answered for b in need)
    targets = [(b.age, ledger.target_s(b.case)) for b in need if not b.answered]
    early = sum(target is not None and age < target for age, target in targets)
    n = len(need) - early
    for_us = sum(waits_for_us(b.case, ledger) for b in need)
    ages = [b.age for b in need]
    return {
        "messages": counts,
        "cases": len(cases),
        "with_beginning": len(begun),
        "excluded": dict(excluded),
        "first_response_time": spread(responses) | {
            "edited_after_reply": sum(b.edited for b in begun),
            "unanswered": len(waiting), "oldest_unanswered_s": max(waiting, default=None),
            "buckets": in_buckets(responses, RESPONSE_BUCKETS)},
        "median_including_waiting_s": median_including_waiting(responses, waiting),
        "response_time": spread([s for case in cases for s in exchanges_s(case)]),
        "response_rate": {"n": n, "answered": replied, "value_rate": replied / n if n else None,
                          "not_yet_due": early, "needs_no_reply": len(begun) - len(need)},
        "backlog": {"n": len(need), "waiting_for_us": for_us, "waiting_for_customer": len(need) - for_us,
                    "oldest_s": max(ages, default=None), "by_age": in_buckets(ages, AGE_BUCKETS)},
    } | ({"ledger": ledger.comparison(groups)} if isinstance(ledger, Ledger) else {})


# ---- The command line -----------------------------------------------------------------

def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--format", required=True, choices=["twcs", "google-play", "coffee-shop"])
    parser.add_argument("--as-of", type=rfc3339)
    parser.add_argument("--ledger-export", type=Path)
    parser.add_argument("--handles", default="")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    args = parser.parse_args()

    config = {}
    if args.format == "coffee-shop":  # its feedback.toml is given, or lies beside the exports
        tomls = [p for p in args.files if p.name == "feedback.toml"] or [args.files[0].parent / "feedback.toml"]
        if tomls[0].exists():
            config = tomllib.loads(tomls[0].read_text("utf-8")).get("business", {})
    names = config.get("handles", []) + [name for name in args.handles.split(",") if name]
    settings = Settings({handle(name) for name in names}, ZoneInfo(config.get("time_zone", "Asia/Hong_Kong")))

    exports = [path for path in args.files if path.suffix != ".toml"]
    messages, counts, reasons = read(exports, args.format, settings)
    as_of = args.as_of if args.as_of is not None else max((m.posted for m in messages), default=0)
    ledger = Ledger(args.ledger_export) if args.ledger_export else NoLedger()
    moment = datetime.fromtimestamp(as_of // 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    result = {"as_of": moment} | figures(messages, counts, as_of, ledger) | {"rejected_because": reasons}
    print(json.dumps(result, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
