"""One page of a recruit list: its rows, its facets, and whose dossier stands beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from community.candidates.stages import OPEN
from soundingboard.web.masking import may_see_names
from soundingboard.web.paths import with_query
from soundingboard.web.reader import Reader
from soundingboard.web.recruiting.filters import (
    FLAG_WORDS,
    SIDES,
    STATE_WORDS,
    asked,
    filter_of,
    in_words,
    number_of,
    side_of,
)
from soundingboard.web.recruiting.rows import row_of
from store import recruits, searches, themes, users
from store.recruits import RecruitFilter

PAGE = 40
HERE = "/recruits"
FIRST = "first"
"""What `open` says after the last of a page: whoever comes first on the next."""


def listing(
    session: Session,
    brand_id: int,
    query: Mapping[str, str],
    reader: Reader,
    now: datetime,
) -> dict[str, Any]:
    """What the list page shows. Raises RuleError for an address that makes no sense."""
    kept = kept_query(query, reader)
    wanted = filter_of(kept)
    after = recruits.read_place(query["after"]) if query.get("after") else None
    found = recruits.recruits(session, brand_id, wanted, after=after, limit=PAGE + 1)
    names = theme_names(session, brand_id)
    rows = [row_of(card, names, now) for card in found[:PAGE]]
    following = str(recruits.place_of(found[PAGE - 1])) if len(found) > PAGE else None
    page = {**kept, "after": query.get("after", "")}
    return {
        "rows": rows,
        "after": following,
        "counts": recruits.counts(session, brand_id, wanted),
        "sides": SIDES,
        "side": side_of(kept),
        "asked": asked(kept),
        "asked_words": list(in_words(kept, names)),
        "kept": kept,
        "choices": _choices(session, brand_id, wanted, names),
        "state_words": STATE_WORDS,
        "searches": searches.searches(session, reader.id, "recruits"),
        **_opened(query, page, rows, following),
    }


def kept_query(query: Mapping[str, str], reader: Reader) -> dict[str, str]:
    """The side and the filter; who may not see names may not look for them either."""
    said = asked(query)
    if not may_see_names(reader.role):
        said.pop("name", None)
    return {"side": side_of(query), **said}


def theme_names(session: Session, brand_id: int) -> dict[int | None, str]:
    """Every theme's name, those no longer found too."""
    return {theme.id: theme.name for theme in themes.themes(session, brand_id, retired=True)}


def _opened(
    query: Mapping[str, str],
    page: Mapping[str, str],
    rows: Sequence[Mapping[str, Any]],
    following: str | None,
) -> dict[str, Any]:
    """Who is open, the address of this very page, and where a decision leads on to."""
    opened = query.get("open", "")
    if opened == FIRST:
        chosen = rows[0]["id"] if rows else None
    else:
        chosen = number_of(opened, "candidate") if opened else None
    ids = [row["id"] for row in rows]
    later = rows[ids.index(chosen) + 1 :] if chosen in ids else rows
    waiting = next((row["id"] for row in later if row["state"] in OPEN), None)
    if waiting is None and following:
        onward = with_query(HERE, {**page, "after": following, "open": FIRST})
    else:
        onward = with_query(HERE, page, open=waiting)
    return {"opened": chosen, "here": with_query(HERE, page, open=chosen), "onward": onward}


def _choices(
    session: Session, brand_id: int, wanted: RecruitFilter, names: Mapping[int | None, str]
) -> dict[str, list[tuple[str, str]]]:
    """(value, words with how many) of every field that is chosen from a list."""
    counted = recruits.facets(session, brand_id, wanted)
    ours = [user.name for user in users.users(session) if user.disabled_at is None]
    told = {
        "state": {state: STATE_WORDS[state] for state in STATE_WORDS},
        "site": {site: site for site in counted["site"]},
        "language": {language: language for language in counted["language"]},
        "assignee": {name: name for name in [*counted["assignee"], *ours]},
        "theme": {theme: names[theme] for theme in counted["theme"] if theme in names},
        "flag": FLAG_WORDS,
    }
    return {
        field: [
            (str(value), _with_count(words, counted.get(field, {}).get(value)))
            for value, words in options.items()
        ]
        for field, options in told.items()
    }


def _with_count(words: str, count: int | None) -> str:
    return words if count is None else f"{words} ({count})"
