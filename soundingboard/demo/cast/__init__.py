"""The people of the demo, what they say and which part they play; every word written by hand.

One file per site, to be edited by hand; only `read_people` and `read_reviews` know the format.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

Role = Literal[
    "love",  # a clear lover who says so in several threads
    "hate",  # a clear hater, the same way
    "torn",  # real praise and real complaint, four posts or more
    "mixed",  # too little or too even to tell
    "fan",  # one happy post, or happy stars once
    "ranter",  # one angry post
    "asker",  # asks or tells, without an opinion
    "foreign",  # writes a language the demo's reader must abstain on
    "sharer",  # passes on the words or headlines of others
    "staff",  # works for the brand
    "rival",  # works for the competitor
    "bot",
    "spammer",
    "media",  # an outlet, not a person
    "minor",
    "opted-out",  # asked not to be indexed
    "coordinated",  # several accounts, one text
]


@dataclass(frozen=True, slots=True)
class Person:
    """One account on one site, and the part it plays.

    ideas : says what should be done better, not only that it is bad
    more  : what only this site knows (followers, bot, staff, trust_level …)
    """

    handle: str
    role: Role
    name: str
    bio: str = ""
    ideas: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One post of a person; `more` holds what only this site has (thread, reply, edit …)."""

    person: Person
    at: datetime
    text: str
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Review:
    """One row of the review export; `stars` 1..5 and `nps` 0..10 as written, maybe empty."""

    key: str
    at: datetime
    person: Person
    product: str
    stars: str
    nps: str
    text: str


@cache
def read_table(file: str) -> Mapping[str, Any]:
    """One cast file as it stands; read once, to be looked at only."""
    return tomllib.loads(files(__package__).joinpath(file).read_text(encoding="utf-8"))


@cache
def read_people(file: str) -> tuple[Line, ...]:
    """Every post of one site, oldest first. Raises ValueError for an unknown role or time."""
    lines = []
    for handle, table in read_table(file)["people"].items():
        person = _person(handle, table)
        for post in table["posts"]:
            more = {name: value for name, value in post.items() if name not in ("at", "text")}
            lines.append(Line(person, moment_of(post["at"]), post.get("text", ""), more))
    return tuple(sorted(lines, key=lambda line: (line.at, line.person.handle)))


def read_reviews(file: str) -> list[Review]:
    """Every row of the review table, in its own order; a person may answer twice."""
    text = files(__package__).joinpath(file).read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    reviews = []
    for number, row in enumerate(rows, start=1):
        who, said = (row[column].replace("\\n", "\n") for column in ("who", "comment"))
        person = _person(who, {"role": row["role"]})
        at = moment_of(row["at"])
        reviews.append(
            Review(f"R{number:04}", at, person, row["product"], row["stars"], row["nps"], said)
        )
    return reviews


def moment_of(text: str) -> datetime:
    """A time of the cast files, "2026-03-01 07:40", which is UTC.

    >>> moment_of("2026-03-01 07:40")
    datetime.datetime(2026, 3, 1, 7, 40, tzinfo=datetime.timezone.utc)
    """
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _person(handle: str, table: Mapping[str, Any]) -> Person:
    if table["role"] not in get_args(Role):
        raise ValueError(f"{handle}: no such role: {table['role']}")
    return Person(
        handle=handle,
        role=table["role"],
        name=table.get("name", handle),
        bio=table.get("bio", ""),
        ideas=table.get("ideas", False),
        more=table,
    )
