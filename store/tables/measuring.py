"""What was measured and reported."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from store.tables.columns import belongs_to, not_negative, time_field


class Measurement(SQLModel, table=True):
    """One reading of one KPI; `value` is None where n is too few to say it.

    low, high : 95 % interval
    """

    __table_args__ = (
        UniqueConstraint("brand_id", "kpi", "until", name="one_measurement_per_moment"),
        not_negative("n"),
    )

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = belongs_to("brand.id")
    kpi: str
    unit: str
    since: datetime = time_field()
    until: datetime = time_field()
    value: float | None = None
    low: float | None = None
    high: float | None = None
    numerator: float
    denominator: float
    n: int
    note: str | None = None


class Digest(SQLModel, table=True):
    """One digest of one local day; the day and zone are unique, so there is never a second.

    until : the next digest tells what changed since then
    """

    __table_args__ = (UniqueConstraint("day", "zone", name="one_digest_per_day"),)

    id: int | None = Field(default=None, primary_key=True)
    day: str
    zone: str
    since: datetime = time_field()
    until: datetime = time_field()
    html_path: str
    text_path: str
