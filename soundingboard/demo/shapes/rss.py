"""RSS 2.0 of the press and of a blog's comments, as broken as the wild ones are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from html import escape

from soundingboard.demo.cast import Line, read_people
from soundingboard.demo.shapes.html import paragraphs

CITYCYCLIST, WHEELWIRE = "citycyclist.example", "wheelwire.example"
GAZETTE = "harrowmere-gazette.example"

_HEAD = """<?xml version="1.0" encoding="{prolog}"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:thr="http://purl.org/syndication/thread/1.0">
<channel><title>{title}</title><link>http://{host}/</link>
<description>{title}&nbsp;&mdash; all of it</description>
<ttl>30</ttl>
"""


def press(until: datetime, host: str) -> tuple[bytes, dict[str, str]]:
    """The articles of one outlet; `&nbsp;` stands there undeclared, as in half of all feeds."""
    lines = [line for line in read_people("press.toml") if line.person.more["host"] == host]
    # Wheelwire's prolog says Latin-1 since its founding; its bytes have been UTF-8 for years.
    prolog = "ISO-8859-1" if host == WHEELWIRE else "UTF-8"
    title = lines[0].person.name
    items = [_article(line, host) for line in reversed(lines) if line.at <= until]
    return _feed(prolog, title, host, items)


def comments(until: datetime) -> tuple[bytes, dict[str, str]]:
    """The comments under City Cyclist's articles, newest first."""
    titles = {line.more["slug"]: line.more["title"] for line in read_people("press.toml")}
    lines = [line for line in read_people("comments.toml") if line.at <= until]
    items = [_comment(line, number, titles) for number, line in enumerate(lines, start=7001)]
    return _feed("UTF-8", "Comments for City Cyclist", CITYCYCLIST, items[::-1])


def _feed(prolog: str, title: str, host: str, items: list[str]) -> tuple[bytes, dict[str, str]]:
    head = _HEAD.format(prolog=prolog, title=title, host=host)
    body = head + "\n".join(items) + "\n</channel></rss>\n"
    return body.encode("utf-8"), {"Content-Type": "application/rss+xml; charset=utf-8"}


def _article(line: Line, host: str) -> str:
    more, slug = line.more, line.more["slug"]
    link = f"/{slug}/" if more.get("relative") else f"http://{host}/{slug}/"
    return _item(
        line,
        title=more["title"],
        link=link,
        guid=more.get("guid", f"http://{host}/?p={slug}"),
        body=paragraphs(line.text),
    )


def _comment(line: Line, number: int, titles: Mapping[str, str]) -> str:
    more = line.more
    page = f"http://{CITYCYCLIST}/{more['on']}/"
    return _item(
        line,
        title=f"Comment on {titles[more['on']]} by {line.person.name}",
        link=f"{page}#comment-{number}",
        guid=more.get("guid", f"{page}#comment-{number}"),
        body=more.get("html") or paragraphs(line.text),
        thread=f'<thr:in-reply-to ref="{page}" href="{page}" />',
    )


def _item(line: Line, *, title: str, link: str, guid: str, body: str, thread: str = "") -> str:
    date = line.more.get("date", format_datetime(line.at))
    parts = [
        f"<title>{_escaped(title)}</title>",
        f"<link>{link}</link>",
        f"<dc:creator>{_escaped(line.person.name)}</dc:creator>",
        f"<pubDate>{date}</pubDate>" if date else "",
        f'<guid isPermaLink="false">{guid}</guid>' if guid else "",
        thread,
    ]
    if line.more.get("cdata", True):
        parts.append(f"<description><![CDATA[{body}]]></description>")
    else:
        parts.append(f"<description>{_escaped(body)}</description>")
    return "<item>" + "".join(part for part in parts if part) + "</item>"


def _escaped(text: str) -> str:
    """Escaped for XML, but for NUL, which no XML may hold and careless writers let through."""
    return escape(text, quote=False).replace("{nul}", "&#0;")
