"""The recruit list: filtered, the most useful first, page after page, each candidate once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import Session

from config.errors import RuleError
from store import tables
from store.recruits import Place, RecruitFilter, card, counts, place_of, read_place, recruits
from store.session import Store

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PEOPLE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("ann", {"side": "love", "utility": 0.5, "themes": [3, 12]}),
    ("bob", {"side": "love", "utility": 0.5, "state": "approved", "assignee": "Ana"}),
    ("cleo", {"side": "hate", "utility": 0.7, "language": "de", "themes": [1]}),
    ("dan_%", {"side": "torn", "utility": 0.5, "themes": [2]}),
    ("eve", {"side": "love", "utility": 0.9, "listed": False}),
)


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    """Five candidates of one brand, three as useful as each other; two have flags."""
    with store.write() as session:
        session.add(tables.BrandRow(id=1, name="b", created_at=NOW))
        session.flush()
        for number, (name, told) in enumerate(PEOPLE, start=1):
            session.add(tables.Author(id=number, site="forum", key=name, name=name,
                                      display_name=f"{name} Q", first_seen=NOW))  # fmt: skip
            session.flush()
            session.add(tables.Stance(author_id=number, brand_id=1, n_posts=5, n_threads=5, mu=0.5,
                                      sd=0.1, low=0.3, high=0.7, p_love=0.9, p_hate=0.0, p_torn=0.1,
                                      stance="love", passion=0.0, constructive=0.0,
                                      weighed_at=NOW))  # fmt: skip
            row = {"listed": True, "themes": [], "language": "en"} | told
            session.add(tables.Candidate(id=number, author_id=number, brand_id=1, updated_at=NOW,
                                         **row))  # fmt: skip
        for author_id, kind, over in ((1, "bot", None), (1, "copies", None), (2, "bot", NOW)):
            session.add(tables.Flag(author_id=author_id, brand_id=1, kind=kind, strength="strong",
                                    excludes=kind == "bot", evidence="", raised_at=NOW,
                                    overridden_at=over))  # fmt: skip
        session.flush()
        yield session


CASES: tuple[tuple[RecruitFilter, list[int]], ...] = (
    (RecruitFilter(), [3, 1, 2, 4]),
    (RecruitFilter(listed=None), [5, 3, 1, 2, 4]),
    (RecruitFilter(listed=False), [5]),
    (RecruitFilter(side="love"), [1, 2]),
    (RecruitFilter(state="approved"), [2]),
    (RecruitFilter(name="@ANN"), [1]),
    (RecruitFilter(name="_%"), [4]),
    (RecruitFilter(name="o Q"), [3]),
    (RecruitFilter(name="\ud800\x00ann"), [1]),
    (RecruitFilter(site="forum", language="de"), [3]),
    (RecruitFilter(theme_id=12), [1]),
    (RecruitFilter(theme_id=2), [4]),
    (RecruitFilter(theme_id=1), [3]),
    (RecruitFilter(flag="bot"), [1]),
    (RecruitFilter(flag="copies"), [1]),
    (RecruitFilter(flagged=True), [1]),
    (RecruitFilter(flagged=False), [3, 2, 4]),
    (RecruitFilter(assignee="Ana"), [2]),
    (RecruitFilter(least=0.6), [3]),
)


def test_each_filter_leaves_what_it_says(session: Session) -> None:
    for wanted, ids in CASES:
        assert [one.candidate.id for one in recruits(session, 1, wanted)] == ids, wanted
        assert sum(counts(session, 1, wanted).values()) >= len(ids), wanted
    assert recruits(session, 2, RecruitFilter()) == []


def test_counts_tell_all_three_sides_whichever_is_looked_at(session: Session) -> None:
    assert counts(session, 1, RecruitFilter(side="hate")) == {"love": 2, "hate": 1, "torn": 1}
    assert counts(session, 1, RecruitFilter(flagged=True)) == {"love": 1, "hate": 0, "torn": 0}


def test_a_candidate_comes_with_their_own_flags_only(session: Session) -> None:
    first = card(session, 1, 1)
    assert first is not None
    assert [flag.kind for flag in first.flags] == ["bot", "copies"]
    third = card(session, 1, 3)
    assert third is not None
    assert third.flags == ()
    assert card(session, 2, 1) is None


def test_pages_show_everybody_once_though_many_are_as_useful(session: Session) -> None:
    for size in (1, 2, 3):
        seen: list[int | None] = []
        after: Place | None = None
        wanted = RecruitFilter(listed=None)
        while page := recruits(session, 1, wanted, after=after, limit=size):
            seen += [one.candidate.id for one in page]
            after = read_place(str(place_of(page[-1])))
        assert seen == [5, 3, 1, 2, 4]


@pytest.mark.parametrize("text", ["", "_", "x_1", "nan_1", "inf_1", "0.5_x", "0.5_" + "9" * 30])
def test_a_place_nobody_wrote_is_told(text: str) -> None:
    with pytest.raises(RuleError):
        read_place(text)
