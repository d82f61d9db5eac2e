"""KPIs: counted from people, with honest intervals, silent where there are too few."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.kpis import KPIS, Facts, KpiReading, gather, measure_all, save_all
from community.kpis.intervals import by_author, wilson
from community.kpis.reading import TOO_FEW
from store import measurements, tables
from store.measurements import Read, Voice
from store.session import Store

UNTIL = datetime(2026, 3, 1, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=90)
LABELS = st.sampled_from(["positive", "neutral", "negative", None])


def facts(
    reads: Sequence[Read] = (), stances: Sequence[str] = (), voices: Sequence[Voice] = ()
) -> Facts:
    return Facts(1, SINCE, UNTIL, reads, stances, frozenset(voices))


def measured(name: str, **told: Any) -> KpiReading:
    return KPIS[name].measure(facts(**told))


def spread(positive: int, negative: int, neutral: int) -> list[Read]:
    labels = ["positive"] * positive + ["negative"] * negative + ["neutral"] * neutral
    return [Read(number, label) for number, label in enumerate(labels)]


def test_net_sentiment_is_the_variant_it_says_it_is() -> None:
    reading = measured("net_sentiment", reads=spread(80, 20, 100))
    assert reading.value == pytest.approx(0.30)
    assert (reading.numerator, reading.denominator, reading.n) == (60, 200, 200)
    assert reading.note is not None
    assert "(P+N+neutral)" in reading.note
    assert "uncorrected" in reading.note
    assert reading.low is not None
    assert reading.high is not None
    assert reading.low < 0.30 < reading.high


def test_one_loud_author_widens_the_interval_and_is_one_person() -> None:
    many = measured("net_sentiment", reads=spread(30, 30, 0))
    loud = [Read(0, "positive")] * 30 + [Read(n, "negative") for n in range(1, 31)]
    one = measured("net_sentiment", reads=loud)
    assert one.n == 31
    assert _width(one) > _width(many)


def test_six_posts_of_one_author_are_too_few_people() -> None:
    reading = measured("net_sentiment", reads=[Read(1, "positive")] * 6)
    assert (reading.value, reading.low, reading.high) == (None, None, None)
    assert (reading.note, reading.n, reading.denominator) == (TOO_FEW, 1, 6)


def test_reviews_without_an_account_are_a_person_each() -> None:
    assert measured("net_sentiment", reads=[Read(None, "negative")] * 7).n == 7


def test_a_few_who_agree_prove_little() -> None:
    reading = measured("net_sentiment", reads=spread(6, 0, 0))
    assert reading.value == 1.0
    assert reading.low is not None
    assert reading.low < 0.5
    assert reading.high == 1.0


def test_love_and_hate_are_shares_of_all_weighed_people() -> None:
    stances = ["love"] * 3 + ["hate"] * 5 + ["torn"] + ["undecided"] * 11
    love, hate = (measured(name, stances=stances) for name in ("vocal_love", "vocal_hate"))
    assert (love.value, love.numerator, love.n) == (0.15, 3, 20)
    assert (hate.value, hate.numerator, hate.n) == (0.25, 5, 20)
    assert (love.low, love.high) == wilson(3, 20)


def test_share_of_voice_counts_people_and_needs_somebody_to_share_with() -> None:
    ours = [Voice(n, 1) for n in range(6)] + [Voice(n, 2) for n in range(4, 12)]
    reading = measured("share_of_voice", voices=ours)
    assert (reading.numerator, reading.denominator, reading.value) == (6, 12, 0.5)
    alone = measured("share_of_voice", voices=[Voice(n, 1) for n in range(20)])
    assert alone.value is None
    assert alone.note == "no other brand was heard of"


def test_abstention_counts_posts_nobody_could_read() -> None:
    reading = measured("abstention", reads=[*spread(6, 0, 0), Read(9, None), Read(9, None)])
    assert (reading.value, reading.numerator, reading.n) == (0.25, 2, 8)


def test_people_heard_is_a_count_of_people() -> None:
    voices = [Voice(n, 1) for n in range(7)] + [Voice(n, 2) for n in range(9)]
    reading = measured("people_heard", voices=voices)
    assert (reading.value, reading.low, reading.n) == (7, None, 7)


@pytest.mark.parametrize("name", sorted(KPIS))
def test_under_five_every_kpi_says_too_few(name: str) -> None:
    few = facts(spread(2, 1, 1), ["love"] * 4, [Voice(n, b) for n in range(2) for b in (1, 2)])
    for told in (few, facts()):
        reading = KPIS[name].measure(told)
        assert (reading.value, reading.low, reading.high) == (None, None, None)
        assert reading.note


@settings(max_examples=25, deadline=None)
@given(
    reads=st.lists(st.builds(Read, st.none() | st.integers(1, 6), LABELS), max_size=30),
    stances=st.lists(st.sampled_from(["love", "hate", "torn", "undecided"]), max_size=30),
    voices=st.frozensets(st.builds(Voice, st.integers(1, 20), st.integers(1, 3)), max_size=30),
)
def test_whatever_was_heard_a_number_lies_within_its_interval_and_its_range(
    reads: list[Read], stances: list[str], voices: frozenset[Voice]
) -> None:
    for reading in measure_all(Facts(1, SINCE, UNTIL, reads, stances, voices)):
        assert reading.n >= 0
        if reading.value is None:
            assert reading.note
            continue
        assert math.isfinite(reading.value)
        assert reading.value == pytest.approx(reading.numerator / reading.denominator)
        if reading.low is not None and reading.high is not None:
            lowest = -1.0 if reading.unit == "net" else 0.0
            assert lowest <= reading.low <= reading.value + 1e-9
            assert reading.value - 1e-9 <= reading.high <= 1.0


def test_the_same_posts_give_the_same_interval() -> None:
    sums = [(1.0, 2.0), (0.0, 1.0), (3.0, 3.0), (-1.0, 4.0)]
    assert by_author(sums, lowest=-1, highest=1) == by_author(sums, lowest=-1, highest=1)


def test_the_bootstrap_by_author_covers_the_truth_about_as_often_as_it_says() -> None:
    draws = np.random.default_rng(7)
    held = 0
    for _ in range(40):
        leaning = draws.beta(2, 2, 40)  # each author's own share of praise; the truth is 0.5
        posts = draws.integers(1, 6, 40)
        praise = draws.binomial(posts, leaning)
        pairs = list(zip((2 * praise - posts).tolist(), posts.tolist(), strict=True))
        low, high = by_author(pairs, lowest=-1, highest=1)
        held += low <= 0 <= high
    assert held >= 34


@pytest.mark.parametrize(
    ("agreeing", "total", "low", "high"),
    [(0, 0, 0.0, 1.0), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634)],
)
def test_wilson_s_interval_is_the_published_one(
    agreeing: int, total: int, low: float, high: float
) -> None:
    assert wilson(agreeing, total) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_numbers_are_shown_as_people_read_them() -> None:
    assert KPIS["net_sentiment"].shown(0.254) == "+25 %"
    assert KPIS["vocal_love"].shown(0.1) == "10 %"
    assert KPIS["people_heard"].shown(1234) == "1,234"


def test_every_kpi_is_explained_on_its_page() -> None:
    page = (Path(__file__).parents[2] / "docs" / "kpis.md").read_text(encoding="utf-8")
    for name, kpi in KPIS.items():
        assert f"`{name}`" in page
        assert kpi.title in page
        assert (kpi.measure.__doc__ or "").strip()


def test_staff_bots_media_reposts_and_stale_readings_are_left_out(store: Store) -> None:
    with store.write() as session:
        _people(session)
    with store.read() as session:
        told = gather(session, 1, UNTIL)
    assert [read.label for read in told.reads] == ["positive", None]
    assert told.stances == ["love"]
    assert told.voices == {Voice(1, 1), Voice(1, 2)}


def test_the_window_holds_its_start_and_not_its_end(store: Store) -> None:
    with store.write() as session:
        _people(session)
        for number, moment in ((90, SINCE), (91, UNTIL), (92, SINCE - timedelta(seconds=1))):
            _post(session, number, 1, at=moment)
    with store.read() as session:
        assert len(gather(session, 1, UNTIL).reads) == 3


def test_measuring_the_same_moment_twice_keeps_one_measurement(store: Store) -> None:
    with store.write() as session:
        _people(session)
    for until in (UNTIL, UNTIL, UNTIL + timedelta(days=1)):
        with store.write() as session:
            save_all(session, 1, measure_all(gather(session, 1, until)))
    with store.read() as session:
        assert len(measurements.newest(session, 1)) == len(KPIS)
        assert [m.until for m in measurements.series(session, 1, "abstention")] == [
            UNTIL,
            UNTIL + timedelta(days=1),
        ]


def _width(reading: KpiReading) -> float:
    assert reading.low is not None
    assert reading.high is not None
    return reading.high - reading.low


def _people(session: Any) -> None:
    """One customer, and seven kinds of posts that are no customer's opinion."""
    for number, name in ((1, "Pellow"), (2, "Vantero")):
        session.add(tables.BrandRow(id=number, name=name, created_at=SINCE))
    session.add(tables.Source(id=1, kind="feed", address="x", name="x", added_at=SINCE))
    kinds: dict[int, dict[str, bool]] = {
        1: {}, 2: {"is_staff": True}, 3: {"is_bot": True}, 4: {"is_media": True}, 5: {}, 6: {}
    }  # fmt: skip
    for number, marks in kinds.items():
        session.add(
            tables.Author(
                id=number, site="s", key=str(number), name=str(number), first_seen=SINCE, **marks
            )
        )
    session.flush()
    session.add(
        tables.Flag(
            author_id=5, brand_id=1, kind="employee", strength="strong", excludes=True,
            evidence="PM at Pellow", raised_at=SINCE,
        )
    )  # fmt: skip
    for author in kinds:
        session.add(
            tables.Stance(
                author_id=author, brand_id=1, n_posts=3, n_threads=2, mu=0.9, sd=0.1, low=0.7,
                high=1.0, p_love=0.9, p_hate=0.0, p_torn=0.0, stance="love", passion=0.5,
                constructive=0.5, last_at=UNTIL - timedelta(days=1 if author < 6 else 100),
                weighed_at=UNTIL,
            )
        )  # fmt: skip
    for author in (1, 2, 3, 4, 5):
        _post(session, author, author, at=UNTIL - timedelta(days=2))
    _post(session, 11, 1, at=UNTIL - timedelta(days=3), label=None)
    _post(session, 12, 1, at=UNTIL - timedelta(days=3), is_repost=True)
    _post(session, 13, 1, at=UNTIL - timedelta(days=3), read_sha="older")
    _post(session, 14, None, at=UNTIL - timedelta(days=3), kind="article")
    session.add(tables.Mention(post_id=11, brand_id=2, how="named"))
    session.flush()


def _post(
    session: Any,
    number: int,
    author: int | None,
    *,
    at: datetime,
    label: str | None = "positive",
    read_sha: str = "sha",
    is_repost: bool = False,
    kind: str = "post",
) -> None:
    session.add(
        tables.Post(
            id=number, source_id=1, native_key=str(number), key_level="guid", kind=kind,
            author_id=author, text="t", text_sha="sha", at=at, time_quality="given",
            is_repost=is_repost, first_seen=at,
        )
    )  # fmt: skip
    session.flush()
    session.add(tables.Mention(post_id=number, brand_id=1, how="named"))
    session.add(
        tables.Reading(
            post_id=number, brand_id=1, model="m", text_sha=read_sha, abstained=label is None,
            negative=0, neutral=0, positive=1, label=label, idea=0, specificity=0, passion=0,
            civility=1, read_at=at,
        )
    )  # fmt: skip
    session.flush()
