"""The newest posts of a Discourse forum: `/posts.json`, walked backwards with `before`."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

from soundingboard.demo.cast import Line, moment_of, read_people, read_table
from soundingboard.demo.shapes.html import paragraphs

HOST = "forum.wendlow.example"
FIRST_ID, ID_STEP = 1001, 2  # every other id belongs to a category strangers cannot read
WINDOW = 50  # Discourse takes the newest fifty ids and shows what of them is public
FIRST_TOPIC = 40

Post = dict[str, Any]


def latest_posts(until: datetime, query: Mapping[str, str]) -> tuple[bytes, dict[str, str]]:
    """Posts whose id is at most `before`, newest first, out of a window of fifty ids."""
    posts = _posts(until)
    before = int(query.get("before") or posts[-1]["id"])
    page = [post for post in reversed(posts) if before - WINDOW < post["id"] <= before]
    headers = {"Content-Type": "application/json; charset=utf-8"}
    return json.dumps({"latest_posts": page}).encode("ascii"), headers


def _posts(until: datetime) -> list[Post]:
    titles: Mapping[str, str] = read_table("forum.toml")["topics"]
    topic_ids = {slug: FIRST_TOPIC + number for number, slug in enumerate(titles)}
    in_topic: dict[str, list[Post]] = {slug: [] for slug in titles}
    posts = []
    for number, line in enumerate(read_people("forum.toml")):
        if line.at > until:
            break
        slug = line.more["in"]
        post = _post(line, in_topic[slug], until)
        post |= {
            "id": FIRST_ID + ID_STEP * number,
            "topic_id": topic_ids[slug],
            "topic_slug": slug,
            "topic_title": titles[slug],
            "topic_html_title": escape(titles[slug]),
        }
        in_topic[slug].append(post)
        posts.append(post)
    return posts


def _post(line: Line, earlier: list[Post], until: datetime) -> Post:
    person, more = line.person, line.more
    parent = next((p for p in reversed(earlier) if p["username"] == more.get("to")), None)
    cooked = more.get("html") or paragraphs(line.text)
    raw = more.get("html") or line.text
    if parent and "quote" in more:
        whose = f"{parent['username']}, post:{parent['post_number']}"
        cooked = _quote_html(parent, more["quote"]) + "\n" + cooked
        raw = f'[quote="{whose}"]\n{more["quote"]}\n[/quote]\n\n{raw}'
    gone = "deleted_at" in more and moment_of(more["deleted_at"]) <= until
    if gone:
        cooked, raw = "<p>(post deleted by author)</p>", "(post deleted by author)"
    seed = zlib.crc32(line.text.encode())
    return {
        "name": person.name if person.name != person.handle else "",
        "username": person.handle,
        "avatar_template": f"/letter_avatar_proxy/v4/letter/{person.handle[0]}/{{size}}.png",
        "created_at": _iso(line.at),
        "updated_at": _iso(moment_of(more["deleted_at"]) if gone else line.at),
        "cooked": cooked,
        "raw": raw,
        "excerpt": raw[:120],
        "post_number": len(earlier) + 1,
        "post_type": 1,
        "reply_count": 0,
        "reply_to_post_number": parent["post_number"] if parent else None,
        "quote_count": 0,
        "reads": seed % 90,
        "score": seed % 50 / 5,
        "version": 1,
        "user_title": person.bio or None,
        "actions_summary": [{"id": 2, "count": seed % 9}] if seed % 9 else [],
        "moderator": person.more.get("staff", False),
        "admin": False,
        "staff": person.more.get("staff", False),
        "user_id": 100 + zlib.crc32(person.handle.encode()) % 9000,
        "hidden": False,
        "trust_level": person.more.get("trust_level", 1),
        "deleted_at": _iso(moment_of(more["deleted_at"])) if gone else None,
        "user_deleted": gone,
        "wiki": False,
    }


def _quote_html(parent: Post, words: str) -> str:
    name, number = parent["username"], parent["post_number"]
    return (
        f'<aside class="quote no-group" data-username="{name}" data-post="{number}">\n'
        f'<div class="title">\n<div class="quote-controls"></div>\n{name}:</div>\n'
        f"<blockquote>\n<p>{escape(words, quote=False)}</p>\n</blockquote>\n</aside>"
    )


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
