"""What is done to XML before a parser sees it: bombs are refused, bent markup is straightened."""

from __future__ import annotations

import re

from config.errors import UnreadableError

# The character sets of W3C, which RSS 1.0 tells feeds to include for &eacute; and its kin.
_CHARACTER_SET = re.compile(rb"<!ENTITY\s+%\s+[\w.-]+\s+PUBLIC\s+[\"']-//W3C//ENTITIES\b")
_IN_DOCTYPE = re.compile(rb"<!--|<\?|<!ENTITY|\"[^\"]*\"|'[^']*'|\[|\]|>")
_SPACE = b" \t\r\n"

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#(\d{1,8})|#[xX]([0-9a-fA-F]{1,7}));")
_BARE_AMPERSAND = re.compile(r"&(?!\w{1,32};|#\d{1,7};|#[xX][0-9a-fA-F]{1,6};)")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ROOT = re.compile(r"<(?:rss|feed|rdf:RDF|[\w.-]{1,20}:feed)\b[^<>]*>", re.IGNORECASE)
_UNQUOTED = re.compile(r"(\s[\w:.-]+)=([^\s\"'<>]+)")
_RSS_PREFIX = re.compile(r"<(/?)rss:")


def refuse_entities(body: bytes, url: str) -> None:
    """Raises UnreadableError if the document declares entities of its own.

    An ordinary DOCTYPE passes, and so do W3C's named character sets. UTF-16 is read too.
    """
    head = body.replace(b"\0", b"") if b"\0" in body[:64] else body
    start = _doctype(head)
    if start is not None and _declares(head, start):
        raise UnreadableError(
            url, "declares entities of its own, which can hide a bomb or read files; not parsed"
        )


def _doctype(head: bytes) -> int | None:
    """Where the DOCTYPE begins, behind comments and instructions; None if there is none."""
    position = max(head.find(b"<"), 0)
    while position < len(head):
        if head.startswith(b"<!DOCTYPE", position):
            return position
        if head.startswith(b"<!--", position):
            end = head.find(b"-->", position + 4)
        elif head.startswith(b"<?", position):
            end = head.find(b">", position)
        else:
            return None
        position = head.find(b"<", end) if end >= 0 else -1
        if position < 0:
            return None
    return None


def _declares(head: bytes, start: int) -> bool:
    """Whether the DOCTYPE at `start` holds an entity declaration that is no character set."""
    position, inside = start + 9, False
    while mark := _IN_DOCTYPE.search(head, position):
        sign, position = mark[0], mark.end()
        if sign == b"<!ENTITY":
            if not _CHARACTER_SET.match(head, mark.start()):
                return True
            position = max(head.find(b">", position), position)
        elif sign in (b"<!--", b"<?"):
            position = head.find(b"-->" if sign == b"<!--" else b"?>", position)
            if position < 0:
                return False
        elif sign == b"[":
            inside = True
        elif sign == b"]":
            inside = False
        elif sign == b">" and not inside:
            return False
    return False


def repair(body: bytes) -> bytes:
    """The same feed as UTF-8 with what commonly breaks XML mended, for a second try.

    Junk before the root and a bent XML declaration go, the root's attributes get their quotes,
    a prefix "rss:" that stands for nothing goes, forbidden characters and references to them
    become U+FFFD, a bare "&" is escaped. What was cut off stays cut off.
    """
    text = _DECLARATION.sub("", _decoded(body))
    if root := _ROOT.search(text):
        text = _UNQUOTED.sub(r'\1="\2"', root[0]) + text[root.end() :]
    if "xmlns:rss" not in text:
        text = _RSS_PREFIX.sub(r"<\1", text)
    text = _BARE_AMPERSAND.sub("&amp;", _FORBIDDEN.sub("\ufffd", text))
    return _REFERENCE.sub(_allowed, text).encode()


def _decoded(body: bytes) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    named = re.search(rb"encoding\s*=\s*[\"']([\w.-]{1,40})[\"']", body[:300])
    for encoding in ("utf-8-sig", named[1].decode() if named else "cp1252"):
        try:
            return body.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("utf-8", "replace")


def _allowed(reference: re.Match[str]) -> str:
    point = int(reference[1]) if reference[1] else int(reference[2], 16)
    if point > 0x10FFFF or _FORBIDDEN.match(chr(point)):
        return "\ufffd"
    return reference[0]
