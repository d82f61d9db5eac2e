"""Tables and cards for people: suggestions, what was told of them, and promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from rich.text import Text

from soundingboard.cli.output import cell, plain, put_text, say, screen, table

if TYPE_CHECKING:
    from soundingboard.reporting_back import Report

RIGHT: dict[str, Any] = {"justify": "right", "no_wrap": True}
TOO_FEW = 5
STEPS = {
    "acknowledge": "acknowledge",
    "decide": "decide",
    "act": "act",
    "tell_proposer": "tell its proposer",
    "tell_committee": "tell the committee",
}


def show_suggestions(brand: str, listed: Sequence[Mapping[str, Any]], *, told: int) -> None:
    """One line a suggestion: what is next, by when, and how many days it is over."""
    if not listed:
        if told:
            say(f"Every suggestion for {brand} was told of ({told}); --all shows them.")
        else:
            say(f"Nothing was suggested for {brand} yet; start with:")
            say('  soundingboard suggestion raise "WHAT" --member NAME --by YOU')
        return
    columns: dict[str, dict[str, Any]] = {
        "no": RIGHT,
        "suggestion": {},
        "from": {},
        "owner": {},
        "state": {"no_wrap": True},
        "next": {"no_wrap": True},
        "due": {"no_wrap": True},
        "days over": RIGHT,
    }
    shown = table(columns, [])
    for one in listed:
        over = one["overdue_days"]
        shown.add_row(
            cell(one["id"]),
            cell(one["title"]),
            cell(one["proposer"] or one["nobody_to_tell"] or "somebody"),
            cell(one["owner"] or "nobody"),
            cell(one["state"]),
            cell(STEPS.get(one["next"] or "", "")),
            cell(_day(one["due_at"])),
            cell(f"{over:g}" if over else "", "red"),
        )
    screen().print(shown)
    late = sum(one["overdue_days"] > 0 for one in listed)
    say(f"{len(listed)} open, {late} overdue." if late else f"{len(listed)} open, none overdue.")


def show_suggestion(one: Mapping[str, Any]) -> None:
    """A suggestion with its clocks and its history."""
    card = Text()
    card.append(f"{one['id']}. {plain(one['title'])}", style="bold")
    card.append(f"  {one['state']}, version {one['version']}", style="yellow")
    card.append(f"\n{plain(one['words'])}\n")
    lines = {
        "from": one["proposer"] or one["nobody_to_tell"] or "somebody in public",
        "post": one["post"],
        "owner": one["owner"] or "nobody yet",
        "why": one["reason"],
        "evidence": one["evidence"],
    }
    for label, value in lines.items():
        if value:
            card.append(f"\n{label}: {plain(str(value))}")
    for clock in one["clocks"]:
        card.append(f"\n{STEPS[clock['step']]}: {_clock(clock)}", style="dim")
    for step in one["steps"]:
        words = f": {plain(step['words'])}" if step["words"] else ""
        who = f"{plain(step['actor'])}, {step['step'].replace('_', ' ')}"
        card.append(f"\n{_day(step['at'])}  {who}{words}")
    screen().print(card)


def show_report(told: Report) -> None:
    """Who was told, and the words for whom no letter reaches."""
    put_text(f"Suggestion {told.suggestion_id} is {told.state}.\n")
    for heading, names in (
        ("Letters put into the outbox", told.queued),
        ("Had theirs already", told.had_theirs),
        ("Not told", told.left_out),
    ):
        if names:
            put_text(f"{heading}: {plain(', '.join(names))}\n")
    for draft in told.drafts:
        put_text(f"\nFor {plain(draft.to)} ({plain(draft.where)}):\n\n{plain(draft.words)}\n")
    if told.drafts:
        say(
            "\nPass these on, then: "
            f"soundingboard suggestion report {told.suggestion_id} --by YOU --posted"
        )


def show_promises(whose: str, card: Mapping[str, Any], now: datetime, *, everything: bool) -> None:
    """The overdue and the broken ones, then kept versus made for each member and in all."""
    promises = card["promises"]
    if not promises:
        say(f"No promises for {whose} yet. They begin with a committee and what it is told:")
        say('  soundingboard committee make "NAME" --by YOU')
        return
    wanted = [one for one in promises if everything or one["state"] in ("overdue", "broken")]
    order = {"overdue": 0, "broken": 1}
    shown = table(
        {"state": {"no_wrap": True}, "due": {"no_wrap": True}, "over": RIGHT, "to": {}, "what": {}},
        [],
    )
    for one in sorted(wanted, key=lambda one: order.get(one["state"], 2)):
        late = one["state"] == "overdue"
        shown.add_row(
            cell(one["state"], "red" if one["state"] in order else ""),
            cell(_day(one["due_at"])),
            cell(_over(one["due_at"], now) if late else ""),
            cell(one["to"]),
            cell(one["words"]),
        )
    if wanted:
        screen().print(shown)
    else:
        put_text("No promise is overdue or broken.\n")
    _show_tallies(card)


def _show_tallies(card: Mapping[str, Any]) -> None:
    columns: dict[str, dict[str, Any]] = {"who": {}}
    counts = ("made", "kept", "late", "overdue", "broken", "open")
    columns |= dict.fromkeys(counts, RIGHT) | {"kept of due": RIGHT}
    shown = table(columns, [])
    for name, one in [*((m["member"], m) for m in card["members"]), ("all", card["all"])]:
        shown.add_row(cell(name), *(cell(one[count]) for count in counts), cell(_share(one)))
    put_text("\n")
    screen().print(shown)


def _share(one: Mapping[str, Any]) -> str:
    if one["n"] < TOO_FEW:
        return f"{one['kept']} of {one['n']}"
    return f"{one['share_kept']:.0%} ({one['low']:.0%}…{one['high']:.0%}), n {one['n']}"


def _clock(clock: Mapping[str, Any]) -> str:
    if not clock["applies"]:
        return "nobody to tell"
    over = f", {clock['overdue_days']:g} days over" if clock["overdue_days"] else ""
    if clock["done_at"]:
        return f"done {_day(clock['done_at'])}{over}"
    return f"due {_day(clock['due_at'])}{over}" if clock["due_at"] else "not due yet"


def _over(due_at: str, now: datetime) -> str:
    return f"{(now - datetime.fromisoformat(due_at)) / timedelta(days=1):.1f} days"


def _day(moment: str | None) -> str:
    return moment[:10] if moment else ""
