"""What an author's stance rests on, laid out for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.padding import Padding
from rich.text import Text

from soundingboard.cli.output import plain, screen
from soundingboard.cli.showing import LOOK, quote

POSTS_SHOWN = 20


def show_why(told: Mapping[str, Any]) -> None:
    """The stance, the sum it comes from, the posts by weight, and what would change it."""
    out = screen()
    out.print(_heading(told))
    for post in told["posts"][:POSTS_SHOWN]:
        out.print(Padding(_post(post), (1, 0, 0, 2)))
    if len(told["posts"]) > POSTS_SHOWN:
        out.print(f"\n  and {len(told['posts']) - POSTS_SHOWN} lighter ones; --json shows all")
    if told["changes"]:
        out.print("\nWhat would change it")
    for change in told["changes"]:
        lean = "" if change["mu"] is None else f" ({change['mu']:+.2f})"
        out.print(f"  {change['if']}: {change['stance']}{lean}")


def _heading(told: Mapping[str, Any]) -> Text:
    how = told["how"]
    head = Text()
    head.append(plain(told["author"]), style="bold")
    head.append(f"  {plain(told['source'])}\n", style="dim")
    head.append(told["stance"], style=f"bold {LOOK[told['stance']]}")
    head.append(f" towards {plain(told['brand'])}: ")
    head.append(f"{told['mu']:+.2f}, 80 % sure of {told['low']:+.2f} … {told['high']:+.2f}")
    head.append(f"; beyond ±{how['tau']:g} is love or hate\n")
    if how["posts_say"] is not None:
        head.append(
            f"= {how['posts_share']:.0%} their posts ({how['posts_say']:+.2f}) and "
            f"{how['usual_share']:.0%} what is usual there ({how['usual_here']:+.2f})"
        )
    return head


def _post(post: Mapping[str, Any]) -> Text:
    parts = post["parts"]
    line = Text()
    line.append(f"weighs {post['weight']:.2f}", style="bold")
    line.append(
        f" = own words {parts['e']:.2g} × about it {parts['t']:.2g} × "
        f"age {parts['d']:.2f} × one quarrel {parts['b']:.2f}",
        style="dim",
    )
    when = post["time"][:10] if post["time"] else "no date"
    line.append(f"\n{when}, leans {post['leaning']:+.2f}")
    if post["theme"]:
        line.append(f", about {plain(post['theme'])}")
    if post["silent"]:
        line.append(f"\ncounts for nothing: {plain(post['silent'])}", style="yellow")
    line.append_text(quote(post))
    return line
