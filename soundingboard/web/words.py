"""How pages write times, numbers and people's words: the filters of the templates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from soundingboard.delivery.rendering import direction, shortened
from soundingboard.web.masking import masked, may_see_addresses
from soundingboard.web.paths import with_query

STANCE_WORDS: Mapping[str, str] = {
    "love": "loves",
    "hate": "hates",
    "torn": "torn",
    "undecided": "undecided",
}
NARROW = "\N{NARROW NO-BREAK SPACE}"


@pass_context
def when(context: Context, moment: datetime | None) -> Markup | str:
    """A moment in the reader's zone; its offset and UTC show when pointed at."""
    return _time(context, moment, "%-d %b %Y, %H:%M")


@pass_context
def day(context: Context, moment: datetime | None) -> Markup | str:
    """The day of a moment in the reader's zone."""
    return _time(context, moment, "%-d %b %Y")


def _time(context: Context, moment: datetime | None, form: str) -> Markup | str:
    if moment is None:
        return "never"
    local = moment.astimezone(context["reader"].zone if context.get("reader") else None)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        moment.isoformat(timespec="seconds"),
        f"{local:%A %-d %B %Y, %H:%M:%S %Z (UTC%z)}",
        f"{local:{form}}",
    )


@pass_context
def ago(context: Context, moment: datetime | None) -> Markup | str:
    """How long ago, or in how long, in words; the moment itself shows when pointed at."""
    if moment is None:
        return "never"
    seconds = (context["now"] - moment).total_seconds()
    words = _span(abs(seconds))
    told = "just now" if abs(seconds) < 60 else f"{words} ago" if seconds > 0 else f"in {words}"
    local = moment.astimezone(context["reader"].zone if context.get("reader") else None)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        moment.isoformat(timespec="seconds"), f"{local:%-d %b %Y, %H:%M %Z}", told
    )


def _span(seconds: float) -> str:
    for size, one in ((86400.0, "day"), (3600.0, "hour"), (60.0, "minute")):
        count = int(seconds // size)
        if count:
            return f"{count} {one}{'' if count == 1 else 's'}"
    return "a moment"


def local_day(text: str | date) -> str:
    """A day as "1 Mar 2026", from "2026-03-01"."""
    found = date.fromisoformat(text) if isinstance(text, str) else text
    return f"{found:%-d %b %Y}"


def number(value: float | None, digits: int = 0) -> str:
    """A number with thin spaces between thousands; nothing known is a dash."""
    return "–" if value is None else f"{value:,.{digits}f}".replace(",", NARROW)


def percent(value: float | None, digits: int = 0) -> str:
    """A share of 1 as a percentage."""
    return "–" if value is None else f"{value:.{digits}%}"


def signed(value: float | None) -> str:
    """-1..1 with its sign; a true minus, so that figures align."""
    return "–" if value is None else f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")


def web(address: str | None) -> str:
    """The address, if a page may link to it; people can write anything where a link belongs."""
    allowed = address is not None and address.lower().startswith(("http://", "https://"))
    return address if allowed and address else ""


def plural(count: int, one: str, many: str = "") -> str:
    """ "1 post", "3 posts"."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


@pass_context
def person(context: Context, name: str | None) -> str:
    """What somebody outside is called, masked for readers who need not know."""
    reader = context.get("reader")
    return "somebody" if not name else masked(name, reader.role if reader else "viewer")


@pass_context
def address(context: Context, text: str | None) -> str:
    """A mail address, for readers who write to people."""
    reader = context.get("reader")
    if not text:
        return "no address"
    return text if reader and may_see_addresses(reader.role) else "kept from your role"


FILTERS: Mapping[str, Any] = {
    "address": address,
    "ago": ago,
    "day": day,
    "direction": direction,
    "local_day": local_day,
    "number": number,
    "percent": percent,
    "person": person,
    "plural": plural,
    "shortened": shortened,
    "signed": signed,
    "web": web,
    "when": when,
    "with_query": lambda query, path, **changes: with_query(path, query, **changes),
}
