"""A listing first does the steps it rests on, so that whoever only imported gets an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from config.errors import NotFoundError
from soundingboard.cli.output import say
from soundingboard.cli.progress import progress

if TYPE_CHECKING:
    from soundingboard.wiring import Parts
    from store.freshness import Behind
    from store.tables import BrandRow

Needed = Literal["readings", "stances", "candidates"]


def brand_ready(parts: Parts, name: str | None, needed: Needed) -> BrandRow:
    """The brand, once what is `needed` is no older than the posts it rests on.

    Raises NotFoundError for an unknown brand, or one without posts.
    """
    from soundingboard.brands import Brands
    from store.brands import get_brand
    from store.freshness import behind

    known = parts.brands()
    if not known.by_id:
        raise NotFoundError(
            "There is no brand yet.",
            mend="Make one by bringing posts: soundingboard import FILE --brand NAME, "
            "or write the settings: soundingboard init --brand NAME",
        )
    with parts.store.read() as session:
        row = get_brand(session, name)
        lag = behind(session, row.id or 0, parts.reader.model_id)
    if not lag.posts:
        raise NotFoundError(
            f"There are no posts about {row.name} yet.",
            mend="Bring some: soundingboard import FILE --brand NAME, "
            "or: soundingboard source add URL and then: soundingboard collect",
        )
    renamed = row.query_sha != Brands({row.id or 0: known.by_id[row.id or 0]}).sha
    _catch_up(parts, lag, needed, must_read=renamed or lag.unread > 0)
    return row


def _catch_up(parts: Parts, lag: Behind, needed: Needed, *, must_read: bool) -> None:
    must_weigh = needed != "readings" and (must_read or lag.unweighed)
    must_rank = needed == "candidates" and (must_weigh or lag.unranked)
    with progress(parts.clock) as move:
        if must_read:
            from soundingboard.pipeline.understand import understand

            say(f"Reading first what is new: {lag.unread} posts.")
            understand(parts, move)
        if must_weigh:
            from soundingboard.pipeline.weigh import weigh_brands

            say("Weighing what authors said.")
            weigh_brands(parts, move)
        if must_rank:
            from soundingboard.pipeline.recruit import recruit

            say("Ranking candidates.")
            recruit(parts, move)
