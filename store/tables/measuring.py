"""What was measured and reported, what it shall reach, and what may have moved it."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from store.tables.columns import (
    belongs_to,
    json_field,
    json_list,
    not_negative,
    one_of,
    optional_time,
    refers_to,
    share,
    time_field,
)


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


class Goal(SQLModel, table=True):
    """What a KPI shall reach, for whose good; the baseline was frozen before it started.

    benefit_customer, benefit_company : what either side has of it; both are asked for
    """

    __table_args__ = (
        one_of("level", "strategic", "tactical"),
        one_of("direction", "up", "down"),
        one_of("status_every", "day", "week", "month", "year"),
    )

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = belongs_to("brand.id")
    title: str
    kpi: str
    level: str
    direction: str
    owner: str
    benefit_customer: str
    benefit_company: str
    baseline: dict[str, object] = json_field()
    target: float
    stretch: float | None = None
    status_every: str = "month"
    starts_at: datetime = time_field()
    ends_at: datetime = time_field()
    made_at: datetime = time_field()
    closed_at: datetime | None = optional_time()
    closed_why: str | None = None


class GoalChange(SQLModel, table=True):
    """A goal was changed, by whom and why; the first row is its making."""

    __tablename__ = "goal_change"

    id: int | None = Field(default=None, primary_key=True)
    goal_id: int = belongs_to("goal.id")
    actor: str
    reason: str
    before: dict[str, object] = json_field()
    after: dict[str, object] = json_field()
    at: datetime = time_field()


class ContextEvent(SQLModel, table=True):
    """Something outside the measuring that may move it: a launch, an outage."""

    __tablename__ = "context_event"
    __table_args__ = (one_of("kind", "launch", "outage", "price", "press", "campaign", "other"),)

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = belongs_to("brand.id")
    kind: str
    title: str
    starts_at: datetime = time_field()
    ends_at: datetime | None = optional_time()
    noted_by: str
    noted_at: datetime = time_field()


class Alert(SQLModel, table=True):
    """A day on which far more was said than its weekday and season lead to expect.

    series        : what was counted ("negative", "positive", "all")
    expected, p   : the baseline's mean for that day, and the chance of so many by accident
    posts         : three posts that made it
    """

    __table_args__ = (
        UniqueConstraint("brand_id", "series", "day", name="one_alert_per_day"),
        not_negative("count"),
        not_negative("people"),
    )

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = belongs_to("brand.id")
    series: str
    day: str
    count: int
    people: int
    expected: float
    p: float
    theme_id: int | None = refers_to("theme.id")
    posts: list[int] = json_list()
    raised_at: datetime = time_field()
    seen_by: str | None = None
    seen_at: datetime | None = optional_time()


class Reset(SQLModel, table=True):
    """A dated review of the programme in three phases, ending in decisions and the next date.

    phase    : reach (are we reaching those we meant), understanding (is it understood and done
               inside), reset (what we change)
    evidence : what was measured when it was opened; findings : what people concluded, by phase
    """

    __table_args__ = (
        one_of("phase", "reach", "understanding", "reset", "closed"),
        not_negative("every_months"),
    )

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = belongs_to("brand.id")
    owner: str
    escalate_to: str | None = None
    due_at: datetime = time_field()
    every_months: int
    phase: str = "reach"
    evidence: dict[str, object] = json_field()
    findings: dict[str, object] = json_field()
    decisions: list[dict[str, object]] = json_list()
    opened_at: datetime | None = optional_time()
    closed_at: datetime | None = optional_time()
    closed_by: str | None = None
    next_id: int | None = refers_to("reset.id")


class LedgerEntry(SQLModel, table=True):
    """Money the programme cost or brought; a benefit is a range with its confidence.

    low_cents, amount_cents, high_cents : hundredths of `currency`; equal where it is known exactly
    confidence : 0..1, how sure whoever entered it is
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        one_of("kind", "cost", "benefit"),
        share("confidence"),
        not_negative("low_cents"),
        not_negative("amount_cents"),
        not_negative("high_cents"),
    )

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = belongs_to("brand.id")
    kind: str
    what: str
    low_cents: int
    amount_cents: int
    high_cents: int
    currency: str
    confidence: float = 1.0
    at: datetime = time_field(index=True)
    entered_by: str
    entered_at: datetime = time_field()
    cancelled_at: datetime | None = optional_time()
    cancelled_why: str | None = None


class CustomerValue(SQLModel, table=True):
    """What an author's custom is worth to the brand, imported and dated; later rows win."""

    __tablename__ = "customer_value"
    __table_args__ = (
        UniqueConstraint("author_id", "brand_id", "as_of", name="one_value_per_day"),
        one_of("tier", "initial", "repeat", "advance"),
    )

    id: int | None = Field(default=None, primary_key=True)
    author_id: int = belongs_to("author.id")
    brand_id: int = belongs_to("brand.id")
    tier: str
    value_cents: int | None = None
    currency: str | None = None
    as_of: datetime = time_field()
    origin: str


class Tally(SQLModel, table=True):
    """How many posts a day brought, counted once so that a year is drawn without reading them.

    day   : of the post, in UTC ("2026-03-01")
    label : negative, neutral, positive, or "abstained" where no model would say
    """

    __table_args__ = (
        one_of("label", "negative", "neutral", "positive", "abstained"),
        not_negative("posts"),
    )

    brand_id: int = belongs_to("brand.id", primary=True)
    day: str = Field(primary_key=True)
    site: str = Field(primary_key=True)
    label: str = Field(primary_key=True)
    posts: int


class TallyDue(SQLModel, table=True):
    """A day whose tally is to be counted anew, as something of it came, went or was read."""

    __tablename__ = "tally_due"

    brand_id: int = belongs_to("brand.id", primary=True)
    day: str = Field(primary_key=True)
