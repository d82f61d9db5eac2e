"""A community's Atom feed, in the manner of a link board: bodies wrapped in boilerplate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape

from soundingboard.demo.cast import Line, moment_of, read_people, read_table
from soundingboard.demo.shapes.html import paragraphs

HOST = "foldingfans.example"
PATH = "/new/.rss"

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0" \
xmlns:thr="http://purl.org/syndication/thread/1.0" xml:base="http://{host}/">
<id>tag:{host},2024:new</id><title>Folding Fans: newest posts and comments</title>
<link rel="self" href="http://{host}{path}" type="application/atom+xml" /><updated>{now}</updated>
"""


def community_feed(until: datetime) -> tuple[bytes, dict[str, str]]:
    """The whole feed, newest first; an entry taken back by `until` leaves a tombstone."""
    titles: Mapping[str, str] = read_table("atom.toml")["threads"]
    entries: list[str] = []
    openers: dict[str, str] = {}
    for number, line in enumerate(read_people("atom.toml")):
        if line.at > until:
            break
        key = f"tag:{HOST},2024:{0x1F00 + number:x}"
        opener = openers.setdefault(line.more["in"], key)
        if "deleted_at" in line.more and moment_of(line.more["deleted_at"]) <= until:
            when = _iso(moment_of(line.more["deleted_at"]))
            entries.append(f'<at:deleted-entry ref="{key}" when="{when}" />')
        elif key == opener:
            entries.append(_opener(line, key, titles[line.more["in"]]))
        else:
            entries.append(_comment(line, key, titles[line.more["in"]], opener))
    head = _HEAD.format(host=HOST, path=PATH, now=_iso(until))
    body = head + "\n".join(reversed(entries)) + "\n</feed>\n"
    return body.encode("utf-8"), {"Content-Type": "application/atom+xml; charset=UTF-8"}


def _opener(line: Line, key: str, title: str) -> str:
    who, link = line.person.handle, _page(line)
    below = (
        f' &#32; submitted by &#32; <a href="http://{HOST}/user/{who}"> /u/{who} </a> <br/>'
        f' <span><a href="{link}">[link]</a></span>'
        f' &#32; <span><a href="{link}">[comments]</a></span>'
    )
    return _entry(line, key, title, link, below=below)


def _comment(line: Line, key: str, title: str, opener: str) -> str:
    page = _page(line)
    answers = f'<thr:in-reply-to ref="{opener}" href="{page}" />'
    title = f"/u/{line.person.handle} on {title}"
    return _entry(line, key, title, f"{page}#{key.rpartition(':')[2]}", answers=answers)


def _entry(
    line: Line, key: str, title: str, link: str, *, below: str = "", answers: str = ""
) -> str:
    """One entry, its body between the marks a link board leaves around it."""
    who = line.person.handle
    said = line.more.get("html") or paragraphs(line.text)
    body = f'<!-- SC_OFF --><div class="md">{said}</div><!-- SC_ON -->{below}'
    return (
        f"<entry><author><name>/u/{who}</name><uri>http://{HOST}/user/{who}</uri></author>"
        f'<category term="folding" label="c/folding"/><content type="html">{escape(body)}</content>'
        f'<id>{key}</id>{answers}<link href="{link}" /><updated>{_iso(line.at)}</updated>'
        f"<published>{_iso(line.at)}</published><title>{escape(title)}</title></entry>"
    )


def _page(line: Line) -> str:
    """Where a thread is; relative, for `xml:base` at the top of the feed holds the host."""
    return f"/c/folding/comments/{line.more['in']}/"


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+00:00")
