"""Labels: a blind sample drawn the same by everybody, and an accuracy that only it can give."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from community.kpis import KPIS, gather
from community.kpis.accuracy import BIASED, NONE, accuracy_of
from community.kpis.intervals import wilson
from community.moderating import labels
from config.errors import NotFoundError, RuleError
from store import labels as label_queries
from store import tables
from store.labels import Judged
from store.session import Store

MONDAY = datetime(2026, 2, 23, tzinfo=UTC)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
POLARITY = ("negative", "neutral", "positive")


def brand_with_posts(session: Session, count: int, *, label: str | None = "negative") -> int:
    brand = tables.BrandRow(name="Pellow", created_at=NOW)
    source = tables.Source(kind="feed", address="https://a.test", name="a", added_at=NOW)
    author = tables.Author(site="a", key="mara", name="mara", first_seen=NOW)
    session.add_all([brand, source, author])
    session.flush()
    for number in range(count):
        post = tables.Post(
            source_id=source.id,
            native_key=str(number),
            key_level="guid",
            kind="post",
            author_id=author.id,
            text=f"post {number}",
            text_sha=f"sha {number}",
            at=MONDAY + timedelta(hours=number % 160),
            time_quality="given",
            first_seen=NOW,
        )
        session.add(post)
        session.flush()
        session.add(tables.Mention(post_id=post.id, brand_id=brand.id, how="named"))
        read(session, post, brand.id or 0, label)
    session.flush()
    return brand.id or 0


def read(session: Session, post: tables.Post, brand_id: int, label: str | None) -> None:
    shares = {one: float(one == label) for one in POLARITY}
    session.add(
        tables.Reading(
            post_id=post.id,
            brand_id=brand_id,
            model="m1",
            text_sha=post.text_sha,
            abstained=label is None,
            label=label,
            idea=0,
            specificity=0,
            passion=0,
            civility=1,
            read_at=NOW,
            **shares,
        )
    )


def judged(agree: int, differ: int, *, sampled: bool = True) -> list[Judged]:
    right = [Judged(i, "negative", "negative", sampled) for i in range(agree)]
    return right + [Judged(1000 + i, "neutral", "negative", sampled) for i in range(differ)]


def test_the_same_seed_draws_the_same_posts_and_another_seed_others(store: Store) -> None:
    with store.write() as session:
        brand_id = brand_with_posts(session, 60)
        drawn = [one.id for one in labels.blind_sample(session, brand_id, NOW, size=10)]
        again = [one.id for one in labels.blind_sample(session, brand_id, MONDAY, size=10)]
        other = [one.id for one in labels.blind_sample(session, brand_id, NOW, size=10, seed=2)]
        assert drawn == again
        assert len(set(drawn)) == 10
        assert set(drawn) != set(other)
        assert labels.blind_sample(session, brand_id, MONDAY - timedelta(days=1)) == []


def test_a_larger_sample_holds_the_smaller_one(store: Store) -> None:
    with store.write() as session:
        brand_id = brand_with_posts(session, 60)
        small = [one.id for one in labels.blind_sample(session, brand_id, NOW, size=10)]
        large = [one.id for one in labels.blind_sample(session, brand_id, NOW, size=30)]
        assert large[:10] == small


def test_only_what_was_drawn_is_labelled_blind(store: Store) -> None:
    with store.write() as session:
        brand_id = brand_with_posts(session, 20)
        drawn = [one.id or 0 for one in labels.blind_sample(session, brand_id, NOW, size=5)]
        other = next(i for i in range(1, 21) if i not in drawn)
        with pytest.raises(RuleError, match="not in its week's blind sample"):
            labels.label_blind(session, brand_id, other, "neutral", "Ana", NOW, size=5)
        with pytest.raises(RuleError, match="'bad' is no label"):
            labels.label_blind(session, brand_id, drawn[0], "bad", "Ana", NOW, size=5)
        with pytest.raises(NotFoundError):
            labels.label_blind(session, brand_id, 999, "neutral", "Ana", NOW, size=5)
        labels.label_blind(session, brand_id, drawn[0], "neutral", "Ana", NOW, size=5)
        labels.label_blind(session, brand_id, drawn[0], "positive", "Ana", NOW, size=5)
        (label,) = label_queries.labels_of(session, drawn[0], brand_id)
        assert (label.label, label.sampled) == ("positive", True)


def test_the_newest_label_of_a_post_counts_and_a_blind_one_before_a_correction(
    store: Store,
) -> None:
    with store.write() as session:
        brand_id = brand_with_posts(session, 1)
        (post,) = labels.blind_sample(session, brand_id, NOW)
        number = post.id or 0
        labels.label_blind(session, brand_id, number, "neutral", "Ana", NOW)
        labels.label_blind(session, brand_id, number, "negative", "Ben", NOW + timedelta(hours=1))
        row = {"post_id": number, "brand_id": brand_id, "label": "positive", "sampled": False}
        row |= {"text_sha": post.text_sha, "item_id": None, "labelled_by": "Cem"}
        label_queries.save_label(session, {**row, "labelled_at": NOW + timedelta(hours=2)})
        until = NOW + timedelta(days=1)
        (found,) = label_queries.judged_between(session, brand_id, "m1", None, until)
        assert found == Judged(number, "negative", "negative", True)


def test_a_label_of_a_text_that_was_edited_measures_nothing(store: Store) -> None:
    with store.write() as session:
        brand_id = brand_with_posts(session, 1)
        (post,) = labels.blind_sample(session, brand_id, NOW)
        labels.label_blind(session, brand_id, post.id or 0, "neutral", "Ana", NOW)
        reading = session.get(tables.Reading, (post.id, brand_id, "m1"))
        assert reading is not None
        reading.text_sha = post.text_sha = "sha of an edit"
        session.flush()
        until = NOW + timedelta(days=1)
        assert label_queries.judged_between(session, brand_id, "m1", None, until) == []
        assert label_queries.corrections(session, brand_id) == {}


def test_accuracy_is_the_share_of_blind_labels_with_its_interval() -> None:
    told = accuracy_of(judged(8, 2))
    assert (told.n, told.agreeing, told.share) == (10, 8, 0.8)
    assert (told.low, told.high) == wilson(8, 10)
    assert told.macro_recall is None


def test_under_five_it_says_too_few() -> None:
    assert accuracy_of(judged(4, 0)).share is None
    assert accuracy_of(judged(4, 0)).note == "too few"
    assert accuracy_of([]).note == NONE


def test_corrections_alone_are_no_measure() -> None:
    told = accuracy_of(judged(30, 30, sampled=False))
    assert (told.share, told.n, told.corrected, told.note) == (None, 0, 60, BIASED)


@given(st.integers(5, 40), st.integers(0, 40), st.integers(0, 40))
def test_corrections_never_move_the_share(agree: int, differ: int, corrections: int) -> None:
    blind = accuracy_of(judged(agree, differ))
    extra = [Judged(5000 + i, "positive", "negative", False) for i in range(corrections)]
    assert accuracy_of([*judged(agree, differ), *extra]).share == blind.share


def test_posts_the_model_said_nothing_of_are_counted_apart() -> None:
    silent = [Judged(2000 + i, "neutral", None, True) for i in range(3)]
    told = accuracy_of([*judged(5, 5), *silent])
    assert (told.n, told.share, told.abstained) == (10, 0.5, 3)


def test_macro_recall_does_not_let_a_common_class_hide_a_rare_one() -> None:
    common = [Judged(i, "negative", "negative", True) for i in range(90)]
    missed = [Judged(100 + i, one, "negative", True) for one in POLARITY[1:] for i in range(5)]
    told = accuracy_of(common + missed)
    assert told.share == 0.9
    assert told.macro_recall == pytest.approx(1 / 3)


def test_the_kpi_counts_labels_of_its_window(store: Store) -> None:
    with store.write() as session:
        brand_id = brand_with_posts(session, 8)
        for post in labels.blind_sample(session, brand_id, NOW):
            said = "negative" if (post.id or 0) % 4 else "neutral"
            labels.label_blind(session, brand_id, post.id or 0, said, "Ana", NOW)
        facts = gather(session, brand_id, NOW + timedelta(days=1), model="m1")
        reading = KPIS["accuracy"].measure(facts)
        assert (reading.value, reading.numerator, reading.denominator) == (0.75, 6, 8)
        before = gather(session, brand_id, NOW, model="m1")
        assert KPIS["accuracy"].measure(before).value is None
