"""Invited haters followed in a real house: later posts alone decide, beside haters like them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path as Folder
from typing import Any

import pytest

from community.kpis import KPIS
from community.kpis.turning import Path
from models.reading import Question
from soundingboard.pipeline.measure import facts_of
from soundingboard.wiring import Parts
from store import tables
from store.brands import make_brand
from tests.fakes import NOW, FixedReader, make_parts

INVITED_AT = NOW - timedelta(days=100)
HATE, LOVE = "I hate Pellow, terrible", "I love Pellow, wonderful"
HATERS, CONTROLS = range(1, 7), range(11, 23)


@pytest.fixture
def parts(tmp_path: Folder) -> Iterator[Parts]:
    """Six invited haters, twelve like them whom nobody invited, and twenty who are content."""
    made = make_parts(tmp_path)
    with made.store.write() as session:
        make_brand(session, "Pellow", NOW)
        session.add(tables.Source(id=1, kind="feed", address="x", name="x", added_at=NOW))
        session.add(
            tables.Committee(id=1, brand_id=1, name="Council", made_by="ida", made_at=INVITED_AT)
        )
        for number in (*HATERS, *CONTROLS, *range(31, 51)):
            session.add(
                tables.Author(id=number, site="x", key=str(number), name="a", first_seen=NOW)
            )
        session.flush()
        for number in (*HATERS, *CONTROLS, *range(31, 51)):
            for days in range(105, 185, 10):
                _post(session, number, days, LOVE if number > 30 else HATE)
        for number in HATERS:
            session.add(
                tables.Member(
                    id=number, committee_id=1, author_id=number, name="m", door="committee",
                    joined_at=INVITED_AT, term_from=INVITED_AT,
                    baseline={
                        "mu": -0.6, "p_hate": 0.95, "n_posts": 8,
                        "frozen_at": INVITED_AT.isoformat(),
                    },
                )
            )  # fmt: skip
    yield made
    made.close()


def _post(session: Any, author: int, days: float, text: str) -> None:
    at, key = NOW - timedelta(days=days), f"{author}-{days}"
    own = " ".join(f"{word}-{key}" for word in "abcdefghijklmnop")  # else they are copies
    told = f"{text} {own}"
    post = tables.Post(
        source_id=1, native_key=key, key_level="guid", kind="post", author_id=author, text=told,
        text_sha=told, at=at, created_at=at, time_quality="given", first_seen=at, thread_key=key,
    )  # fmt: skip
    session.add(post)
    session.flush()
    session.add(tables.Mention(post_id=post.id or 0, brand_id=1, how="named"))
    (reading,) = FixedReader().read([Question(told, "Pellow")])
    session.add(
        tables.Reading(
            post_id=post.id or 0, brand_id=1, text_sha=told, read_at=at, **asdict(reading)
        )
    )


def say(parts: Parts, text: str, *authors: int) -> None:
    with parts.store.write() as session:
        for author in authors:
            for days in (20, 30, 40):
                _post(session, author, days, text)


def followed(parts: Parts) -> dict[int, Path]:
    return {path.person: path for path in facts_of(parts, 1).paths}


def test_each_invited_hater_has_haters_like_them_and_stands_for_their_later_posts(
    parts: Parts,
) -> None:
    say(parts, LOVE, 1, 2, *range(31, 51))
    say(parts, HATE, 3, *CONTROLS)
    found = followed(parts)
    assert {who for who, path in found.items() if path.invited} == set(HATERS)
    assert {who for who, path in found.items() if not path.invited} == set(CONTROLS)
    states = [found[who].state for who in HATERS]
    assert states == ["advocate", "advocate", "hater", "silent", "silent", "silent"]
    assert found[1].mu0 == -0.6
    assert found[1].mu1 == pytest.approx(0.85)
    assert found[4].mu1 is None
    assert {found[who].state for who in CONTROLS} == {"hater"}
    assert not found[1].over
    reading = KPIS["conversion"].measure(facts_of(parts, 1))
    assert (reading.numerator, reading.denominator) == (2, 6)


def test_what_they_said_before_moves_nothing_and_measuring_again_says_the_same(
    parts: Parts,
) -> None:
    say(parts, HATE, *HATERS, *CONTROLS)
    first = followed(parts)
    assert {first[who].state for who in HATERS} == {"hater"}
    assert followed(parts) == first
    effect = KPIS["conversion_effect"].measure(facts_of(parts, 1))
    assert effect.n >= 5


def test_staff_are_neither_followed_nor_compared_with(parts: Parts) -> None:
    with parts.store.write() as session:
        for number in (1, 11):
            session.get_one(tables.Author, number).is_staff = True
    assert not {1, 11} & set(followed(parts))
