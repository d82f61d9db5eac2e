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
xml:base="http://{host}/"><id>/new/.rss</id><title>Folding Fans: newest posts and comments</title>
<link rel="self" href="http://{host}{path}" type="application/atom+xml" /><updated>{now}</updated>
"""


def community_feed(until: datetime) -> tuple[bytes, dict[str, str]]:
    """The whole feed, newest first; an entry taken back by `until` leaves a tombstone."""
    titles: Mapping[str, str] = read_table("atom.toml")["threads"]
    entries: list[str] = []
    opened: set[str] = set()
    for number, line in enumerate(read_people("atom.toml")):
        if line.at > until:
            break
        entries.append(_entry(line, number, titles, opened, until))
        opened.add(line.more["in"])
    head = _HEAD.format(host=HOST, path=PATH, now=_iso(until))
    body = head + "\n".join(reversed(entries)) + "\n</feed>\n"
    return body.encode("utf-8"), {"Content-Type": "application/atom+xml; charset=UTF-8"}


def _entry(
    line: Line, number: int, titles: Mapping[str, str], opened: set[str], until: datetime
) -> str:
    slug, who = line.more["in"], line.person.handle
    opens = slug not in opened
    key = f"{'t3' if opens else 't1'}_{0x1F00 + number:x}"
    if "deleted_at" in line.more and moment_of(line.more["deleted_at"]) <= until:
        return f'<at:deleted-entry ref="{key}" when="{_iso(moment_of(line.more["deleted_at"]))}" />'
    title = titles[slug] if opens else f"/u/{who} on {titles[slug]}"
    # The link is relative; xml:base at the top of the feed holds the host.
    link = f"/c/folding/comments/{slug}/{'' if opens else key + '/'}"
    said = line.more.get("html") or paragraphs(line.text)
    body = f'<!-- SC_OFF --><div class="md">{said}</div><!-- SC_ON -->'
    if opens:
        body += (
            f' &#32; submitted by &#32; <a href="http://{HOST}/user/{who}"> /u/{who} </a> <br/>'
            f' <span><a href="http://{HOST}{link}">[link]</a></span>'
            f' &#32; <span><a href="http://{HOST}{link}">[comments]</a></span>'
        )
    return (
        f"<entry><author><name>/u/{who}</name><uri>http://{HOST}/user/{who}</uri></author>"
        f'<category term="folding" label="c/folding"/><content type="html">{escape(body)}</content>'
        f'<id>{key}</id><link href="{link}" /><updated>{_iso(line.at)}</updated>'
        f"<published>{_iso(line.at)}</published><title>{escape(title)}</title></entry>"
    )


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+00:00")
