"""What requests and answers have in common: numbers, moments, words, and what they are made of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

LARGEST = 2**31 - 1
"""The largest number a row has."""


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("no such moment in UTC") from None


def _storable(words: str) -> str:
    """Refuses what no database can hold."""
    if "\x00" in words or any("\ud800" <= character <= "\udfff" for character in words):
        raise ValueError("holds a character that cannot be kept")
    return words


Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
Code = Annotated[str, StringConstraints(max_length=80), AfterValidator(_storable)]
Words = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(_storable)]

Number = Annotated[int, Path(ge=1, le=LARGEST, description="Its number.")]
Of = Annotated[int | None, Query(ge=1, le=LARGEST)]
OfBrand = Annotated[
    int | None,
    Query(ge=1, le=LARGEST, description="The brand's number; not needed where there is only one."),
]
Since = Annotated[Moment | None, Query(description="From then on, as in 2026-03-01T00:00:00Z.")]
Until = Annotated[Moment | None, Query(description="Up to then, then left out.")]
Text = Annotated[str | None, Query(max_length=200), AfterValidator(lambda v: v and _storable(v))]

JsonObject = dict[str, Any]


class Asked(BaseModel):
    """Base of what is sent to us: nothing we do not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Told(BaseModel):
    """Base of what we answer."""

    model_config = ConfigDict(frozen=True)


class Reading(Told):
    """What a model said of one post; where it abstained, why."""

    label: str | None
    negative: float | None
    neutral: float | None
    positive: float | None
    abstained: bool
    reason: str | None
    language: str | None
    idea: float
    model: str


class Evidence(Told):
    """One post in its author's words, with the model that read it; no link for a viewer's token."""

    link: str | None
    time: Moment | None
    title: str | None
    text: str
    rating: float | None
    nps: int | None
    reading: Reading


class Account(Told):
    """An account on one site; masked for a viewer's token."""

    number: int
    name: str
    site: str
    profile: str | None


class Seen(Asked):
    """Base of a change to something that others may change too."""

    version: int | None = Field(
        default=None, ge=0, le=LARGEST, description="The version you looked at; else any."
    )
