"""Lists of feeds as other readers write them: OPML in, with what is wrong said, and out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from config.errors import ConfigError, RuleError
from listener.record import scrub
from listener.sources import SOURCES
from store import tables

MOST = 2000
"""Outlines taken from one file."""


@dataclass(frozen=True, slots=True)
class Line:
    """One feed of a file, and what would become of it.

    state : new, known (it is listened to already), twice (earlier in this file), or unusable
    """

    name: str
    address: str
    state: Literal["new", "known", "twice", "unusable"]
    problem: str = ""


def preview(data: bytes, known: Collection[str]) -> list[Line]:
    """The feeds of an OPML file in its order. known : addresses that are listened to.

    Raises RuleError for what is no OPML, or holds more than MOST feeds.
    """
    seen = set(known)
    told = []
    for name, address in _outlines(data):
        line = _line(name, address, seen, frozenset(known))
        seen.add(line.address)
        told.append(line)
    return told


def written(sources: Sequence[tables.Source]) -> bytes:
    """The sources as OPML 2.0; each keeps its kind, so that it can be read back."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = "Sources of Sounding Board"
    body = SubElement(root, "body")
    for source in sources:
        SubElement(
            body,
            "outline",
            type="rss" if source.kind == "feed" else source.kind,
            text=scrub(source.name),
            xmlUrl=source.address,
        )
    indent(root)
    text: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _outlines(data: bytes) -> Iterator[tuple[str, str]]:
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        raise RuleError(
            "This is no OPML we can read.", mend="Export it anew from your feed reader."
        ) from error
    if root.tag.lower() != "opml":
        raise RuleError("This is no OPML.", mend="Export it anew from your feed reader.")
    count = 0
    for outline in root.iter():
        address = next((v for k, v in outline.attrib.items() if k.lower() == "xmlurl"), None)
        if outline.tag.lower() != "outline" or address is None:
            continue
        count += 1
        if count > MOST:
            raise RuleError(f"There are over {MOST} feeds in it.", mend="Split the file.")
        yield scrub(outline.get("text") or outline.get("title") or ""), address.strip()


def _line(name: str, address: str, seen: Collection[str], known: frozenset[str]) -> Line:
    called = " ".join(name.split())[:80] or address
    try:
        if not address.lower().startswith(("http://", "https://")):
            raise ConfigError("It is no web address.")
        SOURCES["feed"].first(address, {})
    except (ConfigError, ValueError) as error:
        return Line(called, address[:500], "unusable", str(error))
    if address in known:
        return Line(called, address, "known", "You listen to it already.")
    if address in seen:
        return Line(called, address, "twice", "It stands earlier in this file.")
    return Line(called, address, "new")
