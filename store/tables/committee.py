"""The committee and what was promised to it: charter, members, meetings, pay, suggestions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from store.tables.columns import (
    belongs_to,
    json_field,
    json_list,
    not_negative,
    one_of,
    optional_time,
    refers_to,
    time_field,
)


class Committee(SQLModel, table=True):
    """A brand's customer advisory committee."""

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = belongs_to("brand.id")
    name: str = Field(unique=True)
    made_by: str
    made_at: datetime = time_field()
    closed_at: datetime | None = optional_time()


class Charter(SQLModel, table=True):
    """What a committee is for and what it asks and gives; a change makes a new version.

    hours_a_year, meetings_a_year : the time it asks of a member
    cadence      : in words ("one day in person, a call every quarter")
    seniors      : who of senior management sits in, by role or name
    compensation : in words; amounts stand in the compensation ledger
    answer_days  : within how many days a suggestion is decided and its proposer told
    """

    __table_args__ = (
        UniqueConstraint("committee_id", "version", name="one_charter_per_version"),
        not_negative("hours_a_year"),
        not_negative("meetings_a_year"),
        not_negative("answer_days"),
    )

    id: int | None = Field(default=None, primary_key=True)
    committee_id: int = belongs_to("committee.id")
    version: int
    purpose: str
    hours_a_year: float
    meetings_a_year: int
    cadence: str
    compensation: str
    seniors: list[str] = json_list()
    answer_days: int = 30
    published_by: str
    published_at: datetime = time_field()


class Member(SQLModel, table=True):
    """Somebody who said yes: to the committee, or to the lighter community.

    baseline : how they stood when they were invited (mu, sd, p_love, p_hate, stance, n_posts,
               frozen_at), never changed afterwards
    """

    __table_args__ = (
        one_of("door", "committee", "community"),
        UniqueConstraint("committee_id", "author_id", name="one_seat_per_author"),
    )

    id: int | None = Field(default=None, primary_key=True)
    committee_id: int = belongs_to("committee.id")
    author_id: int = belongs_to("author.id")
    invitation_id: int | None = refers_to("invitation.id")
    door: str
    name: str
    address: str | None = None
    owner: str | None = None
    motives: str | None = None
    baseline: dict[str, object] = json_field()
    joined_at: datetime = time_field()
    term_from: datetime = time_field()
    term_until: datetime | None = optional_time()
    left_at: datetime | None = optional_time()
    left_why: str | None = None
    thanked_at: datetime | None = optional_time()
    thanked_by: str | None = None


class Acknowledgement(SQLModel, table=True):
    """A member read one version of the charter and said so."""

    member_id: int = belongs_to("member.id", primary=True)
    charter_id: int = belongs_to("charter.id", primary=True)
    at: datetime = time_field()


class Meeting(SQLModel, table=True):
    """A meeting or a focus group of a committee.

    uid, sequence : of its calendar entry; the uid never changes, every change counts one up
    agenda, prompts : lines; prompts guide a focus group
    """

    __table_args__ = (one_of("kind", "meeting", "focus_group"), not_negative("sequence"))

    id: int | None = Field(default=None, primary_key=True)
    committee_id: int = belongs_to("committee.id")
    uid: str = Field(unique=True)
    sequence: int = 0
    kind: str
    title: str
    starts_at: datetime = time_field()
    ends_at: datetime = time_field()
    timezone: str
    place: str
    agenda: list[str] = json_list()
    prompts: list[str] = json_list()
    facilitator: str | None = None
    minutes: str | None = None
    called_by: str
    called_at: datetime = time_field()
    held_at: datetime | None = optional_time()
    cancelled_at: datetime | None = optional_time()
    cancelled_why: str | None = None


class Attendance(SQLModel, table=True):
    """One person at one meeting: what they answered, and whether they came.

    member_id : None for somebody of ours (a senior or the facilitator)
    promised  : their coming was promised to the members
    came      : None until the meeting was held and somebody said so
    """

    __table_args__ = (
        UniqueConstraint("meeting_id", "name", "role", name="one_attendance_per_person"),
        one_of("role", "member", "senior", "facilitator"),
        one_of("rsvp", "yes", "no", "maybe"),
    )

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = belongs_to("meeting.id")
    member_id: int | None = belongs_to("member.id", nullable=True)
    name: str
    role: str
    promised: bool = False
    rsvp: str | None = None
    rsvp_at: datetime | None = optional_time()
    came: bool | None = None


class Compensation(SQLModel, table=True):
    """Something owed to a member for their time; `amount_cents` in hundredths of `currency`."""

    __table_args__ = (not_negative("amount_cents"),)

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = belongs_to("member.id")
    what: str
    amount_cents: int
    currency: str
    due_at: datetime = time_field()
    entered_by: str
    entered_at: datetime = time_field()
    settled_by: str | None = None
    settled_at: datetime | None = optional_time()
    cancelled_at: datetime | None = optional_time()
    cancelled_why: str | None = None


class Badge(SQLModel, table=True):
    """A member's visible standing; a revoked one says so wherever it is shown.

    document : what was signed, with its signature; it names the member only if they wished it
    """

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = belongs_to("member.id")
    serial: str = Field(unique=True)
    document: dict[str, object] = json_field()
    issued_by: str
    issued_at: datetime = time_field()
    revoked_by: str | None = None
    revoked_at: datetime | None = optional_time()
    revoked_why: str | None = None


class CommitteeStep(SQLModel, table=True):
    """One change around a committee: of its charter, a member, a meeting, pay or a badge.

    Never changed, only taken back by another one.

    subject   : what was changed ("member:4"); step : what was done ("leave")
    before, after : the columns it changed, as they were and as they became
    cause_id  : the step this one followed from; undoes_id : the step this one took back
    """

    __tablename__ = "committee_step"
    __table_args__ = (UniqueConstraint("undoes_id", name="taken_back_once"),)

    id: int | None = Field(default=None, primary_key=True)
    committee_id: int = belongs_to("committee.id")
    member_id: int | None = belongs_to("member.id", nullable=True)
    subject: str = Field(index=True)
    step: str
    actor: str
    words: str | None = None
    before: dict[str, object] = json_field()
    after: dict[str, object] = json_field()
    cause_id: int | None = refers_to("committee_step.id")
    undoes_id: int | None = refers_to("committee_step.id")
    at: datetime = time_field()


class Suggestion(SQLModel, table=True):
    """Something to do, from a member or from a post we heard; kept when its proposer goes.

    state : raised -> acknowledged -> accepted | declined -> acted (accepted only) -> reported
    """

    __table_args__ = (
        one_of("state", "raised", "acknowledged", "accepted", "declined", "acted", "reported"),
        CheckConstraint(
            "state NOT IN ('accepted', 'declined') OR decision_reason IS NOT NULL",
            name="a_decision_has_a_reason",
        ),
        not_negative("version"),
    )

    id: int | None = Field(default=None, primary_key=True)
    committee_id: int = belongs_to("committee.id")
    member_id: int | None = refers_to("member.id")
    author_id: int | None = refers_to("author.id")
    post_id: int | None = refers_to("post.id")
    title: str
    words: str
    state: str = "raised"
    version: int = 0
    owner: str | None = None
    decision_reason: str | None = None
    evidence: str | None = None
    raised_at: datetime = time_field()
    acknowledged_at: datetime | None = optional_time()
    decided_at: datetime | None = optional_time()
    acted_at: datetime | None = optional_time()
    told_proposer_at: datetime | None = optional_time()
    told_committee_at: datetime | None = optional_time()


class SuggestionStep(SQLModel, table=True):
    """One thing that happened to a suggestion; never changed, only taken back by another one."""

    __tablename__ = "suggestion_step"
    __table_args__ = (
        one_of(
            "step",
            "raise",
            "assign",
            "acknowledge",
            "accept",
            "decline",
            "act",
            "tell_proposer",
            "tell_committee",
            "note",
            "undo",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    suggestion_id: int = belongs_to("suggestion.id")
    step: str
    actor: str
    words: str | None = None
    before: dict[str, object] = json_field()
    at: datetime = time_field()
