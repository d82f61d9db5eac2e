"""The hashtag timeline of a Mastodon server: statuses, paging and Link headers."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from soundingboard.demo.cast import Line, Person, moment_of, read_people
from soundingboard.demo.shapes.html import status_html

HOST = "rides.example"
PATH = "/api/v1/timelines/tag/wendlow"
MAX_LIMIT = 40
LONE_SURROGATE = (
    "\ud83d"  # half an emoji, as cut off by a careless app; JSON can say it, UTF-8 cannot
)

Status = dict[str, Any]


def timeline(until: datetime, query: Mapping[str, str]) -> tuple[bytes, dict[str, str]]:
    """One page, newest first, with its headers; `min_id` walks forward, `since_id` skips ahead."""
    limit = min(int(query.get("limit", 20)), MAX_LIMIT)
    statuses = _newer_than(_statuses(until), query.get("min_id") or query.get("since_id"))
    if "max_id" in query:
        statuses = [status for status in statuses if int(status["id"]) < int(query["max_id"])]
    page = statuses[-limit:] if "min_id" in query else statuses[:limit]
    headers = {"Content-Type": "application/json; charset=utf-8", **_rate()}
    if page:
        headers["Link"] = ", ".join(
            f'<http://{HOST}{PATH}?{urlencode({"limit": limit, name: key})}>; rel="{rel}"'
            for rel, name, key in (
                ("next", "max_id", page[-1]["id"]),
                ("prev", "min_id", page[0]["id"]),
            )
        )
    return json.dumps(page).encode("ascii"), headers


def _statuses(until: datetime) -> list[Status]:
    """All that stands at `until`, newest first; what was edited by then comes twice.

    Another server's copy of an edited status has its own id and the same `uri`.
    """
    lines = read_people("mastodon.toml")
    by_key: dict[str, Status] = {}
    statuses = []
    for number, line in enumerate(lines):
        if line.at > until:
            break
        status = _status(line, _snowflake(line.at, number), by_key, until)
        by_key[line.more.get("key", status["id"])] = status
        statuses.append(status)
        if status["edited_at"]:
            edited_at = moment_of(line.more["edited"]["at"])
            statuses.append({**status, "id": _snowflake(edited_at, number)})
    return sorted(statuses, key=lambda status: int(status["id"]), reverse=True)


def _status(line: Line, key: str, by_key: Mapping[str, Status], until: datetime) -> Status:
    more, person = line.more, line.person
    edited = more.get("edited")
    if edited and moment_of(edited["at"]) > until:
        edited = None
    text = (edited["text"] if edited else line.text).replace("{lone}", LONE_SURROGATE)
    if more.get("boosts") is None and "#wendlow" not in text.lower():
        text += "\n\n#wendlow"
    parent = by_key.get(more.get("to", ""))
    return {
        "id": key,
        "uri": f"{_actor(person)}/statuses/{key}",
        "url": f"http://{HOST}/@{person.handle}/{key}",
        "created_at": _iso(line.at),
        "edited_at": _iso(moment_of(edited["at"])) if edited else None,
        "in_reply_to_id": parent["id"] if parent else None,
        "in_reply_to_account_id": parent["account"]["id"] if parent else None,
        "sensitive": False,
        "spoiler_text": more.get("cw", ""),
        "visibility": "public",
        "language": more.get("lang", person.more.get("lang", "en")) or None,
        "content": "" if "boosts" in more else more.get("html") or status_html(text, HOST),
        "replies_count": 0,
        "reblogs_count": _count(text, 5),
        "favourites_count": _count(text, 23),
        "quotes_count": 0,
        "account": _account(person),
        "reblog": by_key[more["boosts"]] if "boosts" in more else None,
        "card": _card(more["card"]) if "card" in more else None,
        "media_attachments": [],
        "mentions": [],
        "tags": [
            {"name": tag.lower(), "url": f"http://{HOST}/tags/{tag}"}
            for tag in re.findall(r"#(\w+)", text)
        ],
        "emojis": [],
        "poll": None,
    }


def _account(person: Person) -> Status:
    more = person.more
    return {
        "id": str(110_000_000_000_000_000 + zlib.crc32(person.handle.encode())),
        "username": person.handle.split("@")[0],
        "acct": person.handle,
        "display_name": person.name,
        "locked": False,
        "bot": more.get("bot", False),
        "discoverable": not more.get("noindex", False),
        "indexable": not more.get("noindex", False),
        "noindex": more.get("noindex", False),
        "group": False,
        "created_at": "2023-04-11T00:00:00.000Z",
        "note": status_html(person.bio, HOST) if person.bio else "",
        "url": f"http://{HOST}/@{person.handle}",
        "uri": _actor(person),
        "followers_count": more.get("followers", _count(person.handle, 900)),
        "following_count": _count(person.handle + "f", 500),
        "statuses_count": _count(person.handle + "s", 4000),
        "emojis": [],
        "fields": [
            {"name": name, "value": value, "verified_at": None}
            for name, value in more.get("fields", {}).items()
        ],
    }


def full_name(handle: str) -> str:
    """An account's name with the server it lives on, which local accounts are shown without.

    >>> full_name("bryn"), full_name("nils@pedal.example")
    ('bryn@rides.example', 'nils@pedal.example')
    """
    return handle if "@" in handle else f"{handle}@{HOST}"


def _actor(person: Person) -> str:
    """The account's own address, on the server it lives on."""
    name, _, host = full_name(person.handle).partition("@")
    return f"http://{host}/users/{name}"


def _card(card: Mapping[str, str]) -> Status:
    return {"type": "link", "url": card["url"], "title": card["title"], "description": ""}


def _newer_than(statuses: Sequence[Status], key: str | None) -> list[Status]:
    return [status for status in statuses if key is None or int(status["id"]) > int(key)]


def _snowflake(at: datetime, number: int) -> str:
    """Milliseconds in the upper bits, as Mastodon's ids are built."""
    return str((int(at.timestamp() * 1000) << 16) + number)


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _count(text: str, ceiling: int) -> int:
    """A small number that is always the same for the same text."""
    return zlib.crc32(text.encode("utf-8", "surrogatepass")) % ceiling


def _rate() -> dict[str, str]:
    return {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "299"}
