"""Posts as JSON lines in, readings as JSON lines out, in constant memory and in order."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

from listener.record import MAX_TEXT_CHARS, scrub
from models.reading import Question, Reader, Reading

CHUNK_BYTES = 64 * 1024
LONGEST_LINE_BYTES = 4 * 1024 * 1024
"""Room for a text of 64 K characters, each written as an escaped pair, many times over."""
LINES_AT_ONCE = 256


class _BadLineError(ValueError):
    """This line cannot be read; `id` is its own, where that much could be made out."""

    def __init__(self, reason: str, post_id: Any = None) -> None:
        super().__init__(reason)
        self.id = post_id


@dataclass(frozen=True, slots=True)
class _Asked:
    id: Any
    question: Question


def answers(stream: BinaryIO, reader: Reader, brand: str | None = None) -> Iterator[bytes]:
    """Answer what has come so far, as soon as it has come: some whole lines each time.

    brand : the target where a line names none
    """
    number = 0
    for lines in _lines(stream):
        asked: list[_Asked | dict[str, Any]] = []
        for line in lines:
            number += 1
            if line is not None and not line.strip():
                continue
            try:
                asked.append(_question(line, brand))
            except _BadLineError as bad:
                asked.append({"line": number, "error": str(bad), "id": bad.id})
        if asked:
            yield _answered(asked, reader)


def _lines(stream: BinaryIO) -> Iterator[list[bytes | None]]:
    """Whole lines, as many as one look gives; None for one too long to be kept."""
    rest, overlong, at_start = b"", False, True
    read = getattr(stream, "read1", stream.read)
    while chunk := read(CHUNK_BYTES):
        if at_start:
            chunk, at_start = chunk.removeprefix(b"\xef\xbb\xbf"), False
        first, *others = chunk.split(b"\n")
        rest = b"" if overlong else rest + first
        if len(rest) > LONGEST_LINE_BYTES:
            rest, overlong = b"", True
        if not others:
            continue
        whole: list[bytes | None] = [None if overlong else rest, *others[:-1]]
        rest, overlong = others[-1], False
        for start in range(0, len(whole), LINES_AT_ONCE):
            yield whole[start : start + LINES_AT_ONCE]
    if rest or overlong:
        yield [None if overlong else rest]


def _question(line: bytes | None, brand: str | None) -> _Asked:
    if line is None:
        raise _BadLineError(f"longer than {LONGEST_LINE_BYTES // 2**20} MiB")
    try:
        post = _value(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _BadLineError(f"not UTF-8 at byte {error.start + 1}", _id_within(line)) from None
    if not isinstance(post, dict):
        raise _BadLineError("not a JSON object")
    post_id, text = post.get("id"), post.get("text")
    if not isinstance(text, str):
        wrong = "is missing" if text is None else "is no text"
        raise _BadLineError(f'"text" {wrong}', post_id)
    for name in ("brand", "language"):
        if not isinstance(post.get(name), str | None):
            raise _BadLineError(f'"{name}" is no text', post_id)
    words = scrub(text)[:MAX_TEXT_CHARS]
    target = scrub(post.get("brand") or brand or "").strip() or None
    return _Asked(post_id, Question(words, target, _language(post.get("language"))))


def _value(line: str) -> Any:
    """One JSON value; numbers JSON does not have are refused, for no answer could repeat them."""
    try:
        return json.loads(line, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise _BadLineError("not JSON we can read: nested too deeply") from None
    except ValueError as error:
        raise _BadLineError(f"not JSON: {str(error)[:120]}") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits[:20]} is too large a number")
    return number


def _id_within(line: bytes) -> Any:
    """The id of a line whose bytes are damaged elsewhere."""
    try:
        post = _value(line.decode("utf-8", "replace"))
    except _BadLineError:
        return None
    return post.get("id") if isinstance(post, dict) else None


def _language(told: str | None) -> str | None:
    """Two letters of what was declared (`en-GB` is en); anything else is left to be detected."""
    code = (told or "").replace("_", "-").partition("-")[0].strip().lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def _answered(asked: Sequence[_Asked | dict[str, Any]], reader: Reader) -> bytes:
    """The lines of some questions and complaints, in their order."""
    readings = iter(reader.read([one.question for one in asked if isinstance(one, _Asked)]))
    told = [
        reading_json(one.id, next(readings)) if isinstance(one, _Asked) else one for one in asked
    ]
    # ASCII with escapes: an id may hold half a character, which UTF-8 cannot
    return b"".join(json.dumps(line).encode() + b"\n" for line in told)


def reading_json(post_id: Any, reading: Reading) -> dict[str, Any]:
    """One answer; where the model abstained it said no probability, so there is none."""
    said = not reading.abstained
    return {
        "id": post_id,
        "language": reading.language,
        "abstained": reading.abstained,
        "reason": reading.reason,
        "negative": reading.negative if said else None,
        "neutral": reading.neutral if said else None,
        "positive": reading.positive if said else None,
        "label": reading.label,
        "idea": reading.idea,
        "model": reading.model,
    }
