"""An author's posts become a stance that knows how sure it may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta

from models.stance import Opinion, StanceParams, p_torn, post_weights, weigh

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PRAISE, SHRUG, COMPLAINT = (0.02, 0.08, 0.9), (0.1, 0.8, 0.1), (0.9, 0.08, 0.02)


def opinion(post, author=1, p=PRAISE, days=10.0, thread="", **more):
    thread = f"thread {post}" if thread == "" else thread
    return Opinion(post, author, "forum", thread, NOW - timedelta(days=days), *p, **more)


def public(n=60, start=1000):
    """A crowd of one post each, a third of each kind."""
    kinds = (PRAISE, SHRUG, COMPLAINT)
    return [opinion(start + i, start + i, kinds[i % 3]) for i in range(n)]


def test_nobody_said_anything_gives_no_stance():
    assert weigh([], NOW) == {}


def test_one_post_is_undecided_and_several_are_a_stance():
    stances = weigh([opinion(1), *(opinion(i, author=2) for i in range(2, 8)), *public()], NOW)

    assert stances[1].stance == "undecided"
    assert stances[2].stance == "love"
    assert stances[2].p_love > stances[1].p_love > 0.3


def test_praise_and_complaint_that_are_both_sure_are_torn_and_not_neutral():
    mixed = [opinion(i, p=PRAISE if i % 2 else COMPLAINT) for i in range(8)]
    bland = [opinion(20 + i, author=2, p=SHRUG) for i in range(8)]

    stances = weigh([*mixed, *bland, *public()], NOW)

    assert stances[1].stance == "torn"
    assert stances[2].stance == "undecided"
    assert abs(stances[1].mu) < 0.1
    assert abs(stances[2].mu) < 0.1


def test_an_author_of_reposts_only_has_the_prior_and_no_evidence():
    reposts = [opinion(i, eligibility=0.0) for i in range(5)]

    silent = weigh([*reposts, *public()], NOW)[1]

    assert (silent.n_posts, silent.n_threads, silent.weight) == (0, 0, 0)
    assert silent.stance == "undecided"
    assert silent.first_at is silent.last_at is None
    assert silent.mu == pytest.approx(0, abs=0.02)


def test_the_posterior_is_the_dirichlet_of_soft_counts_and_prior():
    stance = weigh([opinion(1, days=0), opinion(2, days=0)], NOW)[1]

    site = np.array(PRAISE)  # one author is all the brand knows; the site shrinks to the same
    hate, neutral, love = 2 * np.array(PRAISE) + 2 * site
    total = hate + neutral + love
    assert stance.mu == pytest.approx((love - hate) / total)
    draws = np.random.default_rng(0).dirichlet([hate, neutral, love], 200_000)
    s = draws[:, 2] - draws[:, 0]
    assert stance.sd == pytest.approx(s.std(), rel=0.01)
    assert stance.p_love == pytest.approx((s > 0.3).mean(), abs=0.05)
    assert stance.love_share == pytest.approx(draws[:, 2].mean(), abs=0.005)


@given(st.tuples(*[st.floats(0.2, 60)] * 3))
@settings(max_examples=25, deadline=None)
def test_the_fixed_nodes_find_the_probability_of_being_torn(alpha):
    hate, neutral, love = alpha

    def density(q):
        return beta.pdf(q, love, hate) * beta.sf(
            min(1.0, 1 / np.sqrt(8 * q * (1 - q))), love + hate, neutral
        )

    exact, _ = quad(density, 0.5 - np.sqrt(1 / 8), 0.5 + np.sqrt(1 / 8), limit=400)
    assert p_torn(np.array([alpha]))[0] == pytest.approx(exact, abs=1e-3)


def test_twenty_answers_in_one_quarrel_weigh_as_the_root_of_twenty():
    quarrel = [opinion(i, thread="quarrel", days=0) for i in range(20)]

    weights = post_weights(quarrel, NOW)

    assert sum(weights.values()) == pytest.approx(np.sqrt(20))
    assert weigh(quarrel, NOW)[1].n_threads == 1


def test_posts_without_a_thread_within_a_day_are_one_burst():
    hours = [0, 5, 23, 30]
    posts = [opinion(i, thread=None, days=5 - h / 24) for i, h in enumerate(hours)]

    stance = weigh(posts, NOW)[1]
    weights = post_weights(posts, NOW)

    assert stance.n_threads == 2
    assert weights[0] / 2 ** (-5 / 180) == pytest.approx(1 / np.sqrt(3))
    assert weights[3] > weights[2]


def test_evidence_halves_in_half_a_year_and_ends_with_the_window():
    weights = post_weights(
        [opinion(1, days=0), opinion(2, days=180), opinion(3, days=731), opinion(4, days=-3)], NOW
    )
    assert weights == pytest.approx({1: 1.0, 2: 0.5, 3: 0.0, 4: 1.0})


def test_a_post_about_several_brands_weighs_half():
    assert post_weights([opinion(1, days=0, targeting=0.5)], NOW) == {1: 0.5}


def test_ideas_are_judged_by_the_best_three_and_tone_by_the_worst():
    posts = [opinion(i, idea=x, specificity=x, civility=1 - x) for i, x in enumerate([0.5] * 3)]
    chat = [opinion(10 + i) for i in range(20)]

    with_chat, alone = weigh([*posts, *chat], NOW)[1], weigh(posts, NOW)[1]

    assert with_chat.idea == alone.idea == pytest.approx(1 - 0.5**3)
    assert with_chat.specificity == alone.specificity == pytest.approx(0.5)
    assert alone.civility == pytest.approx(0.5)
    assert alone.constructive == pytest.approx(0.5 * 0.875 + 0.3 * 0.5 + 0.2 * 0.5)


def test_passion_is_drawn_to_what_is_usual_for_the_brand():
    loud = weigh([opinion(1, passion=1.0, days=0), *public()], NOW)[1]
    assert 0.3 < loud.passion < 0.4  # (1 + 2 · 1/61) / 3


@pytest.mark.parametrize(
    "broken",
    [
        opinion(1, p=(float("nan"), 0.5, 0.5)),
        opinion(1, p=(float("inf"), 0.0, 0.0)),
        opinion(1, p=(0.0, 0.0, 0.0)),
        opinion(1, passion=2.0),
        replace(opinion(1), at=datetime(2026, 1, 1)),  # noqa: DTZ001 the zone is what is missing
    ],
)
def test_a_reading_that_is_not_one_is_refused_by_its_number(broken):
    with pytest.raises(ValueError, match="post 1"):
        weigh([broken], NOW)


def test_the_same_post_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        weigh([opinion(1), opinion(1)], NOW)


def test_a_stricter_tau_makes_everybody_less_certain():
    posts = [opinion(i) for i in range(4)]
    mild, strict = (weigh(posts, NOW, StanceParams(tau=tau))[1] for tau in (0.2, 0.6))
    assert mild.p_love > strict.p_love
