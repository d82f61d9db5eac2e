"""Parses hostile formats in a process of their own, which is killed when one takes too much."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import IO, Any, Self, cast

from config.clock import Clock, SystemClock
from config.errors import UnreadableError
from listener.parsing import wire
from listener.parsing.feed import DEFAULT_MAX_POSTS
from listener.record import Parsed

TOO_MUCH = "took too long or too much memory to read; nothing of it was kept"
GIB = 2**30


class Worker:
    """One process for many answers; safe to call from several threads, which take turns.

    A process that is killed, by itself or by us, costs its own job only: the next one gets a
    fresh process. It sees no file, no network and none of our environment.

    cpu_s        : processor time one job may use, seconds
    wall_s       : how long a caller waits for one job at most, seconds
    memory_bytes : address space of the process
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        max_posts: int = DEFAULT_MAX_POSTS,
        cpu_s: float = 5.0,
        wall_s: float = 20.0,
        memory_bytes: int = GIB,
    ) -> None:
        self._clock, self._max_posts = clock or SystemClock(), max_posts
        self._cpu_s, self._wall_s, self._memory_bytes = cpu_s, wall_s, memory_bytes
        self._turn = threading.Lock()
        self._process: _Process | None = None

    def parse(self, kind: str, body: bytes, headers: Mapping[str, str], url: str) -> Parsed:
        """The posts of one answer of a source of `kind`, as its own `parse` would give them.

        Raises UnreadableError if nothing can be read from it, or if reading it takes too much.
        """
        job = {
            "kind": kind,
            "headers": dict(headers),
            "url": url,
            "now": self._clock.now().isoformat(),
            "max_posts": self._max_posts,
        }
        with self._turn:
            answer = self._ask(job, body, url)
        if "unreadable" in answer:
            raise UnreadableError(url, str(answer["unreadable"]))
        try:
            return wire.unpack(answer["parsed"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UnreadableError(url, "the parsing process answered nonsense") from error

    def close(self) -> None:
        """End the process; a later `parse` starts another one."""
        with self._turn:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, job: dict[str, Any], body: bytes, url: str) -> dict[str, Any]:
        if self._process is not None and not self._process.is_alive():
            self._end()  # it died between two jobs, of neither
        if self._process is None:
            self._process = _Process(self._cpu_s, self._memory_bytes)
        try:
            answer = self._process.answer(job, body, self._wall_s)
        except (EOFError, OSError, ValueError) as error:
            self._end()
            raise UnreadableError(url, TOO_MUCH) from error
        if "died" in answer:
            self._end()
            raise UnreadableError(url, TOO_MUCH)
        return answer

    def _end(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None


class _Process:
    """One running `listener.parsing.cell` and the pipes to it."""

    def __init__(self, cpu_s: float, memory_bytes: int) -> None:
        self._running = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "listener.parsing.cell", str(cpu_s), str(memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},  # no secret of ours
        )
        self._jobs = cast("IO[bytes]", self._running.stdin)
        self._answers = cast("IO[bytes]", self._running.stdout)

    def answer(self, job: dict[str, Any], body: bytes, wall_s: float) -> dict[str, Any]:
        """What the process says to a job. Raises EOFError or OSError if it dies, or is killed."""
        alarm = threading.Timer(wall_s, self._running.kill)
        alarm.start()
        try:
            wire.send(self._jobs, job, body)
            return wire.receive(self._answers)[0]
        finally:
            alarm.cancel()

    def is_alive(self) -> bool:
        return self._running.poll() is None

    def end(self) -> None:
        self._running.kill()
        with contextlib.suppress(OSError):  # a job it never took may still be in the buffer
            self._jobs.close()
        self._answers.close()
        self._running.wait()
