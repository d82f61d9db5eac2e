"""What the demo's committee deals with: meetings, pay, badges and suggestions, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session

from community.committees import attendance, meetings
from community.committees import badges as badge_rules
from community.committees import pay as ledger
from community.committees.seal import Seal
from community.suggesting import suggestions
from soundingboard.demo.cast import moment_of
from soundingboard.demo.story import Dated, Story, Told
from soundingboard.wiring import secret_key
from store import tables


def meeting(story: Story, told: Told) -> Iterator[Dated]:
    """A meeting called, answered, and held or cancelled."""
    starts, title = moment_of(told["starts"]), told["title"]
    ends = starts + timedelta(minutes=told["minutes_long"])
    plan = meetings.Plan(
        title, starts, ends, "Europe/Berlin", told["place"], agenda=tuple(told["agenda"])
    )

    def call(session: Session, at: datetime) -> None:
        made = meetings.call(session, story.committee_id, plan, actor=story.marketer, now=at)
        story.meetings[title] = made.id or 0
        for name, said in told.get("rsvp", {}).items():
            for one in story.asked(session, title, name):
                who = story.members[name].name
                attendance.answer(session, one, rsvp=said, actor=who, now=at + timedelta(days=2))

    def hold(session: Session, at: datetime) -> None:
        came = [one for name in told["came"] for one in story.asked(session, title, name)]
        number, by = story.meetings[title], story.service
        meetings.hold(session, number, actor=by, now=at, came=came)
        text = told["minutes"]
        meetings.write_minutes(session, number, text=text, actor=by, now=at + timedelta(days=1))

    def cancel(session: Session, at: datetime) -> None:
        number, why = story.meetings[title], told["cancelled_why"]
        meetings.cancel(session, number, reason=why, actor=story.marketer, now=at)

    yield moment_of(told["called"]), call
    if "held" in told:
        yield moment_of(told["held"]), hold
    if "cancelled" in told:
        yield moment_of(told["cancelled"]), cancel


def pay(story: Story, told: Told) -> Iterator[Dated]:
    """What members are owed for an evening, and what became of it."""
    entries: dict[str, int] = {}

    def enter(session: Session, at: datetime, who: str, what: str, amount: str) -> None:
        if member := story.members.get(who):
            made = ledger.enter(
                session,
                member.id or 0,
                what=what,
                amount=amount,
                currency=told["currency"],
                settle_days=story.parts.settings.promises.settle_days,
                actor=story.marketer,
                now=at,
            )
            entries[who] = made.id or 0

    def enter_all(session: Session, at: datetime) -> None:
        for who in told["who"]:
            enter(session, at, who, told["what"], told["amount"])

    yield moment_of(told["entered"]), enter_all
    for who, day in told["settled"].items():

        def settle(session: Session, at: datetime, who: str = who) -> None:
            if who in entries:
                ledger.settle(session, entries[who], actor=story.marketer, now=at)

        yield moment_of(day), settle
    for who, day in told["cancelled"].items():

        def cancel(session: Session, at: datetime, who: str = who) -> None:
            if who in entries:
                why = told["cancelled_why"]
                ledger.cancel(session, entries[who], reason=why, actor=story.marketer, now=at)

        yield moment_of(day), cancel
    later = told["later"]
    yield (
        moment_of(later["entered"]),
        lambda session, at: enter(session, at, later["who"], later["what"], later["amount"]),
    )


def badges(story: Story, told: Told) -> Iterator[Dated]:
    """Badges issued on one day."""
    settings = story.parts.settings
    seal = Seal(secret_key(settings, story.parts.folder))

    def issue(session: Session, at: datetime) -> None:
        for name in (*told["named"], *told["unnamed"]):
            if member := story.members.get(name):
                badge_rules.issue(
                    session,
                    member.id or 0,
                    seal=seal,
                    public_url=settings.web.public_url,
                    actor=story.marketer,
                    now=at,
                    show_name=name in told["named"],
                )

    yield moment_of(told["at"]), issue


def suggestion(story: Story, told: Told) -> Iterator[Dated]:
    """One suggestion and its steps."""
    made: list[tables.Suggestion] = []

    def raise_it(session: Session, at: datetime) -> None:
        held = session.get_one(tables.Committee, story.committee_id)
        if "post" in told:
            post = story.post(session, told["post"]["author"], told["post"]["like"])
            if post is None:
                return
            one = suggestions.raise_from_post(
                session, held, post, story.marketer, at, words=told["words"]
            )
        elif member := story.members.get(told["member"]):
            one = suggestions.raise_by_member(
                session, held, member, member.name, at, words=told["words"]
            )
        else:
            return
        made.append(one)
        story.suggestions.append(one.id or 0)
        if told.get("told_today"):
            story.told_today.append(one.id or 0)

    yield moment_of(told["raised"]), raise_it
    for step in told.get("steps", ()):

        def take(session: Session, at: datetime, step: Told = step) -> None:
            if made:
                words = {_WORDS[step["step"]]: step["words"]} if "words" in step else {}
                getattr(suggestions, step["step"])(session, made[0], story.service, at, **words)

        yield moment_of(step["at"]), take


_WORDS = {
    "assign": "owner",
    "accept": "reason",
    "decline": "reason",
    "act": "evidence",
    "tell_proposer": "how",
    "tell_committee": "how",
    "note": "words",
}
"""What the words of a step are called where it is taken."""
