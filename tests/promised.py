"""A small committee put straight into the tables, for tests of suggestions and promises."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session

from store import tables

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def days(count: float) -> timedelta:
    return timedelta(days=count)


def add_brand(session: Session, name: str = "Lumen") -> tables.BrandRow:
    brand = tables.BrandRow(name=name, created_at=MONDAY - days(400))
    session.add(brand)
    session.flush()
    return brand


def add_committee(session: Session, brand: tables.BrandRow, **told: Any) -> tables.Committee:
    committee = tables.Committee(
        **{
            "brand_id": brand.id,
            "name": f"{brand.name} board",
            "made_by": "Ann",
            "made_at": MONDAY - days(300),
            **told,
        }
    )
    session.add(committee)
    session.flush()
    return committee


def add_charter(session: Session, committee: tables.Committee, **told: Any) -> tables.Charter:
    charter = tables.Charter(
        **{
            "committee_id": committee.id,
            "version": 1,
            "purpose": "to be told the truth",
            "hours_a_year": 12.0,
            "meetings_a_year": 4,
            "cadence": "a call every quarter",
            "compensation": "coffee",
            "published_by": "Ann",
            "published_at": MONDAY - days(300),
            **told,
        }
    )
    session.add(charter)
    session.flush()
    return charter


def add_author(session: Session, name: str, **told: Any) -> tables.Author:
    author = tables.Author(
        **{
            "site": "forum.test",
            "key": name.casefold(),
            "name": name,
            "first_seen": MONDAY - days(300),
            **told,
        }
    )
    session.add(author)
    session.flush()
    return author


def add_member(
    session: Session, committee: tables.Committee, name: str, **told: Any
) -> tables.Member:
    author_id = told.pop("author_id", None) or add_author(session, name).id
    joined_at = told.pop("joined_at", MONDAY - days(100))
    member = tables.Member(
        **{
            "committee_id": committee.id,
            "author_id": author_id,
            "door": "committee",
            "name": name,
            "address": f"{name.casefold()}@mail.test",
            "joined_at": joined_at,
            "term_from": joined_at,
            **told,
        }
    )
    session.add(member)
    session.flush()
    return member


def add_post(session: Session, author: tables.Author | None, text: str) -> tables.Post:
    source = tables.Source(
        kind="feed", address=f"https://forum.test/{text}", name=text, added_at=MONDAY
    )
    session.add(source)
    session.flush()
    post = tables.Post(
        source_id=source.id or 0,
        native_key=text,
        key_level="guid",
        kind="post",
        author_id=author.id if author else None,
        url="https://forum.test/t/1",
        text=text,
        text_sha="0",
        at=MONDAY,
        time_quality="given",
        first_seen=MONDAY,
    )
    session.add(post)
    session.flush()
    return post
