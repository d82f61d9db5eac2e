"""How the worker and its process talk: length-prefixed JSON, which cannot carry code."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from datetime import datetime
from typing import IO, Any

from listener.record import Parsed, RawAuthor, RawPost, Reject

_LENGTH = struct.Struct(">I")
_TIMES = ("created_at", "edited_at")


def send(pipe: IO[bytes], message: dict[str, Any], body: bytes = b"") -> None:
    """One message and the raw bytes that go with it. Raises OSError if nobody listens any more."""
    for part in (json.dumps(message).encode(), body):
        pipe.write(_LENGTH.pack(len(part)))
        pipe.write(part)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """The next message and its bytes. Raises EOFError if the other side is gone."""
    message, body = _part(pipe), _part(pipe)
    return json.loads(message), body


def _part(pipe: IO[bytes]) -> bytes:
    return _exactly(pipe, _LENGTH.unpack(_exactly(pipe, _LENGTH.size))[0])


def _exactly(pipe: IO[bytes], count: int) -> bytes:
    data = pipe.read(count)
    if len(data) < count:
        raise EOFError("the other side closed the pipe")
    return data


def pack(parsed: Parsed) -> dict[str, Any]:
    """`Parsed` as plain JSON values; `unpack` gives an equal one back."""
    plain = asdict(parsed)
    for post in plain["posts"]:
        for name in _TIMES:
            post[name] = post[name] and post[name].isoformat()
    return plain


def unpack(plain: dict[str, Any]) -> Parsed:
    """What `pack` packed. Raises KeyError, TypeError or ValueError on anything else."""
    posts = tuple(_post(post) for post in plain["posts"])
    rejected = tuple(Reject(**reject) for reject in plain["rejected"])
    return Parsed(**{**plain, "posts": posts, "rejected": rejected})


def _post(plain: dict[str, Any]) -> RawPost:
    times = {name: plain[name] and datetime.fromisoformat(plain[name]) for name in _TIMES}
    author = plain["author"] and RawAuthor(**plain["author"])
    return RawPost(**{**plain, **times, "author": author})
