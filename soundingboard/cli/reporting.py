"""The command `moderation report`: what somebody means who brings something up."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from config.errors import NotFoundError, RuleError
from soundingboard.cli.call import Call
from soundingboard.cli.options import BrandOption
from soundingboard.cli.output import plain

if TYPE_CHECKING:
    from sqlmodel import Session

    from community.moderating.matters import Matter
    from store.tables import Author

SAID = {
    "new": "Brought up as no. {id}.",
    "added": "Added to no. {id}, which waits already.",
    "reopened": "No. {id} was decided; it is open again.",
    "known": "You brought no. {id} up before; nothing was added.",
}


class Kind(StrEnum):
    """What can be brought up."""

    post = "post"
    reading = "reading"
    merge = "merge"
    flag = "flag"


def report(
    ctx: typer.Context,
    kind: Annotated[Kind, typer.Argument(help="What it is.")],
    what: Annotated[
        list[str],
        typer.Argument(
            help="A post's number or address; two accounts (NAME or SITE/NAME); or an account and "
            "a kind of flag."
        ),
    ],
    by: Annotated[
        str, typer.Option("--by", help="Who reports it; they are told what comes of it.")
    ],
    reason: Annotated[
        str | None,
        typer.Option("--reason", help="Why; a code (a wrong one lists them)."),
    ] = None,
    words: Annotated[str | None, typer.Option("--words", help="What speaks for it.")] = None,
    brand: BrandOption = None,
) -> None:
    """Bring something before the moderators: a post of your own forum, a wrong reading, two
    accounts of one human being, or a flag that does not hold.

    It is there once, however many report it. A decided one is opened again by a new reporter or
    new evidence only.
    """
    from community.moderating.moderation import report as bring
    from soundingboard.cli.catching_up import brand_ready

    usual = {"reading": "misread", "merge": "same_person", "flag": "wrong"}
    with Call.of(ctx).parts() as parts:
        row = brand_ready(parts, brand, "candidates" if kind is Kind.flag else "readings")
        with parts.store.write() as session:
            matter = matter_of(session, row.id or 0, kind.value, what)
            why = reason or usual.get(kind.value, "")
            item, outcome = bring(session, matter, by, why, parts.clock.now(), words=words)
            said = SAID[outcome].format(id=item.id)
    typer.echo(plain(said))


def matter_of(session: Session, brand_id: int, kind: str, what: Sequence[str]) -> Matter:
    """What somebody means who reports a post, reading (number or address), merge or flag.

    Raises NotFoundError for what is not there, RuleError for what cannot be moderated here.
    """
    from community.moderating.matters import merge_matter

    if len(what) != (2 if kind in ("merge", "flag") else 1):
        takes = {"merge": "two accounts", "flag": "an account and a kind of flag"}
        raise RuleError(f"A {kind} takes {takes.get(kind, 'one post')}.", mend="See --help.")
    if kind == "merge":
        return merge_matter(brand_id, [_account_called(session, name) for name in what])
    if kind == "flag":
        return _flag(session, brand_id, *what)
    return _post(session, brand_id, kind, what[0])


def _flag(session: Session, brand_id: int, name: str, kind: str) -> Matter:
    from community.moderating.matters import flag_matter
    from soundingboard.cli.naming import one_flag

    author = _account_called(session, name)
    return flag_matter(one_flag(session, author, brand_id, kind), author)


def _post(session: Session, brand_id: int, kind: str, what: str) -> Matter:
    from community.moderating.matters import post_matter, reading_matter
    from store import labels as label_queries
    from store import moderation as queue_queries
    from store import tables
    from store.readings import newest_model

    post = queue_queries.find_post(session, what)
    if post is None:
        raise NotFoundError(
            f"There is no post {what!r}.", mend="Give its number or the address it has."
        )
    model = newest_model(session, brand_id)
    if kind == "reading":
        author = session.get(tables.Author, post.author_id) if post.author_id else None
        reading = label_queries.get_reading(session, post, brand_id, model)
        return reading_matter(brand_id, post, author, reading)
    own = queue_queries.own_posts(session, brand_id, model or "", post_id=post.id)
    if not own:
        raise RuleError(
            "That post is on somebody else's site, so it is not ours to moderate.",
            mend="Posts of your own forum are: soundingboard source add URL --about BRAND",
        )
    return post_matter(brand_id, own[0])


def _account_called(session: Session, name: str) -> Author:
    """NAME, or SITE/NAME where several are called so."""
    from soundingboard.cli.naming import one_author

    site, slash, bare = name.strip().rpartition("/")
    if slash and site and not site.startswith("/"):
        return one_author(session, bare, site)
    return one_author(session, name, None)
