"""Alerts: a day that stands out is told once, with its theme and three people's posts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from config.settings import Settings
from soundingboard.pipeline.alert import alert
from soundingboard.wiring import Parts
from store import tables
from store.alerts import alerts_since
from tests.fakes import NOW, make_parts

DAY = timedelta(days=1)


def heard(folder: Path, per_day: list[int], *, people: int = 50, first_day: int = 0) -> Parts:
    """A brand on whose last days so many angry posts were written, today's last."""
    parts = make_parts(folder, settings=Settings())
    with parts.store.write() as session:
        session.add(tables.BrandRow(id=1, name="Lumen", created_at=NOW))
        session.add(tables.Source(id=1, kind="feed", address="a", name="a", added_at=NOW))
        session.flush()
        session.add_all(
            tables.Author(id=i, site="s", key=str(i), name=f"a{i}", first_seen=NOW)
            for i in range(1, people + 1)
        )
        session.flush()
        number = 0
        for back, count in enumerate(reversed(per_day)):
            for _ in range(count):
                number += 1
                _say(session, number, number % people + 1, back)
    return parts


def _say(session, number: int, author: int, days_ago: int) -> None:  # type: ignore[no-untyped-def]
    at = NOW - days_ago * DAY - timedelta(minutes=number % 300)
    session.add(
        tables.Post(
            id=number, source_id=1, native_key=str(number), key_level="guid", kind="post",
            author_id=author, text=f"post {number}", text_sha="x", at=at, time_quality="given",
            first_seen=at,
        )
    )  # fmt: skip
    session.flush()
    session.add(tables.Mention(post_id=number, brand_id=1, how="named"))
    session.add(
        tables.Reading(
            post_id=number, brand_id=1, model="fixed-1", text_sha="x", abstained=False,
            negative=0.9, neutral=0.05, positive=0.05, label="negative", idea=0, specificity=0,
            passion=0.5, civility=1, read_at=NOW,
        )
    )  # fmt: skip


def raised(parts: Parts) -> list[tables.Alert]:
    with parts.store.read() as session:
        return list(alerts_since(session, 1, NOW - 100 * DAY))


def test_a_day_that_stands_out_is_told_once_with_three_peoples_posts(tmp_path: Path) -> None:
    parts = heard(tmp_path, [2] * 45 + [30])
    assert alert(parts).counts["raised"] == 2
    assert alert(parts).counts["raised"] == 0
    found = raised(parts)
    assert {(a.series, a.day, a.count) for a in found} == {
        ("negative", "2026-03-01", 30),
        ("all", "2026-03-01", 30),
    }
    assert len(found[0].posts) == 3
    parts.close()


def test_a_quiet_brand_raises_nothing(tmp_path: Path) -> None:
    parts = heard(tmp_path, [2, 1, 3, 2, 0, 1, 2] * 6)
    assert alert(parts).counts["raised"] == 0
    parts.close()


def test_a_source_heard_for_a_week_has_no_usual_level_yet(tmp_path: Path) -> None:
    parts = heard(tmp_path, [2] * 7 + [30])
    assert alert(parts).counts["raised"] == 0
    parts.close()


def test_one_loud_person_is_no_spike(tmp_path: Path) -> None:
    parts = heard(tmp_path, [2] * 45 + [30], people=2)
    assert alert(parts).counts["raised"] == 0
    parts.close()
