"""A suggestion goes its way step by step, never overwritten, and every step is taken back."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlmodel import Session

from community.suggesting import suggestions
from config.errors import RuleError
from store import suggestions as rows
from store import tables
from store.session import Store
from tests.promised import MONDAY, add_author, add_brand, add_committee, add_member, add_post, days

Step = Callable[[Session, tables.Suggestion], object]

WAY: tuple[Step, ...] = (
    lambda s, it: suggestions.assign(s, it, "Ann", MONDAY, owner="Bo"),
    lambda s, it: suggestions.acknowledge(s, it, "Ann", MONDAY + days(1)),
    lambda s, it: suggestions.accept(s, it, "Ann", MONDAY + days(2), reason="it is right"),
    lambda s, it: suggestions.assign(s, it, "Ann", MONDAY + days(3), owner="Cy"),
    lambda s, it: suggestions.act(s, it, "Cy", MONDAY + days(4), evidence="https://lumen.test/lid"),
    lambda s, it: suggestions.tell_committee(s, it, "Cy", MONDAY + days(5), how="by mail"),
    lambda s, it: suggestions.tell_proposer(s, it, "Cy", MONDAY + days(5), how="by mail"),
)


def raised(session: Session) -> tables.Suggestion:
    committee = add_committee(session, add_brand(session))
    member = add_member(session, committee, "Mia")
    return suggestions.raise_by_member(
        session, committee, member, "Ann", MONDAY, words="Make a lid that shuts.\nPlease."
    )


def columns(suggestion: tables.Suggestion) -> dict[str, object]:
    return suggestion.model_dump(exclude={"version"})


def again(session: Session, suggestion: tables.Suggestion) -> tables.Suggestion:
    found = rows.suggestion(session, suggestion.id or 0)
    assert found is not None
    return found


def test_a_suggestion_goes_all_the_way_and_each_step_stands_with_its_time(store: Store) -> None:
    with store.write() as session:
        suggestion = raised(session)
        for step in WAY:
            step(session, suggestion)
    with store.read() as session:
        kept = again(session, suggestion)
        steps = [step.step for step in rows.steps(session, kept.id or 0)]
    assert kept.state == "reported"
    assert (kept.owner, kept.decision_reason) == ("Cy", "it is right")
    assert kept.evidence == "https://lumen.test/lid"
    assert kept.acknowledged_at == MONDAY + days(1)
    assert kept.told_proposer_at == kept.told_committee_at == MONDAY + days(5)
    assert kept.title == "Make a lid that shuts. Please."
    assert steps[0] == "raise"
    assert len(steps) == len(WAY) + 1


def test_undo_brings_every_former_state_back_exactly(store: Store) -> None:
    before = []
    with store.write() as session:
        suggestion = raised(session)
        for step in WAY:
            before.append(columns(again(session, suggestion)))
            step(session, suggestion)
    for former in reversed(before):
        with store.write() as session:
            suggestions.undo(session, again(session, suggestion), "Dee", MONDAY + days(9))
        with store.read() as session:
            assert columns(again(session, suggestion)) == former
    with store.write() as session, pytest.raises(RuleError, match="nothing to take back"):
        suggestions.undo(session, again(session, suggestion), "Dee", MONDAY + days(9))


def test_steps_out_of_order_are_refused_in_words(store: Store) -> None:
    with store.write() as session:
        suggestion = raised(session)
        with pytest.raises(RuleError, match="Nobody owns"):
            suggestions.acknowledge(session, suggestion, "Ann", MONDAY)
        with pytest.raises(RuleError, match="is raised, so it cannot be accepted"):
            suggestions.accept(session, suggestion, "Ann", MONDAY, reason="yes")
        with pytest.raises(RuleError, match="cannot be acted on"):
            suggestions.act(session, suggestion, "Ann", MONDAY, evidence="done")
        with pytest.raises(RuleError, match="cannot be told"):
            suggestions.tell_proposer(session, suggestion, "Ann", MONDAY, how="by mail")
        WAY[0](session, suggestion)
        WAY[1](session, suggestion)
        suggestions.decline(session, suggestion, "Ann", MONDAY, reason="too dear")
        with pytest.raises(RuleError, match="is declined, so it cannot be acted on"):
            suggestions.act(session, suggestion, "Ann", MONDAY, evidence="done")
        suggestions.tell_proposer(session, suggestion, "Ann", MONDAY, how="by mail")
        with pytest.raises(RuleError, match="told to its proposer already"):
            suggestions.tell_proposer(session, suggestion, "Ann", MONDAY, how="by mail")
        suggestions.tell_committee(session, suggestion, "Ann", MONDAY, how="by mail")
        assert again(session, suggestion).state == "reported"
        with pytest.raises(RuleError, match="is reported"):
            suggestions.assign(session, suggestion, "Ann", MONDAY, owner="Eve")


@pytest.mark.parametrize("nothing", ["", "   ", "\n\t", "\x00", "\ud800"])
def test_reason_evidence_owner_and_actor_are_never_empty(store: Store, nothing: str) -> None:
    with store.write() as session:
        suggestion = raised(session)
        with pytest.raises(RuleError):
            suggestions.assign(session, suggestion, "Ann", MONDAY, owner=nothing)
        with pytest.raises(RuleError):
            suggestions.assign(session, suggestion, nothing, MONDAY, owner="Bo")
        WAY[0](session, suggestion)
        WAY[1](session, suggestion)
        for decide in (suggestions.accept, suggestions.decline):
            with pytest.raises(RuleError, match="needs a reason"):
                decide(session, suggestion, "Ann", MONDAY, reason=nothing)
        WAY[2](session, suggestion)
        with pytest.raises(RuleError, match="needs evidence"):
            suggestions.act(session, suggestion, "Ann", MONDAY, evidence=nothing)
        with pytest.raises(RuleError, match="note is empty"):
            suggestions.note(session, suggestion, "Ann", MONDAY, words=nothing)


def test_a_note_changes_nothing_and_is_not_taken_back(store: Store) -> None:
    with store.write() as session:
        suggestion = raised(session)
        WAY[0](session, suggestion)
        suggestions.note(session, suggestion, "Ann", MONDAY, words="ask the factory")
        assert again(session, suggestion).version == 1
        suggestions.undo(session, suggestion, "Ann", MONDAY)
        assert again(session, suggestion).owner is None


def test_whoever_decides_on_an_old_version_is_told_who_was_quicker(store: Store) -> None:
    with store.write() as session:
        suggestion = raised(session)
        WAY[0](session, suggestion)
    with store.write() as session, pytest.raises(RuleError, match=r"quicker.*Ann, assigned"):
        suggestions.acknowledge(session, again(session, suggestion), "Bo", MONDAY, seen=0)


def test_of_eight_people_who_decide_at_once_exactly_one_does(store: Store) -> None:
    with store.write() as session:
        suggestion = raised(session)
        WAY[0](session, suggestion)
        WAY[1](session, suggestion)
    start, outcomes = threading.Barrier(8), []

    def decide(number: int) -> None:
        choice = suggestions.accept if number % 2 else suggestions.decline
        start.wait()
        try:
            with store.write() as session:
                choice(
                    session, again(session, suggestion), f"P{number}", MONDAY, reason=f"{number}"
                )
            outcomes.append(number)
        except RuleError:
            outcomes.append(None)

    at_once(decide, 8)
    winners = [number for number in outcomes if number is not None]
    with store.read() as session:
        kept = again(session, suggestion)
        said = [s.step for s in rows.steps(session, kept.id or 0)]
    assert len(outcomes) == 8
    assert [kept.decision_reason] == [str(number) for number in winners]
    assert said.count("accept") + said.count("decline") == 1


def test_a_post_is_taken_up_once_however_many_click_at_once(store: Store) -> None:
    with store.write() as session:
        committee = add_committee(session, add_brand(session))
        post = add_post(session, add_author(session, "Hal"), "Why is there no lid?")
    start, refused = threading.Barrier(6), []

    def take_up(number: int) -> None:
        start.wait()
        try:
            with store.write() as session:
                suggestions.raise_from_post(session, committee, post, f"P{number}", MONDAY)
        except RuleError as error:
            refused.append(error.problem)

    at_once(take_up, 6)
    with store.read() as session:
        found = rows.suggestions(session, committee.brand_id)
    assert len(found) == 1
    assert found[0].post_id == post.id
    assert found[0].words == "Why is there no lid?"
    assert len(refused) == 5
    assert all("taken up already" in problem for problem in refused)


def test_a_post_of_a_member_is_their_suggestion(store: Store) -> None:
    with store.write() as session:
        committee = add_committee(session, add_brand(session))
        author = add_author(session, "Hal")
        member = add_member(session, committee, "Hal", author_id=author.id)
        post = add_post(session, author, "Sell the lid alone")
        made = suggestions.raise_from_post(session, committee, post, "Ann", MONDAY, words="A lid")
    assert (made.member_id, made.author_id, made.title) == (member.id, author.id, "A lid")


def test_nobody_raises_for_a_closed_committee_or_as_somebody_who_left(store: Store) -> None:
    with store.write() as session:
        brand = add_brand(session)
        closed = add_committee(session, brand, name="old", closed_at=MONDAY)
        committee = add_committee(session, brand)
        gone = add_member(session, committee, "Gus", left_at=MONDAY)
        elsewhere = add_member(session, closed, "Pia")
        for where, who in ((closed, elsewhere), (committee, gone), (committee, elsewhere)):
            with pytest.raises(RuleError):
                suggestions.raise_by_member(session, where, who, "Ann", MONDAY, words="A lid")


def test_a_suggestion_stays_when_its_proposer_is_erased(store: Store) -> None:
    with store.write() as session:
        suggestion = raised(session)
        session.delete(session.get(tables.Author, suggestion.author_id))
    with store.read() as session:
        kept = again(session, suggestion)
    assert (kept.member_id, kept.author_id, kept.state) == (None, None, "raised")


def at_once(work: Callable[[int], None], count: int) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
