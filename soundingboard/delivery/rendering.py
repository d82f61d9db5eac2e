"""Renders mails: Jinja2 templates with everything escaped, styles put inline for mail clients."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

_RIGHT_TO_LEFT = {"R", "AL", "RLE", "RLO", "RLI"}


def render_html(template: str, view: dict[str, Any], zone: ZoneInfo) -> str:
    """The template as HTML with its styles inline; media queries (dark mode, narrow) are kept.

    Every value is text and escaped; no template marks anything as safe, and nothing remote loads.
    """
    page = _environment(zone).get_template(template).render(view)
    return css_inline.CSSInliner(keep_style_tags=True, keep_at_rules=True).inline(page)


def render_text(template: str, view: dict[str, Any], zone: ZoneInfo) -> str:
    """The template as plain text."""
    return _environment(zone).get_template(template).render(view)


def _environment(zone: ZoneInfo) -> Environment:
    environment = Environment(
        loader=PackageLoader("soundingboard.delivery"),
        autoescape=select_autoescape(enabled_extensions=("html", "html.j2"), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        local=lambda moment: _local(moment, zone),
        day=lambda moment: "undated" if moment is None else f"{moment.astimezone(zone):%-d %b %Y}",
        percent=lambda share: f"{share:.0%}",
        signed=lambda number: f"{number:+.2f}",
        direction=direction,
        shortened=shortened,
        oneline=lambda text: " ".join(text.split()),
    )
    environment.tests["web"] = is_web
    return environment


def is_web(address: str | None) -> bool:
    """Whether a page or mail may link to it: people write anything where an address belongs."""
    return address is not None and address.lower().startswith(("http://", "https://"))


def _local(moment: datetime | None, zone: ZoneInfo) -> str:
    return "undated" if moment is None else f"{moment.astimezone(zone):%-d %b %Y %H:%M %Z}"


def direction(text: str) -> str:
    """'rtl' where the first letter is written right to left, else 'ltr'."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return "ltr"
        if kind in _RIGHT_TO_LEFT:
            return "rtl"
    return "ltr"


def shortened(text: str, length: int = 280) -> str:
    """The text on one line, cut at a word; combining marks never pile up over their line."""
    line = _without_towers(" ".join(text.split()))
    if len(line) <= length:
        return line
    return line[:length].rsplit(" ", 1)[0].rstrip(",.;:") + "…"


def _without_towers(text: str) -> str:
    """At most two combining marks on a letter: enough for every script people write."""
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= 2:
            kept.append(character)
    return "".join(kept)
