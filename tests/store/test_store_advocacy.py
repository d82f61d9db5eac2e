"""Rows of advocacy: who recommends, who answered, who was paid, and how they stood when asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from store import tables
from store.advocacy import (
    Answer,
    Frozen,
    answers_between,
    approached,
    frozen_until,
    paid_until,
    spoken_between,
)
from store.counted import who_counts
from store.session import Store
from tests.inviting import approve_somebody, found_committee

UNTIL = datetime.fromisoformat("2026-03-01T12:00:00+00:00")
SINCE = UNTIL - timedelta(days=90)
BASELINE = {"mu": -0.6, "p_hate": 0.9, "n_posts": 4, "frozen_at": "2026-01-10T12:00:00+00:00"}


def ago(days: float) -> datetime:
    return UNTIL - timedelta(days=days)


@pytest.fixture
def told(store: Store) -> Store:
    """Mara and Ben with a seat each, Mara's second account, and somebody of ours."""
    with store.write() as session:
        found_committee(session)
        session.add(tables.Person(id=1, made_by="ida", made_at=ago(9)))
        session.flush()
        for name in ("mara", "ben", "mara2", "us"):
            approve_somebody(session, 1, name, is_staff=name == "us")
        for mara in (1, 3):
            session.get_one(tables.Author, mara).person_id = 1
        for author in (1, 2, 4):
            session.add(
                tables.Member(
                    id=author, committee_id=1, author_id=author, name="m", door="committee",
                    joined_at=ago(40), term_from=ago(40), baseline=BASELINE if author != 2 else {},
                )
            )  # fmt: skip
    return store


def post(session: Session, number: int, author: int | None, days: float, **told: Any) -> None:
    row: dict[str, Any] = {
        "id": number, "source_id": 1, "native_key": f"k{number}", "key_level": "guid",
        "kind": "post", "author_id": author, "text": "t", "text_sha": "sha", "at": ago(days),
        "time_quality": "given", "first_seen": ago(days),
    }  # fmt: skip
    read_sha = told.pop("read_sha", "sha")
    session.add(tables.Post(**(row | told)))
    session.flush()
    session.add(tables.Mention(post_id=number, brand_id=1, how="named"))
    session.add(
        tables.Reading(
            post_id=number, brand_id=1, model="m", text_sha=read_sha, abstained=False, negative=0,
            neutral=0.1, positive=0.9, label="positive", idea=0, specificity=0, passion=0,
            civility=1, advocacy=0.85, read_at=ago(days),
        )
    )  # fmt: skip


def test_spoken_is_members_own_public_words_under_their_first_account(told: Store) -> None:
    with told.write() as session:
        post(session, 101, 1, 5, title="Pellow", text="I recommend it")
        post(session, 102, 3, 90)
        others: list[tuple[int, float, dict[str, Any]]] = [
            (1, 91, {}), (1, 0, {}), (4, 5, {}), (1, 5, {"kind": "survey"}),
            (1, 5, {"is_repost": True}), (1, 5, {"kind": "article"}),
            (1, 5, {"read_sha": "older"}), (1, 5, {"time_quality": "missing"}), (2, 5, {}),
        ]  # fmt: skip
        for number, (author, days, row) in enumerate(others, start=103):
            post(session, number, author, days, **row)
    with told.read() as session:
        found = spoken_between(session, 1, "m", [1], who_counts(session, 1), SINCE, UNTIL)
    assert [(one.person, one.at) for one in found] == [(1, ago(90)), (1, ago(5))]
    assert (found[1].text, found[1].positive, found[1].advocacy) == (
        "Pellow\nI recommend it", 0.9, 0.85
    )  # fmt: skip


def test_the_newest_answer_of_each_person_counts_and_none_of_ours(told: Store) -> None:
    with told.write() as session:
        for number, (author, days, score) in enumerate(
            [(1, 9, 3), (3, 5, 9), (2, 9, 7), (4, 5, 10), (None, 4, 0), (None, 3, 0), (2, 0, 1),
             (2, 91, 1)],
            start=101,
        ):  # fmt: skip
            post(session, number, author, days, kind="survey", nps=score)
    with told.read() as session:
        found = answers_between(session, 1, who_counts(session, 1), SINCE, UNTIL)
    assert found == [Answer(None, 0), Answer(None, 0), Answer(1, 9), Answer(2, 7)]


def test_paid_is_who_had_something_from_us_by_then(told: Store) -> None:
    with told.write() as session:
        for member, settled in ((1, ago(3)), (2, None), (4, ago(3))):
            session.add(
                tables.Compensation(
                    member_id=member, what="travel", amount_cents=100, currency="EUR",
                    due_at=ago(-9), entered_by="ida", entered_at=ago(9), settled_at=settled,
                )
            )  # fmt: skip
    with told.read() as session:
        counted = who_counts(session, 1)
        assert paid_until(session, 1, counted, UNTIL) == {1}
        assert paid_until(session, 1, counted, ago(3)) == frozenset()


def test_baselines_are_the_first_of_each_person_and_nobody_s_who_was_never_weighed(
    told: Store,
) -> None:
    with told.write() as session:
        session.add(
            tables.Template(
                id=1, kind="invitation", language="en", version=1, subject="s", body="b",
                made_by="ida", made_at=ago(99),
            )
        )  # fmt: skip
        for number, (author, state) in enumerate(((3, "sent"), (2, "withdrawn")), start=1):
            _invite(session, number, author, state)
    with told.read() as session:
        counted = who_counts(session, 1)
        first = datetime.fromisoformat("2026-01-02T12:00:00+00:00")
        assert frozen_until(session, 1, counted, UNTIL) == [Frozen(1, first, -0.5, 0.9, 4)]
        assert frozen_until(session, 1, counted, ago(60)) == []
        assert approached(session, 1, counted) == {1, 2}


def _invite(session: Session, number: int, author: int, state: str) -> None:
    session.add(
        tables.Offer(
            id=number, author_id=author, brand_id=1, person_key=str(author), campaign="c",
            contact="ida", made_by="ida", made_at=ago(50),
        )
    )  # fmt: skip
    session.flush()
    earlier = BASELINE | {"mu": -0.5, "frozen_at": "2026-01-02T12:00:00+00:00"}
    session.add(
        tables.Invitation(
            id=number, offer_id=number, candidate_id=author, charter_id=1, template_id=1,
            channel="reply", language="en", subject="s", body="b", nonce=str(number), state=state,
            drafted_by="ida", drafted_at=ago(59), approved_by="ida", approved_at=ago(58),
            sent_at=ago(58), baseline=earlier,
        )
    )  # fmt: skip
