"""The slate around people's decisions: who sits, who waits and why, who comes instead."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config.errors import RuleError
from config.settings import Settings, SlateSettings
from soundingboard.pipeline.auditing import audit
from soundingboard.pipeline.propose import propose
from soundingboard.pipeline.replacing import replace
from soundingboard.pipeline.waves import plan_waves
from soundingboard.wiring import Parts
from store import tables
from tests.fakes import NOW, make_parts
from tests.soundingboard.conftest import CommandLine

SMALL = SlateSettings(seats=4, love=(2, 2), hate=(2, 2), torn=(0, 0), max_source_share=1)


class House:
    """A brand with twelve candidates: l0..l5 love it, h0..h5 hate it, the first most useful."""

    def __init__(self, folder: Path, slate: SlateSettings = SMALL) -> None:
        self.parts: Parts = make_parts(folder, settings=Settings(slate=slate))
        with self.parts.store.write() as session:
            session.add(tables.BrandRow(name="Pellow", created_at=NOW))
            for i in range(12):
                name = f"{'lh'[i % 2]}{i // 2}"
                session.add(tables.Author(site="s", key=name, name=name, first_seen=NOW))
            session.flush()
            session.add_all(self._candidate(i) for i in range(12))
            session.add_all(self._stance(i) for i in range(12))

    def _candidate(self, i: int) -> tables.Candidate:
        return tables.Candidate(
            author_id=i + 1,
            brand_id=1,
            side=("love", "hate")[i % 2],
            listed=True,
            utility=0.9 - i / 100,
            language="en",
            updated_at=NOW,
        )

    def _stance(self, i: int) -> tables.Stance:
        numbers = dict.fromkeys(("mu", "sd", "low", "high", "p_love", "p_hate", "p_torn"), 0.5)
        return tables.Stance(
            author_id=i + 1,
            brand_id=1,
            n_posts=3,
            n_threads=3,
            stance="love",
            passion=0,
            constructive=0,
            weighed_at=NOW,
            **numbers,
        )

    def set(self, name: str, **changes: Any) -> None:
        """Change the candidate of that name, and the account's person."""
        person = changes.pop("person_id", None)
        with self.parts.store.write() as session:
            row = session.get_one(tables.Candidate, self.id(name))
            if person:
                if session.get(tables.Person, person) is None:
                    session.add(tables.Person(id=person, made_by="Ana", made_at=NOW))
                    session.flush()
                session.get_one(tables.Author, self.id(name)).person_id = person
            for field, value in changes.items():
                setattr(row, field, value)

    def choose(self, name: str, choice: str) -> None:
        with self.parts.store.write() as session:
            session.add(
                tables.SeatChoice(
                    author_id=self.id(name),
                    brand_id=1,
                    choice=choice,
                    reason="we said so",
                    chosen_by="Ana",
                    at=NOW,
                )
            )

    @staticmethod
    def id(name: str) -> int:
        return 2 * int(name[1:]) + "lh".index(name[0]) + 1


@pytest.fixture
def house(tmp_path: Path):
    made = House(tmp_path)
    yield made
    made.parts.close()


def seated(slate: dict[str, Any]) -> set[str]:
    return {member["author"] for member in slate["members"]}


def why(slate: dict[str, Any], name: str) -> tuple[str, str]:
    (told,) = [
        (group["reason"], one["words"])
        for group in slate["not_seated"]
        for one in group["people"]
        if one["author"] == name
    ]
    return told


def test_locked_sit_and_barred_never_do_and_both_say_by_whom(house):
    assert seated(propose(house.parts, None)) == {"l0", "l1", "h0", "h1"}
    house.choose("l5", "lock")
    house.choose("h0", "bar")
    slate = propose(house.parts, None)
    assert seated(slate) == {"l0", "l5", "h1", "h2"}
    (kept,) = [member for member in slate["members"] if member["author"] == "l5"]
    assert kept["locked"]
    assert kept["reasons"][0] == "locked by Ana: we said so"
    assert why(slate, "h0") == ("barred", "barred by Ana: we said so")


@pytest.mark.parametrize("state", ["approved", "invited", "accepted"])
def test_whoever_was_said_yes_to_keeps_the_seat(house, state):
    house.set("l5", state=state, listed=False)
    slate = propose(house.parts, None)
    assert "l5" in seated(slate)


@pytest.mark.parametrize("state", ["declined", "silent", "rejected", "deferred"])
def test_whoever_was_set_aside_is_replaced_and_it_is_told(house, state):
    before = propose(house.parts, None)
    assert before["changes"] is None
    house.set("l0", state=state, decided_by="Ben")
    after = propose(house.parts, None)
    assert after["changes"]["entered"] == [{"author": "l2", "source": "s", "side": "love"}]
    assert [(one["author"], one["why"]) for one in after["changes"]["left"]] == [
        ("l0", f"{state}, written down by Ben")
    ]
    change = after["objective"] - before["objective"]
    assert after["changes"]["objective_change"] == pytest.approx(change, abs=1e-6)
    assert change < 0


def test_the_same_person_never_sits_twice(house):
    house.set("l0", person_id=7)
    house.set("l1", person_id=7)
    slate = propose(house.parts, None)
    assert seated(slate) == {"l0", "l2", "h0", "h1"}
    assert why(slate, "l1") == ("same_person", "the same person as l0, who has a seat")


@pytest.mark.parametrize("other", ["declined", "rejected"])
def test_whoever_said_no_does_not_come_back_under_another_account(house, other):
    house.set("l0", person_id=7, state=other)
    house.set("h0", person_id=7)
    slate = propose(house.parts, None)
    assert seated(slate) == {"l1", "l2", "h1", "h2"}
    assert why(slate, "h0")[0] == "same_person"


def test_of_two_approved_accounts_of_one_person_the_one_further_on_sits(house):
    house.set("l0", person_id=7, state="approved")
    house.set("l5", person_id=7, state="accepted")
    slate = propose(house.parts, None)
    assert {"l5", "l1"} <= seated(slate)
    assert why(slate, "l0") == ("same_person", "the same person as l5, who has a seat")


def test_everybody_stands_somewhere(house):
    house.choose("l2", "bar")
    house.set("h3", state="silent")
    house.set("h5", listed=False)
    slate = propose(house.parts, None)
    others = {one["author"] for group in slate["not_seated"] for one in group["people"]}
    assert len(others) + len(slate["members"]) + slate["watched"] == 12
    assert not others & seated(slate)
    assert why(slate, "l3")[0] == "less_useful"
    with house.parts.store.read() as session:
        kept = session.get_one(tables.Slate, 1).result
    assert "not_seated" not in kept  # made anew each time, not kept


def test_replace_tells_who_enters_and_changes_nothing(house):
    house.set("h0", state="accepted")
    found = replace(house.parts, None, house.id("l0"))
    assert [one["author"] for one in found["enters"]] == ["l2"]
    assert found["leaves"]["author"] == "l0"
    assert found["leaves_too"] == []
    assert found["change"] == pytest.approx(
        found["objective_after"] - found["objective_before"], abs=1e-5
    )
    assert found["change"] < 0
    with house.parts.store.read() as session:
        assert session.get(tables.Slate, 1) is None


def test_replace_of_who_declined_already_tells_the_same(house):
    before = replace(house.parts, None, house.id("l0"))
    house.set("l0", state="declined")
    after = replace(house.parts, None, house.id("l0"))
    assert after["enters"] == before["enters"]
    assert after["change"] == pytest.approx(before["change"], abs=1e-5)


def test_who_has_no_seat_needs_no_replacement(house):
    with pytest.raises(RuleError, match="l5 has no seat"):
        replace(house.parts, None, house.id("l5"))


def test_a_wave_counts_answers_and_asks_the_slate_before_its_reserves(house):
    house.set("l0", state="accepted")
    house.set("l1", state="invited")
    house.set("h4", state="declined")
    house.set("h5", state="silent")
    love, hate, torn = plan_waves(house.parts, None)["sides"]
    assert (love["seats"], love["accepted"], love["waiting"], love["missing"]) == (2, 1, 1, 1)
    assert love["acceptance"]["mean"] == 0.5  # (2 + 1) / (5 + 1)
    assert love["invite"] == 1  # 1 / .5 = 2, one of them is asked
    assert [one["author"] for one in love["whom"]] == ["l2"]
    assert hate["acceptance"]["mean"] == round(2 / 7, 4)
    assert hate["invite"] == 7
    assert [one["author"] for one in hate["whom"]] == ["h0", "h1", "h2", "h3"]
    assert [one["why"] for one in hate["whom"]][:3] == ["on the slate", "on the slate", "reserve"]
    assert hate["lacking"] == 3
    assert torn["invite"] == 0


def test_a_stakeholder_counts_from_and_until_its_day(tmp_path):
    slate = SMALL.model_copy(update={"stakeholders": {"client": (1, 2)}})
    house = House(tmp_path, slate)
    with house.parts.store.write() as session:
        for name, until in (("h5", None), ("l5", NOW - timedelta(days=1))):
            session.add(
                tables.Stakeholder(
                    author_id=house.id(name),
                    brand_id=1,
                    kind="client",
                    said_by="Ana",
                    since=NOW - timedelta(days=9),
                    until=until,
                )
            )
    found = propose(house.parts, None)
    assert "h5" in seated(found)
    assert "l5" not in seated(found)
    (clients,) = [q for q in found["quotas"] if q["quota"] == "clients"]
    assert (clients["seated"], clients["pool"]) == (1, 1)
    house.parts.close()


def test_the_lottery_tells_all_that_is_needed_to_repeat_it(tmp_path):
    slate = SMALL.model_copy(update={"lottery": True, "lottery_seed": "ours", "lottery_band": 0.2})
    house = House(tmp_path, slate)
    found = propose(house.parts, None)
    assert found["lottery"]["seed"] == "ours"
    assert len(found["lottery"]["draws"]) == 2
    for drawn in found["lottery"]["draws"]:
        first = {one["author"] for one in drawn["order"][: drawn["seated"]]}
        assert first <= seated(found)
        assert all(house.id(one["author"]) == one["author_id"] for one in drawn["order"])
    assert propose(house.parts, None)["members"] == found["members"]
    house.parts.close()


def test_the_audit_compares_source_language_and_side_only(house):
    found = audit(house.parts, None)
    assert set(found["by"]) == {"source", "language", "side"}
    assert (found["selected"], found["eligible"]) == (4, 12)
    assert [(one["group"], one["selected"], one["ratio"]) for one in found["by"]["side"]] == [
        ("hate", 2, 1.0),
        ("love", 2, 1.0),
    ]


def test_the_commands_say_it_to_people(imported: CommandLine) -> None:
    said = imported("slate", "bar", "bob", "--by", "Ana", "--reason", "a bad day")
    assert (said.exit_code, said.stdout) == (0, "bob is kept off the slate of Lumen.\n")
    slate = imported("slate")
    assert "bob (hate" in slate.stdout
    assert "barred by Ana: a bad day" in slate.stdout
    assert imported("slate", "free", "bob", "--by", "Ben").exit_code == 0
    assert {one["author"] for one in imported.json("slate")["members"]} == {"anna", "bob"}
    assert "Instead of anna" not in imported("slate", "replace", "anna").stdout
    for look in ("wave", "audit"):
        assert imported("slate", look).exit_code == 0
        assert imported.json("slate", look)["brand"] == "Lumen"
    assert imported("slate", "--brand", "Lumen", "audit").exit_code == 2
    assert imported("slate", "lock", "nobody", "--by", "A", "--reason", "r").exit_code == 4
