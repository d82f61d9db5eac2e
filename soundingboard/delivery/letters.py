"""Letters to one person: plain paragraphs and links, the same as text and as a page."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from community.letter import Letter
from soundingboard.delivery.rendering import render_html, render_text


def letter(
    subject: str,
    paragraphs: Sequence[str],
    *,
    links: Sequence[tuple[str, str]] = (),
    footer: Sequence[str] = (),
) -> Letter:
    """A letter of plain paragraphs; everything in it is text and is escaped.

    links  : (what it does, address), shown as buttons and written out in the text
    footer : small print: who sends it, why, and how to stop it
    """
    view = {"subject": subject, "paragraphs": paragraphs, "links": links, "footer": footer}
    zone = ZoneInfo("UTC")
    return Letter(
        subject=subject,
        text=render_text("letter.txt.j2", view, zone),
        html=render_html("letter.html.j2", view, zone),
    )
