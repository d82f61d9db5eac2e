"""`suggestion …` and `promises`: from what a member said to what everybody was told of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from community.candidates import contact
from community.suggesting import suggestions
from config.errors import RuleError
from soundingboard.delivery import told_back
from soundingboard.reporting_back import one_suggestion, report_back
from soundingboard.wiring import Parts
from store import suggestions as rows
from store import tables
from tests.fakes import NOW, make_parts
from tests.promised import (
    MONDAY,
    add_author,
    add_brand,
    add_charter,
    add_committee,
    add_member,
    add_post,
    days,
)
from tests.soundingboard.conftest import CommandLine


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    made = make_parts(tmp_path, at=MONDAY + days(6))
    yield made
    made.close()


def settle(parts: Parts, *, post: bool = False, accepted: bool = True, **mia: Any) -> int:
    """A committee of Mia, who suggested it, Ned, and Oda, who has no address; it is decided."""
    with parts.store.write() as session:
        committee = add_committee(session, add_brand(session))
        member = add_member(session, committee, "Mia", **mia)
        add_member(session, committee, "Ned")
        add_member(session, committee, "Oda", address=None)
        add_member(session, committee, "Pam", left_at=MONDAY)
        add_member(session, committee, "Quin", door="community")
        if post:
            heard = add_post(session, add_author(session, "hal9"), "Sell the <lid> alone")
            made = suggestions.raise_from_post(session, committee, heard, "Ann", MONDAY)
        else:
            made = suggestions.raise_by_member(
                session, committee, member, "Ann", MONDAY, words="Sell the <lid> alone"
            )
        suggestions.assign(session, made, "Ann", MONDAY, owner="Bo")
        suggestions.acknowledge(session, made, "Bo", MONDAY + days(1))
        decide(parts, session, made, accepted=accepted)
    return made.id or 0


def decide(parts: Parts, session: Any, made: tables.Suggestion, *, accepted: bool) -> None:
    if not accepted:
        suggestions.decline(session, made, "Bo", MONDAY + days(2), reason="it costs too much")
        return
    suggestions.accept(session, made, "Bo", MONDAY + days(2), reason="many asked for it")
    shop = "https://lumen.test/lids"
    suggestions.act(session, made, "Bo", MONDAY + days(3), evidence=shop)


def outbox(parts: Parts) -> list[tables.OutboxRow]:
    with parts.store.read() as session:
        return list(session.exec(select(tables.OutboxRow).order_by(tables.OutboxRow.id)))  # type: ignore[arg-type]


def suggestion(parts: Parts, number: int) -> tables.Suggestion:
    with parts.store.read() as session:
        return one_suggestion(session, number)


def test_the_proposer_and_the_committee_each_get_one_letter(parts: Parts) -> None:
    number = settle(parts)

    told = report_back(parts, number, "Ann")

    mail = {row.receiver: row for row in outbox(parts)}
    assert set(mail) == {"mia@mail.test", "ned@mail.test"}
    assert told.queued == ["Mia", "Ned"]
    own = mail["mia@mail.test"]
    for words in ("You suggested", "Sell the <lid> alone", "many asked", "https://lumen.test/lids"):
        assert words in own.text
    assert "&lt;lid&gt;" in (own.html or "")
    assert "Mia" not in mail["ned@mail.test"].text
    assert (own.kind, own.approved_by, own.key) == (
        "report_back",
        "Ann",
        f"suggestion/{number}/told/1",
    )
    assert own.author_id is not None


def test_whoever_has_no_address_waits_for_a_person_and_the_step_stays_open(parts: Parts) -> None:
    number = settle(parts)

    first = report_back(parts, number, "Ann")

    assert [draft.to for draft in first.drafts] == ["Oda"]
    assert first.recorded == ["tell_proposer"]
    assert (first.state, suggestion(parts, number).told_committee_at) == ("acted", None)

    last = report_back(parts, number, "Cy", posted=True)

    assert (last.state, last.queued, last.drafts) == ("reported", [], [])
    assert last.had_theirs == ["Mia", "Ned"]
    with parts.store.read() as session:
        step = rows.steps(session, number)[-1]
    assert (step.step, step.actor, step.words) == ("tell_committee", "Cy", "1 by mail; by Cy: Oda")


def test_a_declined_one_is_told_as_well_with_its_reason(parts: Parts) -> None:
    number = settle(parts, accepted=False)

    told = report_back(parts, number, "Ann", posted=True)

    assert told.state == "reported"
    assert "not to do it" in outbox(parts)[0].text
    assert "it costs too much" in outbox(parts)[0].text


def test_the_author_of_a_post_is_answered_in_public_by_a_person(parts: Parts) -> None:
    number = settle(parts, post=True)

    told = report_back(parts, number, "Ann")

    assert [draft.to for draft in told.drafts] == ["hal9", "Oda"]
    draft = told.drafts[0]
    assert draft.where == "https://forum.test/t/1"
    assert "many asked for it" in draft.words
    assert len(draft.words) <= told_back.REPLY_CHARS
    assert suggestion(parts, number).told_proposer_at is None
    assert report_back(parts, number, "Ann", posted=True).state == "reported"


def test_an_author_who_became_a_member_since_gets_a_letter(parts: Parts) -> None:
    number = settle(parts, post=True)
    with parts.store.write() as session:
        committee = rows.lock_committee(session, 1)
        assert committee is not None
        add_member(session, committee, "Hal", author_id=suggestion(parts, number).author_id)

    told = report_back(parts, number, "Ann")

    assert told.queued[0] == "Hal"
    assert "You suggested" in next(r.text for r in outbox(parts) if r.receiver == "hal@mail.test")


@pytest.mark.parametrize("how", ["left", "erased", "silent"])
def test_a_proposer_who_is_gone_is_said_to_be_and_breaks_nothing(parts: Parts, how: str) -> None:
    number = settle(parts, left_at=None)
    with parts.store.write() as session:
        member = session.get(tables.Member, 1)
        assert member is not None
        author = session.get(tables.Author, member.author_id)
        assert author is not None
        if how == "left":
            member.left_at = MONDAY
        elif how == "erased":
            session.delete(author)
        else:
            contact.forbid(session, parts.marker, author, MONDAY)

    told = report_back(parts, number, "Ann", posted=True)

    kept = suggestion(parts, number)
    assert (told.state, kept.told_proposer_at) == ("reported", None)
    assert told.left_out[0].startswith("the proposer: ")
    assert [row.receiver for row in outbox(parts)] == ["ned@mail.test"]


def test_a_member_who_asked_for_silence_gets_none_and_that_is_said(parts: Parts) -> None:
    number = settle(parts)
    with parts.store.write() as session:
        ned = session.get(tables.Author, 2)
        assert ned is not None
        contact.forbid(session, parts.marker, ned, MONDAY)

    told = report_back(parts, number, "Ann", posted=True)

    assert told.left_out == ["Ned: asked not to be contacted"]
    assert [row.receiver for row in outbox(parts)] == ["mia@mail.test"]


def test_undo_withdraws_what_has_not_left_and_a_new_decision_is_told_anew(parts: Parts) -> None:
    number = settle(parts, accepted=False)
    report_back(parts, number, "Ann", posted=True)
    with parts.store.write() as session:
        ned = next(row for row in rows.letters(session, number) if "ned" in row.receiver)
        ned.state, ned.fence = "sent", 1
    for _ in range(3):  # told to the committee, told to its proposer, declined
        with parts.store.write() as session:
            suggestions.undo(session, one_suggestion(session, number), "Dee", MONDAY + days(6))
    assert [row.receiver for row in outbox(parts)] == ["ned@mail.test"]
    with parts.store.write() as session:
        decide(parts, session, one_suggestion(session, number), accepted=True)

    told = report_back(parts, number, "Ann")

    assert told.queued == ["Mia", "Ned"]
    again = {row.key: row.text for row in outbox(parts)}
    assert set(again) == {f"suggestion/{number}/told/{who}" for who in ("2", "1", "2/2")}
    assert "This replaces" in again[f"suggestion/{number}/told/2/2"]
    assert "This replaces" not in again[f"suggestion/{number}/told/1"]


def test_a_letter_that_could_not_be_delivered_is_tried_anew_at_the_next_telling(
    parts: Parts,
) -> None:
    number = settle(parts)
    report_back(parts, number, "Ann", posted=True)
    with parts.store.write() as session:
        rows.letters(session, number, 1)[0].state = "failed"

    told = report_back(parts, number, "Ann")

    assert (told.queued, told.had_theirs) == (["Mia"], ["Ned"])


def test_nothing_is_told_before_it_is_decided_and_acted_on(parts: Parts) -> None:
    number = settle(parts)
    with parts.store.write() as session:
        suggestions.undo(session, one_suggestion(session, number), "Dee", MONDAY + days(6))

    with pytest.raises(RuleError, match="nothing to tell yet"):
        report_back(parts, number, "Ann")
    assert outbox(parts) == []


def test_a_telling_that_fails_leaves_neither_letters_nor_steps(parts: Parts) -> None:
    number = settle(parts)

    with pytest.raises(RuleError, match="needs a person"):
        report_back(parts, number, " ")

    assert outbox(parts) == []
    assert suggestion(parts, number).state == "acted"


@given(title=st.text(min_size=1, max_size=120), reason=st.text(min_size=1), shown=st.text())
def test_a_public_answer_always_fits(title: str, reason: str, shown: str) -> None:
    told = tables.Suggestion(title=title, decision_reason=reason, evidence=shown, acted_at=NOW)
    for one in (told, tables.Suggestion(title=title, decision_reason=reason)):
        assert len(told_back.reply(one, "h" * 30)) <= told_back.REPLY_CHARS


@pytest.fixture
def seated(imported: CommandLine) -> CommandLine:
    """The command line of a brand with a committee and two members."""
    parts = make_parts(imported.folder)
    with parts.store.write() as session:
        brand = session.exec(select(tables.BrandRow)).one()
        committee = add_committee(session, brand)
        add_charter(session, committee, answer_days=20)
        since = NOW - timedelta(days=40)
        add_member(session, committee, "Mia", joined_at=since)
        add_member(session, committee, "Ned", joined_at=since, address=None)
    parts.close()
    return imported


def test_a_suggestion_is_carried_through_on_the_command_line(seated: CommandLine) -> None:
    for step in (
        ("raise", "Sell lids", "--member", "mia"),
        ("assign", "1", "Bo"),
        ("acknowledge", "1"),
        ("note", "1", "ask the factory"),
        ("accept", "1", "--reason", "right"),
        ("act", "1", "--evidence", "we sell them"),
        ("report", "1", "--posted"),
    ):
        result = seated("suggestion", *step, "--by", "Kim")
        assert result.exit_code == 0, result.output

    shown = seated.json("suggestion", "show", "1")
    assert (shown["state"], shown["owner"], shown["proposer"]) == ("reported", "Bo", "Mia")
    assert [one["step"] for one in shown["steps"]][-2:] == ["tell_proposer", "tell_committee"]
    assert seated.json("suggestion", "list") == []
    assert "told of (1)" in seated("suggestion", "list").stderr
    assert seated("suggestion", "undo", "1", "--by", "Kim").exit_code == 0
    assert seated.json("suggestion", "list")[0]["state"] == "acted"
    assert "told to the committee" in seated("suggestion", "show", "1").stdout


def test_the_list_leads_with_the_longest_overdue_and_says_how_long(seated: CommandLine) -> None:
    parts = make_parts(seated.folder)
    with parts.store.write() as session:
        committee = rows.lock_committee(session, 1)
        member = session.get(tables.Member, 1)
        assert committee is not None
        assert member is not None
        for age in (1, 30, 9):
            suggestions.raise_by_member(
                session, committee, member, "Kim", NOW - timedelta(days=age), words=f"age {age}"
            )
    parts.close()

    listed = seated.json("suggestion", "list")
    table = seated("suggestion", "list")

    assert [one["title"] for one in listed] == ["age 30", "age 9", "age 1"]
    assert listed[0]["overdue_days"] == 26.0  # raised on a Friday, due on the Tuesday after
    assert "3 open, 2 overdue" in table.stderr
    assert "26" in table.stdout


def test_promises_are_told_with_their_counts_for_all_and_for_one(seated: CommandLine) -> None:
    seated("suggestion", "raise", "Sell lids", "--member", "Mia", "--by", "Kim")

    card = seated.json("promises")
    table = seated("promises")
    hers = seated.json("promises", "--member", "mia")

    assert card["all"]["overdue"] == 2  # neither acknowledged the charter in a fortnight
    assert {one["member"] for one in card["members"]} == {"Mia", "Ned"}
    assert card["all"]["made"] == sum(one["state"] != "void" for one in card["promises"])
    assert "overdue" in table.stdout
    assert [one["member"] for one in hers["members"]] == ["Mia"]
    assert hers["all"]["overdue"] == 1
    assert seated("promises", "--member", "Zoe").exit_code == 4


def test_without_suggestions_or_promises_the_commands_say_how_to_start(
    imported: CommandLine,
) -> None:
    assert "suggestion raise" in imported("suggestion", "list").stderr
    assert "committee make" in imported("promises").stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("raise", "Lids", "--by", "Kim"), 2),
        (("raise", "Lids", "--by", "Kim", "--post", "99"), 4),
        (("raise", "Lids", "--by", "Kim", "--member", "Zoe"), 4),
        (("show", "9"), 4),
        (("report", "9", "--by", "Kim"), 4),
    ],
)
def test_wrong_calls_are_refused_with_their_code(
    seated: CommandLine, arguments: tuple[str, ...], code: int
) -> None:
    assert seated("suggestion", *arguments).exit_code == code


def test_a_report_says_all_it_did_in_words(seated: CommandLine) -> None:
    seated("suggestion", "raise", "Sell lids", "--member", "Mia", "--by", "Kim")
    for step in (("assign", "1", "Bo"), ("acknowledge", "1"), ("decline", "1", "--reason", "no")):
        seated("suggestion", *step, "--by", "Kim")

    told = seated("suggestion", "report", "1", "--by", "Kim")

    assert "Letters put into the outbox: Mia" in told.stdout
    assert "For Ned (in person)" in told.stdout
    assert "--posted" in told.stderr
    assert seated.json("suggestion", "report", "1", "--by", "Kim")["had_theirs"] == ["Mia"]
