"""The slate for people: its seats, who has none and why, waves of invitations, and the audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.padding import Padding
from rich.text import Text

from soundingboard.cli.output import plain, say, screen, table
from soundingboard.cli.showing import LOOK, RIGHT, SIDES

NAMED = 5
"""Of each reason so many are named; --json names all."""


def show_slate(slate: Mapping[str, Any]) -> None:
    """The seats with their reasons, who comes next, what could not be met, and who has no seat."""
    out, members = screen(), slate["members"]
    out.print(
        Text(
            f"{len(members)} of {slate['seats']} seats for {plain(slate['brand'])}, "
            f"chosen from {slate['pool']}",
            style="bold",
        )
    )
    for place, one in enumerate(members, start=1):
        out.print(Padding(_seat(place, one), (0, 0, 0, 2)))
    if slate["reserves"]:
        out.print(Text(f"Next in line: {_named(slate['reserves'])}"))
    for unmet in slate["unmet"]:
        out.print(Text(f"Not met: {plain(unmet['words'])}", style="yellow"))
    _show_lottery(slate["lottery"])
    _show_changes(slate["changes"])
    _show_others(slate)
    if not members:
        say("Nobody can be seated yet; see: soundingboard candidates --all")


def show_replacement(found: Mapping[str, Any]) -> None:
    """Who enters instead of whom."""
    out = screen()
    gone = plain(found["leaves"]["author"])
    if found["enters"]:
        out.print(Text(f"Instead of {gone}: {_named(found['enters'])}", style="bold"))
    else:
        out.print(Text(f"Nobody can enter instead of {gone}.", style="yellow"))
    if found["leaves_too"]:
        out.print(Text(f"Then the seats fit better without: {_named(found['leaves_too'])}"))
    out.print(
        Text(
            f"The slate is worth {found['objective_after']:.3f} then, "
            f"{found['objective_before']:.3f} before ({found['change']:+.3f}).",
            style="dim",
        )
    )
    for words in found["unmet"]:
        out.print(Text(f"Not met then: {plain(words)}", style="yellow"))


def show_waves(found: Mapping[str, Any]) -> None:
    """A line for each side, then whom to ask."""
    if not any(one["seats"] for one in found["sides"]):
        say("Nobody can be seated yet, so nobody can be invited.")
        return
    out = screen()
    columns: dict[str, dict[str, Any]] = {
        "side": {"no_wrap": True},
        "seats": RIGHT,
        "accepted": RIGHT,
        "asked": RIGHT,
        "missing": RIGHT,
        "say yes (90 %)": RIGHT,
        "invite now": RIGHT,
    }
    rows = [
        (
            SIDES[one["side"]],
            one["seats"],
            one["accepted"],
            one["waiting"],
            one["missing"],
            "{mean:.0%} ({low:.0%}…{high:.0%})".format_map(one["acceptance"]),
            "{invite} ({fewest}…{most})".format_map(one),
        )
        for one in found["sides"]
    ]
    out.print(table(columns, rows))
    for one in found["sides"]:
        _show_wave(one)
    if not any(one["invite"] for one in found["sides"]):
        say("Nobody has to be invited now.")


def show_audit(found: Mapping[str, Any]) -> None:
    """One table each for source, language and side."""
    if not found["eligible"]:
        say("Nobody can be seated yet, so there is nothing to compare.")
        return
    columns: dict[str, dict[str, Any]] = {
        "seated": RIGHT,
        "of": RIGHT,
        "rate": RIGHT,
        "95 % sure": RIGHT,
        "against all": RIGHT,
        "": {"no_wrap": True},
    }
    for by, rates in found["by"].items():
        shown = table({by: {}, **columns}, (_rate(rate) for rate in rates))
        screen().print(shown)
        screen().print()
    low, high = found["watched_outside"]
    say(
        f"{found['selected']} of {found['eligible']} are seated. Watched are those who surely sit "
        f"less than {low} or more than {high} times as often as all.\n"
        "Only source, language and side are compared; gender, origin and age are never guessed."
    )


def _rate(rate: Mapping[str, Any]) -> tuple[object, ...]:
    counts = (rate["group"], rate["selected"], rate["eligible"])
    if rate["rate"] is None:
        return (*counts, "", "", "", rate["verdict"])
    sure, times = f"{rate['low']:.0%}…{rate['high']:.0%}", f"{rate['ratio']:.2f}"
    return (*counts, f"{rate['rate']:.0%}", sure, times, rate["verdict"])


def _show_wave(one: Mapping[str, Any]) -> None:
    out, asked = screen(), one["whom"]
    if not one["invite"]:
        return
    heading = f"{SIDES[one['side']]}: invite {one['invite']}"
    out.print(Text(f"\n{heading}", style=f"bold {LOOK[one['side']]}"))
    for place, person in enumerate(asked, start=1):
        state = "" if person["state"] == "proposed" else f", {person['state']}"
        line = f"{place:>4}. {plain(person['author'])}  {plain(person['source'])}"
        out.print(Text(f"{line}  {person['why']}{state}"))
    if one["then"]:
        out.print(Text(f"      then: {', '.join(plain(p['author']) for p in one['then'])}"))
    if one["lacking"]:
        out.print(Text(f"      {one['lacking']} more are needed than can be asked", "yellow"))


def _show_lottery(lottery: Mapping[str, Any] | None) -> None:
    if lottery is None:
        return
    out = screen()
    out.print(Text(f"Lots drawn with the seed: {plain(lottery['seed'])}"))
    for drawn in lottery["draws"]:
        order = ", ".join(f"{plain(p['author'])} (id {p['author_id']})" for p in drawn["order"])
        out.print(Text(f"  {drawn['seated']} of {len(drawn['order'])} equals: {order}", "dim"))


def _show_changes(changes: Mapping[str, Any] | None) -> None:
    if changes is None or not (changes["entered"] or changes["left"]):
        return
    out = screen()
    out.print(Text("Since the slate before:", style="bold"))
    for one in changes["left"]:
        out.print(Text(f"  out: {plain(one['author'])} ({one['side']}), {plain(one['why'])}"))
    if changes["entered"]:
        out.print(Text(f"  in:  {_named(changes['entered'])}"))
    if changes["objective_change"] is not None:
        out.print(Text(f"  worth {changes['objective_change']:+.3f}", style="dim"))


def _show_others(slate: Mapping[str, Any]) -> None:
    out, groups = screen(), slate["not_seated"]
    if groups:
        out.print(Text("Without a seat:", style="bold"))
    for group in groups:
        people = group["people"]
        out.print(Text(f"  {group['heading']} ({group['n']})"))
        for one in people[:NAMED]:
            line = f"    {plain(one['author'])} ({one['side']}, {one['utility']:.2f})"
            out.print(Text(f"{line}: {plain(one['words'])}", style="dim"))
        if len(people) > NAMED:
            out.print(
                Text(f"    and {len(people) - NAMED} more: soundingboard slate --json", "dim")
            )
    if slate["watched"]:
        say(f"{slate['watched']} more are only watched: soundingboard candidates --all")


def _seat(place: int, one: Mapping[str, Any]) -> Text:
    seat = Text()
    seat.append(f"{place:>2}. {plain(one['author'])}", style="bold")
    seat.append(f"  {one['side']}", style=LOOK[one["side"]])
    state = "" if one["state"] == "proposed" else f"  {one['state']}"
    seat.append(f"  {plain(one['source'])}{state}", style="dim")
    for reason in one["reasons"]:
        seat.append(f"\n    {plain(reason)}")
    if one["without"]["enters"]:
        seat.append(f"\n    otherwise: {_named(one['without']['enters'])}", style="dim")
    return seat


def _named(people: Iterable[Mapping[str, Any]]) -> str:
    return ", ".join(f"{plain(one['author'])} ({one['side']})" for one in people)
