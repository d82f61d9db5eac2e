"""The filter of the mentions stream, read from an address and told in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from config.errors import RuleError
from store.mention_filter import LABELS, MentionFilter

FIELDS = (
    "q", "label", "site", "language", "theme", "kind", "stance", "idea", "corrected", "hidden",
    "source", "period", "since", "until", "counted",
)  # fmt: skip
"""What an address may ask for; everything else in it is left out."""
PERIODS = {"1": "the last day", "7": "the last 7 days", "28": "the last 4 weeks",
           "91": "the last 3 months", "365": "the last year"}  # fmt: skip
LABEL_WORDS = {
    "negative": "negative",
    "neutral": "neutral",
    "positive": "positive",
    "abstained": "model would not say",
    "unread": "not read yet",
}
STANCES = {
    "love": "by who loves it",
    "hate": "by who hates it",
    "torn": "by who is torn",
    "undecided": "by who is undecided",
}
KINDS = ("post", "comment", "review", "survey", "article")
SWITCHES = {
    "idea": ("with an idea", "without an idea"),
    "corrected": ("corrected by a person", "not corrected"),
    "hidden": ("hidden by a moderator", "not hidden"),
}
LONGEST = 500
LARGEST = 2**31 - 1


def asked(query: Mapping[str, str]) -> dict[str, str]:
    """The part of an address that is the filter: known fields, trimmed, empty ones left out."""
    found = {name: _printable(query.get(name, "")).strip()[:LONGEST] for name in FIELDS}
    return {name: words for name, words in found.items() if words}


def filter_of(query: Mapping[str, str], zone: tzinfo, now: datetime) -> MentionFilter:
    """The filter as the store takes it. Raises RuleError for what cannot be looked for.

    Days are the reader's own, the last one included; with `counted` they are UTC days and just the
    posts that tallies count, so that a bar opens to as many posts as it stands for.
    """
    said = asked(query)
    counted = said.get("counted") == "yes"
    since, until = _window(said, UTC if counted else zone, now)
    return MentionFilter(
        words=said.get("q", ""),
        label=_one_of(said.get("label"), LABELS),
        site=said.get("site"),
        source_id=_number(said.get("source")),
        language=said.get("language"),
        theme_id=_number(said.get("theme")),
        kind=_one_of(said.get("kind"), KINDS),
        since=since,
        until=until,
        stance=_one_of(said.get("stance"), STANCES),
        has_idea=_switch(said, "idea"),
        corrected=_switch(said, "corrected"),
        hidden=_switch(said, "hidden"),
        counted=True if counted else None,
    )


def in_words(
    query: Mapping[str, str], themes: Mapping[int | None, str], sources: Mapping[int, str]
) -> Iterator[tuple[str, str]]:
    """(field, words) of every part of the filter but the words looked for."""
    said = asked(query)
    for name, words in said.items():
        if name in SWITCHES:
            yield name, SWITCHES[name][words != "yes"]
        elif name == "label":
            yield name, LABEL_WORDS.get(words, words)
        elif name == "stance":
            yield name, STANCES.get(words, words)
        elif name == "theme":
            yield name, f"about {themes.get(_number(words), 'a theme that is gone')}"
        elif name == "source":
            yield name, f"from {sources.get(_number(words) or 0, 'a source that is gone')}"
        elif name == "period":
            yield name, PERIODS.get(words, words)
        elif name in ("since", "until"):
            yield name, f"{'from' if name == 'since' else 'to'} {_shown(words)}"
        elif name == "counted":
            yield name, "in people's own words, days in UTC"
        elif name in ("site", "language", "kind"):
            yield name, words


def _window(
    said: Mapping[str, str], zone: tzinfo, now: datetime
) -> tuple[datetime | None, datetime | None]:
    if "since" in said or "until" in said:
        first = _day(said["since"], zone) if "since" in said else None
        last = _day(said["until"], zone, timedelta(days=1)) if "until" in said else None
        if first and last and last <= first:
            raise RuleError("That ends before it begins.", mend="Give a later last day.")
        return first, last
    period = _one_of(said.get("period"), PERIODS)
    return (now - timedelta(days=int(period)), None) if period else (None, None)


def _day(text: str, zone: tzinfo, after: timedelta = timedelta()) -> datetime:
    """Where a day begins, or with `after` ends."""
    try:
        wanted = date.fromisoformat(text)
        return datetime.combine(wanted + after, time.min, zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RuleError(f"{text!r} is no day.", mend="Write it as 2026-03-01.") from error


def _shown(text: str) -> str:
    try:
        return f"{date.fromisoformat(text):%-d %b %Y}"
    except ValueError:
        return text


def _switch(said: Mapping[str, str], name: str) -> bool | None:
    return {"yes": True, "no": False}.get(_one_of(said.get(name), ("yes", "no")) or "")


def _one_of(word: str | None, known: Mapping[str, str] | tuple[str, ...]) -> str | None:
    if word is not None and word not in known:
        raise RuleError(f"There is nothing called {word!r} to choose.", mend="Start from the list.")
    return word


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and int(text[:20]) <= LARGEST):
        raise RuleError(f"{text!r} is no number of ours.", mend="Choose one of the list.")
    return int(text)


def _printable(words: str) -> str:
    """Without what no database holds."""
    return "".join(c if c.isprintable() else " " for c in words).encode("utf-8", "ignore").decode()
