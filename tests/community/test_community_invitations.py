"""Who may be invited, with what words, and how an invitation is taken back or lapses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as turned_to
from hypothesis import strategies as st
from sqlmodel import Session, select

from community.candidates import contact, recruiting
from community.committees.charter_text import charter_text, time_asked
from community.inviting import invitations, templates
from community.inviting.inviting_rules import refuse_unready
from config.errors import RuleError
from config.settings import Settings
from store import addresses, tables
from store.session import Store
from store.tombstones import bury
from tests.inviting import NOW, SETTINGS, add_charter, approve_somebody, desk, found_committee

DESK = desk()
FACTS = dict.fromkeys(templates.PLACEHOLDERS, "something")


def turned(**groups: dict[str, Any]) -> Settings:
    changed = {n: getattr(SETTINGS, n).model_copy(update=told) for n, told in groups.items()}
    return SETTINGS.model_copy(update=changed)


def brand_of(session: Session, charter: tables.Charter) -> int:
    return session.get_one(tables.Committee, charter.committee_id).brand_id


def draft(session: Session, candidate: tables.Candidate, **told: Any) -> tables.Invitation:
    head = invitations.draft(session, DESK, candidate, by="Ann", now=NOW, **told)
    return head.invitation


def test_the_built_in_words_leave_nothing_out() -> None:
    for kind in ("invitation", "reply"):
        templates.lint(kind, *templates.built_in(kind))


@pytest.mark.parametrize("what", list(templates.REQUIRED))
def test_a_text_that_leaves_something_out_is_refused_and_says_what(what: str) -> None:
    _, body = templates.built_in("invitation")
    for name in templates.REQUIRED[what]:
        body = body.replace(f"${{{name}}}", "")
    with pytest.raises(RuleError) as refusal:
        templates.lint("invitation", "A subject", body)
    assert what in refusal.value.problem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello ${nmae}", "There is no placeholder ${nmae}"),
        ("That is $5", "a $ that begins no placeholder"),
        ("${name.__class__}", "a $ that begins no placeholder"),
        ("${link}", "There is no placeholder ${link}"),
    ],
)
def test_a_placeholder_that_is_none_is_named(text: str, said: str) -> None:
    _, body = templates.built_in("invitation")
    with pytest.raises(RuleError) as refusal:
        templates.lint("invitation", "A subject", body + text)
    assert said in refusal.value.problem


@turned_to(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(FACTS)), st.text(min_size=1)))
def test_a_fact_is_never_read_as_a_placeholder(told: dict[str, str]) -> None:
    subject, body = templates.built_in("invitation")
    row = tables.Template(
        kind="invitation", language="en", version=1, subject=subject, body=body, made_by="x"
    )
    given_facts = FACTS | {name: f"${{name}} {words} x" for name, words in told.items()}
    _, filled = templates.fill(row, given_facts)
    for name in told:
        if f"${{{name}}}" in body:
            assert given_facts[name].strip() in filled


def test_new_words_are_a_new_version_and_old_drafts_keep_theirs(store: Store) -> None:
    subject, body = templates.built_in("invitation")
    with store.write() as session:
        charter = found_committee(session)
        before = draft(
            session, approve_somebody(session, brand_of(session, charter), address="m@x.y")
        )
        row = templates.edit(session, "invitation", "en", subject, f"New. {body}", by="Bo", now=NOW)
        assert row.version == 2
        assert not before.body.startswith("New.")
        with pytest.raises(RuleError, match="word for word"):
            templates.edit(session, "invitation", "en", subject, f"New. {body}", by="B", now=NOW)


def test_whoever_gave_an_address_gets_mail_and_all_others_a_reply(store: Store) -> None:
    with store.write() as session:
        brand_id = brand_of(session, found_committee(session))
        by_mail = draft(session, approve_somebody(session, brand_id, "mara", address="m@x.example"))
        by_hand = draft(session, approve_somebody(session, brand_id, "ben"))
    assert (by_mail.channel, by_mail.address) == ("mail", "m@x.example")
    assert (by_hand.channel, by_hand.address) == ("reply", None)
    assert DESK.link(by_hand.nonce) in by_hand.body


def test_the_words_say_all_that_the_reader_must_know(store: Store) -> None:
    with store.write() as session:
        brand_id = brand_of(session, found_committee(session))
        body = draft(session, approve_somebody(session, brand_id, address="m@x.example")).body
    for told in (
        "To tell Lumen what to change first",
        "about 12 hours a year, in 5 meetings (one day in person, a call every quarter)",
        "your travel, and coffee for the year",
        "You say plainly in public what is wrong with Lumen Coffee.",
        "“The lid leaks, every single morning.”",
        "28 February 2026: https://forum.example/mara/1",
        "object at any time: choose “Never contact me again”",
        "Kim Wood, kim@lumen.example answers them",
        "Lumen, 1 Mill Lane, Graz",
        "the managing director and the head of service",
        "data protection authority",
    ):
        assert told in body


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ({"recruiting": {"contact": " "}}, "No contact person"),
        ({"mail": {"postal_address": ""}}, "no postal address"),
        ({"mail": {"sender": ""}}, "sender"),
        ({"web": {"public_url": "http://voices.lumen.example"}}, "plain http"),
        ({"web": {"public_url": "http://127.0.0.1.evil.example"}}, "plain http"),
    ],
)
def test_nobody_is_invited_before_the_settings_say_who_asks(
    groups: dict[str, Any], said: str
) -> None:
    with pytest.raises(RuleError, match=said):
        refuse_unready(turned(**groups), "mail")


@pytest.mark.parametrize("url", ["https://a.example/x", "http://127.0.0.1:8400", "http://[::1]:1"])
def test_pages_on_this_machine_need_no_tls(url: str) -> None:
    refuse_unready(turned(web={"public_url": url}), "mail")


def test_without_a_charter_nobody_is_invited(store: Store) -> None:
    with store.write() as session:
        brand = tables.BrandRow(name="Lumen", created_at=NOW)
        session.add(brand)
        session.flush()
        with pytest.raises(RuleError, match="no charter"):
            draft(session, approve_somebody(session, brand.id or 0))


def test_only_the_approved_are_invited(store: Store) -> None:
    with store.write() as session:
        candidate = approve_somebody(session, brand_of(session, found_committee(session)))
        candidate.state = "proposed"
        with pytest.raises(RuleError, match="Only approved"):
            draft(session, candidate)


def _objects(session: Session, candidate: tables.Candidate) -> None:
    author = session.get_one(tables.Author, candidate.author_id)
    contact.forbid(session, DESK.marker, author, NOW)


def _objects_elsewhere(session: Session, candidate: tables.Candidate) -> None:
    """Another account of the same person asked not to be contacted."""
    person = tables.Person(made_by="Ann", made_at=NOW)
    session.add(person)
    session.flush()
    author = session.get_one(tables.Author, candidate.author_id)
    other = tables.Author(site="s", key="other", name="other", first_seen=NOW)
    session.add(other)
    author.person_id = other.person_id = person.id
    session.flush()
    contact.forbid(session, DESK.marker, other, NOW)


def _buries_address(session: Session, candidate: tables.Candidate) -> None:
    bury(session, {DESK.marker.address("M@x.example")}, "do_not_contact", NOW)


def _is_flagged(session: Session, candidate: tables.Candidate) -> None:
    flag = tables.Flag(
        author_id=candidate.author_id,
        brand_id=candidate.brand_id,
        kind="employee",
        strength="strong",
        excludes=True,
        evidence="says so",
        raised_at=NOW,
    )
    session.add(flag)


def _gets_a_new_charter(session: Session, candidate: tables.Candidate) -> None:
    (charter,) = session.exec(select(tables.Charter))
    add_charter(session, charter.committee_id, 2)


def _gives_another_address(session: Session, candidate: tables.Candidate) -> None:
    addresses.set_address(
        session, candidate.author_id, address="new@x.example", basis="b", by="Ann", now=NOW
    )


def _is_reopened(session: Session, candidate: tables.Candidate) -> None:
    recruiting.defer(session, candidate, "Bo", NOW, reason="later")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_objects, "asked not to be contacted"),
        (_objects_elsewhere, "other on s asked not to be contacted"),
        (_buries_address, "address asked not"),
        (_is_flagged, "A flag forbids this: employee"),
        (_gets_a_new_charter, "the charter changed"),
        (_gives_another_address, "their address changed"),
        (_is_reopened, "Only approved"),
    ],
)
def test_what_changed_since_the_draft_stops_it(
    store: Store, change: Callable[[Session, tables.Candidate], None], said: str
) -> None:
    with store.write() as session:
        brand_id = brand_of(session, found_committee(session))
        candidate = approve_somebody(session, brand_id, address="m@x.example")
        number = draft(session, candidate).id or 0
    with store.write() as session:
        change(session, session.get_one(tables.Candidate, candidate.id))
    with pytest.raises(RuleError, match=said), store.write() as session:
        invitations.let_go(session, DESK, number, by="Bo", now=NOW)
    with store.read() as session:
        assert session.get_one(tables.Invitation, number).state == "drafted"


def test_a_reply_waits_for_a_person_to_post_it(store: Store) -> None:
    with store.write() as session:
        candidate = approve_somebody(session, brand_of(session, found_committee(session)))
        number = draft(session, candidate).id or 0
        with pytest.raises(RuleError, match="drafted"):
            invitations.posted(session, number, by="Bo", now=NOW)
        invitations.let_go(session, DESK, number, by="Bo", now=NOW)
        head = invitations.posted(session, number, by="Cy", now=NOW)
        assert (head.invitation.state, head.invitation.sent_by) == ("sent", "Cy")
        with pytest.raises(RuleError, match="sent"):
            invitations.posted(session, number, by="Cy", now=NOW)


def test_whoever_was_asked_is_asked_again_only_after_a_while(store: Store) -> None:
    with store.write() as session:
        candidate = approve_somebody(session, brand_of(session, found_committee(session)))
        number = draft(session, candidate).id or 0
        invitations.let_go(session, DESK, number, by="Bo", now=NOW)
        invitations.posted(session, number, by="Bo", now=NOW)
        assert not invitations.withdraw(session, number, by="Bo", now=NOW)  # it had left
        assert session.get_one(tables.Invitation, number).state == "withdrawn"
        assert candidate.state == "approved"
        soon, later = NOW + timedelta(days=29), NOW + timedelta(days=30)
        with pytest.raises(RuleError, match=r"asked on 2026-03-01, by Ann, for the Lumen Table"):
            invitations.draft(session, DESK, candidate, by="Cy", now=soon)
        invitations.draft(session, DESK, candidate, by="Cy", now=later)


def test_a_draft_that_is_withdrawn_was_never_an_offer(store: Store) -> None:
    with store.write() as session:
        candidate = approve_somebody(session, brand_of(session, found_committee(session)))
        number = draft(session, candidate).id or 0
        assert invitations.withdraw(session, number, by="Bo", now=NOW)
        with pytest.raises(RuleError, match="withdrawn"):
            invitations.let_go(session, DESK, number, by="Bo", now=NOW)
        draft(session, candidate)


def test_no_answer_in_time_is_silence(store: Store) -> None:
    with store.write() as session:
        candidate = approve_somebody(session, brand_of(session, found_committee(session)))
        number = draft(session, candidate).id or 0
        invitations.let_go(session, DESK, number, by="Bo", now=NOW)
        assert invitations.lapse(session, NOW + timedelta(days=99), 21) == 0  # nobody posted it
        invitations.posted(session, number, by="Bo", now=NOW)
        assert invitations.lapse(session, NOW + timedelta(days=20), 21) == 0
        assert invitations.lapse(session, NOW + timedelta(days=21), 21) == 1
        assert invitations.lapse(session, NOW + timedelta(days=22), 21) == 0
        session.refresh(candidate)
        assert candidate.state == "silent"
        assert session.get_one(tables.Invitation, number).state == "lapsed"


def test_what_a_charter_does_not_say_leaves_no_gap_in_the_words() -> None:
    charter = tables.Charter(
        committee_id=1, version=1, purpose="To listen", hours_a_year=1, meetings_a_year=1,
        cadence="", compensation="", published_by="Ann", published_at=NOW,
    )  # fmt: skip
    committee = tables.Committee(brand_id=1, name="the Table", made_by="Ann", made_at=NOW)
    assert time_asked(charter) == "about 1 hour a year, in 1 meeting"
    assert "nothing but our thanks" in charter_text(committee, charter)
