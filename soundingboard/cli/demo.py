"""`demo`: the whole way on an invented brand, told as it goes."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.output import cell, say, screen
from soundingboard.cli.progress import progress

if TYPE_CHECKING:
    from soundingboard.demo.run import Demo
    from soundingboard.pipeline.report import Report

PEOPLE_A_SIDE = 4
WORKED = 6
"""Steps after collecting."""


def add_to(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Option("--to", file_okay=False, help="Where the demo keeps its files.")
    ] = Path("demo"),
    bare: Annotated[
        bool, typer.Option("--bare", help="Stop at the recruit list: no committee yet.")
    ] = False,
) -> None:
    """The whole way on an invented brand, from public posts to a committee; no network.

    The committee's half year is invented too, told by the functions that yours would use; nothing
    of it leaves: mails stay in the outbox.
    """
    from soundingboard.demo.run import collect_demo, open_demo, work_demo

    call = Call.of(ctx)
    with open_demo(folder, reader=call.reader) as opened:
        say(f"Listening for {opened.brand}, on the sites of an invented world of {_today(opened)}.")
        with progress(call.clock) as move:
            reports = collect_demo(opened, move)
            _tell(reports)
            reports += work_demo(opened, move)
        _tell(reports[-WORKED:])
        _show(opened)
        if not bare:
            _tell_programme(opened, call)
        _say_what_changed(opened, reports)
        _say_what_next(opened, bare=bare)


def _today(opened: Demo) -> str:
    return f"{opened.parts.clock.now():%-d %B %Y}"


def _tell(reports: Sequence[Report]) -> None:
    for report in reports:
        told = ", ".join(f"{number} {what}" for what, number in report.counts.items() if number)
        say(f"  {report.step:<11} {told or 'nothing to do'}")
        for name, why in report.failed.items():
            say(f"              {name}: {why}")


def _show(opened: Demo) -> None:
    """The recruit list, the slate and the themes."""
    from soundingboard.cards import candidate_cards, theme_cards
    from soundingboard.cli.showing import show_candidates, show_themes
    from soundingboard.cli.showing_slate import show_slate
    from soundingboard.pipeline.propose import propose
    from store.brands import get_brand

    with opened.parts.store.read() as session:
        brand = get_brand(session, opened.brand)
        listed = candidate_cards(session, brand.id or 0)
        themes = theme_cards(session, opened.parts.marker, brand.id or 0)
    _heading("The recruit list")
    best = [
        person
        for side in ("love", "hate", "torn")
        for person in [one for one in listed if one["side"] == side][:PEOPLE_A_SIDE]
    ]
    show_candidates(opened.brand, best, everyone=False)
    say(f"{len(listed)} people in all: soundingboard --folder {opened.parts.folder} candidates")
    _heading("The proposed committee")
    show_slate(propose(opened.parts, opened.brand))
    _heading("What they speak about")
    show_themes(opened.brand, themes)


def _tell_programme(opened: Demo, call: Call) -> None:
    """The committee that is there already on a second run."""
    from soundingboard.demo.programme import make_programme

    _heading("The programme")
    with progress(call.clock) as move:
        report = make_programme(opened.parts, opened.brand, move)
    if report.counts:
        _tell([report])
    else:
        say("  The committee is there already; nothing of it was changed.")


def _heading(words: str) -> None:
    screen().print(cell(f"\n{words}\n", "bold underline"))


def _say_what_changed(opened: Demo, reports: Sequence[Report]) -> None:
    """Where everything lies, and on a second run that nothing came twice."""
    from soundingboard.pipeline.digest import digest_of_day

    parts = opened.parts
    day = digest_of_day(parts, parts.clock.now().date())
    out = screen()
    out.print()
    if opened.seen_before:
        added, updated = (
            sum(report.counts.get(what, 0) for report in reports) for what in ("added", "updated")
        )
        nothing = "Nothing new: " if not added and not updated else ""
        out.print(cell(f"{nothing}{added} posts added, {updated} updated.", "bold"))
    if day:
        out.print(cell(f"Digest    {day.html_path}\n          {day.text_path}"))
    out.print(cell(f"Database  {parts.folder / 'soundingboard.db'}"))


def _say_what_next(opened: Demo, *, bare: bool) -> None:
    """What a person would do now: look closer, decide, look at the committee or make one."""
    here = f"soundingboard --folder {shlex.quote(str(opened.parts.folder))}"
    who = shlex.quote(_first_open(opened))
    committee = (
        [f'committee make "{opened.brand} table" --by YOU', "slate audit"]
        if bare
        else ["committee show", "suggestion list", "promises"]
    )
    say("\nNext, as you would with your own brand:")
    for words in (f"dossier {who} --by YOU", f"decide {who} approve --by YOU", *committee):
        say(f"  {here} {words}")
    say("Or in a browser, with the link that this prints:")
    say(f"  {here} serve")


def _first_open(opened: Demo) -> str:
    """Who stands first of those nobody has decided about."""
    from store.brands import get_brand
    from store.candidates import cards

    with opened.parts.store.read() as session:
        found = cards(session, get_brand(session, opened.brand).id or 0)
    return next(
        (card.author.name for card in found if card.candidate.state == "proposed"), "AUTHOR"
    )
