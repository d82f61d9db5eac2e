"""The process that hostile formats are parsed in: no files, no network, little time and memory.

Started by `listener.parsing.worker` as `python -m listener.parsing.cell`; speaks `wire` over its
standard streams.
"""

from __future__ import annotations

import codecs
import encodings.aliases
import math
import os
import resource
import sys
from datetime import UTC, datetime
from typing import IO, Any

from config.errors import UnreadableError
from listener.parsing.feed import parse_feed
from listener.parsing.wire import pack, receive, send

PARSERS = {"feed": parse_feed}
"""What can be parsed here: the `kind` of every source whose `in_worker` is true."""

# Everything by which Python reaches out of itself; raised by the interpreter before it acts.
_FORBIDDEN = (
    "open", "os.", "shutil.", "subprocess.", "socket.", "ctypes.", "urllib.", "http.", "ftplib.",
    "smtplib.", "sqlite3.",
)  # fmt: skip
_HARMLESS = ("os.putenv", "os.listdir", "os.scandir")

_SAMPLES = (
    b"<rss version='2.0'><channel><title>x</title><item><title>a</title><pubDate>24 Nov 2026"
    b" 10:00 GMT</pubDate><description>&lt;p&gt;b&lt;/p&gt;</description></item></channel></rss>",
    b"<rss version='2.0'><channel><item><title>a & b</title><link>//h.test/\xe4</link></item>",
    b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title>a</title><content "
    b"type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>b</div></content></entry></feed>",
    b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": 1, "content_html": "<p>b"}]}',
    b"<html>neither</html>",
)


def main() -> None:
    """Answer jobs until the pipe closes."""
    cpu_s, memory_bytes = float(sys.argv[1]), int(sys.argv[2])
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    _warm_up()
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    sys.addaudithook(_stay_inside)
    _serve(jobs, answers, cpu_s)


def _serve(jobs: IO[bytes], answers: IO[bytes], cpu_s: float) -> None:
    while True:
        try:
            job, body = receive(jobs)
        except EOFError:
            return
        _allow(cpu_s)
        send(answers, _answer(job, body))


def _answer(job: dict[str, Any], body: bytes) -> dict[str, Any]:
    try:
        parsed = PARSERS[job["kind"]](
            body,
            job["headers"],
            job["url"],
            now=datetime.fromisoformat(job["now"]),
            max_posts=job["max_posts"],
        )
        return {"parsed": pack(parsed)}
    except UnreadableError as error:
        return {"unreadable": error.reason}
    except MemoryError:
        return {"died": "too much memory"}
    except Exception as error:  # noqa: BLE001 - whatever a stranger's bytes provoke ends here
        return {"unreadable": f"reading it failed inside ({type(error).__name__})"}


def _allow(cpu_s: float) -> None:
    """The kernel ends this process when the job has used `cpu_s` more seconds of processor time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    ceiling = math.ceil(used.ru_utime + used.ru_stime + cpu_s)
    resource.setrlimit(resource.RLIMIT_CPU, (ceiling, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _warm_up() -> None:
    """Import and open everything parsing ever needs, before nothing can be opened any more."""
    for name in {*encodings.aliases.aliases.values(), "idna", "utf_8_sig", "unicode_escape"}:
        try:
            codecs.lookup(name)
        except LookupError:  # an encoding of another operating system
            continue
    for sample in _SAMPLES:
        try:
            parse_feed(sample, {}, "https://warm.test/", now=datetime(2026, 1, 1, tzinfo=UTC))
        except UnreadableError:
            continue


def _stay_inside(event: str, _arguments: tuple[Any, ...]) -> None:
    if event.startswith(_FORBIDDEN) and not event.startswith(_HARMLESS):
        raise PermissionError(f"{event} while parsing")


if __name__ == "__main__":
    main()
