"""What steers the demo's programme: months measured, goals, a reset, the ledger, the queue."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from community.kpis import KPIS
from community.moderating import labels, moderation
from community.moderating.matters import Matter, merge_matter, post_matter, reading_matter
from community.steering import context, goals, ledger, resets
from community.steering.ledger import Money
from config.clock import PinnedClock
from config.errors import RuleError
from soundingboard.demo.cast import moment_of
from soundingboard.demo.story import Story, Told
from soundingboard.demo.world import TRUTH
from soundingboard.pipeline.measure import measure
from soundingboard.pipeline.moderate import moderate
from soundingboard.wiring import Parts
from store import labels as label_queries
from store import moderation as queue_queries
from store import tables
from store.measurements import series
from store.readings import newest_model

MONTH_ENDS = tuple(datetime(2026, month, 30, 22, tzinfo=UTC) for month in range(5, 11))
LABELLED_WEEKS, LABELS_A_WEEK = 3, 8
_LABELS = {"love": "positive", "fan": "positive", "hate": "negative", "ranter": "negative"}
"""What somebody who knows the cast labels a post by the part its author plays; else neutral."""


def steer(parts: Parts, story: Story) -> None:
    """Measure the months gone by, set the goals, begin the reset, and fill ledger and queue."""
    for moment in MONTH_ENDS:
        then = Parts(parts.settings, parts.folder, PinnedClock(moment), reader=parts.reader)
        with closing(then):
            measure(then)
    moderate(parts)
    with parts.store.write() as session:
        _look_outside(session, story)
        for told in story.cast["goals"]:
            _set_goal(session, story, told)
        _reset(session, story, story.cast["reset"])
        _money(session, story)
        for told in story.cast["reports"]:
            _report(session, story, told)
        _label(session, story)


def _look_outside(session: Session, story: Story) -> None:
    for told in story.cast["events"]:
        start = moment_of(told["at"])
        end = moment_of(told["until"]) if "until" in told else None
        context.note_event(
            session, story.brand_id, told["kind"], told["title"], start, story.marketer, start,
            ends_at=end,
        )  # fmt: skip


def _set_goal(session: Session, story: Story, told: Told) -> None:
    """A goal so much better than its baseline; none where nothing was measured by then."""
    at = moment_of(told["at"])
    read = [one for one in series(session, story.brand_id, told["kpi"]) if one.until <= at]
    if not read or read[-1].value is None:
        return
    draft = goals.Draft(
        title=told["title"],
        kpi=told["kpi"],
        level=told["level"],
        direction=told["direction"],
        owner=told["owner"],
        benefit_customer=told["benefit_customer"],
        benefit_company=told["benefit_company"],
        target=round(read[-1].value + told["gain"], 2),
        starts_at=at,
        ends_at=moment_of(told["until"]),
    )
    goals.set_goal(session, story.brand_id, draft, story.marketer, at)


def _reset(session: Session, story: Story, told: Told) -> None:
    planned, due = moment_of(told["planned"]), moment_of(told["due"])
    months, escalate_to = told["every_months"], told["escalate_to"]
    made = resets.plan(
        session, story.brand_id, told["owner"], due, months, planned, escalate_to=escalate_to
    )
    resets.begin(session, made, {name: kpi.family for name, kpi in KPIS.items()}, due)
    resets.conclude(session, made, told["concluded"], told["owner"], due + timedelta(hours=2))


def _money(session: Session, story: Story) -> None:
    for told in story.cast["costs"]:
        at, money = moment_of(told["at"]), Money.of(told["amount"], "EUR")
        ledger.enter_cost(session, story.brand_id, told["what"], money, at, story.marketer, at)
    for told in story.cast["benefits"]:
        at = moment_of(told["at"])
        low, likely, high = (Money.of(told[name], "EUR") for name in ("low", "likely", "high"))
        ledger.enter_benefit(
            session, story.brand_id, told["what"], (low, likely, high), told["confidence"], at,
            story.marketer, at,
        )  # fmt: skip


def _report(session: Session, story: Story, told: Told) -> None:
    """Somebody brings something up, and a moderator decides some of it."""
    try:
        matter = _matter(session, story, told)
    except RuleError:  # another reader read nothing there
        return
    if matter is None:
        return
    at = story.today - timedelta(hours=20)
    item, _ = moderation.report(
        session, matter, told["by"], told["reason"], at, words=told.get("words")
    )
    if "decided" in told:
        decision, why = told["decided"], told["why"]
        moderation.decide(
            session, item, story.moderator, decision, at + timedelta(hours=1), reason=why
        )


def _matter(session: Session, story: Story, told: Told) -> Matter | None:
    first, second = told["what"]
    if told["kind"] == "merge":
        pair = [story.account(session, name) for name in (first, second)]
        there = [one for one in pair if one is not None]
        return merge_matter(story.brand_id, there) if len(there) == len(pair) else None
    post = story.post(session, first, second)
    if post is None:
        return None
    model = newest_model(session, story.brand_id)
    if told["kind"] == "reading":
        author = session.get(tables.Author, post.author_id) if post.author_id else None
        reading = label_queries.get_reading(session, post, story.brand_id, model)
        return reading_matter(story.brand_id, post, author, reading)
    own = queue_queries.own_posts(session, story.brand_id, model or "", post_id=post.id)
    return post_matter(story.brand_id, own[0]) if own else None


def _label(session: Session, story: Story) -> None:
    """Label some of the last weeks' blind samples."""
    for weeks in range(1, LABELLED_WEEKS + 1):
        week = story.today - timedelta(days=7 * weeks)
        for post in labels.blind_sample(session, story.brand_id, week)[:LABELS_A_WEEK]:
            author = session.get(tables.Author, post.author_id) if post.author_id else None
            role = TRUTH.get(author.name) if author else None
            said, at = _LABELS.get(role or "", "neutral"), week + timedelta(days=7)
            labels.label_blind(session, story.brand_id, post.id or 0, said, story.moderator, at)
