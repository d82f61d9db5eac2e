"""A committee with people on it, for the tests of what is promised to them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import Session

from community.committees import committee, members
from store import tables

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TERMS = committee.Terms(
    purpose="Better cups for everybody",
    hours_a_year=12,
    meetings_a_year=4,
    cadence="one day in person, a call every quarter",
    compensation="50 EUR a meeting",
    seniors=("Head of product",),
)


def make_committee(session: Session, name: str = "Lumen Circle") -> tables.Committee:
    """A committee of a brand of its own, without a charter."""
    brand = tables.BrandRow(name=f"Brand of {name}", created_at=NOW)
    session.add(brand)
    session.flush()
    return committee.make(session, brand_id=brand.id or 0, name=name, actor="Ana", now=NOW)


def make_author(session: Session, name: str, **told: object) -> tables.Author:
    """An account we heard."""
    author = tables.Author(
        **{"site": "forum", "key": name, "name": name, "first_seen": NOW, **told}
    )
    session.add(author)
    session.flush()
    return author


def seat(
    session: Session, circle: tables.Committee, name: str, *, door: str = "committee"
) -> tables.Member:
    """Somebody who said yes."""
    return members.join(
        session,
        committee_id=circle.id or 0,
        author_id=make_author(session, name).id or 0,
        door=door,
        name=name,
        address=f"{name}@example.test",
        invitation_id=None,
        now=NOW,
    )


def weigh(
    session: Session, author_id: int, brand_id: int, *, mu: float, at: datetime = NOW
) -> tables.Stance:
    """How somebody stands, weighed at that time."""
    row = tables.Stance(
        author_id=author_id,
        brand_id=brand_id,
        n_posts=7,
        n_threads=5,
        mu=mu,
        sd=0.1,
        low=mu - 0.1,
        high=mu + 0.1,
        p_love=0.0,
        p_hate=0.9,
        p_torn=0.1,
        stance="hate",
        passion=0.5,
        constructive=0.5,
        weighed_at=at,
    )
    row = session.merge(row)
    session.flush()
    return row
