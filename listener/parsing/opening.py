"""A file somebody brings, as lines of text: unpacked within bounds, decoded as its bytes ask."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from config.errors import TooLargeError, UnreadableError

MAX_LINE_CHARS = 2**20
MAX_UNPACKED_BYTES = 4 * 2**30
MAX_RATIO = 300  # tables shrink to a tenth, at best to a hundredth; bombs to a thousandth
_RATIO_COUNTS_FROM = 64 * 2**20
_HEAD_BYTES = 256 * 2**10

_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TABLES = (
    (b"PK\x03\x04", "this is an Excel workbook or a zip archive"),
    (b"\xd0\xcf\x11\xe0", "this is an old Excel workbook"),
    (b"%PDF", "this is a PDF"),
    (b"SQLite format 3", "this is a database"),
    (b"\x28\xb5\x2f\xfd", "this is packed with zstd"),
    (b"BZh", "this is packed with bzip2"),
    (b"\xfd7zXZ", "this is packed with xz"),
)
_CONTROLS = [chr(code) for code in range(32) if chr(code) not in "\t\n\r\f\x0b"]
_FALLBACK = "soundingboard.cp1252"


class Line(NamedTuple):
    """A physical line (1-based); `text` is None where it is longer than we read."""

    number: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """How a file's bytes become lines. `name` is the encoding as people call it."""

    path: Path
    encoding: str
    name: str
    newline: str
    packed: bool

    def lines(self) -> Iterator[Line]:
        """Every line with its end; of a file that breaks off, all that were whole.

        Raises UnreadableError where a packed file is damaged, TooLargeError for a bomb.
        """
        with _bytes_of(self.path) as stream:
            text = io.TextIOWrapper(
                io.BufferedReader(stream), self.encoding, _FALLBACK, self.newline
            )
            for number, line in enumerate(_bounded(text), start=1):
                if stream.damage and not (line or "").endswith(self.newline):
                    break  # the end of this line is missing
                yield Line(number, line)
            if stream.damage:
                raise UnreadableError(
                    str(self.path),
                    f"the file breaks off here: {stream.damage}",
                    mend="Get it once more; the rows before were read.",
                )


def open_text(path: Path) -> Opened:
    """Look at a file's first bytes. Raises UnreadableError if it is not there or not text."""
    with _bytes_of(path) as stream:
        head = io.BufferedReader(stream).read(_HEAD_BYTES)
        packed = stream.packed
        if stream.damage and not head:
            raise UnreadableError(str(path), stream.damage, mend="Get the file once more.")
    for magic, what in _NOT_TABLES:
        if head.startswith(magic):
            raise UnreadableError(str(path), what, mend="Save it as CSV (UTF-8) and bring that.")
    encoding, name = _encoding(head)
    text = head.decode(encoding, "replace")
    if sum(map(text.count, _CONTROLS)) > len(text) // 20:
        raise UnreadableError(str(path), "this is not text", mend="Save it as CSV (UTF-8).")
    newline = "\r" if "\n" not in text and "\r" in text else "\n"
    return Opened(path, encoding, name, newline, packed)


def _encoding(head: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, encoding.upper().replace("-SIG", " with BOM")
    pairs = max(1, len(head) // 2)
    if head[1::2].count(0) > pairs * 0.4 > head[::2].count(0):
        return "utf-16-le", "UTF-16"
    if head[::2].count(0) > pairs * 0.4 > head[1::2].count(0):
        return "utf-16-be", "UTF-16"
    try:
        # Not final: the head may end in the middle of a character.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "utf-8", "Windows-1252"
    return "utf-8", "UTF-8"


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """What is not UTF-8 is a Windows letter; what is not even that is U+FFFD."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    if not error.encoding.lower().replace("_", "-").startswith("utf-8"):
        return "\ufffd", error.end
    return wrong.decode("cp1252", "replace"), error.end


codecs.register_error(_FALLBACK, _as_cp1252)


def _bounded(text: IO[str]) -> Iterator[str | None]:
    """Lines; one that is too long is passed over piece by piece and comes out as None."""
    while line := text.readline(MAX_LINE_CHARS + 1):
        if len(line) <= MAX_LINE_CHARS:
            yield line
            continue
        while len(line) > MAX_LINE_CHARS and not line.endswith(("\n", "\r")):
            line = text.readline(MAX_LINE_CHARS + 1)
        yield None


class _Bytes(io.RawIOBase):
    """The bytes of a file, unpacked if it is a gzip; damage ends it and is remembered."""

    def __init__(self, file: io.BufferedReader, path: Path) -> None:
        self._packed_file, self._path = file, path
        self.packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        self._source: gzip.GzipFile | io.BufferedReader = (
            gzip.GzipFile(fileobj=file) if self.packed else file
        )
        self._count = 0
        self.damage = ""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._source.read1(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            self.damage = f"the packing is damaged ({error})"
            return 0
        self._count += len(data)
        self._guard()
        buffer[: len(data)] = data
        return len(data)

    def _guard(self) -> None:
        if not self.packed or self._count < _RATIO_COUNTS_FROM:
            return
        if self._count > min(MAX_UNPACKED_BYTES, MAX_RATIO * self._packed_file.tell()):
            raise TooLargeError(
                str(self._path),
                f"it unpacks to more than {self._count >> 20} MiB, far more than a table would",
                mend="Unpack it yourself and bring the parts you know.",
            )


@contextmanager
def _bytes_of(path: Path) -> Iterator[_Bytes]:
    try:
        if path.exists() and not path.is_file():
            raise UnreadableError(str(path), "this is not a file", mend="Save it as one first.")
        with path.open("rb") as file, _Bytes(file, path) as stream:
            yield stream
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableError(
            str(path), f"it cannot be read: {reason}", mend="Check the path and its permissions."
        ) from error
