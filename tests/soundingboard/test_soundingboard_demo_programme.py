"""The demo's programme fills every page, writes to nobody, and is told once."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from community.promising.promises import promises_of
from soundingboard.demo.programme import make_programme
from soundingboard.demo.run import Demo, open_demo
from store import outbox
from store.brands import get_brand
from tests.fakes import FixedReader

COUNTED = ("member", "meeting", "suggestion", "invitation", "consent", "outbox", "review_item")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, demo_house: Path) -> Iterator[Demo]:
    """The demo with its programme, as another reader than the shipped one would have it."""
    folder = tmp_path_factory.mktemp("programme") / "demo"
    with open_demo(shutil.copytree(demo_house, folder), reader=FixedReader()) as opened:
        yield opened


def how_many(demo: Demo) -> dict[str, int]:
    with demo.parts.store.read() as session:
        return {
            what: int(session.execute(text(f"SELECT count(*) FROM {what}")).scalar() or 0)
            for what in COUNTED
        }


def test_the_programme_has_members_meetings_suggestions_and_consents(demo: Demo) -> None:
    told = how_many(demo)

    assert told["member"] >= 5
    assert told["meeting"] == 3
    assert told["suggestion"] >= 8
    assert told["consent"] >= told["member"]
    assert told["review_item"] >= 3


def test_suggestions_stand_in_every_state_and_some_promises_are_overdue(demo: Demo) -> None:
    with demo.parts.store.read() as session:
        states = Counter(row[0] for row in session.execute(text("SELECT state FROM suggestion")))
        brand = get_brand(session, demo.brand)
        promised = promises_of(session, brand.id or 0, demo.parts.clock.now())

    assert set(states) == {"raised", "acknowledged", "accepted", "declined", "acted", "reported"}
    assert {"kept", "overdue", "open"} <= {one.state for one in promised}


def test_every_letter_waits_for_a_mail_host_and_a_person_let_it_go(demo: Demo) -> None:
    with demo.parts.store.read() as session:
        letters = outbox.messages(session)

    assert letters
    assert demo.parts.settings.mail.host == ""
    assert {row.state for row in letters} == {"pending"}
    assert all(row.approved_by and row.receiver.endswith(".example") for row in letters)


def test_a_second_telling_changes_nothing(demo: Demo) -> None:
    before = how_many(demo)

    assert make_programme(demo.parts, demo.brand).counts == {}
    assert how_many(demo) == before
