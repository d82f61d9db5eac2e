"""What leaves the house: the outbox, every attempt at it, and the runs that filled it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, UniqueConstraint
from sqlmodel import Column, Field, SQLModel

from store.tables.columns import (
    belongs_to,
    json_field,
    not_negative,
    one_of,
    optional_time,
    time_field,
)

OUTBOX_STATES = (
    "pending",
    "claimed",
    "sending",
    "sent",
    "retry",
    "failed",
    "uncertain",
    "withheld",
)


class OutboxRow(SQLModel, table=True):
    """One message to one receiver: never sent twice, never silently missing.

    key         : what it is, unique for ever ("digest/2026-03-01/ann@example.org")
    channel     : mail, or a chat or web hook; then `receiver` is the hook's name in the settings
    author_id   : the person outside it is for or about; it goes when they are erased
    approved_by : whose click let it go; required where it goes to a person outside
    message     : the very bytes, frozen at the claim
    fence       : counts claims; a sender with an older number can change nothing
    withheld    : not sent on purpose; `problem` says why
    """

    __tablename__ = "outbox"
    __table_args__ = (
        one_of("channel", "mail", "slack", "teams", "discord", "webhook"),
        one_of("state", *OUTBOX_STATES),
        CheckConstraint(
            "author_id IS NULL OR approved_by IS NOT NULL", name="a_person_let_it_leave"
        ),
        not_negative("fence"),
        not_negative("attempts"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    channel: str
    kind: str
    receiver: str
    author_id: int | None = belongs_to("author.id", nullable=True)
    approved_by: str | None = None
    subject: str
    text: str
    html: str | None = None
    payload: dict[str, object] = json_field()
    headers: dict[str, str] = json_field()
    message_id: str
    message: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    state: str = Field(default="pending", index=True)
    fence: int = 0
    claimed_by: str | None = None
    claimed_until: datetime | None = optional_time()
    attempts: int = 0
    made_at: datetime = time_field()
    next_at: datetime | None = optional_time(index=True)
    sent_at: datetime | None = optional_time()
    problem: str | None = None


class Attempt(SQLModel, table=True):
    """One attempt at sending an outbox row: how far it came and what the other side said."""

    id: int | None = Field(default=None, primary_key=True)
    outbox_id: int = belongs_to("outbox.id")
    fence: int
    at: datetime = time_field()
    phase: str
    outcome: str
    code: int | None = None
    words: str | None = None


class Occurrence(SQLModel, table=True):
    """One due run of a job, on one local day; its uniqueness is what makes it happen once.

    job     : "digest"; subject : for whom (a receiver's address)
    day     : the local day in `timezone`, ISO
    since, until : the window it told of (half-open)
    """

    __table_args__ = (
        UniqueConstraint("job", "subject", "day", name="one_occurrence_per_day"),
        one_of("state", "done", "skipped", "missed"),
    )

    id: int | None = Field(default=None, primary_key=True)
    job: str
    subject: str
    day: str
    timezone: str
    state: str
    reason: str | None = None
    since: datetime = time_field()
    until: datetime = time_field()
    at: datetime = time_field()
