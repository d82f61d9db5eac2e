"""Makes a picture of a page small: 256 colours or fewer, which is all that a page has in plain."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
_CHANNELS = {2: 3, 6: 4}
"""Of PNG's colour types: red, green, blue; and with a fourth for how clear it is."""


def shrink(path: Path) -> None:
    """Write the PNG at `path` anew with a palette; 8 bits a channel, not interlaced, opaque.

    The most frequent colours stay as they are; every other becomes the nearest of them.
    """
    pixels = _pixels(path.read_bytes())
    shape = pixels.shape[:2]
    colours, which, count = np.unique(
        pixels.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True
    )
    kept = colours[np.argsort(-count)[:COLOURS]].astype(np.int32)
    away = ((colours.astype(np.int32)[:, None] - kept[None]) ** 2).sum(axis=2)
    numbers = away.argmin(axis=1).astype(np.uint8)[which.reshape(shape)]
    rows = np.hstack([np.zeros((shape[0], 1), np.uint8), numbers]).tobytes()  # 0: no filter
    head = struct.pack(">IIBBBBB", shape[1], shape[0], 8, 3, 0, 0, 0)
    parts = (b"IHDR", head), (b"PLTE", kept.astype(np.uint8).tobytes())
    packed = (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")
    path.write_bytes(SIGNATURE + b"".join(_chunk(*one) for one in (*parts, *packed)))


def _pixels(png: bytes) -> NDArray[np.uint8]:
    """(height, width, 3), after the PNG specification, third edition, §9."""
    chunks = list(_chunks(png))
    width, height, _, kind, *_ = struct.unpack(">IIBBBBB", chunks[0][1])
    step = _CHANNELS[kind]
    raw = zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT"))
    line, before, rows = width * step, bytearray(width * step), bytearray()
    for y in range(height):
        start = y * (line + 1)
        now = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + line]), before, step)
        rows += now
        before = now
    return np.frombuffer(bytes(rows), np.uint8).reshape(height, width, step)[:, :, :3]


def _unfiltered(kind: int, row: bytearray, up: bytearray, step: int) -> bytearray:
    for x in range(len(row)) if kind else ():
        left = row[x - step] if x >= step else 0
        corner = up[x - step] if x >= step else 0
        guess = (0, left, up[x], (left + up[x]) // 2, _paeth(left, up[x], corner))[kind]
        row[x] = (row[x] + guess) & 255
    return row


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda one: abs(guess - one))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(name: bytes, data: bytes) -> bytes:
    check = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)
