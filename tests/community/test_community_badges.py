"""Badges: anybody can check them, nobody can change them, and they end with what they show."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from community.committees import badges, members, trail
from community.committees.seal import Seal, verify
from config.errors import RuleError
from store import tables
from store.session import Store
from store.trail import steps
from tests.community.seats import NOW, make_committee, seat

SEAL = Seal(b"the secret of the house")
DAY = timedelta(days=1)


def issue(session: Session, member: tables.Member, *, show_name: bool = False) -> tables.Badge:
    return badges.issue(
        session,
        member.id or 0,
        seal=SEAL,
        public_url="https://voices.test/",
        actor="Ana",
        now=NOW,
        show_name=show_name,
    )


def test_a_badge_is_checked_by_its_text_and_the_public_key_alone(store: Store) -> None:
    with store.write() as session:
        document = issue(session, seat(session, make_committee(session), "mara")).document
    assert verify(json.dumps(document, indent=3), SEAL.public_key)
    assert not verify(document, Seal(b"another house").public_key)
    assert document["verify"] == f"https://voices.test/badges/{document['serial']}"
    assert document["expires"] == members.year_after(NOW).isoformat()


@given(
    document=st.dictionaries(st.text(min_size=1), st.text(), min_size=1),
    data=st.data(),
)
def test_no_part_of_what_was_signed_can_be_changed(
    document: dict[str, str], data: st.DataObject
) -> None:
    document.pop("signature", None)
    signed = SEAL.sign(document)
    assert verify(json.dumps(signed), SEAL.public_key)
    name = data.draw(st.sampled_from(sorted(signed)))
    other = data.draw(st.text().filter(lambda text: text != signed[name]))
    assert not verify({**signed, name: other}, SEAL.public_key)
    assert not verify({**signed, "more": "x", "more ": "y"}, SEAL.public_key)


@pytest.mark.parametrize("broken", ["", "[]", "7", "null", "{}", '{"signature": 1}', "[" * 9999])
def test_what_is_no_badge_is_just_not_valid(broken: str) -> None:
    assert not verify(broken, SEAL.public_key)
    assert not verify({"signature": "AA"}, broken)


def test_it_names_its_member_only_on_their_wish(store: Store) -> None:
    with store.write() as session:
        mara = seat(session, make_committee(session), "mara")
        assert "mara" not in json.dumps(issue(session, mara).document)
        assert issue(session, mara, show_name=True).document["name"] == "mara"


def test_a_newer_badge_replaces_the_earlier_one(store: Store) -> None:
    with store.write() as session:
        mara = seat(session, make_committee(session), "mara")
        named = issue(session, mara, show_name=True)
        fresh = issue(session, mara)
        assert (badges.status(named, NOW), badges.status(fresh, NOW)) == ("revoked", "valid")
        assert "mara" not in json.dumps(badges.shown(named, NOW))


def test_it_ends_with_the_term_and_says_so(store: Store) -> None:
    with store.write() as session:
        badge = issue(session, seat(session, make_committee(session), "mara"))
        end = members.year_after(NOW)
        assert badges.status(badge, end - timedelta(seconds=1)) == "valid"
        assert badges.status(badge, end) == "expired"


def test_leaving_revokes_it_and_undoing_the_leaving_brings_it_back(store: Store) -> None:
    with store.write() as session:
        circle = make_committee(session)
        mara = seat(session, circle, "mara")
        badge = issue(session, mara)
        members.leave(session, mara.id or 0, reason="", actor="Ana", now=NOW + DAY)
        assert (badge.revoked_by, badge.revoked_why) == ("Ana", members.LEFT)
        left = next(one for one in steps(session, circle.id or 0) if one.step == "leave")
        trail.take_back(session, left, "Ana", NOW + DAY)
        assert (badge.revoked_by, badge.revoked_at) == (None, None)
        assert badges.status(badge, NOW + DAY) == "valid"


def test_who_leaves_and_joins_again_asks_for_a_new_badge(store: Store) -> None:
    with store.write() as session:
        mara = seat(session, make_committee(session), "mara")
        badge = issue(session, mara)
        members.leave(session, mara.id or 0, reason="", actor="Ana", now=NOW)
        with pytest.raises(RuleError, match="no member now"):
            issue(session, mara)
        members.rejoin(session, mara.id or 0, actor="Ana", now=NOW)
        assert badges.status(badge, NOW) == "revoked"
        assert badges.status(issue(session, mara), NOW) == "valid"


def test_revoking_needs_a_reason_that_no_page_tells(store: Store) -> None:
    with store.write() as session:
        badge = issue(session, seat(session, make_committee(session), "mara"))
        with pytest.raises(RuleError, match="needs a reason"):
            badges.revoke(session, badge.serial, reason="", actor="Ana", now=NOW)
        badges.revoke(session, badge.serial, reason="shouted at others", actor="Ana", now=NOW)
        told = badges.shown(badge, NOW)
        assert told["status"] == "revoked"
        assert "shouted" not in json.dumps(told)


def test_the_mark_is_a_picture_and_a_link_and_no_script() -> None:
    html = badges.mark(
        {"verify": 'https://x.test/"><script>', "role": "Member", "committee": '"><script>'}
    )
    assert "<script" not in html
    assert html.startswith('<a href="https://x.test/')
