"""Tables and cards of moderation: the queue, one item, what somebody reported, a blind sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import typer
from rich.text import Text

from soundingboard.cli.output import plain, say, screen, table

RIGHT = {"justify": "right", "no_wrap": True}
EMPTY = """Nothing waits for a moderator.
Here would come: posts of your own forum that insult or repeat, accounts that may be one human
being, readings somebody disagrees with, and weak flags of candidates.
Bring something up: soundingboard moderation report reading POST --by YOU"""


def show_queue(cards: Sequence[Mapping[str, Any]], total: int) -> None:
    """One line an item."""
    if not cards:
        say(EMPTY)
        return
    columns: dict[str, dict[str, Any]] = {
        "no.": RIGHT,
        "kind": {"no_wrap": True},
        "priority": RIGHT,
        "about": {},
        "why": {"style": "dim"},
        "state": {},
    }
    rows = [
        (
            card["id"],
            card["kind"],
            f"{card['priority']:.1f}",
            card["about"],
            "; ".join(card["why"]),
            _state(card),
        )
        for card in cards
    ]
    screen().print(table(columns, rows))
    more = "" if len(cards) == total else f" of {total}"
    things = "item" if len(cards) == 1 else "items"
    say(f"{len(cards)}{more} {things}. Take the first: soundingboard moderation claim --by YOU")


def _state(card: Mapping[str, Any]) -> str:
    if card["state"] == "decided":
        return f"{card['decision']} ({card['decided_by']})"
    again = f"opened again ({card['reopened']})" if card["reopened"] else "open"
    return f"{again}, {card['claimed_by']} has it" if card["claimed_by"] else again


def show_item(card: Mapping[str, Any]) -> None:
    """An item as a page."""
    out = screen()
    out.print(Text(plain(f"No. {card['id']}: {card['kind']}, {_state(card)}"), style="bold"))
    for line in _facts(card):
        out.print(Text(plain(line)))
    out.print(Text("\nWhat happened", style="bold"))
    for step in card["history"]:
        said = f": {step['words']}" if step["words"] else ""
        out.print(Text(plain(f"{step['at'][:16]} {step['by']} {step['step']}{said}")))
    if card["state"] == "open":
        out.print(Text("\nDecisions", style="bold"))
        for code, meaning in card["decisions"].items():
            out.print(Text(f"{code:<14} {meaning}"))
        out.print(Text("\nReasons", style="bold"))
        for code, meaning in card["reasons"].items():
            out.print(Text(f"{code:<14} {meaning}"))
    if card.get("reply_to_post"):
        out.print(Text("\nFor a human to post, if they think it right", style="bold"))
        out.print(Text(plain(card["reply_to_post"])))


def _facts(card: Mapping[str, Any]) -> list[str]:
    lines = [card["about"], *(f"- {words}" for words in card["why"])]
    if post := card.get("post"):
        lines += [f"\n{post['text']}", f"{post['at'][:16]} {post['link'] or ''}"]
    if reading := card.get("reading"):
        lines.append(f"The model ({reading['model']}) says {reading['label'] or 'nothing'}.")
        if reading["corrected"]:
            lines.append(f"Corrected to {reading['corrected']} by {reading['corrected_by']}.")
    for account in card["accounts"]:
        heard = "" if account["followers"] is None else f", {account['followers']} followers"
        lines.append(f"{account['name']} on {account['source']}{heard} {account['profile'] or ''}")
        lines += [f"  {account[what]}" for what in ("display_name", "bio") if account[what]]
    for one in card["reports"]:
        right = {True: ", upheld", False: ", not upheld", None: ""}[one["upheld"]]
        said = f": {one['words']}" if one["words"] else ""
        lines.append(f"reported by {one['by']} ({one['reason']}{right}){said}")
    if card["decision"]:
        note = f": {card['note']}" if card["note"] else ""
        lines.append(f"{card['decided_by']} decided {card['decision']} ({card['reason']}){note}")
    return lines


def show_reported(reporter: str, cards: Sequence[Mapping[str, Any]]) -> None:
    """What somebody reported and what came of it."""
    if not cards:
        say(f"{reporter} has reported nothing yet.")
    for card in cards:
        typer.echo(plain(card["notice"]))


def show_sample(
    brand: str,
    monday: datetime,
    cards: Sequence[Mapping[str, Any]],
    left: Sequence[Mapping[str, Any]],
) -> None:
    """Posts to be labelled, one paragraph each."""
    sunday = monday + timedelta(days=6)
    week = f"{monday:%d %B} to {sunday:%d %B %Y}"
    if not cards:
        say(f"Nobody spoke of {brand} in the week of {week}. Another: --week 2026-W08")
        return
    for card in left:
        title = f"{card['title']}: " if card["title"] else ""
        typer.echo(plain(f"{card['post']}  {title}{card['text']}\n"))
    done = sum(card["labelled"] for card in cards)
    say(f"{done} of {len(cards)} posts of {week} are labelled.")
    say(
        "Say what one feels: soundingboard moderation label POST negative|neutral|positive --by YOU"
    )
