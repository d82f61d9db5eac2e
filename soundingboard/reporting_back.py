"""Tells a suggestion's proposer and the whole committee what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr
from typing import TYPE_CHECKING

from community.letter import Letter
from community.suggesting import suggestions
from community.suggesting.suggestion_readers import Readers, readers
from community.suggesting.suggestion_steps import standing
from config.errors import NotFoundError, RuleError
from soundingboard.delivery import told_back
from soundingboard.personal_links import member_link
from soundingboard.wiring import Parts
from store import outbox, tables
from store import suggestions as rows
from store.promises import REPORT_BACK

if TYPE_CHECKING:
    from sqlmodel import Session

NO_DOMAIN = "soundingboard.invalid"
"""Of the Message-ID while no sender is set."""


@dataclass(frozen=True)
class Draft:
    """Words for a person of ours to pass on, because no mail reaches whom they are for.

    part : the step it belongs to, tell_proposer or tell_committee
    """

    part: str
    to: str
    where: str
    words: str


@dataclass
class Report:
    """What one call did: letters queued, who had theirs already, drafts, and who is left out."""

    suggestion_id: int
    state: str = ""
    queued: list[str] = field(default_factory=list)
    had_theirs: list[str] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    recorded: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Prepared:
    version: int
    told: Readers
    letters: Mapping[int, Letter]
    corrections: Mapping[int, Letter]
    drafts: list[Draft]


def report_back(parts: Parts, suggestion_id: int, by: str, *, posted: bool = False) -> Report:
    """Queue the letters, and record who was told, in one transaction.

    Whoever has no address is told by a person of ours, from the drafts; until that person says so
    (`posted`) their part stays open. Told again, nobody gets the same letter twice.

    Raises NotFoundError, or RuleError if there is nothing to tell yet or things changed meanwhile.
    """
    prepared = _prepare(parts, suggestion_id)
    now = parts.clock.now()
    report = Report(suggestion_id)
    with parts.store.write() as session:
        suggestion = one_suggestion(session, suggestion_id)
        told = readers(session, parts.marker, suggestion, now)
        if suggestion.version != prepared.version or _who(told) != _who(prepared.told):
            raise RuleError("Somebody changed something just now.", mend="Run it again.")
        done = {step.step for step in standing(rows.steps(session, suggestion_id))}
        _queue(session, parts, prepared, suggestion, by, now, report)
        _record(session, prepared, suggestion, by, now, report, done=done, posted=posted)
        report.state = suggestion.state
    return report


def one_suggestion(session: Session, suggestion_id: int) -> tables.Suggestion:
    """The suggestion of that number. Raises NotFoundError."""
    found = rows.suggestion(session, suggestion_id)
    if found is None:
        raise NotFoundError(
            f"There is no suggestion {suggestion_id}.", mend="See: soundingboard suggestion list"
        )
    return found


def _prepare(parts: Parts, suggestion_id: int) -> _Prepared:
    """Everything that is written, before the transaction that sends it."""
    now = parts.clock.now()
    with parts.store.read() as session:
        suggestion = one_suggestion(session, suggestion_id)
        if suggestion.state not in ("declined", "acted", "reported"):
            raise RuleError(
                f"Suggestion {suggestion_id} is {suggestion.state}: there is nothing to tell yet.",
                mend="It is told once it is declined, or accepted and acted on.",
            )
        told = readers(session, parts.marker, suggestion, now)
        committee = session.get(tables.Committee, suggestion.committee_id)
        post = session.get(tables.Post, suggestion.post_id) if suggestion.post_id else None
    name = committee.name if committee else ""
    small_print = told_back.footer(name, parts.settings.mail.postal_address)

    def written(*, again: bool) -> dict[int, Letter]:
        return {
            member.id or 0: told_back.to_member(
                suggestion, member, own=member is told.proposer, again=again,
                post_url=post.url if post else None,
                own_page=member_link(parts, member.id or 0), footer=small_print,
            )
            for member in told.everyone
            if member.address
        }  # fmt: skip

    return _Prepared(
        suggestion.version,
        told,
        written(again=False),
        written(again=True),
        _drafts(suggestion, told),
    )


def _drafts(suggestion: tables.Suggestion, told: Readers) -> list[Draft]:
    """What a person of ours says to whom no letter reaches, the proposer first."""
    drafts = []
    if told.proposer is None and told.nobody is None:
        called = told.author.name if told.author else "the author"
        where = (told.post.url if told.post else None) or "in public, where they wrote"
        words = told_back.reply(suggestion, told.author.name if told.author else None)
        drafts.append(Draft("tell_proposer", called, where, words))
    for member in told.everyone:
        if not member.address:
            own = member is told.proposer
            part = "tell_proposer" if own else "tell_committee"
            words = told_back.plainly(suggestion, own=own)
            drafts.append(Draft(part, member.name, "in person", words))
    return drafts


def _who(told: Readers) -> tuple[object, ...]:
    reached = [(member.id, member.address) for member in told.everyone]
    return (reached, told.nobody, told.post.id if told.post else None)


def _queue(
    session: Session,
    parts: Parts,
    prepared: _Prepared,
    suggestion: tables.Suggestion,
    by: str,
    now: datetime,
    report: Report,
) -> None:
    """Put each letter into the outbox, unless that very letter was put there before.

    What was told otherwise earlier is corrected, and what could not be delivered is tried anew,
    each under a key of its own.
    """
    domain = parseaddr(parts.settings.mail.sender)[1].rpartition("@")[2] or NO_DOMAIN
    for member in prepared.told.everyone:
        letter = prepared.letters.get(member.id or 0)
        if letter is None:
            continue
        before = rows.letters(session, suggestion.id or 0, member.id)
        reached = [row.text for row in before if row.state != "failed"]
        correction = prepared.corrections[member.id or 0]
        if reached and reached[-1] in (letter.text, correction.text):
            report.had_theirs.append(member.name)
            continue
        letter = correction if reached else letter
        key = rows.next_letter_key(before, suggestion.id or 0, member.id or 0)
        outbox.enqueue(
            session, key=key, channel="mail", kind=REPORT_BACK, receiver=member.address or "",
            subject=letter.subject, text=letter.text, html=letter.html, now=now,
            author_id=member.author_id, approved_by=by, domain=domain,
        )  # fmt: skip
        report.queued.append(member.name)


def _record(
    session: Session,
    prepared: _Prepared,
    suggestion: tables.Suggestion,
    by: str,
    now: datetime,
    report: Report,
    *,
    done: set[str],
    posted: bool,
) -> None:
    """Write down who was told; a part that still waits for a person of ours stays open."""
    told = prepared.told
    own_by_hand = told.nobody is None and not (told.proposer and told.proposer.address)
    by_hand = [member.name for member in told.committee if not member.address]
    if "tell_proposer" not in done and (posted or not own_by_hand):
        how = told.nobody or (f"by {by}, in person or in public" if own_by_hand else "by mail")
        gone = told.nobody is not None
        suggestions.tell_proposer(session, suggestion, by, now, how=how, nobody=gone)
        report.recorded.append("tell_proposer")
    if "tell_committee" not in done and (posted or not by_hand):
        mailed = len(told.committee) - len(by_hand)
        how = f"{mailed} by mail" + (f"; by {by}: {', '.join(by_hand)}" if by_hand else "")
        suggestions.tell_committee(session, suggestion, by, now, how=how)
        report.recorded.append("tell_committee")
    open_parts = {"tell_proposer", "tell_committee"} - done - set(report.recorded)
    report.drafts = [draft for draft in prepared.drafts if draft.part in open_parts]
    report.left_out = [f"{member.name}: asked not to be contacted" for member in told.unwilling]
    if told.nobody is not None:
        report.left_out.insert(0, f"the proposer: {told.nobody}")
    if report.queued and report.drafts:
        waiting = ", ".join(draft.to for draft in report.drafts)
        words = f"{len(report.queued)} letters queued; still to be told by hand: {waiting}"
        suggestions.note(session, suggestion, by, now, words=words)
