"""How far reviewers agree, laid out for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from community.kpis.reading import MIN_N, TOO_FEW
from soundingboard.cli.output import say, screen, table
from soundingboard.cli.showing import RIGHT


def show_agreement(brand: str, pairs: Sequence[Mapping[str, Any]]) -> None:
    """One line for every two reviewers."""
    if not pairs:
        say(
            f"No candidate of {brand} was judged by two people yet; start with: "
            "soundingboard review AUTHOR approve --by NAME"
        )
        return
    columns: dict[str, dict[str, Any]] = {
        "reviewers": {},
        "judged by both": RIGHT,
        "alike": RIGHT,
        "kappa": RIGHT,
        "95 % sure": RIGHT,
        "": {},
    }
    screen().print(table(columns, [_row(pair) for pair in pairs]))
    say("kappa: 1 = always alike, 0 = no more than chance.")


def _row(pair: Mapping[str, Any]) -> tuple[object, ...]:
    who = f"{pair['one']} and {pair['other']}"
    if pair["n"] < MIN_N:
        return who, pair["n"], pair["agreed"], TOO_FEW, "", pair["note"]
    kappa = "-" if pair["kappa"] is None else f"{pair['kappa']:+.2f}"
    sure = (
        "" if pair["kappa_low"] is None else f"{pair['kappa_low']:+.2f}…{pair['kappa_high']:+.2f}"
    )
    return who, pair["n"], f"{pair['agreed']} ({pair['observed']:.0%})", kappa, sure, pair["note"]
