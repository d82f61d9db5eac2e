"""Themes are found by meaning, named in words, and keep their ids."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.stance import Opinion
from models.themes import assign, cares_about, find_themes, theme_text

SUBJECTS = {
    "lid": ["the lid leaks in my bag", "leaking lid again", "lid leaks, bag soaked"],
    "queue": ["waited in the queue half an hour", "long queue at noon", "the queue is endless"],
    "staff": ["barista smiled and knew my order", "kind barista", "the barista is a star"],
    "price": ["five euros for a latte", "the latte price rose", "latte price is absurd"],
}


def posts(per_subject=12, seed=0, subjects=tuple(SUBJECTS)):
    """Texts, unit vectors near one axis per subject, and authors."""
    rng = np.random.default_rng(seed)
    texts, vectors, authors = [], [], []
    for axis, subject in enumerate(SUBJECTS):
        for i in range(per_subject if subject in subjects else 0):
            texts.append(f"{SUBJECTS[subject][i % 3]} {'x' * (i // 3)}".strip())
            vector = rng.normal(0, 0.08, 16)
            vector[axis] += 1
            vectors.append(vector / np.linalg.norm(vector))
            authors.append(len(texts) % 9)
    return np.array(vectors, dtype=np.float32).reshape(-1, 16), texts, authors


def test_each_subject_is_a_theme_named_by_its_words():
    vectors, texts, authors = posts()

    found = find_themes(vectors, texts, authors)

    assert len(found.themes) == 4
    assert found.outside == 0
    names = " | ".join(theme.name for theme in found.themes)
    assert all(word in names for word in ("lid", "queue", "barista", "latte"))
    for theme in found.themes:
        assert theme.size == 12
        assert len({authors[i] for i in theme.posts}) == 3
        assert len({texts[i] for i in theme.posts}) == 3


@given(st.randoms(use_true_random=False))
@settings(max_examples=8, deadline=None)
def test_the_order_of_posts_changes_no_theme(random):
    vectors, texts, authors = posts(per_subject=6)
    order = random.sample(range(len(texts)), len(texts))

    first = find_themes(vectors, texts, authors)
    other = find_themes(vectors[order], [texts[i] for i in order], [authors[i] for i in order])

    assert [t.name for t in first.themes] == [t.name for t in other.themes]
    assert [first.theme_of[i] for i in order] == list(other.theme_of)
    assert [t.posts for t in first.themes] == [
        tuple(order[i] for i in t.posts) for t in other.themes
    ]


@pytest.mark.parametrize(("n", "themes"), [(0, 0), (1, 0), (2, 0), (5, 1)])
def test_a_handful_of_posts_makes_no_theme_out_of_chance(n, themes):
    vectors, texts, authors = posts(per_subject=12)
    found = find_themes(vectors[:n], texts[:n], authors[:n])
    assert len(found.themes) == themes
    assert len(found.theme_of) == n
    assert found.outside == (0 if themes or not n else 1)


def test_ids_last_and_what_is_gone_is_retired():
    vectors, texts, authors = posts()
    first = find_themes(vectors, texts, authors)
    numbered = [replace(theme, id=70 + i) for i, theme in enumerate(first.themes)]

    later = find_themes(*posts(seed=5, subjects=("lid", "queue", "price")), previous=numbered)

    by_name = {theme.terms[0]: theme.id for theme in numbered}
    kept = {theme.id for theme in later.themes}
    assert len(kept) == 3
    assert kept < set(by_name.values())
    assert set(later.retired) == set(by_name.values()) - kept


def test_a_new_theme_has_no_id_yet():
    known = find_themes(*posts(subjects=("lid", "queue")))
    numbered = [replace(theme, id=i) for i, theme in enumerate(known.themes)]
    found = find_themes(*posts(), previous=numbered)
    assert sorted(theme.id is None for theme in found.themes) == [False, False, True, True]


def test_themes_of_another_encoder_are_not_compared():
    vectors, texts, authors = posts()
    old = [
        replace(t, id=1, centre=t.centre[:8]) for t in find_themes(vectors, texts, authors).themes
    ]
    assert all(t.id is None for t in find_themes(vectors, texts, authors, previous=old).themes)


def test_daily_posts_are_assigned_to_known_themes_or_to_none():
    vectors, texts, authors = posts()
    found = find_themes(vectors, texts, authors)
    stranger = np.zeros((1, 16), dtype=np.float32)
    stranger[0, 15] = 1

    assert assign(vectors, found.themes) == list(found.theme_of)
    assert assign(stranger, found.themes) == [None]
    assert assign(stranger, ()) == [None]


def test_posts_without_a_letter_belong_to_no_theme():
    vectors, texts, authors = posts()
    found = find_themes(vectors, [*texts[:-1], "😡 !!"], authors)
    assert found.theme_of[-1] is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("@USAirways lost my bag", "lost my bag"),
        ("#USAirways: US Airways' bags, us-airways!", "bags, !"),
        ("RT @anna: I like the united colours", "I like the united colours"),
        ("https://t.co/x", ""),
        ("Usair is not Usairwaysish", "Usair is not Usairwaysish"),
    ],
)
def test_a_brands_names_are_no_theme(text, left):
    assert theme_text(text, ["US Airways"]) == left


def test_a_brand_name_without_letters_removes_nothing():
    assert theme_text("good +++ coffee", ["+++", ""]) == "good +++ coffee"


def test_people_care_about_what_they_said_twice_and_a_fifth_of_the_time():
    at = datetime(2026, 1, 1, tzinfo=UTC)
    themes = [1, 1, 2, None, 3, 3, None, None, None, None, None]
    said = [
        Opinion(i, 9, "s", None, at, 0.2, 0.3, 0.5, theme=theme) for i, theme in enumerate(themes)
    ]
    weights = {o.post: 0.2 if o.theme == 3 else 1.0 for o in said} | {3: 0.0}
    weights |= {6: 0.0, 7: 0.0}
    assert cares_about(said, weights) == {9: pytest.approx({1: 2 / 6.4})}


def test_the_same_meaning_in_other_spellings_is_one_theme_and_no_warning():
    vector = np.eye(1, 16, dtype=np.float32)
    texts = [f"the lid leaks {'!' * i}" for i in range(24)]

    found = find_themes(np.repeat(vector, 24, axis=0), texts, [i % 9 for i in range(24)])

    assert len(found.themes) == 1
