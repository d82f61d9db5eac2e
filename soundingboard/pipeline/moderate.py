"""Step 4b: fill the moderators' queue with what the rules found; deciding is for people."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from community.candidates.recruiting import OWN_WORD
from community.forgetting.traces import ordinary
from community.moderating.matters import (
    Matter,
    flag_matter,
    gravity,
    post_cues,
    post_matter,
    suggested,
)
from community.moderating.merging import doubtful_handles, suggest
from community.moderating.moderation import bring_up, weigh_again
from models.copies import CopyText, find_copies
from soundingboard.pipeline.report import Progress, Report, silent
from soundingboard.pipeline.said import own_words
from soundingboard.wiring import Parts
from store import moderation as queue_queries
from store import persons
from store.erasure import every_post
from store.moderation import OwnPost
from store.upsert import chunks

AT_ONCE = 200
"""Items one transaction brings up."""
_DONE = {"new": "new", "reopened": "opened again", "added": "new evidence"}


def moderate(parts: Parts, progress: Progress = silent) -> Report:
    """Bring up flagged posts of our own communities, possible merges and weak flags of candidates.

    Running it again changes nothing. Counts: new, opened again, new evidence, open.
    """
    report = Report("moderate")
    brands = parts.brands()
    for done, (brand_id, brand) in enumerate(brands.by_id.items(), start=1):
        with parts.store.read() as session:
            matters = [
                *_posts(session, brand_id, parts.reader.model_id),
                *_merges(session, brand_id, brand.name),
                *_flags(session, brand_id),
            ]
            news = _news(session, matters)
        for some in chunks(news, AT_ONCE):
            _bring_up(parts, some, report)
        with parts.store.write() as session:
            weigh_again(session, brand_id)
            report.count("open", len(queue_queries.items(session, brand_id)))
        progress("filling the review queue", done, len(brands.by_id))
    return report


def _news(session: Session, matters: Sequence[Matter]) -> list[Matter]:
    """Those of which anything is not written down yet, so that a quiet run writes nothing."""
    kinds = sorted({matter.kind for matter in matters})
    known = {kind: queue_queries.known_why(session, kind) for kind in kinds}
    return [
        matter
        for matter in matters
        if (why := known[matter.kind].get(matter.subject)) is None or matter.adds_to(why)
    ]


def _bring_up(parts: Parts, matters: Sequence[Matter], report: Report) -> None:
    with parts.store.write() as session:
        for matter in matters:
            outcome = bring_up(session, matter, parts.clock.now())
            if outcome in _DONE:
                report.count(_DONE[outcome])


def _posts(session: Session, brand_id: int, model: str) -> list[Matter]:
    """Posts of our own communities that insult somebody, repeat their author, or advertise.

    An author's advertising is one question: their newest post stands for it.
    """
    posts = queue_queries.own_posts(session, brand_id, model)
    repeats = _repeats(posts)
    spam = queue_queries.flags_of_kind(session, brand_id, ("spam",))
    newest = {one.post.author_id: one.post.id for one in posts}
    matters = []
    for one in posts:
        author_id = one.post.author_id
        stands = author_id is not None and newest[author_id] == one.post.id
        cues = post_cues(
            one,
            repeats=repeats.get(one.post.id or 0),
            spam=spam.get(author_id) if stands and author_id is not None else None,
        )
        staff = one.author is not None and one.author.is_staff
        if cues and not staff:
            matters.append(post_matter(brand_id, one, cues, weight=gravity(one, cues)))
    return matters


def _repeats(posts: Sequence[OwnPost]) -> dict[int, int]:
    """Post -> the earlier post of the same author that it repeats."""
    whose = {one.post.id or 0: one.post.author_id for one in posts}
    copies = find_copies(
        [
            CopyText(p.id or 0, p.author_id or -1, own_words(p), p.url, p.at)
            for p in (one.post for one in posts)
        ]
    )
    return {
        post: original
        for post, original in copies.items()
        if whose[post] is not None and whose[post] == whose[original]
    }


def _merges(session: Session, brand_id: int, brand: str) -> list[Matter]:
    """Accounts that may be one human being; handles that people use as words suggest nothing."""
    accounts = {one.id or 0: one for one in persons.accounts_about(session, brand_id)}
    found = suggest(list(accounts.values()))
    if not found:
        return []
    named = [accounts[one] for pair in found for one in (pair.first, pair.second)]
    doubtful, words = doubtful_handles(named), set[str]()
    if doubtful:
        told = ((post.author_id, post.text) for post in every_post(session))
        words = ordinary(doubtful, told, [brand])
    sure = suggest(list(accounts.values()), words=words) if words else found
    return [suggested(brand_id, one, accounts) for one in sure]


def _flags(session: Session, brand_id: int) -> list[Matter]:
    return [
        flag_matter(flag, author)
        for flag, author, _ in queue_queries.weak_flags(session, brand_id)
        if flag.kind not in OWN_WORD
    ]
