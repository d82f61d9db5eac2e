"""From the entries of a feed, whatever its format was, to posts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from listener.identity import canonical_url, content_key, native_key
from listener.parsing.byline import Outlet, byline
from listener.parsing.dates import judge_time
from listener.parsing.html import Prose, titled
from listener.record import Kind, Parsed, RawAuthor, RawPost, Reject

# A correction within a minute is part of writing, not an edit worth telling.
SAME_MOMENT = timedelta(minutes=1)
OLDEST = datetime.min.replace(tzinfo=UTC)

_DISCOURSE_GUID = re.compile(
    r"(?P<host>[\w.:-]+)-(?P<what>post|topic)-(?P<topic>\d+)(?:-(?P<number>\d+))?"
)
_REDDIT_TOPIC = re.compile(r"https?://[\w.-]*reddit\.com/r/[^/]+/comments/(\w+)/")
_COMMENT_LINK = re.compile(r"#(?:comment|respond|reply|r|c)-?_?\d+")
_COMMENT_TITLE = re.compile(
    r"(?:comment (?:on|by)|by:|re:|reply to|reply by|answer by|in reply to)\s", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as its feed gave it, read but not yet judged.

    number    : 1-based place in the document
    links     : absolute or None; `discussion` is where the feed says people talk about it
    published : as said, None where unreadable or not said; `updated` likewise
    parent    : id of what it answers (RFC 4685), if said
    """

    number: int
    guid: str | None
    link: str | None
    title: str
    prose: Prose
    published: datetime | None
    updated: datetime | None
    author: str = ""
    author_url: str | None = None
    outlet: str = ""
    language: str | None = None
    rating: float | None = None
    parent: str | None = None
    discussion: str | None = None
    replies: int | None = None
    is_repost: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says of itself; `signed` as in `Outlet`."""

    title: str = ""
    signed: str = ""
    home: str | None = None
    language: str | None = None
    min_wait_s: float | None = None


def to_parsed(
    feed: Feed,
    entries: Sequence[Entry],
    *,
    now: datetime,
    max_posts: int,
    gone: Iterable[str] = (),
) -> Parsed:
    """The newest `max_posts` entries as posts, in the order of the feed; the rest is counted.

    An entry that repeats another one letter for letter, and one that says nothing, is rejected.

    gone : guids of entries the feed says were deleted (RFC 6721)
    """
    newest = sorted(entries, key=_latest, reverse=True)[:max_posts]
    kept, rejected = _sound(sorted(newest, key=lambda entry: entry.number))
    repeated = _repeated(kept)
    posts: dict[str, RawPost] = {}
    for entry in _with_own_pages(kept):
        post = _post(entry, feed, now, repeated)
        if post.native_key in posts:
            rejected.append(Reject(entry.number, "nothing tells it from an earlier entry"))
        posts.setdefault(post.native_key, post)
    posts |= {guid: RawPost(native_key=guid, text="", deleted=True) for guid in gone}
    return Parsed(
        posts=tuple(posts.values()),
        rejected=tuple(rejected),
        title=feed.title or None,
        truncated=len(entries) - len(newest),
        min_wait_s=feed.min_wait_s,
    )


def _latest(entry: Entry) -> datetime:
    return entry.published or entry.updated or OLDEST


def _sound(entries: Sequence[Entry]) -> tuple[list[Entry], list[Reject]]:
    seen: set[tuple[object, ...]] = set()
    kept: list[Entry] = []
    rejected: list[Reject] = []
    for entry in entries:
        said = (entry.title, entry.prose, entry.link, entry.guid)
        if not (entry.title or entry.prose.own or entry.prose.quoted or entry.link):
            rejected.append(Reject(entry.number, "neither text, title nor link"))
        elif (*said, entry.published) in seen:
            rejected.append(Reject(entry.number, "the same entry stands in the feed twice"))
        else:
            seen.add((*said, entry.published))
            kept.append(entry)
    return kept, rejected


def _repeated(entries: Sequence[Entry]) -> frozenset[str]:
    """Guids and addresses that more than one entry claims, and that therefore identify none."""
    guids = Counter(entry.guid for entry in entries if entry.guid)
    links = Counter(canonical_url(entry.link) for entry in entries if entry.link)
    counts = (*guids.items(), *links.items())
    return frozenset(key for key, times in counts if key and times > 1)


def _with_own_pages(entries: Sequence[Entry]) -> list[Entry]:
    """The entries without pages that authors of different names call theirs: they identify none."""
    names: dict[str, set[str]] = {}
    for entry in entries:
        if entry.author_url:
            names.setdefault(entry.author_url, set()).add(entry.author)
    shared = {page for page, theirs in names.items() if len(theirs) > 1}
    return [replace(e, author_url=None) if e.author_url in shared else e for e in entries]


def _post(entry: Entry, feed: Feed, now: datetime, repeated: frozenset[str]) -> RawPost:
    created, quality = judge_time(entry.published or entry.updated, now)
    content = content_key(entry.title, entry.prose.own, created)
    key, level = native_key(entry.guid, entry.link, content, repeated=repeated)
    outlet = Outlet(entry.outlet, feed.title, feed.signed)
    author = byline(entry.author, entry.author_url, entry.link, outlet)
    kind = _kind(entry, author)
    return RawPost(
        native_key=key,
        key_level=level,
        text=_text(entry, kind),
        author=author,
        kind=kind,
        url=entry.link,
        title=entry.title or None,
        language=entry.language or feed.language,
        created_at=created,
        time_quality=quality,
        edited_at=_edited(entry, now),
        thread_key=_thread(entry, kind),
        parent_key=entry.parent,
        rating=entry.rating,
        is_repost=entry.is_repost,
        link_title=_linked_headline(entry, feed, kind),
        quoted=entry.prose.quoted or None,
        replies=entry.replies,
    )


def _edited(entry: Entry, now: datetime) -> datetime | None:
    """When it was last changed, if it was changed after it was published."""
    if entry.published is None or entry.updated is None:
        return None
    edited, _ = judge_time(entry.updated, now)
    return edited if edited and edited - entry.published > SAME_MOMENT else None


def _kind(entry: Entry, author: RawAuthor | None) -> Kind:
    if entry.rating is not None:
        return "review"
    topic = _discourse(entry)
    answer = topic is not None and (topic["number"] or "1") != "1"
    if answer or entry.parent or (entry.guid or "").startswith("t1_") or _is_comment(entry):
        return "comment"
    return "article" if author is not None and author.is_media else "post"


def _is_comment(entry: Entry) -> bool:
    linked = entry.link is not None and _COMMENT_LINK.search(entry.link) is not None
    return linked and (not entry.title or _COMMENT_TITLE.match(entry.title) is not None)


def _text(entry: Entry, kind: Kind) -> str:
    """What a reader should judge: the title too, unless it is another's or begins the text anyway.

    A comment's title is made by the site, that of an answer in a forum is its topic's.
    """
    return entry.prose.own if kind == "comment" else titled(entry.title, entry.prose.own)


def _discourse(entry: Entry) -> re.Match[str] | None:
    return _DISCOURSE_GUID.fullmatch(entry.guid or "")


def _thread(entry: Entry, kind: Kind) -> str | None:
    if topic := _discourse(entry):
        return f"{topic['host']}/t/{topic['topic']}"
    if topic := _REDDIT_TOPIC.match(entry.link or ""):
        return f"t3_{topic[1]}"
    if kind == "comment" and entry.link:
        return canonical_url(entry.link) or entry.parent
    if entry.parent:
        return entry.parent
    return canonical_url(entry.discussion) if entry.discussion else None


def _linked_headline(entry: Entry, feed: Feed, kind: Kind) -> str | None:
    """The title, where an entry is nothing but somebody else's headline and its link."""
    if entry.prose.own or kind != "post" or not entry.link or not feed.home:
        return None
    elsewhere = _host(entry.link) != _host(feed.home)
    return entry.title if elsewhere or _REDDIT_TOPIC.match(entry.link) else None


def _host(link: str) -> str:
    return (canonical_url(link) or "").removeprefix("https://").partition("/")[0]
