"""Who may be one human being: two signs or links both ways, never a name, never on one site."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.moderating.merging import Suggestion, doubtful_handles, handle_of, suggest
from store import tables

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def account(id_: int, site: str, name: str, **told: Any) -> tables.Author:
    return tables.Author(id=id_, site=site, key=f"{site}/{id_}", name=name, first_seen=NOW, **told)


def signs(*accounts: tables.Author) -> set[str]:
    """The signs of the one suggestion; none where nothing is suggested."""
    found = suggest(accounts)
    assert len(found) <= 1
    return set(found[0].cues) if found else set()


def test_profiles_that_link_to_each_other_are_the_strongest_sign() -> None:
    mastodon = account(
        1, "mastodon", "mara@social.test", bio="also https://forum.test/u/mk on the forum"
    )
    forum = account(
        2, "forum.test", "mk", url="https://www.forum.test/u/mk", bio="@mara@social.test"
    )
    (found,) = suggest([mastodon, forum])
    assert set(found.cues) == {"links"}
    assert "social.test/@mara" in found.cues["links"]
    assert found.score == 0.9


def test_a_link_one_way_says_nothing_alone() -> None:
    fan = account(1, "a.test", "fan", bio="I admire https://forum.test/u/mk")
    idol = account(2, "forum.test", "mk", url="https://forum.test/u/mk")
    assert signs(fan, idol) == set()


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ({}, {}, set()),
        ({"display_name": "Mara K."}, {"display_name": "mara k"}, {"handle", "display"}),
        ({"bio": "mara.dev"}, {"bio": "see https://www.mara.dev/about"}, {"handle", "domain"}),
        ({"bio": "github.com/x"}, {"bio": "github.com/x"}, set()),
        ({"display_name": "quietkettle"}, {"display_name": "Quiet Kettle"}, set()),
    ],
)
def test_a_handle_needs_a_second_sign(
    one: dict[str, str], two: dict[str, str], expected: set[str]
) -> None:
    assert signs(account(1, "a", "quietkettle", **one), account(2, "b", "QuietKettle", **two)) == (
        expected
    )


def test_never_by_a_name_alone() -> None:
    same = {"display_name": "Maria Garcia"}
    assert signs(account(1, "a", "mg", **same), account(2, "b", "maria", **same)) == set()
    assert signs(
        account(1, "a", "mariagarcia", **same), account(2, "b", "mariagarcia", **same)
    ) == (set())


def test_two_accounts_on_one_site_are_never_suggested() -> None:
    page = {"bio": "https://b.test/u/quiet_kettle9 mara.dev", "display_name": "Mara K"}
    assert signs(
        account(1, "a", "quiet_kettle9", **page), account(2, "a", "quiet_kettle9", **page)
    ) == (set())


def test_nor_two_that_would_put_accounts_of_one_site_into_one_person() -> None:
    told = {"display_name": "Mara K"}
    known = [account(1, "a", "quiet_kettle9", person_id=5), account(2, "b", "other", person_id=5)]
    third = account(3, "b", "quiet_kettle9", **told)
    known[0].display_name = "Mara K"
    assert suggest([*known, third]) == []


def test_accounts_of_one_person_are_not_suggested_again() -> None:
    told = {"display_name": "Mara K", "person_id": 5}
    assert signs(
        account(1, "a", "quiet_kettle9", **told), account(2, "b", "quiet_kettle9", **told)
    ) == (set())


@pytest.mark.parametrize(
    "name", ["short", "photography", "12345678", "https://a.test/x", "Mara of the Hills", "  "]
)
def test_what_is_short_a_word_a_number_or_no_handle_is_not_compared(name: str) -> None:
    assert handle_of(account(1, "a", name)) is None


def test_names_of_any_script_are_compared_without_case_and_width() -> None:
    told = {"display_name": "Анна П."}
    assert signs(
        account(1, "a", "анна_петрова", **told), account(2, "b", "АННА_ПЕТРОВА", **told)
    ) == {
        "handle",
        "display",
    }
    assert handle_of(account(1, "a", "ＱｕｉｅｔＫｅｔｔｌｅ")) == "quietkettle"
    assert handle_of(account(1, "a", "Straßenbahnerin")) == "strassenbahnerin"


def test_handles_used_as_words_suggest_nothing() -> None:
    told = {"display_name": "Mara K"}
    pair = [account(1, "a", "kaffeetante", **told), account(2, "b", "kaffeetante", **told)]
    assert doubtful_handles(pair) == {"kaffeetante"}
    assert len(suggest(pair)) == 1
    assert suggest(pair, words={"kaffeetante"}) == []
    assert doubtful_handles([account(1, "a", "quiet_kettle9")]) == set()


def test_a_handle_or_domain_that_a_crowd_shares_is_nobodys_own() -> None:
    told = {"display_name": "Mara K", "bio": "fans.test"}
    crowd = [account(i, f"site{i}", "quiet_kettle9", **told) for i in range(8)]
    assert suggest(crowd) == []


def test_the_surest_come_first_and_the_order_is_stable() -> None:
    rows = [
        account(4, "a", "quiet_kettle9", display_name="Mara K"),
        account(2, "b", "quiet_kettle9", display_name="Mara K"),
        account(3, "c", "blue_lamp_77", bio="lamp.dev"),
        account(1, "d", "blue_lamp_77", bio="lamp.dev"),
    ]
    found = suggest(rows)
    assert [(one.first, one.second) for one in found] == [(1, 3), (2, 4)]
    assert suggest(rows[::-1]) == found


NAMES = st.sampled_from(["quiet_kettle9", "blue_lamp_77", "mara", "photography", "ana@b.test"])
BIOS = st.sampled_from([None, "mara.dev", "@ana@b.test", "https://s1/u/quiet_kettle9 lamp.dev"])


@st.composite
def crowds(draw: st.DrawFn) -> list[tables.Author]:
    return [
        account(
            number,
            draw(st.sampled_from(["s1", "s2", "s3"])),
            draw(NAMES),
            bio=draw(BIOS),
            display_name=draw(st.sampled_from([None, "Mara K", "Ana"])),
            person_id=draw(st.sampled_from([None, None, 1, 2])),
        )
        for number in range(1, draw(st.integers(2, 12)))
    ]


@settings(deadline=None)
@given(crowds())
def test_no_suggestion_ever_clashes(accounts: list[tables.Author]) -> None:
    by_id = {one.id: one for one in accounts}
    found: list[Suggestion] = suggest(accounts)
    assert found == suggest(accounts[::-1])
    for pair in found:
        one, two = by_id[pair.first], by_id[pair.second]
        assert pair.first < pair.second
        assert one.site != two.site
        assert one.person_id is None or one.person_id != two.person_id
        assert "links" in pair.cues or {"handle"} < set(pair.cues)


def test_the_work_grows_with_the_accounts_not_with_their_pairs() -> None:
    def seconds(count: int) -> float:
        rows = [
            account(i, f"s{i % 3}", f"handle_{i // 2}", display_name="X Y", bio="one.test")
            for i in range(count)
        ]
        start = time.perf_counter()
        suggest(rows)
        return time.perf_counter() - start

    seconds(500)
    assert seconds(8000) < 40 * seconds(1000)  # eightfold accounts; pairs would be 64 times as many
