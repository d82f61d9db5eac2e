"""What a source hands over: one `RawPost` per post, already scrubbed of what no store can hold."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

MAX_TEXT_CHARS = 65_536
MAX_FIELD_CHARS = 2_048
MAX_NAME_CHARS = 200
MAX_KEY_CHARS = 400

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

Kind = Literal["post", "comment", "review", "survey", "article"]
TimeQuality = Literal["given", "missing", "clamped"]


def scrub(text: str) -> str:
    """The same text without NUL and other controls, lone surrogates replaced by U+FFFD.

    PostgreSQL refuses NUL, both drivers and the tokeniser raise on lone surrogates. Tab and
    newline stay; right-to-left marks and joiners stay too, they are how people write.

    >>> scrub("a\\x00b\\ud800c\\tok")
    'ab\ufffdc\\tok'
    """
    return _UNSTORABLE.sub("", _LONE_SURROGATE.sub("\ufffd", text.replace("\r\n", "\n")))


@dataclass(frozen=True, slots=True)
class RawAuthor:
    """An account on one site.

    key       : what never changes (account id, acct with host); the name where there is no better
    name      : what the source calls them, shown to people as it is
    followers : None = unknown, which is not 0
    is_media  : an outlet speaks, not a person (a news site's feed)
    opted_out : the account asks not to be indexed or shown to strangers
    """

    key: str
    name: str
    display_name: str | None = None
    url: str | None = None
    bio: str | None = None
    followers: int | None = None
    is_bot: bool = False
    is_staff: bool = False
    is_media: bool = False
    opted_out: bool = False

    def __post_init__(self) -> None:
        _scrub_fields(self)


@dataclass(frozen=True, slots=True)
class RawPost:
    """One public post as its source gave it.

    native_key : identifies the post within its source for ever (an overlong one by its hash)
    key_level  : which rung of the identity ladder gave it: guid, link or content
    text       : plain, the author's own words (quotes of others removed), at most 64 K characters
    language   : as declared by the source, ISO 639-1; None = not said
    created_at : aware UTC; None where `time_quality` is missing
    thread_key : posts with the same one are one conversation
    rating     : 0..1, the author's own stars scaled from the lowest to the highest possible
    nps        : 0..10, the author's own answer
    is_repost  : somebody else's words passed on; reach, not opinion
    link_title : title of a page the post links to; a post that only repeats it is not an opinion
    quoted     : someone else's words the post answers, kept apart from `text`
    deleted    : the source says this post is gone; only the key matters then
    """

    native_key: str
    text: str
    author: RawAuthor | None = None
    key_level: Literal["guid", "link", "content"] = "guid"
    kind: Kind = "post"
    url: str | None = None
    title: str | None = None
    language: str | None = None
    created_at: datetime | None = None
    time_quality: TimeQuality = "given"
    edited_at: datetime | None = None
    thread_key: str | None = None
    parent_key: str | None = None
    rating: float | None = None
    nps: int | None = None
    is_repost: bool = False
    link_title: str | None = None
    quoted: str | None = None
    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    deleted: bool = False

    def __post_init__(self) -> None:
        _scrub_fields(self)


@dataclass(frozen=True, slots=True)
class Reject:
    """One record that could not be taken, and why; its siblings were."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one answer of a source held.

    truncated  : how many records were left out because the answer held too many
    page       : what the source's `follow` needs to know of this page (links, ids); plain JSON
    min_wait_s : the source's own wish for the pause until the next look, seconds
    """

    posts: tuple[RawPost, ...]
    rejected: tuple[Reject, ...] = ()
    title: str | None = None
    truncated: int = 0
    page: Mapping[str, Any] | None = None
    min_wait_s: float | None = None


def _scrub_fields(record: RawAuthor | RawPost) -> None:
    """Clean every string of a record while it is made, so that no source can forget to."""
    for name in record.__slots__:
        value = getattr(record, name)
        # All that is unstorable is unprintable too; most strings are short and clean.
        if not isinstance(value, str) or (len(value) <= MAX_NAME_CHARS and value.isprintable()):
            continue
        clean = scrub(value)
        if name in ("key", "native_key") and len(clean) > MAX_KEY_CHARS:
            clean = "sha256:" + hashlib.sha256(clean.encode()).hexdigest()
        object.__setattr__(record, name, clean[: _ROOM.get(name, MAX_FIELD_CHARS)])


_ROOM = {
    "text": MAX_TEXT_CHARS,
    "quoted": MAX_TEXT_CHARS,
    "name": MAX_NAME_CHARS,
    "display_name": MAX_NAME_CHARS,
}
