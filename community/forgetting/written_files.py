"""Files that may tell of somebody: read in whatever form they are, and deleted."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from community.forgetting.redaction import Case, spoken
from community.forgetting.traces import Traces
from config.errors import StoreError
from store import tables

_HEAD_BYTES = 4096


def naming(traces: Traces, files: Sequence[Path]) -> set[Path]:
    """Which of these files tell of them; the missing tell nothing.

    Raises StoreError for a file that cannot be read.
    """
    named: set[Path] = set()
    for path in files:
        try:
            content = path.read_bytes()
        except (FileNotFoundError, IsADirectoryError):
            continue
        except OSError as error:
            raise _undeletable(path, error) from error
        if any(traces.in_file(form) for form in _forms(content)):
            named.add(path)
    return named


def naming_digests(case: Case, digests: Sequence[tables.Digest]) -> set[Path]:
    """Both files of every digest of which either tells of them, be it by the name of a theme."""

    def tells(pair: set[Path]) -> bool:
        if naming(case.traces, sorted(pair)):
            return True
        words = (path.read_text("utf-8", "replace") for path in pair if path.is_file())
        return any(not case.coined.isdisjoint(spoken(told)) for told in words)

    return {path for pair in map(files_of, digests) if tells(pair) for path in pair}


def files_of(digest: tables.Digest) -> set[Path]:
    """The page and the letter of a digest."""
    return {Path(digest.html_path), Path(digest.text_path)}


def delete_files(paths: Collection[Path]) -> None:
    """Delete these files; the missing are gone already. Raises StoreError."""
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _undeletable(path, error) from error


def _forms(content: bytes) -> Iterator[str]:
    """The words of a file: as UTF-8, as UTF-16 where it may be, and unpacked where it is mail."""
    yield content.decode("utf-8", errors="replace")
    if b"\x00" in content[:_HEAD_BYTES]:
        for encoding in ("utf-16-le", "utf-16-be"):
            yield content.decode(encoding, errors="replace")
    if b"mime-version:" in content[:_HEAD_BYTES].lower():
        message = email.message_from_bytes(content, policy=email.policy.default)
        yield "\n".join(str(value) for value in message.values())
        for part in message.walk():
            body = part.get_payload(decode=True)
            if isinstance(body, bytes):
                yield body.decode("utf-8", errors="replace")


def _undeletable(path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"{path} may name the person and cannot be deleted ({error.strerror}).",
        mend="Give us the right to read and delete it and run this again.",
    )
