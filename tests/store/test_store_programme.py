"""The rows that KPIs are counted from: people only, each once, as known at one moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlmodel import Session

from community.kpis import KPIS, Facts, gather, measure_all, save_all
from store import measurements, tables
from store.acts import Act
from store.answers import Asked
from store.counted import who_counts
from store.programme import Entry, Invited, Pay, Suggested, Worth
from store.session import Store
from tests.rows import UNTIL, ago

ANN, BEN, ANN_TOO, STAFF, BOT, EMPLOYEE, STAFF_TOO, PAPER = range(1, 9)


@pytest.fixture
def told(store: Store) -> Store:
    """A brand with two people (three accounts) and all kinds of accounts that are none."""
    with store.write() as session:
        session.add(tables.BrandRow(id=1, name="Pellow", created_at=ago(800)))
        session.add(tables.Source(id=1, kind="forum", address="x", name="x", added_at=ago(800)))
        for number in (1, 2):
            session.add(tables.Person(id=number, made_by="ida", made_at=ago(9)))
        session.flush()
        marks: dict[int, dict[str, Any]] = {
            ANN: {"person_id": 1}, BEN: {}, ANN_TOO: {"person_id": 1}, STAFF: {"is_staff": True,
            "person_id": 2}, BOT: {"is_bot": True}, EMPLOYEE: {}, STAFF_TOO: {"person_id": 2},
            PAPER: {"is_media": True},
        }  # fmt: skip
        for number, mark in marks.items():
            session.add(
                tables.Author(
                    id=number, site="x", key=str(number), name=f"a{number}", first_seen=ago(800),
                    **mark,
                )
            )  # fmt: skip
        session.flush()
        session.add(
            tables.Flag(
                author_id=EMPLOYEE, brand_id=1, kind="employee", strength="strong", excludes=True,
                evidence="works there", raised_at=ago(9),
            )
        )  # fmt: skip
        session.add(
            tables.Committee(id=1, brand_id=1, name="Council", made_by="ida", made_at=ago(700))
        )
        session.flush()
        for version, since, days in ((1, 700, 30), (2, 50, 14)):
            session.add(
                tables.Charter(
                    id=version, committee_id=1, version=version, purpose="p", hours_a_year=9,
                    meetings_a_year=4, cadence="c", compensation="c", answer_days=days,
                    published_by="ida", published_at=ago(since),
                )
            )  # fmt: skip
        for author in (ANN, BEN, ANN_TOO, STAFF, EMPLOYEE, STAFF_TOO):
            session.add(
                tables.Member(
                    id=author, committee_id=1, author_id=author, name=f"a{author}",
                    door="community" if author == ANN_TOO else "committee",
                    joined_at=ago(600), term_from=ago(600),
                )
            )  # fmt: skip
        session.flush()
    return store


def facts_of(store: Store, until: datetime = UNTIL) -> Facts:
    with store.read() as session:
        return gather(session, 1, until, model="m")


def post(session: Session, number: int, author: int | None, days: float, **told: Any) -> None:
    row: dict[str, Any] = {
        "id": number, "source_id": 1, "native_key": f"k{number}", "key_level": "guid",
        "kind": "post", "author_id": author, "text": "t", "text_sha": f"sha{number}",
        "at": ago(days), "time_quality": "given", "first_seen": ago(days),
    }  # fmt: skip
    session.add(tables.Post(**(row | told)))
    session.flush()
    session.add(tables.Mention(post_id=number, brand_id=1, how="named"))


def suggestion(session: Session, number: int, **told: Any) -> None:
    row = {"id": number, "committee_id": 1, "title": "t", "words": "w", "raised_at": ago(40)}
    session.add(tables.Suggestion(**(row | told)))


def test_accounts_of_one_person_are_one_and_staff_are_staff_with_all_of_them(told: Store) -> None:
    with told.read() as session:
        counted = who_counts(session, 1)
    assert [counted.whose(number) for number in range(1, 9)] == [
        ANN, BEN, ANN, None, None, None, None, None
    ]  # fmt: skip
    assert counted.staff == {STAFF, EMPLOYEE, STAFF_TOO}
    assert counted.accounts(frozenset({ANN, BEN})) == {ANN, BEN, ANN_TOO}
    assert {seat.person for seat in facts_of(told).programme.seats} == {ANN, BEN}


def test_acts_are_posts_surveys_suggestions_and_meetings_they_came_to(told: Store) -> None:
    with told.write() as session:
        post(session, 1, ANN, 5)
        post(session, 2, ANN_TOO, 6)
        post(session, 3, BEN, 7, kind="survey", nps=9)
        post(session, 4, BEN, 7, kind="survey")
        post(session, 5, BEN, 7, is_repost=True)
        post(session, 6, BEN, 7, time_quality="missing")
        post(session, 7, STAFF_TOO, 7)
        post(session, 8, BEN, 0)
        post(session, 9, ANN, 5, text_sha="sha1", native_key="seen twice")
        suggestion(session, 1, member_id=BEN, author_id=BEN)
        suggestion(session, 2, member_id=BEN, author_id=BEN, post_id=3)
        suggestion(session, 3, member_id=STAFF)
        _meeting(session, 1, 3, came={BEN: True, ANN: False, ANN_TOO: True, STAFF: True})
        _meeting(session, 2, 4, came={BEN: True}, cancelled_at=ago(4))
    assert facts_of(told).acts == [
        Act(ANN, ago(6), "post"),
        Act(ANN, ago(5), "post"),
        Act(ANN, ago(3), "meeting"),
        Act(BEN, ago(40), "suggestion"),
        Act(BEN, ago(7), "survey"),
        Act(BEN, ago(3), "meeting"),
    ]


def test_an_answer_is_a_later_post_of_staff_in_the_conversation_or_to_that_post(
    told: Store,
) -> None:
    with told.write() as session:
        post(session, 1, ANN, 9, thread_key="t")
        post(session, 2, BEN, 8, thread_key="t")
        post(session, 3, STAFF, 8.5, thread_key="t")
        post(session, 4, BOT, 8.4, thread_key="t")
        post(session, 5, BEN, 7)
        post(session, 6, EMPLOYEE, 6, parent_key="k5")
        post(session, 7, None, 5)
        post(session, 8, STAFF_TOO, 4, thread_key="k7")
        post(session, 9, ANN, 3)
        post(session, 10, ANN, 3, kind="article")
        post(session, 11, ANN, 3, time_quality="missing")
    assert facts_of(told).asked == [
        Asked(ANN, ago(9), ago(8.5)),
        Asked(BEN, ago(8), None),
        Asked(BEN, ago(7), ago(6)),
        Asked(None, ago(5), ago(4)),
        Asked(ANN, ago(3), None),
    ]
    assert facts_of(told, ago(6)).asked[2:] == [Asked(BEN, ago(7), None)]


def test_suggestions_know_their_charter_and_nothing_that_is_still_to_come(told: Store) -> None:
    with told.write() as session:
        post(session, 1, None, 60)
        suggestion(
            session, 1, member_id=ANN_TOO, raised_at=ago(60), state="reported",
            decided_at=ago(50), acted_at=ago(40), decision_reason="r",
            told_proposer_at=ago(38), told_committee_at=ago(30),
        )  # fmt: skip
        suggestion(session, 2, author_id=BEN, state="declined", decision_reason="r",
                   decided_at=ago(20), told_proposer_at=ago(19))  # fmt: skip
        suggestion(session, 3, post_id=1, raised_at=ago(800), told_committee_at=ago(9))
        suggestion(session, 4)  # its proposer was erased
        suggestion(session, 5, author_id=EMPLOYEE)
        suggestion(session, 6, author_id=BEN, state="reported", told_committee_at=ago(8),
                   decided_at=ago(20))  # fmt: skip
    raised = facts_of(told).programme.suggestions
    assert raised == [
        Suggested(ANN, ago(60), ago(50), True, ago(40), ago(30), 30),
        Suggested(BEN, ago(40), ago(20), False, None, None, 14),
        Suggested(None, ago(800), None, False, None, ago(9), 30),
        Suggested(BEN, ago(40), ago(20), False, None, ago(8), 14),  # nobody could be told
    ]
    earlier = facts_of(told, ago(40)).programme.suggestions[0]
    assert (earlier.decided_at, earlier.acted_at, earlier.told_at) == (ago(50), None, None)


def test_a_meeting_counts_seniors_and_each_person_once(told: Store) -> None:
    with told.write() as session:
        _meeting(session, 1, 3, came={ANN: False, ANN_TOO: True, BEN: None, STAFF: True})
        _meeting(session, 2, 2, came={BEN: True}, held_at=None)
        for name, promised, came in (
            ("cfo", True, True),
            ("ceo", True, False),
            ("coo", False, None),
        ):
            session.add(
                tables.Attendance(
                    meeting_id=1, name=name, role="senior", promised=promised, came=came
                )
            )
    (meeting,) = facts_of(told).programme.meetings
    assert (meeting.seniors, meeting.promised, meeting.promised_came) == (1, 2, 1)
    assert (meeting.invited, meeting.came) == ({ANN, BEN}, {ANN})


def test_pay_money_tiers_badges_and_invitations_are_as_known_then(told: Store) -> None:
    with told.write() as session:
        for number, member, cancelled in ((1, ANN_TOO, None), (2, BEN, ago(5)), (3, STAFF, None)):
            session.add(
                tables.Compensation(
                    id=number, member_id=member, what="w", amount_cents=5, currency="EUR",
                    due_at=ago(20), entered_by="ida", entered_at=ago(30), settled_at=ago(10),
                    cancelled_at=cancelled,
                )
            )  # fmt: skip
        session.add(_entry(1, "cost", 20, cancelled_at=None))
        session.add(_entry(2, "cost", 20, cancelled_at=ago(5)))
        for number, author, tier, day in (
            (1, ANN, "advance", 9), (2, ANN_TOO, "repeat", 8), (3, BEN, "initial", 7),
            (4, BEN, "repeat", 0), (5, STAFF, "advance", 9),
        ):  # fmt: skip
            session.add(
                tables.CustomerValue(
                    id=number, author_id=author, brand_id=1, tier=tier, as_of=ago(day), origin="f"
                )
            )
        for number, member, revoked in ((1, ANN, None), (2, BEN, ago(5))):
            session.add(
                tables.Badge(
                    id=number, member_id=member, serial=str(number), issued_by="ida",
                    issued_at=ago(50), revoked_at=revoked,
                )
            )  # fmt: skip
        for number, author, state in (
            (1, ANN_TOO, "answered"),
            (2, BEN, "withdrawn"),
            (3, STAFF, "sent"),
        ):
            _invitation(session, number, author, state)
    now, then = facts_of(told).programme, facts_of(told, ago(15)).programme
    assert now.pay == [Pay(ANN, ago(20), ago(10))]
    assert then.pay == [Pay(ANN, ago(20), None), Pay(BEN, ago(20), None)]
    assert [len(now.ledger), len(then.ledger)] == [1, 2]
    assert now.ledger == [Entry("cost", ago(20), 1, 2, 3, "EUR", 0.5)]
    assert sorted(now.worth) == [Worth(ANN, "repeat"), Worth(BEN, "initial")]
    assert [seat.badge for seat in now.seats] == [True, False, False]
    assert [seat.badge for seat in then.seats] == [True, True, False]
    assert now.invitations == [Invited(ANN, ago(40), ago(10), "committee")]
    assert then.invitations == [Invited(ANN, ago(40), None, None)]


def test_replayed_rows_measure_the_same_and_staff_move_nothing(told: Store) -> None:
    with told.write() as session:
        for number in range(1, 40):
            post(session, number, (ANN, BEN)[number % 2], number)
    first = facts_of(told)
    for _ in range(2):
        with told.write() as session:
            save_all(session, 1, measure_all(facts_of(told)))
    with told.write() as session:
        for number, author in enumerate((STAFF, BOT, EMPLOYEE, STAFF_TOO, PAPER), start=100):
            post(session, number, author, 3)
        suggestion(session, 9, member_id=STAFF, author_id=STAFF)
    assert facts_of(told) == first
    with told.read() as session:
        kept = {one.kpi: one for one in measurements.newest(session, 1)}
    assert len(kept) == len(KPIS)
    for reading in measure_all(facts_of(told)):
        stored = kept[reading.kpi]
        assert (stored.value, stored.low, stored.high, stored.n, stored.note, stored.since) == (
            reading.value, reading.low, reading.high, reading.n, reading.note, reading.since
        )  # fmt: skip


def test_whoever_is_erased_is_in_no_row(told: Store) -> None:
    with told.write() as session:
        post(session, 1, BEN, 5)
        suggestion(session, 1, member_id=BEN, author_id=BEN)
        session.add(_owed(BEN))
        session.flush()
        session.delete(session.get_one(tables.Author, BEN))
    facts = facts_of(told)
    assert facts.acts == []
    assert facts.asked == []
    assert facts.programme.suggestions == []
    assert facts.programme.pay == []
    assert {seat.person for seat in facts.programme.seats} == {ANN}


def _owed(member: int) -> tables.Compensation:
    return tables.Compensation(
        member_id=member, what="w", amount_cents=5, currency="EUR", due_at=ago(2),
        entered_by="ida", entered_at=ago(9),
    )  # fmt: skip


def _entry(number: int, kind: str, days: float, *, cancelled_at: datetime | None) -> Any:
    return tables.LedgerEntry(
        id=number, brand_id=1, kind=kind, what="w", low_cents=1, amount_cents=2, high_cents=3,
        currency="EUR", confidence=0.5, at=ago(days), entered_by="ida", entered_at=ago(days),
        cancelled_at=cancelled_at,
    )  # fmt: skip


def _meeting(
    session: Session, number: int, days: float, *, came: dict[int, bool | None], **told: Any
) -> None:
    row: dict[str, Any] = {
        "id": number, "committee_id": 1, "uid": str(number), "kind": "meeting", "title": "t",
        "starts_at": ago(days), "ends_at": ago(days, -1), "timezone": "UTC", "place": "p",
        "called_by": "ida", "called_at": ago(days + 9), "held_at": ago(days, -1),
    }  # fmt: skip
    session.add(tables.Meeting(**(row | told)))
    session.flush()
    for member, present in came.items():
        session.add(
            tables.Attendance(
                meeting_id=number, member_id=member, name=f"a{member}", role="member", came=present
            )
        )


def _invitation(session: Session, number: int, author: int, state: str) -> None:
    if session.get(tables.Template, 1) is None:
        session.add(
            tables.Template(
                id=1, kind="invitation", language="en", version=1, subject="s", body="b",
                made_by="ida", made_at=ago(99),
            )
        )  # fmt: skip
    session.add(
        tables.Offer(
            id=number, author_id=author, brand_id=1, person_key=str(author), campaign="c",
            contact="ida", made_by="ida", made_at=ago(50),
        )
    )  # fmt: skip
    session.add(
        tables.Candidate(
            id=number, author_id=author, brand_id=1, side="love", listed=True, utility=0.5,
            updated_at=ago(50),
        )
    )  # fmt: skip
    session.flush()
    answered = state == "answered"
    session.add(
        tables.Invitation(
            id=number, offer_id=number, candidate_id=number, charter_id=1, template_id=1,
            channel="reply", language="en", subject="s", body="b", nonce=str(number), state=state,
            drafted_by="ida", drafted_at=ago(50), approved_by="ida", approved_at=ago(45),
            sent_at=ago(40), answer="committee" if answered else None,
            answered_at=ago(10) if answered else None,
        )
    )  # fmt: skip
