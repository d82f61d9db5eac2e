"""Queries about brands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, select

from config.errors import NotFoundError
from store import tables


def all_brands(session: Session) -> Sequence[tables.BrandRow]:
    """Every brand we know, by name."""
    return session.exec(select(tables.BrandRow).order_by(col(tables.BrandRow.name))).all()


def make_brand(session: Session, name: str, now: datetime) -> tables.BrandRow:
    """The brand of that name, made if need be; upper and lower case are one name."""
    for brand in all_brands(session):
        if brand.name.casefold() == name.casefold():
            return brand
    brand = tables.BrandRow(name=name, created_at=now)
    session.add(brand)
    session.flush()
    return brand


def get_brand(session: Session, name: str | None) -> tables.BrandRow:
    """The brand of that name; without a name, the only one there is.

    Raises NotFoundError naming the brands there are.
    """
    brands = all_brands(session)
    if name is None and len(brands) == 1:
        return brands[0]
    for brand in brands:
        if name is not None and brand.name.casefold() == name.casefold():
            return brand
    known = ", ".join(brand.name for brand in brands) or "none yet"
    problem = "Say which brand." if name is None else f"There is no brand called {name!r}."
    raise NotFoundError(problem, mend=f"Brands: {known}. Use --brand NAME.")


def drop_brand(session: Session, brand: tables.BrandRow) -> None:
    """Forget a brand with all that hangs on it, and accounts of whom no post is left then."""
    session.execute(delete(tables.BrandRow).where(col(tables.BrandRow.id) == brand.id))
    spoke = select(tables.Post.author_id).where(col(tables.Post.author_id).is_not(None))
    session.execute(delete(tables.Author).where(col(tables.Author.id).not_in(spoke)))
