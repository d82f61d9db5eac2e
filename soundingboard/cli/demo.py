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


def add_to(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Option("--to", file_okay=False, help="Where the demo keeps its files.")
    ] = Path("demo"),
) -> None:
    """The whole way on an invented brand, from public posts to a recruit list; no network."""
    from soundingboard.demo.run import collect_demo, open_demo, work_demo

    call = Call.of(ctx)
    with open_demo(folder, reader=call.reader) as opened:
        say(f"Listening for {opened.brand}, on the sites of an invented world of {_today(opened)}.")
        with progress(call.clock) as move:
            reports = collect_demo(opened, move)
            _tell(reports)
            reports += work_demo(opened, move)
        _tell(reports[-5:])
        first = _show(opened)
        _say_what_changed(opened, reports)
        _say_what_next(opened, first)


def _today(opened: Demo) -> str:
    return f"{opened.parts.clock.now():%-d %B %Y}"


def _tell(reports: Sequence[Report]) -> None:
    for report in reports:
        told = ", ".join(f"{number} {what}" for what, number in report.counts.items() if number)
        say(f"  {report.step:<11} {told or 'nothing to do'}")
        for name, why in report.failed.items():
            say(f"              {name}: {why}")


def _show(opened: Demo) -> str:
    """The recruit list, the slate and the themes; who stands first on the list."""
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
    return str(best[0]["author"]) if best else "AUTHOR"


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


def _say_what_next(opened: Demo, first: str) -> None:
    """What a person would do now: look closer, decide, make a committee, ask whether it is fair."""
    here = f"soundingboard --folder {shlex.quote(str(opened.parts.folder))}"
    who = shlex.quote(first)
    say("\nNext, as you would with your own brand:")
    for words in (
        f"dossier {who} --by YOU",
        f"decide {who} approve --by YOU",
        f'committee make "{opened.brand} table" --by YOU',
        "slate audit",
    ):
        say(f"  {here} {words}")
