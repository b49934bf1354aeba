"""The words and patterns of a rules file, for engines that can only look for them. No engine stands here."""
import pathlib
import re
import tomllib


def of(paths):
    """Plain words (lower case) and regular expressions of all the rules in these files."""
    words, patterns = set(), set()
    for path in paths:
        for rule in tomllib.loads(pathlib.Path(path).read_text("utf-8")).get("rule", []):
            for key in ("any", "all"):
                words.update(word.lower().rstrip("*") for word in rule.get(key, []))
            regex = rule.get("regex", [])
            patterns.update([regex] if isinstance(regex, str) else regex)
    return sorted(words - {""}), sorted(patterns)


def as_pattern(words):
    """One regular expression that finds any of the words."""
    return "|".join(re.sub(r"([.^$*+?()\[\]{}|\\])", r"\\\1", word) for word in words)
