"""What must not, and what must, change a recruit list (design: metamorphic tests)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.copies import CopyText, find_copies
from models.stance import Opinion, post_weights, weigh

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@st.composite
def crowds(draw):
    """Opinions of up to eight authors on two sites."""
    triples = st.tuples(*[st.integers(0, 20)] * 3).filter(any)
    opinions = []
    for post in range(draw(st.integers(1, 25))):
        p = draw(triples)
        author = draw(st.integers(0, 7))
        opinions.append(
            Opinion(
                post=post,
                author=author,
                site=f"site {author % 2}",
                thread=draw(st.sampled_from([None, "a", "b", "c"])),
                at=NOW - timedelta(hours=draw(st.integers(0, 20_000))),
                negative=p[0] / sum(p),
                neutral=p[1] / sum(p),
                positive=p[2] / sum(p),
                eligibility=draw(st.sampled_from([0.0, 1.0])),
                targeting=draw(st.sampled_from([0.5, 1.0])),
                passion=draw(st.floats(0, 1)),
                idea=draw(st.floats(0, 1)),
            )
        )
    return opinions


def soft_counts(opinions, author):
    """The author's own evidence, before any prior."""
    weights = post_weights(opinions, NOW)
    own = [o for o in opinions if o.author == author]
    return [
        sum(weights[o.post] * getattr(o, name) for o in own)
        for name in ("negative", "neutral", "positive")
    ]


@given(crowds(), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_order_of_posts_changes_not_one_bit(crowd, random):
    shuffled = random.sample(crowd, len(crowd))
    assert weigh(shuffled, NOW) == weigh(crowd, NOW)
    assert post_weights(shuffled, NOW) == post_weights(crowd, NOW)


@given(crowds())
@settings(max_examples=25, deadline=None)
def test_swapping_praise_and_complaint_swaps_the_lists(crowd):
    before = weigh(crowd, NOW)
    after = weigh([replace(o, negative=o.positive, positive=o.negative) for o in crowd], NOW)
    for author, stance in before.items():
        assert after[author].mu == pytest.approx(-stance.mu, abs=1e-9)
        assert after[author].p_love == pytest.approx(stance.p_hate, abs=1e-9)
        assert after[author].p_torn == pytest.approx(stance.p_torn, abs=1e-6)


@given(crowds(), crowds())
@settings(max_examples=15, deadline=None)
def test_what_others_say_leaves_a_persons_own_evidence_as_it_was(crowd, others):
    others = [replace(o, post=o.post + 1000, author=o.author + 1000) for o in others]
    for author in {o.author for o in crowd}:
        assert soft_counts([*crowd, *others], author) == pytest.approx(soft_counts(crowd, author))


@given(crowds())
@settings(max_examples=15, deadline=None)
def test_a_renamed_author_has_the_same_stance(crowd):
    before = weigh(crowd, NOW)
    after = weigh([replace(o, author=100 - o.author) for o in crowd], NOW)
    for author, stance in before.items():
        renamed = after[100 - author]
        assert renamed.mu == pytest.approx(stance.mu, abs=1e-9)
        assert renamed.p_hate == pytest.approx(stance.p_hate, abs=1e-9)
        assert (renamed.n_posts, renamed.n_threads) == (stance.n_posts, stance.n_threads)


@given(crowds())
@settings(max_examples=15, deadline=None)
def test_a_deleted_author_is_gone(crowd):
    gone = crowd[0].author
    assert gone not in weigh([o for o in crowd if o.author != gone], NOW)


@pytest.mark.parametrize("told", [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)])
def test_the_only_author_of_a_brand_may_be_read_without_any_doubt(told):
    only = weigh([Opinion(0, 0, "site", None, NOW, *told)], NOW)[0]
    assert only.mu == told[2] - told[0]
    assert (only.p_hate, only.p_love) == (told[0], told[2])
    assert only.p_torn == 0.0
    assert only.stance == "undecided"


@given(crowds(), st.integers(0, 400))
@settings(max_examples=40, deadline=None)
def test_one_more_indifferent_post_never_makes_a_listed_person_surer(crowd, days):
    audience = [
        Opinion(5000 + i, 5000 + i, f"site {i % 2}", None, NOW, p, 1 - 2 * p, p)
        for i, p in enumerate([0.1, 0.2, 0.3] * 10)
    ]
    crowd = [*crowd, *audience]
    before = weigh(crowd, NOW)
    for author in range(8):
        if author not in before or not before[author].n_posts:
            continue
        shrug = Opinion(
            999, author, f"site {author % 2}", "new", NOW - timedelta(days=days), 0, 1, 0
        )
        after = weigh([*crowd, shrug], NOW)[author]
        if before[author].p_love >= 0.5:
            assert after.p_love <= before[author].p_love + 1e-9
        if before[author].p_hate >= 0.5:
            assert after.p_hate <= before[author].p_hate + 1e-9


@given(crowds(), st.data())
@settings(max_examples=15, deadline=None)
def test_a_repost_of_praise_earns_nothing(crowd, data):
    author = data.draw(st.sampled_from([o.author for o in crowd]))
    repost = Opinion(999, author, f"site {author % 2}", None, NOW, 0.0, 0.0, 1.0, eligibility=0.0)
    before, after = weigh(crowd, NOW), weigh([*crowd, repost], NOW)
    assert after[author] == before[author]


def test_a_post_published_twice_counts_once():
    texts = [
        CopyText(1, 7, "The new lid leaks all over my bag, every single morning!", None, NOW),
        CopyText(2, 7, "Support never answered my three mails about it.", None, NOW),
    ]
    again = replace(texts[0], post=3, at=NOW + timedelta(hours=2))
    opinions = [Opinion(t.post, 7, "forum", None, t.at, 0.9, 0.1, 0.0) for t in texts]
    copy = Opinion(3, 7, "forum", None, again.at, 0.9, 0.1, 0.0)

    copies = find_copies([*texts, again])
    copy = replace(copy, eligibility=0.0 if copy.post in copies else 1.0)

    assert copies == {3: 1}
    assert weigh([*opinions, copy], NOW) == weigh(opinions, NOW)
