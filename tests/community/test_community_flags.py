"""Flags: what raises them, and the many look-alikes that must not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.flags import KINDS, Conduct, RaisedFlag, flags_of
from config.brand import Brand
from store import tables

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PELLOW = Brand(
    name="Pellow",
    aliases=("Pellow Coffee",),
    handles=("@PellowHQ",),
    competitors=("Vantero", "Delta"),
    excluded=("pellow valley",),
    staff=("@Mara_K", "tom@example.social"),
    domains=("pellow.com",),
)


def author(**told: Any) -> tables.Author:
    basics = {"site": "example.org", "key": "a1", "name": "quietfalcon", "first_seen": NOW}
    return tables.Author(**(basics | told))


def post(text: str, number: int = 1, **told: Any) -> tables.Post:
    at = told.pop("at", NOW - timedelta(hours=number))
    basics: dict[str, Any] = {
        "id": number,
        "source_id": 1,
        "native_key": str(number),
        "key_level": "guid",
        "kind": "post",
        "text": text,
        "text_sha": str(number),
        "at": at,
        "created_at": at,
        "time_quality": "given",
        "first_seen": NOW,
    }
    return tables.Post(**(basics | told))


def flags(
    *,
    posts: Sequence[tables.Post] = (),
    label: str = "positive",
    near: float = 0.0,
    coordinated: bool = False,
    civility: float = 1.0,
    do_not_contact: bool = False,
    **told: Any,
) -> dict[str, RaisedFlag]:
    conduct = Conduct(
        author=author(**told),
        posts=posts,
        labels={p.id: label for p in posts if p.id is not None},
        near_duplicate_ratio=near,
        coordinated=coordinated,
        civility=civility,
        do_not_contact=do_not_contact,
    )
    return {flag.kind: flag for flag in flags_of(conduct, PELLOW, NOW)}


@pytest.mark.parametrize(
    "bio",
    [
        "I work at Pellow",
        "@pellow employee",
        "Support @ Pellow",
        "Customer support @Pellow",
        "Working for @PellowHQ, dog person",
        "CEO of Pellow.",
        "Coffee nerd | Product manager at Pellow | views my own",
        "Senior Engineer @Pellow",
        "Head of Growth at Pellow Germany",
        "Mitarbeiterin bei Pellow",
        "Ich arbeite seit 2019 bei Pellow",
        "Pellow-Mitarbeiter",
        "Gründer von Pellow",
        "part of the Pellow team",
        "Marketing @Pellow Coffee",
        "brand ambassador for Pellow",
        "Write to me: mara@pellow.com",
        "formerly at Vantero, now at Pellow",
        "I am a hacker at Pellow in Dublin",
        "Director of Design @ Pellow",
        "Information Management Officer at Pellow",
    ],
)
def test_a_profile_that_says_so_is_staff(bio: str) -> None:
    flag = flags(bio=bio)["employee"]
    assert (flag.strength, flag.excludes) == ("strong", True)
    assert '"' in flag.evidence


@pytest.mark.parametrize(
    "bio",
    [
        "I love Pellow",
        "Pellow owner",
        "Proud owner of Pellow X3",
        "worked on my Pellow",
        "working on my Pellow all day",
        "I don't work at Pellow",
        "not a Pellow employee",
        "Not affiliated with Pellow",
        "Pellow fan, engineer at heart",
        "I support @Pellow",
        "Shouting at Pellow since 2019",
        "Bin Kunde bei Pellow",
        "Ich arbeite nicht bei Pellow",
        "I wish I worked at Pellow",
        "Aspiring engineer at Pellow",
        "Founder of Pellow fan club",
        "hate customer service at Pellow",
        "Engineer at Pellow Valley",
        "Kunde seit 2010, Pellow und Kaffee",
        "I work at night and love Pellow",
        "Pellowship engineer at SpacePellow",
        "Teacher at Pellow High School",
        "Customer success matters. Pellow does not get it.",
    ],
)
def test_loving_owning_or_cursing_a_brand_is_no_employment(bio: str) -> None:
    assert "employee" not in flags(bio=bio)


@pytest.mark.parametrize(
    "bio",
    [
        "ex-Pellow",
        "Ex Pellow, now gardening",
        "Former Pellow engineer",
        "Previously at Pellow",
        "Used to work at Pellow",
        "worked at Pellow for ten years",
        "ehemals bei Pellow",
        "my husband works at Pellow",
        "Pellow developer",
        "Plugin developer for Pellow",
        "Teacher of Pellow",
        "Support @Pellow",
        "Designer, Pellow, tea",
        "my shop: https://www.pellow.com/x",
    ],
)
def test_an_old_loose_or_doubtful_tie_is_shown_and_excludes_nobody(bio: str) -> None:
    flag = flags(bio=bio)["employee"]
    assert (flag.strength, flag.excludes) == ("weak", False)


def test_two_weak_cues_of_one_kind_exclude() -> None:
    flag = flags(bio="Former Pellow engineer. See pellow.com")["employee"]
    assert (flag.strength, flag.excludes) == ("weak", True)


def test_weak_cues_of_different_kinds_do_not_add_up() -> None:
    found = flags(bio="ex-Pellow. Journalist")
    assert {"employee", "media"} <= set(found)
    assert not any(flag.excludes for flag in found.values())


def test_a_name_that_goes_on_may_be_another_company() -> None:
    flag = flags(bio="Engineer at Delta Dental")["competitor"]
    assert not flag.excludes
    assert flags(bio="Engineer at Delta")["competitor"].excludes


@pytest.mark.parametrize("bio", ["Product manager at Vantero", "Vantero's CTO", "CTO @Vantero"])
def test_staff_of_a_competitor_are_excluded(bio: str) -> None:
    found = flags(bio=bio)
    assert found["competitor"].excludes
    assert "employee" not in found


@pytest.mark.parametrize(
    ("text", "excludes"),
    [
        ("Full disclosure: I work at Pellow.", True),
        ("As a Pellow employee I can say it is fixed", True),
        ("I'm an engineer at Pellow, ask me anything", True),
        ("We at Pellow are sorry", True),
        ("Ich arbeite bei Pellow", True),
        ("I used to work at Pellow, it was fine", False),
    ],
)
def test_a_post_may_declare_a_tie_too(text: str, excludes: bool) -> None:
    assert flags(posts=[post(text)])["employee"].excludes is excludes


@pytest.mark.parametrize(
    "text",
    [
        "Everyone thinks I work at Pellow because I praise it",
        "If I work at Pellow one day I will fix this",
        "I'm talking to an agent at Pellow right now",
        "I am on hold with customer service at Pellow",
        "My sister said I work for Pellow for free, lol, I do not work for Pellow",
        "A Pellow employee yelled at me",
        "the manager at Pellow was rude",
        "I don't work for Pellow",
        "I work with Pellow every day, best machine",
    ],
)
def test_talking_about_staff_does_not_make_one_staff(text: str) -> None:
    found = flags(posts=[post(text)])
    assert "employee" not in found or not found["employee"].excludes


def test_words_that_were_only_passed_on_count_for_nothing() -> None:
    assert "employee" not in flags(posts=[post("I work at Pellow", is_repost=True)])


@pytest.mark.parametrize(
    ("told", "strong"),
    [
        ({"name": "@mara_k"}, True),
        ({"key": "MARA_K"}, True),
        ({"name": "pellowhq"}, True),
        ({"name": "tom", "site": "example.social"}, True),
        ({"name": "@tom@example.social", "site": "fediverse"}, True),
        ({"name": "mara_k@other.host"}, False),
        ({"is_staff": True}, True),
        ({"name": "mara.pellow.com"}, True),
        ({"name": "Pellow"}, False),
        ({"name": "Pellow", "display_name": "PELLOW"}, True),
    ],
)
def test_listed_accounts_are_known_however_they_are_written(
    told: dict[str, Any], strong: bool
) -> None:
    flag = flags(**told)["employee"]
    assert flag.excludes is strong


@pytest.mark.parametrize(
    "told",
    [
        {"name": "mara"},
        {"name": "tom"},
        {"name": "tom@another.social"},
        {"name": "mara_k2"},
        {"url": "https://community.pellow.com/u/jane", "site": "community.pellow.com"},
    ],
)
def test_similar_accounts_are_not_the_listed_ones(told: dict[str, Any]) -> None:
    assert "employee" not in flags(**told)


def test_praise_with_vacancies_is_a_weak_cue() -> None:
    posts = [post("Love it! pellow.com/careers", n) for n in range(1, 6)]
    assert flags(posts=posts)["employee"].strength == "weak"
    assert "employee" not in flags(posts=posts, label="negative")


def spaced(n: int, gap: timedelta, text: str = "words {n}") -> list[tables.Post]:
    return [post(text.format(n=k), k, at=NOW - gap * k, parent_key="p") for k in range(1, n + 1)]


def test_a_machine_s_rhythm_takes_two_signs() -> None:
    evenly = flags(posts=spaced(60, timedelta(hours=7)))["bot"]
    assert (evenly.strength, evenly.excludes) == ("weak", True)  # even gaps, and at all hours
    assert "even intervals" in evenly.evidence
    assert not flags(posts=spaced(60, timedelta(hours=24)))["bot"].excludes


def test_fifty_posts_a_day_are_only_a_sign_when_sustained() -> None:
    burst = [post("x", k, at=NOW - timedelta(seconds=k * k), parent_key="p") for k in range(1, 120)]
    assert "bot" not in flags(posts=burst)
    busy = flags(posts=spaced(400, timedelta(minutes=15)))["bot"]
    assert "posts a day" in busy.evidence


@pytest.mark.parametrize("n", [1, 2, 5, 19])
def test_a_few_posts_never_look_like_a_machine(n: int) -> None:
    few = [post(f"see https://x.org/{k}", k, at=NOW - timedelta(hours=k)) for k in range(n)]
    assert "bot" not in flags(posts=few, near=0.2)


def test_days_without_a_time_of_day_have_no_rhythm() -> None:
    daily = spaced(80, timedelta(days=1))
    for each in daily:
        each.created_at = (each.created_at or NOW).replace(hour=0)
    assert "bot" not in flags(posts=daily)


@pytest.mark.parametrize(
    ("told", "strength"),
    [
        ({"is_bot": True}, "strong"),
        ({"bio": "I am a bot, beep"}, "strong"),
        ({"bio": "Automated account posting weather"}, "strong"),
        ({"name": "weather_bot"}, "weak"),
    ],
)
def test_bots_that_say_so(told: dict[str, Any], strength: str) -> None:
    assert flags(**told)["bot"].strength == strength


@pytest.mark.parametrize(
    "told",
    [
        {"bio": "I'm not a bot"},
        {"bio": "I am a bot developer"},
        {"bio": "I swear I am a human, not an automated account"},
        {"name": "talbot"},
        {"name": "abbot"},
        {"bio": "robots and coffee"},
    ],
)
def test_people_are_not_bots_for_naming_them(told: dict[str, Any]) -> None:
    assert "bot" not in flags(**told)


def test_offers_and_repetition_are_spam() -> None:
    assert not flags(posts=[post("Use code SAVE10 today!")])["spam"].excludes
    twice = [
        post("Use code SAVE10 today!", 1),
        post("with my referral link https://x.org?ref=a", 2),
    ]
    assert flags(posts=twice)["spam"].excludes
    five = [post("buy now", n) for n in range(5)]
    assert flags(posts=five, near=0.4)["spam"].strength == "weak"
    assert flags(posts=five, near=0.8)["spam"].excludes
    tagging = post("look @a @b @c @d @e @f @g at this")
    assert "tags" in flags(posts=[tagging.model_copy()])["spam"].evidence


@pytest.mark.parametrize(
    "text",
    [
        "the promo code SAVE10 does not work",
        "I tried to use code SAVE10 but it was refused",
        "can I use code SAVE10 twice?",
        "@a @b @c @d @e @f @g thank you",
        "my link to the booking is broken",
        "what is your coupon policy",
    ],
)
def test_customers_asking_about_offers_are_no_spammers(text: str) -> None:
    assert "spam" not in flags(posts=[post(text)])


def test_few_repeated_posts_are_no_spam() -> None:
    assert "spam" not in flags(posts=[post("any answer?", n) for n in range(4)], near=1.0)


@pytest.mark.parametrize(
    "bio",
    [
        "14 years old",
        "14yo | gamer",
        "she/her, 15 y/o",
        "I'm 13 years old and love coffee",
        "8th grader",
        "high school student",
        "born 2012",
        "ich bin 14 Jahre alt",
        "Schülerin 8. Klasse",
    ],
)
def test_a_child_is_recognised_and_the_age_not_kept(bio: str) -> None:
    flag = flags(bio=bio)["minor"]
    assert flag.excludes
    assert bio not in flag.evidence
    assert not any(character.isdigit() for character in flag.evidence)


@pytest.mark.parametrize(
    "bio",
    [
        "Mom of a 14yo",
        "Parent to a 13 y/o and a 15 y/o",
        "42 years old",
        "14 years of experience",
        "Member since 2012",
        "born 1990",
        "high school teacher",
        "17",
        "Age 44",
    ],
)
def test_grown_ups_with_numbers_are_no_children(bio: str) -> None:
    assert "minor" not in flags(bio=bio)


@pytest.mark.parametrize(
    "text",
    [
        "I'm 15 minutes late because of you",
        "I am 16 weeks pregnant",
        "I'm 12 hours into the flight",
        "My phone is 14 years old",
        "When I was 14 years old I bought one",
        "my son is 13 years old and loves it",
        "I'm a 15 year old company's founder",
        "I'm 10 on the list",
        "flight 14 was late",
    ],
)
def test_posts_with_numbers_do_not_make_a_child(text: str) -> None:
    assert "minor" not in flags(posts=[post(text)])


def test_a_post_can_tell_a_child_too() -> None:
    assert flags(posts=[post("I'm 14 years old and I love it")])["minor"].excludes
    assert flags(posts=[post("im in 8th grade and my mom paid")])["minor"].excludes


@pytest.mark.parametrize(
    ("told", "excludes"),
    [
        ({"is_media": True}, True),
        ({"bio": "Reporter at @nytimes"}, True),
        ({"bio": "Journalistin bei Der Spiegel"}, True),
        ({"bio": "Journalist. https://www.nytimes.com/by/x"}, True),
        ({"bio": "journalist"}, False),
    ],
)
def test_the_press_is_told_apart(told: dict[str, Any], excludes: bool) -> None:
    assert flags(**told)["media"].excludes is excludes


@pytest.mark.parametrize(
    "bio",
    ["bug reporter", "former journalist", "video editor", "I read the news", "Not a reporter"],
)
def test_words_of_the_press_alone_are_no_press(bio: str) -> None:
    assert "media" not in flags(bio=bio)


def test_the_widely_known_and_those_who_asked_are_excluded() -> None:
    assert flags(followers=100_001)["public_figure"].excludes
    assert "public_figure" not in flags(followers=100_000)
    assert "public_figure" not in flags(followers=None)
    assert flags(do_not_contact=True)["do_not_contact"].excludes
    assert flags(opted_out=True)["opted_out"].excludes
    assert flags(coordinated=True)["coordinated"].excludes


@pytest.mark.parametrize(
    "text",
    ["I want to kill myself", "thinking about suicide again", "ich will nicht mehr leben"],
)
def test_words_of_self_harm_go_to_a_person(text: str) -> None:
    assert flags(posts=[post(text)])["vulnerable"].excludes


@pytest.mark.parametrize(
    "text",
    [
        "this update is killing me",
        "I want to die laughing",
        "dying to try it",
        "commercial suicide by Pellow",
        "kill the battery",
        "the app keeps dying",
    ],
)
def test_figures_of_speech_are_no_cry_for_help(text: str) -> None:
    assert "vulnerable" not in flags(posts=[post(text)])


def test_rather_dying_than_flying_is_shown_and_excludes_nobody() -> None:
    flag = flags(posts=[post("I'd rather do anything, I want to die before I fly you again")])
    assert flag["vulnerable"].excludes is False


@pytest.mark.parametrize(
    "text",
    ["I will kill you", "you should die", "go back to your country", "ich bring dich um", "kys"],
)
def test_threats_and_hatred_go_to_a_person(text: str) -> None:
    assert flags(posts=[post(text)])["abusive"].excludes


@pytest.mark.parametrize(
    "text",
    [
        "you guys are killing me",
        "I will shoot you an email",
        "I'll shoot you the details",
        "I would kill for this coffee",
        "hope you die down soon, storm",
        "this fucking piece of shit machine",
        "your app should die in a fire",
        "beat them on price",
        "worst company ever, go to hell",
    ],
)
def test_swearing_at_things_is_no_threat(text: str) -> None:
    assert "abusive" not in flags(posts=[post(text)])


def test_a_threat_somebody_received_excludes_nobody() -> None:
    found = flags(posts=[post("the driver told me I will kill you, help")])
    assert found["abusive"].excludes is False


def test_incivility_alone_is_shown_and_excludes_nobody() -> None:
    flag = flags(civility=0.1)["abusive"]
    assert (flag.strength, flag.excludes) == ("weak", False)
    assert "abusive" not in flags(civility=0.5)


def test_an_ordinary_customer_raises_nothing() -> None:
    posts = [post("Love my Pellow, but the lid leaks.", 1), post("Second one came broken.", 2)]
    assert flags(bio="Coffee, bikes & two cats. Berlin.", posts=posts) == {}


@given(
    bio=st.text(max_size=200),
    texts=st.lists(st.text(max_size=80), max_size=5),
    near=st.floats(0, 1),
    civility=st.floats(0, 1),
)
def test_whatever_people_write_there_is_one_flag_of_a_kind_at_most(
    bio: str, texts: list[str], near: float, civility: float
) -> None:
    conduct = Conduct(
        author(bio=bio), [post(t, n) for n, t in enumerate(texts)], {}, near, False, civility
    )
    found = flags_of(conduct, PELLOW, NOW)
    kinds = [flag.kind for flag in found]
    assert len(kinds) == len(set(kinds))
    assert set(kinds) <= set(KINDS)
    assert all(flag.evidence for flag in found)
