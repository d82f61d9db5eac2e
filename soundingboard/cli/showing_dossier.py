"""The dossier of a candidate, laid out for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.padding import Padding
from rich.text import Text

from community.candidates import stakeholders
from soundingboard.cli.output import plain, screen
from soundingboard.cli.showing import LOOK, quote

IDEAS_SHOWN, DECISIONS_SHOWN = 3, 8


def show_dossier(told: Mapping[str, Any]) -> None:
    """Who they are, how they stand, what they said, what gives pause, and who had a hand in it."""
    out = screen()
    out.print(_heading(told))
    _section("In their words", [_said(post) for post in told["quotes"]])
    ideas = [_said(post) for post in told["ideas"] if not post["quoted"]]
    _section("Read as ideas", ideas[:IDEAS_SHOWN])
    for title, lines in _lists(told):
        _section(title, [Text(plain(line)) for line in lines])


def _section(title: str, entries: Sequence[Text]) -> None:
    if not entries:
        return
    out = screen()
    out.print(Text(f"\n{title}", style="bold"))
    for entry in entries:
        out.print(Padding(entry, (0, 0, 0, 2)))


def _heading(told: Mapping[str, Any]) -> Text:
    head = Text(plain(told["author"]), style="bold")
    head.append(f"  {plain(told['source'])}", style="dim")
    head.append(f"  {told['state']}\n", style="yellow")
    head.append(told["stance"], style=f"bold {LOOK[told['stance']]}")
    head.append(
        f" towards {plain(told['brand'])}: {told['mu']:+.2f}, 80 % sure of "
        f"{told['low']:+.2f} … {told['high']:+.2f}, from {told['n_posts']} posts in "
        f"{told['n_threads']} conversations"
    )
    parts = ", ".join(f"{name} {points:.2f}" for name, points in told["parts"].items())
    head.append(f"\nworth {told['utility']:.2f} = {parts}", style="dim")
    head.append(f"\nread by {plain(', '.join(told['models']))}", style="dim")
    return head


def _said(post: Mapping[str, Any]) -> Text:
    when = post["time"][:10] if post["time"] else "no date"
    reading = post["reading"]
    line = Text(f"{when}, read as {reading['label'] or 'not scored'}", style="dim")
    line.append(f", idea {reading['idea']:.2f}")
    line.append_text(quote(post))
    return line


def _lists(told: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    yield (
        "About, with how many posts",
        [f"{theme['theme']}: {theme['posts']}" for theme in told["themes"]],
    )
    yield "To the brand", [_kind(row) for row in told["stakeholder"]]
    yield (
        "Gives pause",
        [_flag(flag) for flag in told["flags"]]
        + [f"not yet: {reason}" for reason in told["why_not"]],
    )
    yield (
        "What would change it",
        [
            f"{change['if']}: {change['stance']}"
            + ("" if change["mu"] is None else f" ({change['mu']:+.2f})")
            for change in told["changes"]
        ],
    )
    yield "Who takes care", list(_care(told))
    yield "What was decided", [_decision(one) for one in told["decisions"][-DECISIONS_SHOWN:]]
    yield "Verdicts", list(_verdicts(told))
    yield (
        "Who looked",
        [_look(look) for look in told["looks"]],
    )


def _kind(row: Mapping[str, Any]) -> str:
    until = f" until {row['until'][:10]}" if row["until"] else ""
    return f"{stakeholders.KINDS[row['kind']]} since {row['since'][:10]}{until} ({row['said_by']})"


def _flag(flag: Mapping[str, Any]) -> str:
    over = f"; overridden by {flag['overridden_by']}: {flag['override_reason']}"
    return (
        f"{flag['kind']} ({flag['strength']}): {flag['evidence']}"
        f"{over if flag['overridden'] else ''}"
    )


def _care(told: Mapping[str, Any]) -> Iterator[str]:
    if told["assignee"]:
        due = f", due {told['due_at'][:10]}" if told["due_at"] else ""
        yield f"{told['assignee']}{due}"
    if told["claim"]:
        yield f"{told['claim']['by']} is deciding until {told['claim']['until'][11:16]} UTC"


def _verdicts(told: Mapping[str, Any]) -> Iterator[str]:
    for one in told["verdicts"]:
        yield f"{one['reviewer']}: {one['verdict']}" + (f" ({one['note']})" if one["note"] else "")
    if told["verdicts_hidden"]:
        yield f"{told['verdicts_hidden']} by others, shown once {told['opened_by']} gave a verdict"


def _decision(one: Mapping[str, Any]) -> str:
    moved = "" if one["before"] == one["after"] else f": {one['before']} -> {one['after']}"
    why = "; ".join(word for word in (one["reason"], one["note"]) if word)
    return f"{one['at'][:10]} {one['actor']}, {one['action']}{moved}" + (f" ({why})" if why else "")


def _look(look: Mapping[str, Any]) -> str:
    last = look["last_at"][:16].replace("T", " ")
    return f"{look['by']}, last {last} UTC, {look['times']} in all"
