"""Tables and cards for people: stances, candidates and themes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.padding import Padding
from rich.text import Text

from soundingboard.cli.output import cell, plain, say, screen, table

QUOTE_CHARS = 280
SIDES = {"love": "Lovers", "hate": "Haters", "torn": "Torn"}
LOOK = {"love": "green", "hate": "red", "torn": "magenta", "undecided": "dim"}
RIGHT = {"justify": "right", "no_wrap": True}


def show_stances(brand: str, listed: Sequence[Mapping[str, Any]]) -> None:
    """One line an author."""
    if not listed:
        say(f"Nobody by name speaks about {brand} yet: no post tells its author.")
        return
    columns: dict[str, dict[str, Any]] = {
        "author": {},
        "source": {"style": "dim"},
        "stance": {"no_wrap": True},
        "lean": RIGHT,
        "80 % sure": RIGHT,
        "posts": RIGHT,
        "last": {"no_wrap": True},
    }
    shown = table(columns, [])
    for one in listed:
        shown.add_row(
            cell(one["author"]),
            cell(one["source"]),
            cell(one["stance"], LOOK[one["stance"]]),
            cell(f"{one['mu']:+.2f}"),
            cell(f"{one['low']:+.2f}…{one['high']:+.2f}"),
            cell(one["n_posts"]),
            cell(_day(one["last_at"])),
        )
    screen().print(shown)
    say(f"{len(listed)} authors. Why one stands there: soundingboard why AUTHOR")


def show_candidates(brand: str, listed: Sequence[Mapping[str, Any]], *, everyone: bool) -> None:
    """Cards by side, each with what speaks for and against, and their best post."""
    if not listed:
        more = "" if everyone else "; --all shows who is watched or flagged, and why"
        say(f"Nobody can be proposed for {brand} yet{more}.")
        return
    out = screen()
    for side, heading in SIDES.items():
        theirs = [one for one in listed if one["side"] == side]
        if not theirs:
            continue
        out.print(Text(f"{heading} ({len(theirs)})", style=f"bold {LOOK[side]}"))
        for place, one in enumerate(theirs, start=1):
            out.print(_candidate(place, one))
            out.print()


def _candidate(place: int, one: Mapping[str, Any]) -> Padding:
    card = Text()
    card.append(f"{place}. {plain(one['author'])}", style="bold")
    card.append(f"  {plain(one['source'])}", style="dim")
    state = "" if one["state"] == "proposed" else f"  {one['state']}"
    card.append(state, style="yellow")
    sure = one[f"p_{one['side']}"]
    posts = f"{_count(one['n_posts'], 'post')} in {_count(one['n_threads'], 'conversation')}"
    card.append(f"\n{sure:.0%} sure of {one['side']}, {posts}, last {_day(one['last_at'])}")
    parts = ", ".join(f"{name} {points:.2f}" for name, points in one["parts"].items())
    card.append(f"\nworth {one['utility']:.2f} = {parts}", style="dim")
    if one["themes"]:
        card.append(f"\nabout {plain('; '.join(one['themes']))}")
    for reason in one["why_not"]:
        card.append(f"\nnot yet: {plain(reason)}", style="yellow")
    for flag in one["flags"]:
        said = "overridden" if flag["overridden"] else flag["strength"]
        card.append(f"\nflag {flag['kind']} ({said}): {plain(flag['evidence'])}", style="yellow")
    if one["evidence"]:
        card.append_text(quote(one["evidence"][0]))
    return Padding(card, (0, 0, 0, 2))


def quote(post: Mapping[str, Any]) -> Text:
    """A post's own words, shortened, with its link."""
    words = " ".join((post["text"] or post["title"] or "").split())
    short = words if len(words) <= QUOTE_CHARS else words[: QUOTE_CHARS - 1].rstrip() + "…"
    said = Text(f"\n“{plain(short)}”" if short else "", style="italic")
    if post["link"]:
        said.append(f"\n{plain(post['link'])}", style="dim")
    return said


def show_themes(brand: str, found: Sequence[Mapping[str, Any]]) -> None:
    """One line a theme."""
    if not found:
        say(f"The posts about {brand} show no theme yet; it takes several on one matter.")
        return
    columns: dict[str, dict[str, Any]] = {
        "theme": {},
        "words": {"style": "dim"},
        "posts": RIGHT,
        "praise": RIGHT | {"style": "green"},
        "blame": RIGHT | {"style": "red"},
        "last": {"no_wrap": True},
    }
    rows = [
        (
            theme["theme"],
            ", ".join(theme["terms"][:5]),
            theme["size"],
            theme["love"],
            theme["hate"],
            _day(theme["last_at"]),
        )
        for theme in found
    ]
    screen().print(table(columns, rows))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _day(moment: str | None) -> str:
    return moment[:10] if moment else "-"
