"""Mastodon and its kin: the public posts under one hashtag, as one server sees them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

from config.clock import Clock, SystemClock
from config.errors import ConfigError, UnreadableError
from listener.identity import web_link
from listener.parsing.dates import judge_time, read_time
from listener.parsing.html import Prose, read_html, read_line
from listener.parsing.languages import language_code
from listener.parsing.strict_json import count_of, object_of, read_json, text_of
from listener.record import Parsed, RawAuthor, RawPost, Reject
from listener.sources.base import Cursor, Request

PAGE_POSTS = 40
HISTORY_PAGES = 10
"""How far back the first visit looks."""
HIDDEN = "the account asks not to be indexed"
_ADDRESS = re.compile(r"(?:/api/v1/timelines/tag|/tags|/tag)/(?P<tag>[^/?#]+?)(?:\.rss|\.json)?/?")
_NEXT_LINK = re.compile(r'<([^<>]+)>\s*;\s*rel="?(next|prev)"?')


class MastodonSource:
    """A tag's timeline, walked forward from the newest post known, so that no post is jumped over;
    the first visit walks back into history.

    Only `visibility: public` is taken. Accounts that ask not to be indexed are left out, and the
    count says so; accounts that are merely not indexable are taken as `opted_out`.
    """

    kind = "mastodon"
    in_worker = False

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()

    def first(self, address: str, cursor: Cursor) -> Request:
        parts = urlsplit(web_link(address) or "")
        tag = _ADDRESS.fullmatch(parts.path)
        if tag is None:
            raise ConfigError(
                f"{address!r} is no hashtag of a Mastodon server.",
                mend="Give https://SERVER/tags/BRAND.",
            )
        if cursor.get("older"):
            return Request(str(cursor["older"]))
        asked = {"limit": str(PAGE_POSTS)}
        if cursor.get("min_id"):
            asked["min_id"] = str(cursor["min_id"])
        path = f"/api/v1/timelines/tag/{quote(_unquoted(tag['tag']), safe='')}"
        return Request(f"{parts.scheme}://{parts.netloc}{path}?{urlencode(asked)}")

    def parse(self, body: bytes, headers: Mapping[str, str], url: str) -> Parsed:
        statuses = read_json(body, url)
        if not isinstance(statuses, list):
            said = statuses.get("error") if isinstance(statuses, dict) else None
            raise UnreadableError(url, f"not a list of posts ({said or 'no error is given'})")
        host = urlsplit(url).netloc
        posts: list[RawPost] = []
        rejected: list[Reject] = []
        for line, status in enumerate(statuses, 1):
            read = _status(status, host, self._clock.now())
            if isinstance(read, str):
                rejected.append(Reject(line, read))
            else:
                posts.append(read)
        page = {
            **_links(headers.get("link", ""), url),
            "newest_id": _newest_id(statuses),
            "back": "max_id" in parse_qs(urlsplit(url).query),
        }
        return Parsed(tuple(posts), tuple(rejected), page=page)

    def following(
        self, parsed: Parsed, address: str, cursor: Cursor
    ) -> tuple[Cursor, Request | None]:
        """Back into history as far as we look, then forward from the newest post known.

        The first visit notes where history goes on (`older`) and how far we follow it (`history`,
        pages); a run that must stop on the way goes on from there before it looks for news.
        """
        page = parsed.page or {}
        newest = cursor.get("min_id") or page.get("newest_id")
        if newest is None:
            return cursor, None
        left = cursor.get("history", HISTORY_PAGES + 1) - 1
        if page.get("back") or not cursor.get("min_id"):
            if page.get("next") and left > 0:
                onward = {"min_id": newest, "older": page["next"], "history": left}
                return onward, Request(page["next"])
            known = {"min_id": newest}
            return known, self.first(address, known) if page.get("back") else None
        newest = page.get("newest_id") or newest
        return {"min_id": newest}, Request(page["prev"]) if page.get("prev") else None


def _unquoted(tag: str) -> str:
    return dict(parse_qsl("tag=" + tag.lstrip("#")))["tag"] if tag.strip("#") else tag


def _links(header: str, url: str) -> dict[str, str]:
    """The `Link` header's pages, of the same server only."""
    found = {}
    for target, relation in _NEXT_LINK.findall(header):
        link = web_link(target, url)
        if link and urlsplit(link).netloc == urlsplit(url).netloc:
            found[relation] = link
    return found


def _newest_id(statuses: list[Any]) -> str | None:
    """Ids are opaque, but the first of a page is its newest whichever way it was walked."""
    first = statuses[0] if statuses else None
    return str(first["id"]) if isinstance(first, dict) and first.get("id") else None


def _status(status: Any, host: str, now: datetime) -> RawPost | str:
    """One post, or why it is none for us."""
    if not isinstance(status, dict) or not isinstance(status.get("account"), dict):
        return "not a post"
    if status.get("visibility", "public") != "public":
        return "not public"
    author = _author(status["account"], host)
    if author is None:
        return "an account without a name"
    boosted = status.get("reblog")
    if any(object_of(words, "account").get("noindex") is True for words in (status, boosted or {})):
        return HIDDEN
    key = text_of(status, "uri") or text_of(status, "url")
    if not key:
        return "no address that identifies it"
    said = boosted if isinstance(boosted, dict) else status
    created, quality = judge_time(read_time(text_of(status, "created_at")), now)
    edited, _ = judge_time(read_time(text_of(status, "edited_at")), now)
    prose = _prose(said)
    return RawPost(
        native_key=key,
        text=prose.own,
        quoted=prose.quoted or None,
        author=author,
        kind="comment" if status.get("in_reply_to_id") else "post",
        url=web_link(text_of(status, "url")) or web_link(key),
        language=language_code(text_of(said, "language")),
        created_at=created,
        time_quality=quality,
        edited_at=edited,
        thread_key=_thread(status, host, key),
        parent_key=_local(host, status.get("in_reply_to_id")),
        is_repost=isinstance(boosted, dict),
        link_title=read_line(text_of(object_of(said, "card"), "title")) or None,
        likes=count_of(status, "favourites_count"),
        reposts=count_of(status, "reblogs_count"),
        replies=count_of(status, "replies_count"),
    )


def _author(account: Mapping[str, Any], host: str) -> RawAuthor | None:
    acct = text_of(account, "acct")
    if not acct:
        return None
    full = acct if "@" in acct else f"{acct}@{host}"
    return RawAuthor(
        key=full.casefold(),
        name=full,
        display_name=read_line(text_of(account, "display_name")) or None,
        url=web_link(text_of(account, "url")),
        bio=read_html(text_of(account, "note")).own or None,
        followers=count_of(account, "followers_count"),
        is_bot=account.get("bot") is True,
        opted_out=account.get("noindex") is True or account.get("indexable") is False,
    )


def _prose(status: Mapping[str, Any]) -> Prose:
    """The author's words: the warning in front of them too, which is theirs as well."""
    warning = text_of(status, "spoiler_text").strip()
    prose = read_html(text_of(status, "content"))
    own = "\n\n".join(filter(None, (warning, prose.own)))
    quote_status = object_of(object_of(status, "quote"), "quoted_status")
    quoted = read_html(text_of(quote_status, "content")).own
    return Prose(own, "\n\n".join(filter(None, (prose.quoted, quoted))))


def _thread(status: Mapping[str, Any], host: str, key: str) -> str:
    """What it answers, else itself.

    The answered post is named by the asked server's own id, so only direct answers meet here.
    """
    return _local(host, status.get("in_reply_to_id")) or _local(host, status.get("id")) or key


def _local(host: str, native: Any) -> str | None:
    return f"{host}/{native}" if native else None
