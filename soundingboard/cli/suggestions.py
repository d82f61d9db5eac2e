"""Commands of suggestions, `suggestion …`: from raising one to telling everybody of it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import BrandOption, ByOption, JsonOption
from soundingboard.cli.output import plain, put_json, say

NumberArgument = Annotated[int, typer.Argument(help="The suggestion's number.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; its proposer will read it.")]
SeenOption = Annotated[
    int | None, typer.Option("--seen", help="The version you looked at; a newer one is refused.")
]
CommitteeOption = Annotated[
    str | None,
    typer.Option("--committee", "-c", help="Which committee; not needed where there is only one."),
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Suggestions: raised, owned, decided, acted on, and told.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("raise")(raise_it)
    group.command("list")(list_them)
    for command in (show, assign, acknowledge, accept, decline, act, report, note, undo):
        group.command()(command)
    app.add_typer(group, name="suggestion")


def raise_it(
    ctx: typer.Context,
    by: ByOption,
    words: Annotated[
        str | None, typer.Argument(help="What is suggested; of a post, its own words if left out.")
    ] = None,
    member: Annotated[str | None, typer.Option("--member", help="Which member says so.")] = None,
    post: Annotated[int | None, typer.Option("--post", help="The post it is taken from.")] = None,
    title: Annotated[str | None, typer.Option("--title", help="A short name for it.")] = None,
    committee: CommitteeOption = None,
) -> None:
    """Write a suggestion down, of a member or of a post we heard."""
    from community.suggesting import suggestions
    from config.errors import NotFoundError
    from store.committee import get_committee
    from store.members import find_member
    from store.posts import posts_by_id

    if (member is None) == (post is None):
        raise typer.BadParameter("say whose it is: either --member NAME or --post NUMBER")
    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row, now = get_committee(session, committee), parts.clock.now()
        if post is not None:
            found = posts_by_id(session, [post]).get(post)
            if found is None:
                raise NotFoundError(f"There is no post {post}.", mend="See: soundingboard posts")
            made = suggestions.raise_from_post(
                session, row, found, by, now, words=words, title=title
            )
        else:
            who = find_member(session, row.id or 0, member or "")
            made = suggestions.raise_by_member(
                session, row, who, by, now, words=words or "", title=title
            )
        typer.echo(plain(f"Suggestion {made.id}: {made.title}"))
    say(f"Next: soundingboard suggestion assign {made.id} OWNER --by YOU")


def list_them(
    ctx: typer.Context,
    brand: BrandOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also those everybody was told of.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Suggestions, the longest overdue first."""
    from soundingboard.suggestion_cards import suggestion_cards
    from store.brands import get_brand

    with Call.of(ctx).parts() as parts:
        parts.brands()
        marker, promised = parts.marker, parts.settings.promises
        with parts.store.read() as session:
            row = get_brand(session, brand)
            found = suggestion_cards(session, marker, row.id or 0, parts.clock.now(), promised)
    shown = [one for one in found if everything or one["state"] != "reported"]
    if as_json:
        put_json(shown)
    else:
        from soundingboard.cli.showing_promises import show_suggestions

        show_suggestions(row.name, shown, told=len(found) - len(shown))


def show(ctx: typer.Context, number: NumberArgument, as_json: JsonOption = False) -> None:
    """One suggestion: its clocks, and everything that happened to it."""
    from soundingboard.reporting_back import one_suggestion
    from soundingboard.suggestion_cards import step_cards, suggestion_card
    from store.suggestions import steps

    with Call.of(ctx).parts() as parts:
        marker, promised, now = parts.marker, parts.settings.promises, parts.clock.now()
        with parts.store.read() as session:
            row = one_suggestion(session, number)
            card = suggestion_card(session, marker, row, now, promised)
            card["steps"] = step_cards(steps(session, number))
    if as_json:
        put_json(card)
    else:
        from soundingboard.cli.showing_promises import show_suggestion

        show_suggestion(card)


def assign(
    ctx: typer.Context,
    number: NumberArgument,
    owner: Annotated[str, typer.Argument(help="Who of ours takes care of it.")],
    by: ByOption,
    seen: SeenOption = None,
) -> None:
    """Make somebody its owner."""
    _step(ctx, "assign", number, by, seen, owner=owner)


def acknowledge(
    ctx: typer.Context, number: NumberArgument, by: ByOption, seen: SeenOption = None
) -> None:
    """Say that it arrived and is looked at."""
    _step(ctx, "acknowledge", number, by, seen)


def accept(
    ctx: typer.Context,
    number: NumberArgument,
    by: ByOption,
    reason: ReasonOption,
    seen: SeenOption = None,
) -> None:
    """Decide to do it."""
    _step(ctx, "accept", number, by, seen, reason=reason)


def decline(
    ctx: typer.Context,
    number: NumberArgument,
    by: ByOption,
    reason: ReasonOption,
    seen: SeenOption = None,
) -> None:
    """Decide not to do it; it is told all the same."""
    _step(ctx, "decline", number, by, seen, reason=reason)


def act(
    ctx: typer.Context,
    number: NumberArgument,
    by: ByOption,
    evidence: Annotated[
        str, typer.Option("--evidence", help="A web address, or what was done in words.")
    ],
    seen: SeenOption = None,
) -> None:
    """Record what was done about an accepted one."""
    _step(ctx, "act", number, by, seen, evidence=evidence)


def undo(ctx: typer.Context, number: NumberArgument, by: ByOption, seen: SeenOption = None) -> None:
    """Take the last step back; letters that have not left are withdrawn."""
    _step(ctx, "undo", number, by, seen)


def note(
    ctx: typer.Context,
    number: NumberArgument,
    words: Annotated[str, typer.Argument(help="The note.")],
    by: ByOption,
) -> None:
    """Write something down; it changes nothing."""
    from community.suggesting import suggestions
    from soundingboard.reporting_back import one_suggestion

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row = one_suggestion(session, number)
        suggestions.note(session, row, by, parts.clock.now(), words=words)
    typer.echo(f"Noted of suggestion {number}.")


def report(
    ctx: typer.Context,
    number: NumberArgument,
    by: ByOption,
    posted: Annotated[
        bool, typer.Option("--posted", help="You passed the drafts on to those without an address.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Tell its proposer and the whole committee what became of it.

    Letters go to the outbox. For whom none reaches there is a draft to pass on; then --posted.
    """
    from dataclasses import asdict

    from soundingboard.reporting_back import report_back

    with Call.of(ctx).parts() as parts:
        told = report_back(parts, number, by, posted=posted)
    if as_json:
        put_json(asdict(told))
    else:
        from soundingboard.cli.showing_promises import show_report

        show_report(told)


def _step(
    ctx: typer.Context, step: str, number: int, by: str, seen: int | None, **told: Any
) -> None:
    from community.suggesting import suggestions
    from soundingboard.reporting_back import one_suggestion

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row = one_suggestion(session, number)
        before = row.state
        made = getattr(suggestions, step)(session, row, by, parts.clock.now(), seen=seen, **told)
        change = f"{before} -> {row.state}" if before != row.state else f"still {row.state}"
        words = f" ({made.words})" if step in ("assign", "undo") and made.words else ""
        typer.echo(plain(f"Suggestion {number}: {change}{words}"))
