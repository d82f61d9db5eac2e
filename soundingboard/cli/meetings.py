"""Commands of meetings and focus groups, `meeting …`, from the call to the minutes."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.committees import CommitteeOption
from soundingboard.cli.options import ByOption, JsonOption
from soundingboard.cli.output import plain, put_json, put_text, say, screen, table

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from community.committees.calendar import Party
    from config.settings import Settings
    from store import tables

MeetingArgument = Annotated[int, typer.Argument(help="Its number in: soundingboard meeting list")]
PersonArgument = Annotated[str, typer.Argument(help="Name or number of somebody who was asked.")]
StartOption = Annotated[
    str | None, typer.Option("--start", help="As in 2026-03-01T10:00, on the zone's clocks.")
]
ZoneOption = Annotated[
    str | None, typer.Option("--zone", help="IANA time zone; else that of the digest.")
]
AgendaOption = Annotated[
    list[str] | None, typer.Option("--agenda", help="A line of the agenda; repeat it.")
]


class Rsvp(StrEnum):
    """What somebody answers."""

    yes = "yes"
    no = "no"
    maybe = "maybe"


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Meetings and focus groups: calls, answers, attendance, minutes, calendar files.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("list")(list_them)
    for command in (call, ask, rsvp, reschedule, hold, attended, minutes, cancel, ics, show):
        group.command()(command)
    app.add_typer(group, name="meeting")


def call(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(help="What it is called.")],
    start: Annotated[str, typer.Option("--start", help="As in 2026-03-01T10:00, zone's clocks.")],
    place: Annotated[str, typer.Option("--place", help="Where: a room, or a link to a call.")],
    by: ByOption,
    minutes: Annotated[int, typer.Option("--minutes", min=1, help="How long it takes.")] = 60,
    zone: ZoneOption = None,
    agenda: AgendaOption = None,
    focus: Annotated[bool, typer.Option("--focus-group", help="A focus group of 6 to 10.")] = False,
    facilitator: Annotated[str | None, typer.Option(help="Who leads it.")] = None,
    prompt: Annotated[
        list[str] | None, typer.Option(help="What a focus group is asked; repeat it.")
    ] = None,
    senior: Annotated[
        list[str] | None,
        typer.Option(help="Who of management is promised; else those of the charter."),
    ] = None,
    member: Annotated[
        list[str] | None, typer.Option(help="Who is asked; else the whole committee.")
    ] = None,
    committee: CommitteeOption = None,
) -> None:
    """Call a meeting: its people are asked, its seniors promised."""
    from community.committees import meetings

    told: dict[str, Any] = {
        "title": title,
        "place": place,
        "kind": "focus_group" if focus else "meeting",
        "agenda": tuple(agenda or ()),
        "prompts": tuple(prompt or ()),
        "facilitator": facilitator,
        "seniors": tuple(senior) if senior else None,
    }
    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row, asked = _asked(session, committee, member)
        told |= _times(start, zone or parts.settings.digest.timezone, minutes)
        plan = meetings.Plan(member_ids=asked, **told)
        made = meetings.call(session, row.id or 0, plan, actor=by, now=parts.clock.now())
    typer.echo(
        plain(
            f"Meeting {made.id}, {made.title}, is called for {made.starts_at:%Y-%m-%d %H:%M} UTC."
        )
    )
    say(f"Calendar files: soundingboard meeting ics {made.id} --for NAME --out FILE")


def ask(
    ctx: typer.Context,
    meeting: MeetingArgument,
    by: ByOption,
    member: Annotated[str | None, typer.Option(help="A member's name or number.")] = None,
    senior: Annotated[str | None, typer.Option(help="A senior, promised to the others.")] = None,
) -> None:
    """Ask one more to a meeting that is to come."""
    from community.committees import attendance
    from store.meetings import get_meeting
    from store.members import find_member

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row = get_meeting(session, meeting)
        who = find_member(session, row.committee_id, member) if member else None
        added = attendance.ask_too(
            session, meeting, actor=by, now=parts.clock.now(), member=who, senior=senior
        )
    typer.echo(plain(f"{added.name} is asked to meeting {meeting}."))


def rsvp(
    ctx: typer.Context,
    meeting: MeetingArgument,
    person: PersonArgument,
    answer: Annotated[Rsvp, typer.Argument(help="What they answered.")],
    by: ByOption,
) -> None:
    """Note what somebody answered; a later answer replaces the earlier one."""
    from community.committees import attendance
    from store.meetings import find_attendances

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        for one in find_attendances(session, meeting, person):
            attendance.answer(
                session, one.id or 0, rsvp=answer.value, actor=by, now=parts.clock.now()
            )
    typer.echo(plain(f"{person}: {answer.value}."))


def reschedule(
    ctx: typer.Context,
    meeting: MeetingArgument,
    by: ByOption,
    start: StartOption = None,
    zone: ZoneOption = None,
    place: Annotated[str | None, typer.Option("--place", help="Where.")] = None,
    agenda: AgendaOption = None,
) -> None:
    """Change when, where or what about; a new time asks everybody anew."""
    from community.committees import meetings
    from store.meetings import get_meeting

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row = get_meeting(session, meeting)
        begins = _on_clocks(start, zone or row.timezone) if start else None
        meetings.reschedule(
            session,
            meeting,
            actor=by,
            now=parts.clock.now(),
            starts_at=begins,
            timezone=zone,
            place=place,
            agenda=agenda,
        )
    typer.echo(f"Meeting {meeting} is changed; send its calendar files again.")


def hold(
    ctx: typer.Context,
    meeting: MeetingArgument,
    by: ByOption,
    came: Annotated[
        list[str] | None, typer.Option(help="Who came; repeat it. The others stayed away.")
    ] = None,
) -> None:
    """Say that a meeting was held, and who came."""
    from community.committees import meetings
    from store.meetings import find_attendances

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        found = [
            one.id or 0 for name in came or () for one in find_attendances(session, meeting, name)
        ]
        meetings.hold(
            session,
            meeting,
            actor=by,
            now=parts.clock.now(),
            came=found or None,
        )
    typer.echo(f"Meeting {meeting} was held.")
    if not came:
        say(f"Who came: soundingboard meeting attended {meeting} NAME --by YOU")


def attended(
    ctx: typer.Context,
    meeting: MeetingArgument,
    person: PersonArgument,
    by: ByOption,
    came: Annotated[bool, typer.Option("--came/--stayed-away", help="Whether they came.")] = True,
) -> None:
    """Note whether somebody came to a meeting that was held."""
    from community.committees import attendance
    from store.meetings import find_attendances

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        for one in find_attendances(session, meeting, person):
            attendance.attended(session, one.id or 0, came=came, actor=by, now=parts.clock.now())
    typer.echo(plain(f"{person} {'came' if came else 'stayed away'}."))


def minutes(
    ctx: typer.Context,
    meeting: MeetingArgument,
    file: Annotated[typer.FileText, typer.Argument(help="A text file; - reads what is typed.")],
    by: ByOption,
) -> None:
    """Write a meeting's minutes, or write them anew; the history keeps the earlier ones."""
    from community.committees import meetings

    text = file.read()
    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        meetings.write_minutes(session, meeting, text=text, actor=by, now=parts.clock.now())
    typer.echo(f"The minutes of meeting {meeting} are kept.")


def cancel(
    ctx: typer.Context,
    meeting: MeetingArgument,
    by: ByOption,
    reason: Annotated[str, typer.Option("--reason", help="Why; those asked will want it.")],
) -> None:
    """Cancel a meeting that was not held."""
    from community.committees import meetings

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        meetings.cancel(session, meeting, reason=reason, actor=by, now=parts.clock.now())
    typer.echo(f"Meeting {meeting} is cancelled; send its calendar files again.")


def ics(
    ctx: typer.Context,
    meeting: MeetingArgument,
    receiver: Annotated[
        str | None, typer.Option("--for", help="A member who was asked; else for nobody's name.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="File to write; else stdout.")] = None,
) -> None:
    """Make the calendar file of a meeting for one receiver (iCalendar)."""
    from community.committees.calendar import calendar_file
    from store.meetings import get_meeting

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        row = get_meeting(session, meeting)
        file = calendar_file(
            row,
            organizer=_organizer(parts.settings),
            receiver=_receiver(session, row, receiver) if receiver else None,
            now=parts.clock.now(),
        )
    if out is None:
        put_text(file.decode())
    else:
        out.write_bytes(file)
        say(f"{out} is written.")


def show(ctx: typer.Context, meeting: MeetingArgument, as_json: JsonOption = False) -> None:
    """A meeting: agenda, who was asked, what they answered, who came, minutes."""
    from soundingboard.committee_cards import meeting_card
    from store.meetings import get_meeting

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        card = meeting_card(session, get_meeting(session, meeting))
    if as_json:
        put_json(card)
        return
    put_text(f"{plain(card['title'])} ({card['kind'].replace('_', ' ')}, {card['state']})\n")
    for name in ("starts", "ends", "timezone", "place", "facilitator", "why", "minutes"):
        if card[name]:
            put_text(f"  {name}: {plain(card[name])}\n")
    for name in ("agenda", "prompts"):
        for line in card[name]:
            put_text(f"  {name}: {plain(line)}\n")
    columns = ("number", "name", "role", "promised", "rsvp", "came")
    rows = [[_word(one[name]) for name in columns] for one in card["people"]]
    screen().print(table({name: {} for name in columns}, rows))


def list_them(
    ctx: typer.Context, committee: CommitteeOption = None, as_json: JsonOption = False
) -> None:
    """Every meeting of the committee, the earliest first."""
    from soundingboard.committee_cards import meeting_card
    from store.committee import get_committee
    from store.meetings import meetings

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        row = get_committee(session, committee)
        cards = [meeting_card(session, one) for one in meetings(session, row.id or 0)]
    if as_json:
        put_json(cards)
    elif not cards:
        say("No meeting yet; start with: soundingboard meeting call TITLE --start … --by YOU")
    else:
        columns = ("number", "title", "kind", "starts", "state", "place")
        rows = [[one[name] for name in columns] for one in cards]
        screen().print(table({name: {} for name in columns}, rows))


def _asked(
    session: Session, committee: str | None, names: list[str] | None
) -> tuple[tables.Committee, tuple[int, ...] | None]:
    """The committee, and the numbers of those who are asked; None = all of it."""
    from store.committee import get_committee
    from store.members import find_member

    row = get_committee(session, committee)
    found = tuple(find_member(session, row.id or 0, one).id or 0 for one in names or ())
    return row, found or None


def _times(start: str, zone: str, minutes: int) -> dict[str, Any]:
    from datetime import timedelta

    begins = _on_clocks(start, zone)
    ends = begins + timedelta(minutes=minutes)
    return {"starts_at": begins, "ends_at": ends, "timezone": zone}


def _on_clocks(text: str, zone: str) -> datetime:
    """The moment clocks in that zone show so; one with an offset of its own is taken as it is."""
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from config.checks import zone as known

    try:
        told = datetime.fromisoformat(text.strip())
        told = told.replace(tzinfo=ZoneInfo(known(zone))) if told.tzinfo is None else told
        moment = told.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(f"{text!r} in {zone!r}: {error}", param_hint="--start") from None
    if moment.astimezone(told.tzinfo).replace(tzinfo=None) != told.replace(tzinfo=None):
        raise typer.BadParameter(
            f"clocks in {zone} never show {text}: they go forward then", param_hint="--start"
        )
    return moment


def _organizer(settings: Settings) -> Party:
    from email.utils import parseaddr

    from community.committees.calendar import NOBODY, Party

    name, address = parseaddr(settings.mail.sender)
    return Party(name, address or NOBODY)


def _receiver(session: Session, row: tables.Meeting, name: str) -> Party:
    """The member's own address; nobody else's is in the file. Raises NotFoundError without one."""
    from community.committees.calendar import Party
    from config.errors import NotFoundError
    from store import tables
    from store.meetings import find_attendances

    one = find_attendances(session, row.id or 0, name)[0]
    member = session.get(tables.Member, one.member_id) if one.member_id else None
    if member is None or not member.address:
        raise NotFoundError(
            f"No mail address of {one.name} is known.",
            mend="Leave --for out, or note it: soundingboard member note … --address",
        )
    return Party(one.name, member.address, one.rsvp)


def _word(value: Any) -> Any:
    return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
