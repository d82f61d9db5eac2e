"""Where promises come from: the charter, meetings, pay and suggestions, read from plain rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from community.promising.promise import Promise, State, standing_of
from community.suggesting.suggestion_clocks import Clock, limits_of, state_of_clocks
from config.settings import PromiseSettings
from store import tables
from store.promises import Ground

READ_CHARTER_DAYS = 14
"""Within which a member has read and acknowledged a charter that holds for them."""
MINUTES_DAYS = 14
"""Within which the minutes of a meeting are written."""

_STEP_WORDS = {
    "acknowledge": "acknowledge the suggestion",
    "decide": "decide on the suggestion",
    "act": "act on the suggestion",
    "tell_proposer": "tell its proposer what became of the suggestion",
    "tell_committee": "tell the committee what became of the suggestion",
}


def charter_at(
    charters: Sequence[tables.Charter], committee_id: int, at: datetime
) -> tables.Charter | None:
    """The charter in force at `at`; before the first was published, the first."""
    ours = sorted(
        (charter for charter in charters if charter.committee_id == committee_id),
        key=lambda charter: charter.version,
    )
    published = [charter for charter in ours if charter.published_at <= at]
    return published[-1] if published else ours[0] if ours else None


def from_charters(ground: Ground, now: datetime) -> Iterator[Promise]:
    """Every member has acknowledged each charter that held for them, before it was replaced."""
    read = {(row.member_id, row.charter_id): row.at for row in ground.acknowledgements}
    for member in ground.members:
        for charter in ground.charters:
            if member.door != "committee" or charter.committee_id != member.committee_id:
                continue
            replaced_at = _replaced_at(ground.charters, charter)
            if replaced_at is not None and replaced_at <= member.joined_at:
                continue
            if member.left_at is not None and member.left_at <= charter.published_at:
                continue
            starts = max(member.joined_at, charter.published_at)
            due_at = starts + timedelta(days=READ_CHARTER_DAYS)
            read_at = read.get((member.id or 0, charter.id or 0))
            over = member.left_at is not None or (replaced_at is not None and replaced_at <= now)
            state: State = "void" if read_at is None and over else standing_of(due_at, read_at, now)
            words = f"have {member.name} acknowledge version {charter.version} of the charter"
            yield Promise(
                "charter", member.name, words, due_at, read_at, state,
                f"charter/{charter.id}", member.id,
            )  # fmt: skip


def _replaced_at(charters: Sequence[tables.Charter], charter: tables.Charter) -> datetime | None:
    later = [
        other.published_at
        for other in charters
        if other.committee_id == charter.committee_id and other.version > charter.version
    ]
    return min(later, default=None)


def from_meetings(ground: Ground, now: datetime) -> Iterator[Promise]:
    """Seniors promised came, and minutes were written within MINUTES_DAYS of a held meeting."""
    names = {committee.id: committee.name for committee in ground.committees}
    attended: dict[int, list[tables.Attendance]] = {}
    for row in ground.attendances:
        if row.role == "senior" and row.promised:
            attended.setdefault(row.meeting_id, []).append(row)
    for meeting in ground.meetings:
        to, ref = names[meeting.committee_id], f"meeting/{meeting.id}"
        for row in attended.get(meeting.id or 0, ()):
            words = f"have {row.name} come to {meeting.title}"
            state = _senior_state(meeting, row, now)
            came_at = meeting.held_at if state == "kept" else None
            yield Promise("senior", to, words, meeting.ends_at, came_at, state, ref)
        if meeting.held_at is not None and meeting.cancelled_at is None:
            due_at = meeting.held_at + timedelta(days=MINUTES_DAYS)
            written_at = ground.written.get(meeting.id or 0) if meeting.minutes else None
            state = standing_of(due_at, written_at, now)
            if meeting.minutes and written_at is None:
                state = "kept"  # nobody noted when; that it was kept is what we know
            words = f"send the minutes of {meeting.title}"
            yield Promise("minutes", to, words, due_at, written_at, state, ref)


def _senior_state(meeting: tables.Meeting, row: tables.Attendance, now: datetime) -> State:
    if meeting.cancelled_at is not None:
        return "void"
    if row.came is not None and meeting.held_at is not None:
        return "kept" if row.came else "broken"
    return standing_of(meeting.ends_at, None, now)


def from_pay(ground: Ground, now: datetime) -> Iterator[Promise]:
    """What is owed is settled by its day; it is owed to those who left as well."""
    names = {member.id: member.name for member in ground.members}
    for row in ground.compensations:
        state = standing_of(row.due_at, row.settled_at, now)
        if row.cancelled_at is not None:
            state = "void"
        amount = f"{row.amount_cents // 100}.{row.amount_cents % 100:02d} {row.currency}"
        words = f"settle {amount} with {names[row.member_id]} for {row.what}"
        yield Promise(
            "pay", names[row.member_id], words, row.due_at, row.settled_at, state,
            f"compensation/{row.id}", row.member_id,
        )  # fmt: skip


def from_suggestions(ground: Ground, now: datetime, settings: PromiseSettings) -> Iterator[Promise]:
    """Every suggestion is acknowledged, decided, acted on where accepted, and told of."""
    committees = {committee.id: committee.name for committee in ground.committees}
    members = {member.id: member for member in ground.members}
    for row in ground.suggestions:
        charter = charter_at(ground.charters, row.committee_id, row.raised_at)
        member = members.get(row.member_id)
        gone = (member is None or member.left_at is not None) if row.member_id else False
        gone = gone or (row.member_id is None and row.author_id is None and row.post_id is None)
        limits = limits_of(settings, charter)
        undelivered = (row.id or 0, row.member_id or 0) in ground.undelivered
        for clock in state_of_clocks(row, now, limits, proposer_gone=gone):
            whole = clock.step == "tell_committee"
            to = committees[row.committee_id] if whole else member.name if member else "its author"
            yield _told_or_done(
                row, clock, now, to=to, member_id=None if whole else row.member_id,
                undelivered=undelivered and clock.step == "tell_proposer",
            )  # fmt: skip


def _told_or_done(
    row: tables.Suggestion,
    clock: Clock,
    now: datetime,
    *,
    to: str,
    member_id: int | None,
    undelivered: bool,
) -> Promise:
    words = f"{_STEP_WORDS[clock.step]} “{row.title}”"
    done_at = None if undelivered else clock.done_at
    if undelivered:
        words += " (the letter could not be delivered)"
    state = standing_of(clock.due_at, done_at, now) if clock.applies else "void"
    return Promise(
        clock.step, to, words, clock.due_at, done_at, state, f"suggestion/{row.id}", member_id
    )
