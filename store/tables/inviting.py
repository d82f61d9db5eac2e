"""How we ask: templates, volunteered addresses, offers, invitations and what was answered."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from store.tables.columns import (
    belongs_to,
    json_field,
    not_negative,
    one_of,
    optional_time,
    time_field,
)

DOORS = ("committee", "community", "not_now", "never")


class Template(SQLModel, table=True):
    """The words of one kind of message; a change makes a new version, the old ones stay."""

    __table_args__ = (
        UniqueConstraint("kind", "language", "version", name="one_template_per_version"),
        one_of("kind", "invitation", "reply"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    language: str
    version: int
    subject: str
    body: str
    made_by: str
    made_at: datetime = time_field()


class Address(SQLModel, table=True):
    """A mail address that its owner gave us; none is ever looked up or guessed.

    basis : how they gave it, in words ("wrote it in their answer of 3 March")
    """

    author_id: int = belongs_to("author.id", primary=True)
    address: str
    basis: str
    noted_by: str
    noted_at: datetime = time_field()


class Offer(SQLModel, table=True):
    """One thing we ask of one person; nobody has two open ones, whoever asks.

    person_key : the person ("person:3"), or the account where no person is known ("author:7")
    contact    : the named colleague who answers their questions
    """

    __table_args__ = (
        one_of("state", "open", "accepted", "declined", "withdrawn", "lapsed"),
        Index(
            "one_open_offer_per_person",
            "person_key",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    author_id: int = belongs_to("author.id")
    brand_id: int = belongs_to("brand.id")
    person_key: str = Field(index=True)
    campaign: str
    contact: str
    made_by: str
    made_at: datetime = time_field()
    state: str = "open"
    closed_at: datetime | None = optional_time()


class Invitation(SQLModel, table=True):
    """One message that offers the committee, the lighter community, "not now" and "never".

    channel     : mail (an outbox row is made), reply (a person posts it), export (a mailing tool)
    nonce       : what its signed links carry
    approved_by : whose click let it go; nothing leaves without one
    baseline    : how they stood when it was sent; a member's baseline is taken from here
    """

    __table_args__ = (
        one_of("channel", "mail", "reply", "export"),
        one_of("state", "drafted", "approved", "sent", "answered", "lapsed", "withdrawn"),
        one_of("answer", *DOORS),
        CheckConstraint(
            "state NOT IN ('approved', 'sent') OR approved_by IS NOT NULL",
            name="a_person_let_it_go",
        ),
        not_negative("wave"),
    )

    id: int | None = Field(default=None, primary_key=True)
    offer_id: int = belongs_to("offer.id")
    candidate_id: int = belongs_to("candidate.id")
    charter_id: int = belongs_to("charter.id")
    template_id: int = belongs_to("template.id")
    wave: int = 1
    channel: str
    address: str | None = None
    language: str
    subject: str
    body: str
    nonce: str = Field(unique=True)
    state: str = "drafted"
    drafted_by: str
    drafted_at: datetime = time_field()
    approved_by: str | None = None
    approved_at: datetime | None = optional_time()
    sent_at: datetime | None = optional_time()
    sent_by: str | None = None
    baseline: dict[str, object] = json_field()
    answer: str | None = None
    answered_at: datetime | None = optional_time()


class Consent(SQLModel, table=True):
    """Proof of one answer: when, through which door, and the very words that were agreed to."""

    __table_args__ = (one_of("answer", *DOORS),)

    id: int | None = Field(default=None, primary_key=True)
    invitation_id: int = belongs_to("invitation.id")
    charter_id: int = belongs_to("charter.id")
    template_id: int = belongs_to("template.id")
    answer: str
    words: str
    words_sha: str
    at: datetime = time_field()
