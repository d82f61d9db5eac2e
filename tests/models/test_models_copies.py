"""The same words are one opinion, and a shared thank-you is nobody's copy."""

from __future__ import annotations

import csv
import gzip
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.copies import (
    CopyText,
    canonical_text,
    canonical_url,
    coordinated,
    find_copies,
    near_duplicate_ratio,
)

T0 = datetime(2026, 1, 1, tzinfo=UTC)
LONG = "The new lid leaks all over my bag every single morning and nobody answers my mails"
OTHER = "Honestly the best flat white in town, and the staff remember how my dog is called"


def text(post, words, author=None, minutes=0, url=None):
    at = T0 + timedelta(minutes=minutes or post)
    return CopyText(post, author if author is not None else post, words, url, at)


def test_the_oldest_is_the_original_whoever_was_collected_first():
    late, early = text(1, LONG, minutes=90), text(2, f"RT @anna: {LONG}!", minutes=5)
    assert find_copies([late, early]) == {1: 2}


@pytest.mark.parametrize(
    "changed",
    [
        f"RT @somebody: {LONG} https://t.co/abc",
        LONG.upper() + "!!!",
        LONG + " #fail #coffee",
        LONG[: int(len(LONG) * 0.85)],
        LONG.replace("single", "damn"),
    ],
)
def test_an_edited_copy_is_found(changed):
    assert find_copies([text(1, LONG), text(2, OTHER), text(3, changed)]) == {3: 1}


@pytest.mark.parametrize("words", ["Thank you!", "so good", "Our fleet is on fleek", "😡😡😡", ""])
def test_short_words_that_everybody_says_are_nobodys_copy(words):
    assert find_copies([text(1, words), text(2, words)]) == {}


def test_short_words_are_copies_where_something_else_says_so():
    said = "Sign me up"
    again = text(2, said, author=1)
    forward = text(3, f"RT @one: {said}")
    same_page = text(5, said, url="https://www.example.com/x/?utm_source=feed")
    page = text(4, said + "!", url="https://example.com/x")

    assert find_copies([text(1, said), again, forward, page, same_page]) == {2: 1, 3: 1, 5: 4}


def test_a_chain_of_small_edits_does_not_join_different_texts():
    words = LONG.split()
    chain, now = [], list(words)
    for step in range(len(words)):
        chain.append(text(step + 1, " ".join(now)))
        now[step] = f"changed{step}"
    copies = find_copies(chain)
    assert len({copies.get(p.post, p.post) for p in chain}) >= 3
    assert not set(copies.values()) & set(copies)


def test_no_order_of_the_posts_changes_the_answer():
    posts = [text(i, LONG if i % 3 else OTHER, author=i % 4, minutes=7) for i in range(1, 20)]
    shuffled = random.Random(3).sample(posts, len(posts))
    assert find_copies(posts) == find_copies(shuffled)


def test_no_posts_have_no_copies():
    assert find_copies([]) == {}
    assert coordinated([], {}) == []


def test_the_share_of_an_authors_own_repeats_is_told():
    posts = [text(i, LONG, author=1) for i in (1, 2, 3)] + [text(4, OTHER, author=1)]
    posts += [text(5, OTHER, author=2)]
    ratio = near_duplicate_ratio(posts, find_copies(posts))
    assert ratio == pytest.approx({1: 0.5, 2: 0.0})


def test_three_accounts_with_one_text_within_an_hour_are_coordinated():
    campaign = [text(i, LONG, minutes=i) for i in (1, 20, 50)]
    straggler = text(400, LONG, minutes=400)
    forward = text(30, f"RT @one: {LONG}", minutes=30)
    posts = [*campaign, straggler, forward, text(2, OTHER)]

    (found,) = coordinated(posts, find_copies(posts))

    assert found.original == 1
    assert found.authors == (1, 20, 50)


def test_forwards_of_a_popular_post_are_not_coordination():
    posts = [text(1, LONG), *(text(i, f"RT @one: {LONG}") for i in range(2, 9))]
    assert coordinated(posts, find_copies(posts)) == []


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("HTTPS://WWW.Example.com:443/a/?utm_medium=x#frag", "example.com/a"),
        ("http://m.example.com/a?fbclid=1&q=2", "example.com/a?q=2"),
        ("http://[broken", "http://[broken"),
        ("http://example.com:99999/a", "http://example.com:99999/a"),
    ],
)
def test_an_address_is_known_without_what_does_not_change_the_page(url, same):
    assert canonical_url(url) == same


@pytest.mark.real
def test_copies_are_found_and_strangers_are_not_among_real_tweets():
    path = Path(__file__).parents[2] / "../shared/data/posts/airlines.tsv.gz"
    if not path.exists():
        pytest.skip("the recorded airline posts are not here")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        distinct = {canonical_text(row["text"]): row["text"] for row in rows}
    words = [t for c, t in sorted(distinct.items()) if len(c) >= 35][::4][:800]
    rng = random.Random(1)
    base = [text(i, t) for i, t in enumerate(words, start=1)]

    def recall(change):
        copies = [text(10_000 + p.post, change(p.text), minutes=10_000 + p.post) for p in base]
        found = find_copies([*base, *copies])
        hits = [
            found.get(c.post) == found.get(p.post, p.post)
            for p, c in zip(base, copies, strict=True)
        ]
        return sum(hits) / len(hits)

    def one_word_less(t):
        some = canonical_text(t).split()
        del some[rng.randrange(len(some))]
        return " ".join(some)

    assert len(find_copies(base)) <= 2
    assert recall(lambda t: f"RT @x: {t} https://t.co/new") == 1.0
    assert recall(lambda t: t[: int(len(t) * 0.85)]) >= 0.88
    assert recall(one_word_less) >= 0.88
    assert recall(lambda t: t + " #fail #travel") >= 0.97
