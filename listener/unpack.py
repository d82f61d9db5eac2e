"""Bytes from the wire into a body, never more than the caps, whatever they unpack to."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

STEP_BYTES = 64 * 1024
MAX_RATIO = 200
RATIO_FROM_BYTES = 2**20  # below this, even zeros harm nobody
MAX_MEMBERS = 1000

_GZIP = 16 + zlib.MAX_WBITS
_GZIP_FIRST_BYTE = b"\x1f"


class BrokenBody(Exception):
    """The bytes are not what their encoding says, or end too early."""


class BodyTooLarge(Exception):
    """A cap was reached; the message says which."""


@dataclass(frozen=True, slots=True)
class Caps:
    """wire: bytes as sent, without chunk framing; unpacked: bytes after unpacking."""

    wire: int
    unpacked: int


def unpack(chunks: Iterable[bytes], encoding: str, caps: Caps) -> bytes:
    """The whole body. Raises BodyTooLarge at a cap, BrokenBody where it cannot be whole.

    encoding : the Content-Encoding header; gzip once, or nothing
    Memory stays below the caps plus two steps of 64 KiB.
    """
    body = io.BytesIO()
    for piece in pieces(_counted(chunks, caps.wire), encoding, caps):
        body.write(piece)
    return body.getvalue()


def beginning(chunks: Iterable[bytes], encoding: str, size: int) -> bytes:
    """The first `size` bytes of a body, or fewer where it breaks off or cannot be unpacked."""
    head = b""
    try:
        for piece in pieces(chunks, encoding, Caps(size, size + STEP_BYTES)):
            head += piece
            if len(head) >= size:
                break
    except (BrokenBody, BodyTooLarge):
        pass
    return head[:size]


def pieces(chunks: Iterable[bytes], encoding: str, caps: Caps) -> Iterator[bytes]:
    """The body piece by piece, each at most 64 KiB larger than what was sent."""
    match encoding.strip().lower():
        case "" | "identity":
            unpacked = iter(chunks)
        case "gzip" | "x-gzip":
            unpacked = _Gunzip().pieces(chunks)
        case _:
            raise BrokenBody("it is packed in a way we did not ask for")
    total = 0
    for piece in unpacked:
        total += len(piece)
        if total > caps.unpacked:
            raise BodyTooLarge(f"more than {_megabytes(caps.unpacked)} after unpacking")
        yield piece


class _Gunzip:
    """gzip in steps of 64 KiB; several members in a row are one body (RFC 1952, 2.2)."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)
        self._members = 1
        self._packed = self._unpacked = 0

    def pieces(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._packed += len(chunk)
            rest = chunk
            while rest:
                if self._member.eof and not self._next_member(rest):
                    break
                yield self._step(rest)
                rest = self._member.unconsumed_tail or self._member.unused_data
        if self._packed and not self._member.eof:
            raise BrokenBody("it broke off while being unpacked")

    def _step(self, packed: bytes) -> bytes:
        try:
            piece = self._member.decompress(packed, STEP_BYTES)
        except zlib.error:
            raise BrokenBody("it is damaged and could not be unpacked") from None
        self._unpacked += len(piece)
        if self._unpacked > max(RATIO_FROM_BYTES, MAX_RATIO * self._packed):
            raise BodyTooLarge("far more after unpacking than any honest page")
        return piece

    def _next_member(self, rest: bytes) -> bool:
        """Whether another member begins; other bytes behind the last one mean nothing."""
        if not rest.startswith(_GZIP_FIRST_BYTE):
            return False
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise BrokenBody("it is packed in too many parts")
        self._member = zlib.decompressobj(_GZIP)
        return True


def _counted(chunks: Iterable[bytes], cap: int) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > cap:
            raise BodyTooLarge(f"more than {_megabytes(cap)}")
        yield chunk


def _megabytes(size: int) -> str:
    return f"{size / 2**20:.3g} MB"
