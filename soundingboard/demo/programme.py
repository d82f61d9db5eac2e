"""The demo's programme: half a year of a committee, told by the functions its people would use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from community.candidates import recruiting
from community.committees import committee, members
from community.committees.committee import Terms
from community.inviting import consent, invitations
from soundingboard import inviting
from soundingboard.demo import dealings
from soundingboard.demo.cast import moment_of, read_table
from soundingboard.demo.steering import steer
from soundingboard.demo.story import Dated, Story, Told
from soundingboard.pipeline.digest import digest
from soundingboard.pipeline.measure import measure
from soundingboard.pipeline.report import Progress, Report, silent
from soundingboard.reporting_back import report_back
from soundingboard.wiring import Parts
from store import addresses, tables
from store.committee import all_committees

_SOON = timedelta(hours=2)
_SILENT = timedelta(days=22)


def make_programme(parts: Parts, brand_name: str, progress: Progress = silent) -> Report:
    """Found the demo's committee and let half a year pass; where there is one, nothing is done.

    Everything happens in the order of its days, in one transaction; what is done today leaves two
    kinds of mail in the outbox, where they stay: the demo has no mail host. Counts: members,
    meetings, suggestions, invitations.
    """
    report, cast = Report("programme"), read_table("programme.toml")
    with parts.store.read() as session:
        if all_committees(session):
            return report
    story = Story(parts, cast, brand_name)
    with parts.store.write() as session:
        story.open(session)
        dated = sorted(_whole_story(story, cast), key=lambda one: one[0])
        for done, (at, tell) in enumerate(dated, start=1):
            tell(session, at)
            progress("telling the programme", done, len(dated))
    _do_todays(parts, story)
    steer(parts, story)
    for step in (measure, digest):
        step(parts)
    for what in ("members", "meetings", "suggestions", "invitations"):
        report.count(what, len(getattr(story, what)))
    return report


def _whole_story(story: Story, cast: Mapping[str, Any]) -> Iterator[Dated]:
    yield moment_of(cast["committee"]["made"]), lambda session, at: story.found(session, at)
    for told in cast["charters"]:
        yield from _charter(story, told)
    for told in cast["invited"]:
        if story.may_be_invited(told["who"]):
            yield from _invited(story, told)
    for told in cast["decided"]:
        yield moment_of(told["at"]), _decision(story, told)
    for told in cast["meetings"]:
        yield from dealings.meeting(story, told)
    yield from dealings.pay(story, cast["pay"])
    yield from dealings.badges(story, cast["badges"])
    for told in cast["suggestions"]:
        yield from dealings.suggestion(story, told)


def _charter(story: Story, told: Told) -> Iterator[Dated]:
    names = ("at", "acknowledged")
    terms = Terms(**{name: value for name, value in told.items() if name not in names})
    held: list[tables.Charter] = []

    def publish(session: Session, at: datetime) -> None:
        who = story.marketer
        held.append(committee.publish(session, story.committee_id, terms, actor=who, now=at))

    yield moment_of(told["at"]), publish
    for name, day in told.get("acknowledged", {}).items():

        def agree(session: Session, at: datetime, name: str = name) -> None:
            if member := story.members.get(name):
                committee.acknowledge(session, member, held[0], actor=member.name, now=at)

        yield moment_of(day), agree


def _invited(story: Story, told: Told) -> Iterator[Dated]:
    """One invitation, as far as it went: drafted, let go, posted, answered, left."""
    who, drafted = told["who"], moment_of(told["drafted"])

    def draft(session: Session, at: datetime) -> None:
        candidate, by = story.candidates[who], story.marketer
        if known := told.get("known_address"):
            addresses.set_address(
                session,
                candidate.author_id,
                address=known,
                basis="gave it at the test ride stand",
                by=by,
                now=at,
            )
        recruiting.approve(session, candidate, by, at - timedelta(days=1))
        head = invitations.draft(session, story.desk, candidate, by=by, now=at)
        story.invitations[who] = head.invitation.id or 0

    def post(session: Session, at: datetime) -> None:
        number, by = story.invitations[who], story.marketer
        head = invitations.let_go(session, story.desk, number, by=by, now=at)
        head.invitation.baseline = story.stood(head.author.id or 0, at)
        invitations.posted(session, number, by=by, now=at + _SOON)

    yield drafted, draft
    if not told.get("stays") and "withdrawn" not in told:
        yield drafted + _SOON, post
    if "withdrawn" in told:
        yield moment_of(told["withdrawn"]), _withdrawal(story, who)
    elif "door" in told:
        yield moment_of(told["at"]), _answer(story, told)
        if told["door"] in consent.JOINING:
            yield moment_of(told["at"]) + _SOON, _looking_after(story, told)
    elif drafted + _SILENT < story.today:
        yield drafted + _SILENT, lambda session, at: _lapse(session, at)
    if "left" in told:
        yield moment_of(told["left"]), _leaving(story, told)


def _lapse(session: Session, at: datetime) -> None:
    invitations.lapse(session, at, 21)


def _withdrawal(story: Story, who: str) -> Any:
    def withdraw(session: Session, at: datetime) -> None:
        invitations.withdraw(
            session,
            story.invitations[who],
            by=story.marketer,
            now=at,
            reason="she wrote that she is away until spring",
        )

    return withdraw


def _answer(story: Story, told: Told) -> Any:
    def answer(session: Session, at: datetime) -> None:
        head = invitations.found(session, story.invitations[told["who"]])
        words = consent.words(session, head, told["door"])
        reply = consent.Reply(
            told["door"], consent.sha_of(words), told.get("name"), told.get("address")
        )
        consent.answer(session, story.parts.marker, head.invitation.nonce, reply, at)
        story.seat(session, told["who"])

    return answer


def _looking_after(story: Story, told: Told) -> Any:
    def look_after(session: Session, at: datetime) -> None:
        if member := story.members.get(told["who"]):
            members.look_after(
                session,
                member.id or 0,
                actor=story.marketer,
                now=at,
                owner=told["owner"],
                motives=told.get("motives"),
            )

    return look_after


def _leaving(story: Story, told: Told) -> Any:
    def leave(session: Session, at: datetime) -> None:
        if member := story.members.get(told["who"]):
            members.leave(
                session, member.id or 0, reason=told["left_why"], actor=story.marketer, now=at
            )

    return leave


def _decision(story: Story, told: Told) -> Any:
    def decide(session: Session, at: datetime) -> None:
        if not story.may_be_invited(told["who"]):
            return
        said = {name: told[name] for name in ("reason", "note") if name in told}
        act = getattr(recruiting, told["action"])
        act(session, story.candidates[told["who"]], story.marketer, at, **said)

    return decide


def _do_todays(parts: Parts, story: Story) -> None:
    """The two clicks of the demo's day: an invitation is let go, and a suggestion is told."""
    for told in story.cast["invited"]:
        if told.get("goes_today") and told["who"] in story.invitations:
            inviting.send(parts, story.invitations[told["who"]], by=story.marketer)
    for number in story.told_today:
        report_back(parts, number, story.service)
