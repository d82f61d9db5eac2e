"""The filter of the recruit lists, read from an address and told in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from community.flags import KINDS as FLAG_KINDS
from config.errors import RuleError
from store.recruits import RecruitFilter
from store.tables.community import STAGES

SIDES = {"love": "Who love it", "hate": "Who hate it", "torn": "Who are torn"}
FIELDS = ("name", "state", "theme", "site", "language", "flag", "assignee", "least", "watched")
"""What an address may ask for besides the side; everything else in it is left out."""
LONGEST = 80
"""Characters of a word that is looked for; no name or site is longer."""
MOST_ID = 2**53

STATE_WORDS = {
    "proposed": "proposed",
    "shortlisted": "on the shortlist",
    "approved": "approved",
    "invited": "invited",
    "accepted": "said yes",
    "declined": "said no",
    "silent": "did not answer",
    "rejected": "turned down",
    "deferred": "put off",
}
FLAG_WORDS = {
    "yes": "with a flag that keeps them off",
    "no": "without such a flag",
    **FLAG_KINDS,
}


def asked(query: Mapping[str, str]) -> dict[str, str]:
    """The part of an address that is the filter: known fields, trimmed, empty ones left out."""
    found = {name: _printable(query.get(name, "")).strip()[:LONGEST] for name in FIELDS}
    return {name: words for name, words in found.items() if words}


def _printable(words: str) -> str:
    """Without what no name holds and no database takes."""
    return "".join(c for c in words if c.isprintable())


def side_of(query: Mapping[str, str]) -> str:
    """Which of the three lists; love where none is named. Raises RuleError for another word."""
    side = query.get("side") or "love"
    if side not in SIDES:
        raise RuleError(f"There is no list {side[:LONGEST]!r}.", mend="Choose love, hate or torn.")
    return side


def filter_of(query: Mapping[str, str]) -> RecruitFilter:
    """The filter as the store takes it. Raises RuleError for what cannot be looked for."""
    said = asked(query)
    flag = said.get("flag")
    return RecruitFilter(
        side=side_of(query),
        state=_one_of(said.get("state"), STAGES, "state"),
        listed=None if said.get("watched") else True,
        name=said.get("name", ""),
        site=said.get("site"),
        language=said.get("language"),
        theme_id=number_of(said.get("theme"), "theme"),
        flag=None if flag in (None, "yes", "no") else _one_of(flag, FLAG_KINDS, "flag"),
        flagged={"yes": True, "no": False}.get(flag or ""),
        assignee=said.get("assignee"),
        least=_share(said.get("least")),
    )


def in_words(query: Mapping[str, str], themes: Mapping[int | None, str]) -> Iterator[str]:
    """The filter as a reader says it, a piece at a time."""
    said = asked(query)
    theme = number_of(said.get("theme"), "theme")
    pieces = {
        "name": "called like “{}”",
        "site": "on {}",
        "language": "writing in {}",
        "assignee": "in the care of {}",
        "least": "worth {} or more",
    }
    if "state" in said:
        yield STATE_WORDS.get(said["state"], said["state"])
    if theme is not None:
        yield f"speaking about {themes.get(theme, 'a theme that is gone')}"
    if "flag" in said:
        flag = said["flag"]
        yield FLAG_WORDS[flag] if flag in ("yes", "no") else f"flag: {FLAG_WORDS.get(flag, flag)}"
    yield from (words.format(said[name]) for name, words in pieces.items() if name in said)
    if "watched" in said:
        yield "those only watched too"


def number_of(text: str | None, what: str) -> int | None:
    """A row's number out of an address. Raises RuleError for what is none."""
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and int(text[:20]) < MOST_ID):
        raise RuleError(f"There is no such {what}.", mend="Choose one of the list.")
    return int(text)


def _one_of(word: str | None, known: Mapping[str, str] | tuple[str, ...], what: str) -> str | None:
    if word is not None and word not in known:
        raise RuleError(f"There is no {what} {word!r}.", mend="Choose one of the list.")
    return word


def _share(text: str | None) -> float | None:
    """0..1, written as 0.5, 0,5 or 50 %."""
    if text is None:
        return None
    try:
        value = float(text.replace(",", ".").removesuffix("%"))
    except ValueError:
        value = math.nan
    value = value / 100 if text.endswith("%") else value
    if not 0 <= value <= 1:
        raise RuleError(f"{text!r} is no utility.", mend="Write a number from 0 to 1, as in 0.4.")
    return value
