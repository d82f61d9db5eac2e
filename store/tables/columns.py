"""Column types and constraints shared by all families."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, DateTime, Dialect, ForeignKey
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field


class UtcTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out, on both databases (SQLite itself forgets the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must be aware; this one has no zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def time_field(*, index: bool = False) -> Any:
    """A required moment."""
    return Field(sa_column=Column(UtcTime(), nullable=False, index=index))


def optional_time(*, index: bool = False) -> Any:
    """A moment that may not have come."""
    return Field(default=None, sa_column=Column(UtcTime(), nullable=True, index=index))


def json_field() -> Any:
    """A small structure that is read whole and never searched."""
    return Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


def json_list() -> Any:
    """A short list that is read whole and never searched."""
    return Field(default_factory=list, sa_column=Column(JSON, nullable=False))


def belongs_to(target: str, *, primary: bool = False, nullable: bool = False) -> Any:
    """A reference that goes when what it points to goes."""
    return Field(
        default=None,
        sa_column=Column(
            ForeignKey(target, ondelete="CASCADE"),
            primary_key=primary,
            nullable=nullable and not primary,
            index=not primary,
        ),
    )


def refers_to(target: str) -> Any:
    """A reference that is emptied when what it points to goes; the row itself stays."""
    return Field(
        default=None,
        sa_column=Column(ForeignKey(target, ondelete="SET NULL"), nullable=True, index=True),
    )


def share(column: str) -> CheckConstraint:
    """Holds `column` to 0..1 (sqlmodel does not check table classes, so the database does)."""
    return CheckConstraint(f"{column} >= 0 AND {column} <= 1", name=f"{column}_is_a_share")


def one_of(column: str, *values: str) -> CheckConstraint:
    """Holds `column` to a fixed set of words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_is_known")


def not_negative(column: str) -> CheckConstraint:
    """Holds a count to 0 or more."""
    return CheckConstraint(f"{column} >= 0", name=f"{column}_is_a_count")
