"""Inviting on both databases: one offer a person, and every step of an invitation's life."""

from __future__ import annotations

import threading
from datetime import timedelta

from sqlmodel import select

from community.inviting import consent, invitations, offers
from config.errors import RuleError
from soundingboard.inviting import letter_of
from store import invitations as queries
from store import outbox, tables
from store.session import Store
from tests.inviting import NOW, approve_somebody, desk, found_committee

DESK = desk()


def approved(store: Store, address: str | None = None) -> int:
    with store.write() as session:
        charter = found_committee(session)
        committee = session.get_one(tables.Committee, charter.committee_id)
        return approve_somebody(session, committee.brand_id, address=address).id or 0


def drafted(store: Store, candidate_id: int) -> int:
    with store.write() as session:
        candidate = session.get_one(tables.Candidate, candidate_id)
        head = invitations.draft(session, DESK, candidate, by="Ann", now=NOW)
        return head.invitation.id or 0


def test_of_fifty_offers_at_the_same_moment_exactly_one_is_made(store: Store) -> None:
    candidate_id = approved(store)
    outcomes: list[str] = []
    start = threading.Barrier(50)

    def ask(colleague: int) -> None:
        start.wait()
        try:
            with store.write() as session:
                candidate = session.get_one(tables.Candidate, candidate_id)
                offers.make(
                    session,
                    candidate,
                    campaign=f"campaign {colleague}",
                    contact="Kim",
                    by=f"colleague {colleague}",
                    now=NOW,
                    ask_again_days=30,
                )
            outcomes.append("made")
        except RuleError as error:
            outcomes.append(error.problem)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 50
    assert outcomes.count("made") == 1
    (offer,) = _all(store, tables.Offer)
    refusals = {outcome for outcome in outcomes if outcome != "made"}
    assert refusals == {
        f"{offer.made_by} asked them on 2026-03-01, for {offer.campaign}, and that offer is open."
    }


def test_two_accounts_of_one_person_are_one_person_to_the_registry(store: Store) -> None:
    with store.write() as session:
        charter = found_committee(session)
        brand_id = session.get_one(tables.Committee, charter.committee_id).brand_id
        person = tables.Person(made_by="Ann", made_at=NOW)
        session.add(person)
        session.flush()
        first = approve_somebody(session, brand_id, "mara", person_id=person.id)
        second = approve_somebody(session, brand_id, "mara_elsewhere", person_id=person.id)
        invitations.draft(session, DESK, first, by="Ann", now=NOW)
        try:
            invitations.draft(session, DESK, second, by="Bo", now=NOW)
        except RuleError as error:
            refusal = error.problem
    assert refusal.startswith("Ann asked them on 2026-03-01")


def test_of_twenty_clicks_at_the_same_moment_one_lets_it_go_and_one_mail_waits(
    store: Store,
) -> None:
    number = drafted(store, approved(store, "mara@post.example"))
    outcomes: list[str] = []
    start = threading.Barrier(20)

    def click(colleague: int) -> None:
        start.wait()
        try:
            with store.write() as session:
                invitations.let_go(session, DESK, number, by=f"colleague {colleague}", now=NOW)
            outcomes.append("gone")
        except RuleError as error:
            outcomes.append(error.problem)

    threads = [threading.Thread(target=click, args=(one,)) for one in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("gone") == 1
    assert all("approved already (colleague" in o for o in outcomes if o != "gone")
    assert [candidate.state for candidate in _all(store, tables.Candidate)] == ["invited"]


def test_an_invitation_lives_from_draft_to_answer(store: Store) -> None:
    number = drafted(store, approved(store, "mara@post.example"))
    _send(store, number)
    with store.write() as session:
        row = outbox.by_key(session, queries.mail_key(number))
        assert row is not None
        row.state, row.sent_at = "sent", NOW + timedelta(hours=1)
    with store.write() as session:
        assert invitations.lapse(session, NOW + timedelta(days=2), 21) == 0
    (invitation,) = _all(store, tables.Invitation)
    assert (invitation.state, invitation.sent_at) == ("sent", NOW + timedelta(hours=1))
    assert invitation.baseline["mu"] == -0.6
    with store.write() as session:
        head = invitations.found(session, number)
        sha = consent.sha_of(consent.words(session, head, "committee"))
        reply = consent.Reply("committee", sha, "Mara", "")
        consent.answer(session, DESK.marker, invitation.nonce, reply, NOW + timedelta(days=3))
    (invitation,) = _all(store, tables.Invitation)
    (offer,) = _all(store, tables.Offer)
    (candidate,) = _all(store, tables.Candidate)
    (member,) = _all(store, tables.Member)
    (proof,) = _all(store, tables.Consent)
    assert (invitation.state, invitation.answer) == ("answered", "committee")
    assert (offer.state, candidate.state) == ("accepted", "accepted")
    assert (member.door, member.name, member.address) == ("committee", "Mara", "mara@post.example")
    assert proof.words_sha == consent.sha_of(proof.words)
    assert "The charter of the Lumen Table (version 1" in proof.words


def test_a_mail_that_somebody_claimed_is_still_withheld_when_it_is_withdrawn(store: Store) -> None:
    number = drafted(store, approved(store, "mara@post.example"))
    _send(store, number)
    with store.write() as session:
        row = outbox.by_key(session, queries.mail_key(number))
        assert row is not None
        row.state, row.fence = "claimed", 1
    with store.write() as session:
        assert invitations.withdraw(session, number, by="Bo", now=NOW, reason="wrong Mara")
    (row,) = _all(store, tables.OutboxRow)
    assert (row.state, row.fence, row.problem) == ("withheld", 2, "withdrawn by Bo")
    assert _all(store, tables.Candidate)[0].state == "approved"
    with store.write() as session:  # nothing left, so they may be asked at once
        candidate = session.get_one(tables.Candidate, _all(store, tables.Candidate)[0].id)
        invitations.draft(session, DESK, candidate, by="Bo", now=NOW)


def _send(store: Store, number: int) -> None:
    with store.write() as session:
        head = invitations.let_go(session, DESK, number, by="Bo", now=NOW)
        letter = letter_of(DESK, head)
        outbox.enqueue(
            session,
            key=queries.mail_key(number),
            channel="mail",
            kind="invitation",
            receiver=head.invitation.address or "",
            subject=letter.subject,
            text=letter.text,
            author_id=head.author.id,
            approved_by="Bo",
            now=NOW,
        )


def _all(store: Store, table: type) -> list:  # type: ignore[type-arg]
    with store.read() as session:
        return list(session.exec(select(table)))
