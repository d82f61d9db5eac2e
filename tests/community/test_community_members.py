"""Members: taken in once, measured from their invitation on, and let go with thanks."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from community.committees import committee, members, trail
from community.committees.members import year_after
from config.errors import NotFoundError, RuleError
from store import tables
from store.committee import acknowledged_at
from store.members import find_member
from store.session import Store
from store.trail import steps
from tests.community.seats import NOW, TERMS, make_author, make_committee, seat, weigh

DAY = timedelta(days=1)


def invite(
    session: Session,
    circle: tables.Committee,
    author: tables.Author,
    charter: tables.Charter,
    sent_at: datetime,
) -> tables.Invitation:
    """An invitation that went out then, with that charter attached."""
    candidate = tables.Candidate(
        author_id=author.id,
        brand_id=circle.brand_id,
        side="hate",
        listed=True,
        utility=0.5,
        updated_at=NOW,
    )
    offer = tables.Offer(
        author_id=author.id,
        brand_id=circle.brand_id,
        person_key=f"author:{author.id}",
        campaign="spring",
        contact="Ana",
        made_by="Ana",
        made_at=NOW,
    )
    template = tables.Template(
        kind="invitation",
        language="en",
        version=1,
        subject="s",
        body="b",
        made_by="Ana",
        made_at=NOW,
    )
    session.add_all([candidate, offer, template])
    session.flush()
    row = tables.Invitation(
        offer_id=offer.id,
        candidate_id=candidate.id,
        charter_id=charter.id,
        template_id=template.id,
        channel="reply",
        language="en",
        subject="s",
        body="b",
        nonce=f"n{author.id}",
        state="sent",
        drafted_by="Ana",
        drafted_at=NOW,
        approved_by="Ana",
        sent_at=sent_at,
    )
    session.add(row)
    session.flush()
    return row


def test_joining_twice_seats_nobody_twice_and_the_second_door_counts(store: Store) -> None:
    with store.write() as session:
        circle = make_committee(session)
        first = seat(session, circle, "mara")
        second = members.join(
            session,
            committee_id=circle.id or 0,
            author_id=first.author_id,
            door="community",
            name="Mara",
            address=None,
            invitation_id=None,
            now=NOW + DAY,
        )
        assert second.id == first.id
        assert (second.door, second.name) == ("community", "Mara")
        assert second.address == "mara@example.test"
        assert second.joined_at == NOW
        assert len(steps(session, circle.id or 0, member_id=second.id)) == 2


def test_joining_twice_alike_changes_nothing_at_all(store: Store) -> None:
    with store.write() as session:
        circle = make_committee(session)
        mara = seat(session, circle, "mara")
        told = mara.model_dump()
        again = members.join(
            session,
            committee_id=circle.id or 0,
            author_id=mara.author_id,
            door="committee",
            name="mara",
            address="mara@example.test",
            invitation_id=None,
            now=NOW + DAY,
        )
        assert again.model_dump() == told
        assert [one.step for one in steps(session, circle.id or 0)] == ["make", "join"]


def test_staff_sit_in_but_are_no_members(store: Store) -> None:
    with store.write() as session:
        circle = make_committee(session)
        author = make_author(session, "boss", is_staff=True)
        with pytest.raises(RuleError, match="works for the brand"):
            members.join(
                session,
                committee_id=circle.id or 0,
                author_id=author.id or 0,
                door="committee",
                name="Boss",
                address=None,
                invitation_id=None,
                now=NOW,
            )


def join_by(
    session: Session, circle: tables.Committee, row: tables.Invitation, author: tables.Author
) -> tables.Member:
    return members.join(
        session,
        committee_id=circle.id or 0,
        author_id=author.id or 0,
        door="committee",
        name=author.name,
        address=None,
        invitation_id=row.id,
        now=NOW + 10 * DAY,
    )


def test_the_baseline_is_the_one_kept_when_they_were_invited(store: Store) -> None:
    with store.write() as session:
        circle = make_committee(session)
        charter = committee.publish(session, circle.id or 0, TERMS, actor="Ana", now=NOW)
        author = make_author(session, "mara")
        weigh(session, author.id or 0, circle.brand_id, mu=-0.6)
        row = invite(session, circle, author, charter, NOW)
        row.baseline = members.freeze(session, author.id or 0, circle.brand_id, NOW)
        weigh(session, author.id or 0, circle.brand_id, mu=0.4, at=NOW + 5 * DAY)
        mara = join_by(session, circle, row, author)
        assert (mara.baseline["mu"], mara.baseline["frozen_at"]) == (-0.6, NOW.isoformat())
        assert (mara.id or 0) in acknowledged_at(session, charter.id or 0)


@pytest.mark.parametrize(("weighed", "frozen"), [(-1, 0), (5, 10)])
def test_without_one_the_stance_is_dated_as_far_as_it_is_known(
    store: Store, weighed: int, frozen: int
) -> None:
    with store.write() as session:
        circle = make_committee(session)
        charter = committee.publish(session, circle.id or 0, TERMS, actor="Ana", now=NOW)
        author = make_author(session, "mara")
        weigh(session, author.id or 0, circle.brand_id, mu=-0.6, at=NOW + weighed * DAY)
        mara = join_by(session, circle, invite(session, circle, author, charter, NOW), author)
        assert mara.baseline["frozen_at"] == (NOW + frozen * DAY).isoformat()


def test_somebody_never_weighed_has_an_empty_baseline_that_says_so(store: Store) -> None:
    with store.write() as session:
        mara = seat(session, make_committee(session), "mara")
        assert mara.baseline["mu"] is None
        assert (mara.baseline["stance"], mara.baseline["n_posts"]) == ("undecided", 0)


def test_the_baseline_outlives_leaving_and_coming_back(store: Store) -> None:
    with store.write() as session:
        mara = seat(session, make_committee(session), "mara")
        before = dict(mara.baseline)
        members.leave(session, mara.id or 0, reason="moved", actor="Ana", now=NOW + DAY)
        members.thank(session, mara.id or 0, actor="Ana", now=NOW + DAY)
        weigh(session, mara.author_id, 1, mu=0.9)
        back = members.rejoin(session, mara.id or 0, actor="Ana", now=NOW + 30 * DAY)
        assert back.baseline == before
        assert (back.left_at, back.thanked_at, back.joined_at) == (None, None, NOW)
        assert back.term_from == NOW + 30 * DAY


def test_a_term_is_made_longer_before_it_ends_and_begins_anew_after(store: Store) -> None:
    with store.write() as session:
        mara = seat(session, make_committee(session), "mara")
        assert mara.term_until == year_after(NOW)
        members.renew(session, mara.id or 0, actor="Ana", now=NOW + 300 * DAY)
        assert (mara.term_from, mara.term_until) == (NOW, year_after(year_after(NOW)))
        late = NOW + 1000 * DAY
        members.renew(session, mara.id or 0, actor="Ana", now=late)
        assert (mara.term_from, mara.term_until) == (late, year_after(late))


def test_rotation_lists_terms_that_are_over_or_end_soon(store: Store) -> None:
    with store.write() as session:
        circle = make_committee(session)
        mara, tom, _ = (seat(session, circle, name) for name in ("mara", "tom", "zoe"))
        members.renew(session, tom.id or 0, actor="Ana", now=NOW, until=NOW + 500 * DAY)
        members.leave(session, tom.id or 0, reason="", actor="Ana", now=NOW)
        members.renew(session, mara.id or 0, actor="Ana", now=NOW, until=NOW + 400 * DAY)
        soon = members.rotation(session, circle.id or 0, now=NOW + 350 * DAY, days=20)
        assert [one.name for one in soon] == ["zoe"]
        assert [one.name for one in members.to_thank(session, circle.id or 0)] == ["tom"]


def test_thanks_are_for_those_who_left_and_only_once(store: Store) -> None:
    with store.write() as session:
        mara = seat(session, make_committee(session), "mara")
        with pytest.raises(RuleError, match="still here"):
            members.thank(session, mara.id or 0, actor="Ana", now=NOW)
        members.leave(session, mara.id or 0, reason="", actor="mara", now=NOW)
        members.thank(session, mara.id or 0, actor="Ana", now=NOW)
        with pytest.raises(RuleError, match="Ana thanked"):
            members.thank(session, mara.id or 0, actor="Tom", now=NOW)


def test_each_step_is_taken_back_once_and_only_while_it_is_the_last_word(store: Store) -> None:
    with store.write() as session:
        circle = make_committee(session)
        mara = seat(session, circle, "mara")
        told = mara.model_dump()
        members.look_after(session, mara.id or 0, actor="Ana", now=NOW, owner="Ana")
        members.look_after(session, mara.id or 0, actor="Ana", now=NOW, owner="Tom")
        first, second = steps(session, circle.id or 0)[-2:]
        with pytest.raises(RuleError, match="changed again"):
            trail.take_back(session, first, "Ana", NOW)
        trail.take_back(session, second, "Ana", NOW)
        with pytest.raises(RuleError, match="took this back"):
            trail.take_back(session, second, "Tom", NOW)
        trail.take_back(session, first, "Ana", NOW)
        assert mara.model_dump() == told


def test_what_made_something_says_how_it_is_answered(store: Store) -> None:
    with store.write() as session:
        circle = make_committee(session)
        seat(session, circle, "mara")
        joined = steps(session, circle.id or 0)[-1]
        with pytest.raises(RuleError, match="member leave"):
            trail.take_back(session, joined, "Ana", NOW)


def test_a_change_needs_a_person(store: Store) -> None:
    with store.write() as session:
        mara = seat(session, make_committee(session), "mara")
        with pytest.raises(RuleError, match="needs a person"):
            members.renew(session, mara.id or 0, actor=" ", now=NOW)


def test_two_of_one_name_are_told_apart_by_number(store: Store) -> None:
    with store.write() as session:
        circle = make_committee(session)
        mara, other = seat(session, circle, "mara"), seat(session, circle, "tom")
        other.name = "Mara"
        session.flush()
        with pytest.raises(NotFoundError, match="2 members"):
            find_member(session, circle.id or 0, "mara")
        assert find_member(session, circle.id or 0, str(mara.id)).id == mara.id


def test_a_closed_committee_takes_nobody_in_until_that_is_undone(store: Store) -> None:
    with store.write() as session:
        circle = make_committee(session)
        closing = committee.close(session, circle.id or 0, reason="done", actor="Ana", now=NOW)
        with pytest.raises(RuleError, match="was closed"):
            seat(session, circle, "mara")
        trail.take_back(session, closing, "Ana", NOW)
        assert seat(session, circle, "tom").door == "committee"


@given(days=st.integers(0, 10_000))
def test_a_year_after_any_day_is_365_or_366_days_later(days: int) -> None:
    day = NOW + days * DAY
    assert (year_after(day) - day).days in (365, 366)
