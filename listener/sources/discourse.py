"""Discourse forums: the newest posts of the whole forum, or of one topic."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from config.clock import Clock, SystemClock
from config.errors import ConfigError, UnreadableError
from listener.identity import web_link
from listener.parsing.dates import judge_time, read_time
from listener.parsing.html import read_html, read_line, titled
from listener.parsing.sniff import describe
from listener.parsing.strict_json import count_of, is_whole, read_json, text_of
from listener.record import Parsed, RawAuthor, RawPost, Reject
from listener.sources.base import Cursor, Request

_TOPIC_PATH = re.compile(r"(/.*)?/t/(?:[^/]+/)?\d+(?:/posts)?(?:\.json)?/?")
HISTORY_PAGES = 10
_LIKE = 2  # id of "like" among a post's actions
_WORDS_OF_PEOPLE = (1, None)  # 2 moderator's note, 3 small action ("closed the topic"), 4 whisper


class DiscourseSource:
    """The forum's latest posts, backwards to the last one known; the first visit looks some way
    into history.

    The cursor keeps the id of the newest post seen (`newest_id`). On the way back it also keeps
    `before_id`, the next page, and `until_id`, where the way ends; a run that must stop on the
    way goes on from there, so that no post is jumped over.
    """

    kind = "discourse"
    in_worker = False

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()

    def first(self, address: str, cursor: Cursor) -> Request:
        link = web_link(address)
        if link is None:
            raise ConfigError(f"{address!r} is no forum.", mend="Give https://FORUM/.")
        parts = urlsplit(link)
        if _TOPIC_PATH.fullmatch(parts.path):
            return Request(f"{_origin(link)}{parts.path.rstrip('/').removesuffix('.json')}.json")
        return Request(_posts_url(link, cursor.get("before_id")))

    def parse(self, body: bytes, headers: Mapping[str, str], url: str) -> Parsed:
        if re.search(r"/(?:login|session/sso)(?:[/?#]|$)", url) or body.lstrip()[:1] == b"<":
            login = "the forum asks for a login" if "login" in url else describe(body, headers)
            raise UnreadableError(url, login, mend="Ask the forum for an API key.")
        document = read_json(body, url)
        found, title = _posts(document)
        if found is None:
            raise UnreadableError(url, _refusal(document))
        posts: list[RawPost] = []
        rejected: list[Reject] = []
        for line, post in enumerate(found, 1):
            read = _post(post, _base(url), title, self._clock.now())
            if isinstance(read, str):
                rejected.append(Reject(line, read))
            else:
                posts.append(read)
        ids = [post["id"] for post in found if isinstance(post, dict) and is_whole(post.get("id"))]
        latest = isinstance(document, dict) and "latest_posts" in document
        return Parsed(
            tuple(posts), tuple(rejected), title=title, page={"ids": ids, "latest": latest}
        )

    def following(
        self, parsed: Parsed, address: str, cursor: Cursor
    ) -> tuple[Cursor, Request | None]:
        page = parsed.page or {}
        ids = page.get("ids") or []
        newest = max([cursor.get("newest_id") or 0, *ids])
        until = cursor.get("until_id", cursor.get("newest_id") or 0)
        left = cursor.get("history", HISTORY_PAGES) - 1 if not until else 1
        if not page.get("latest") or not ids or min(ids) <= max(until, 1) or left <= 0:
            return {"newest_id": newest}, None
        before = min(ids) - 1  # `before` includes the post it names
        onward = {"newest_id": newest, "until_id": until, "before_id": before}
        if not until:
            onward["history"] = left
        return onward, Request(_posts_url(address, before))


def _origin(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.scheme}://{parts.netloc}"


def _base(url: str) -> str:
    """The forum itself, which may live in a folder of its site."""
    parts = urlsplit(url)
    folder = re.split(r"/(?:posts|t|latest|c|search)(?:[/.]|$)", parts.path, maxsplit=1)[0]
    return f"{parts.scheme}://{parts.netloc}{folder.rstrip('/')}"


def _posts_url(address: str, before: int | None) -> str:
    query = "" if before is None else f"?before={before}"
    return f"{_base(web_link(address) or address)}/posts.json{query}"


def _posts(document: Any) -> tuple[list[Any] | None, str | None]:
    """The posts of a "latest" or a topic's page, and the topic's title."""
    if not isinstance(document, dict):
        return None, None
    stream = document.get("post_stream")
    found = stream.get("posts") if isinstance(stream, dict) else document.get("latest_posts")
    return (found if isinstance(found, list) else None), read_line(
        text_of(document, "title")
    ) or None


def _refusal(document: Any) -> str:
    if isinstance(document, dict):
        if document.get("error_type") == "not_logged_in":
            return "the forum is closed to visitors who are not logged in"
        said = document.get("errors")
        if isinstance(said, list) and said:
            return f"the forum refused: {read_line(str(said[0]))[:200]}"
    return "JSON, but no list of posts of a Discourse forum"


def _post(post: Any, base: str, topic_title: str | None, now: datetime) -> RawPost | str:
    """One post, or why it is none for us."""
    if not isinstance(post, dict) or not is_whole(post.get("id")):
        return "not a post"
    key = str(post["id"])
    if post.get("deleted_at") or post.get("user_deleted") is True or post.get("hidden") is True:
        return RawPost(native_key=key, text="", deleted=True)
    if post.get("post_type") not in _WORDS_OF_PEOPLE:
        return "a note of the forum itself, not a post"
    author = _author(post, base)
    prose = read_html(text_of(post, "cooked"))
    title = read_line(text_of(post, "topic_title")) or topic_title
    created, quality = judge_time(read_time(text_of(post, "created_at")), now)
    number, topic = post.get("post_number"), post.get("topic_id")
    thread = f"{urlsplit(base).netloc}/t/{topic}" if is_whole(topic) else None
    parent = post.get("reply_to_post_number")
    answers = is_whole(number) and number > 1
    return RawPost(
        native_key=key,
        text=prose.own if answers else titled(title or "", prose.own),
        quoted=prose.quoted or None,
        author=author,
        kind="comment" if answers else "post",
        url=_permalink(post, base),
        title=title,
        created_at=created,
        time_quality=quality,
        edited_at=_edited(post, now),
        thread_key=thread,
        parent_key=f"{thread}/{parent}" if thread and is_whole(parent) else None,
        likes=_likes(post.get("actions_summary")),
        replies=count_of(post, "reply_count"),
    )


def _author(post: Mapping[str, Any], base: str) -> RawAuthor | None:
    username = text_of(post, "username")
    if not username:
        return None
    identity = post.get("user_id")
    return RawAuthor(
        key=str(identity) if is_whole(identity) else username.casefold(),
        name=username,
        display_name=read_line(text_of(post, "name")) or None,
        url=f"{base}/u/{username}",
        is_staff=any(post.get(role) is True for role in ("staff", "admin", "moderator")),
        is_bot=is_whole(identity) and identity < 0,  # the forum's own accounts: system, discobot
    )


def _permalink(post: Mapping[str, Any], base: str) -> str | None:
    topic, number = post.get("topic_id"), post.get("post_number")
    if not is_whole(topic) or not is_whole(number):
        return None
    return web_link(f"{base}/t/{text_of(post, 'topic_slug') or '-'}/{topic}/{number}")


def _edited(post: Mapping[str, Any], now: datetime) -> datetime | None:
    version = post.get("version")
    if not is_whole(version) or version < 2:
        return None
    return judge_time(read_time(text_of(post, "updated_at")), now)[0]


def _likes(actions: Any) -> int | None:
    """Likes; a post without any has no such action, which is 0 and not unknown."""
    if not isinstance(actions, list):
        return None
    return _sum(
        action.get("count")
        for action in actions
        if isinstance(action, dict) and action.get("id") == _LIKE
    )


def _sum(counts: Iterable[Any]) -> int:
    return sum(count for count in counts if is_whole(count))
