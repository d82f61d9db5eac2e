"""Quotas by name: what the pool cannot give is said, and never an error."""

from __future__ import annotations

import pytest

from config.checks import STAKEHOLDERS
from config.settings import SlateSettings
from models.panel import Contender, choose_panel
from models.quotas import STAKEHOLDER_WORDS
from store.tables.community import STAKEHOLDERS as STORED

THEMES = {1: "Delivery", 2: "the lid"}


def crowd(n=40, **told):
    return [
        Contender(i, "love" if i % 2 else "hate", 0.9 - i / 100, f"s{i % 5}", **told)
        for i in range(n)
    ]


def slate(**quotas):
    return SlateSettings(**quotas)


def chosen(panel, candidates):
    seated = {seat.author for seat in panel.seats}
    return [c for c in candidates if c.author in seated]


def test_settings_tables_and_words_know_the_same_stakeholders():
    assert set(STORED) == set(STAKEHOLDERS) == set(STAKEHOLDER_WORDS)


def test_the_least_useful_regulator_is_seated_where_one_is_asked_for():
    regulator = Contender(99, "hate", 0.01, "s1", stakeholders=frozenset({"regulator", "client"}))
    candidates = [*crowd(300), regulator]
    panel = choose_panel(candidates, slate(stakeholders={"regulator": (1, 1)}), {})
    (seat,) = [s for s in panel.seats if s.author == 99]
    assert "one of 1 regulators (1 to 1 wanted)" in seat.reasons
    assert panel.unmet == ()


def test_clients_are_capped_and_counted_even_where_they_are_the_most_useful():
    client = frozenset({"client"})
    clients = [
        Contender(100 + i, "love" if i % 2 else "hate", 0.95, f"s{i % 5}", stakeholders=client)
        for i in range(30)
    ]
    candidates = [*crowd(), *clients]
    panel = choose_panel(candidates, slate(stakeholders={"client": (1, 3)}), {})
    assert sum(c.author >= 100 for c in chosen(panel, candidates)) == 3
    (filled,) = [q for q in panel.quotas if q.quota == "clients"]
    assert (filled.low, filled.high, filled.seated, filled.pool) == (1, 3, 3, 30)


def test_a_quota_nobody_meets_is_said_in_words():
    panel = choose_panel(
        crowd(),
        slate(
            stakeholders={"client": (4, 12), "management": (1, 2)},
            themes={"delivery": (1, 3), "delivry": (1, 3)},
            sources={"forum.test": (1, 2)},
            languages={"fi": (2, 3)},
        ),
        THEMES,
    )
    assert [unmet.words for unmet in panel.unmet] == [
        "wanted 1 from forum.test, the pool has 0",
        "wanted 2 speaking fi, the pool has 0",
        "wanted 4 clients, the pool has 0",
        "wanted 1 of management, the pool has 0",
        "wanted 1 speaking about delivery, the pool has 0",
        "wanted 1 speaking about delivry, no theme is called that",
    ]
    assert len(panel.seats) == 12


def test_a_theme_goes_by_its_name_and_has_a_most():
    about = [
        Contender(200 + i, "hate", 0.99, f"s{i % 5}", themes=frozenset({1})) for i in range(20)
    ]
    candidates = [*crowd(), *about]
    panel = choose_panel(candidates, slate(themes={"  delivery ": (2, 3)}), THEMES)
    assert sum(1 in c.themes for c in chosen(panel, candidates)) == 3
    assert panel.unmet == ()


@pytest.mark.parametrize("name", ["s1", "S1"])
def test_a_named_source_keeps_to_its_own_numbers_instead_of_the_share(name):
    candidates = crowd(60)
    panel = choose_panel(candidates, slate(sources={name: (6, 7)}), {})
    assert sum(c.source == "s1" for c in chosen(panel, candidates)) in (6, 7)
    assert panel.unmet == ()


def test_a_named_language_keeps_to_its_own_numbers():
    candidates = crowd(40, language="en")
    candidates += [Contender(100, "love", 0.1, "s1", "fi"), Contender(101, "hate", 0.1, "s2", "fi")]
    panel = choose_panel(candidates, slate(languages={"fi": (2, 3)}), {})
    assert {100, 101} <= {seat.author for seat in panel.seats}


def test_everybody_without_a_seat_is_told_why():
    twins = [
        Contender(100, "love", 0.99, "s1", bonds=frozenset({"person:1"})),
        Contender(101, "love", 0.98, "s2", bonds=frozenset({"person:1"})),
    ]
    candidates = [*crowd(60), *twins]
    candidates += [Contender(200 + i, "hate", 0.97 - i / 1000, "s0") for i in range(9)]
    panel = choose_panel(candidates, SlateSettings(), {})
    seated = {seat.author for seat in panel.seats}
    waiting = {one.author: one for one in panel.waiting}

    assert set(waiting) | seated == {c.author for c in candidates}
    assert not set(waiting) & seated
    assert (waiting[101].reason, waiting[101].instead) == ("same_person", 100)
    lowest = min(s.utility for s in panel.seats if s.side == "hate")
    for one in candidates:
        if one.author in waiting and one.side == "hate" and one.utility < lowest:
            assert waiting[one.author].reason == "less_useful"
    full = [one for one in panel.waiting if one.reason == "quota_full"]
    assert full
    assert full[0].words.endswith("4 from s0 have seats already, the most allowed")
