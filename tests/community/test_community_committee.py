"""The charter: versions that stay, one text, and who has not agreed yet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from community.committees import committee
from community.committees.charter_text import charter_text
from config.errors import NotFoundError, RuleError
from store.committee import charters
from store.session import Store
from tests.community.seats import NOW, TERMS, make_committee, seat


def test_a_new_version_leaves_the_old_one_and_asks_for_a_new_word(store: Store) -> None:
    with store.write() as session:
        circle = make_committee(session)
        first = committee.publish(session, circle.id or 0, TERMS, actor="Ana", now=NOW)
        text = charter_text(circle, first)
        mara, tom = seat(session, circle, "mara"), seat(session, circle, "tom")
        seat(session, circle, "zoe", door="community")
        committee.acknowledge(session, mara, first, actor="mara", now=NOW)
        assert committee.not_acknowledged(session, first) == [tom]
        longer = replace(TERMS, hours_a_year=20)
        second = committee.publish(session, circle.id or 0, longer, actor="Ana", now=NOW)
        assert committee.not_acknowledged(session, second) == [mara, tom]
        kept = charters(session, circle.id or 0)
        assert [one.version for one in kept] == [1, 2]
        assert charter_text(circle, kept[0]) == text


def test_the_text_says_all_that_is_asked_and_given(store: Store) -> None:
    with store.write() as session:
        circle = make_committee(session)
        first = committee.publish(session, circle.id or 0, TERMS, actor="Ana", now=NOW)
        text = charter_text(circle, first)
    for words in ("Better cups", "12 hours", "4 meetings", "50 EUR", "Head of product", "30 days"):
        assert words in text


def test_saying_the_same_again_is_no_new_version(store: Store) -> None:
    with store.write() as session:
        circle = make_committee(session)
        committee.publish(session, circle.id or 0, TERMS, actor="Ana", now=NOW)
        with pytest.raises(RuleError, match="says the same"):
            committee.publish(session, circle.id or 0, TERMS, actor="Ana", now=NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": " "},
        {"hours_a_year": float("nan")},
        {"hours_a_year": -1},
        {"meetings_a_year": -1},
        {"answer_days": 0},
    ],
)
def test_what_cannot_be_promised_is_refused(store: Store, wrong: dict[str, object]) -> None:
    with store.write() as session:
        circle = make_committee(session)
        with pytest.raises(RuleError):
            committee.publish(
                session,
                circle.id or 0,
                replace(TERMS, **wrong),  # type: ignore[arg-type]
                actor="Ana",
                now=NOW,
            )
        with pytest.raises(NotFoundError, match="no charter yet"):
            committee.charter_of(session, circle.id or 0)


def test_a_charter_is_acknowledged_by_members_of_its_committee(store: Store) -> None:
    with store.write() as session:
        other = make_committee(session, "Other")
        charter = committee.publish(session, other.id or 0, TERMS, actor="Ana", now=NOW)
        mara = seat(session, make_committee(session), "mara")
        with pytest.raises(RuleError, match="another committee"):
            committee.acknowledge(session, mara, charter, actor="mara", now=NOW)


def test_two_committees_are_never_called_the_same(store: Store) -> None:
    with store.write() as session:
        make_committee(session)
        with pytest.raises(RuleError, match="already"):
            make_committee(session, "lumen circle ")
