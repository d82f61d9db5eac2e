"""A house whose moderators have something to decide: posts of a forum, merges, readings, flags."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from community.moderating import moderation
from community.moderating.matters import (
    flag_matter,
    merge_matter,
    post_cues,
    post_matter,
    reading_matter,
)
from config.settings import Settings
from soundingboard.wiring import Parts
from store import tables
from store.moderation import OwnPost
from tests.fakes import NOW, make_parts

HOSTILE = "<script>alert(1)</script> \u202eidiot"


def moderated(
    folder: Path, *, posts: int = 6, settings: Settings | None = None, at: datetime = NOW
) -> Parts:
    """A house with so many insults on its forum, one merge, one reading and one flag to decide."""
    parts = make_parts(folder, settings=settings, at=at)
    with parts.store.write() as session:
        brand = tables.BrandRow(name="Lumen", created_at=NOW)
        session.add(brand)
        session.flush()
        forum = tables.Source(
            kind="discourse", address="https://f.test", name="f", about_id=brand.id, added_at=NOW
        )
        grump = tables.Author(site="f.test", key="1", name="grump", followers=90, first_seen=NOW)
        twin = tables.Author(site="other.test", key="2", name="grump_two", first_seen=NOW)
        session.add_all([forum, grump, twin])
        session.flush()
        brand_id = brand.id or 0
        for number in range(posts):
            said = _post(
                session, brand_id, forum, grump, number, HOSTILE if not number else "idiot"
            )
            cues = post_cues(said, repeats=None, spam=None)
            moderation.bring_up(
                session, post_matter(brand_id, said, cues, weight=0.6 + number / 100), NOW
            )
        fine = _post(session, brand_id, forum, grump, posts, "oh great, it broke again")
        moderation.report(
            session,
            reading_matter(brand_id, fine.post, grump, fine.reading),
            "Ben",
            "misread",
            NOW,
            words="they are joking",
        )
        moderation.bring_up(
            session, merge_matter(brand_id, [grump, twin], {"handle": "both are grump"}), NOW
        )
        flag = tables.Flag(
            author_id=grump.id,
            brand_id=brand_id,
            kind="employee",
            strength="weak",
            excludes=False,
            evidence="the profile says: works at Lumen",
            raised_at=NOW,
        )
        session.add(flag)
        session.flush()
        moderation.bring_up(session, flag_matter(flag, grump), NOW)
    return parts


def _post(
    session: Session,
    brand_id: int,
    forum: tables.Source,
    author: tables.Author,
    number: int,
    text: str,
) -> OwnPost:
    post = tables.Post(
        source_id=forum.id,
        native_key=f"k{number}",
        key_level="guid",
        kind="post",
        author_id=author.id,
        url=f"https://f.test/{number}",
        text=text,
        text_sha=f"sha {number}",
        at=NOW - timedelta(hours=number + 1),
        time_quality="given",
        first_seen=NOW,
        parent_key=f"k{number - 1}" if number else None,
    )
    session.add(post)
    session.flush()
    reading = tables.Reading(
        post_id=post.id,
        brand_id=brand_id,
        model="m1",
        text_sha=post.text_sha,
        abstained=False,
        negative=0.1,
        neutral=0.1,
        positive=0.8,
        label="positive",
        idea=0,
        specificity=0,
        passion=0,
        civility=0.4,
        read_at=NOW,
    )
    session.add_all([reading, tables.Mention(post_id=post.id, brand_id=brand_id, how="given")])
    session.flush()
    return OwnPost(post, author, reading)
