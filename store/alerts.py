"""Queries about alerts and the daily counts they come from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from config.errors import NotFoundError
from store import tables
from store.counted import who_counts


class Said(NamedTuple):
    """One post of a person about the brand; label None = nobody could read it."""

    post_id: int
    source_id: int
    author_id: int | None
    theme_id: int | None
    label: str | None
    at: datetime
    passion: float


def said_between(
    session: Session, brand_id: int, model: str, since: datetime, until: datetime
) -> list[Said]:
    """People's own posts about the brand in the window (half-open), with what was read of them.

    Posts whose time is not given count on the day they were seen; staff, bots, media, articles
    and reposts are left out.
    """
    post, reading, vector = tables.Post, tables.Reading, tables.Vector
    query = (
        select(post, reading, vector.theme_id)
        .join(reading, col(reading.post_id) == col(post.id))
        .outerjoin(
            vector, (col(vector.post_id) == col(post.id)) & (col(vector.brand_id) == brand_id)
        )
        .where(
            col(reading.brand_id) == brand_id,
            col(reading.model) == model,
            col(post.at) >= since,
            col(post.at) < until,
            col(post.is_repost).is_(False),
            col(post.kind) != "article",
        )
        .order_by(col(post.at), col(post.id))
    )
    counted = who_counts(session, brand_id)
    return [
        Said(
            row.id or 0,
            row.source_id,
            counted.whose(row.author_id),
            theme_id,
            None if read.abstained else read.label,
            row.at,
            read.passion,
        )
        for row, read, theme_id in session.exec(query)
        if row.author_id not in counted.others
    ]


def raise_alerts(session: Session, alerts: Sequence[tables.Alert]) -> list[tables.Alert]:
    """Keep new alerts and return those; a day and series told before is not told again."""
    days = [alert.day for alert in alerts]
    query = select(tables.Alert).where(col(tables.Alert.day).in_(days))
    told = {(alert.brand_id, alert.series, alert.day) for alert in session.exec(query)}
    fresh = [alert for alert in alerts if (alert.brand_id, alert.series, alert.day) not in told]
    session.add_all(fresh)
    session.flush()
    return fresh


def alerts_since(session: Session, brand_id: int, since: datetime) -> Sequence[tables.Alert]:
    """Alerts raised after that moment, the least likely first."""
    query = select(tables.Alert).where(
        col(tables.Alert.brand_id) == brand_id, col(tables.Alert.raised_at) > since
    )
    return session.exec(query.order_by(col(tables.Alert.p), col(tables.Alert.id))).all()


def get_alert(session: Session, alert_id: int) -> tables.Alert:
    """One alert. Raises NotFoundError."""
    alert = session.get(tables.Alert, alert_id)
    if alert is None:
        raise NotFoundError(f"There is no alert {alert_id}.", mend="See: soundingboard alerts")
    return alert
