"""What an answer looks like that is not what we asked for, in words an operator can act on."""

from __future__ import annotations

import re
from collections.abc import Mapping

_HEAD_BYTES = 65_536


def describe(body: bytes, headers: Mapping[str, str]) -> str:
    """One clause saying what the body looks like instead of a feed."""
    head = body[:_HEAD_BYTES].replace(b"\0", b"").decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    lower = head.lower()
    if not head:
        return "the answer is empty"
    if "cf-mitigated" in headers or "cf-chl" in lower or "challenge-platform" in lower:
        return "a Cloudflare challenge page, not a feed: the site only answers browsers"
    if "just a moment..." in lower and "cloudflare" in lower:
        return "a Cloudflare challenge page, not a feed: the site only answers browsers"
    if re.search(r"<!doctype html|<html[\s>]|<body[\s>]|<head[\s>]", lower):
        if re.search(r"type=[\"']?password", lower):
            return "a login page, not a feed"
        return "an HTML page, not a feed; give the address of its feed"
    if head[0] in "{[":
        return "JSON, but no JSON Feed"
    if re.search(r"<(?:rss|feed|rdf:rdf|channel)[\s>]", lower):
        return "a broken feed: no entry could be read from it"
    if root := re.search(r"<([a-z][\w:.-]*)", lower):
        return f"XML or HTML beginning with <{root[1][:40]}>, not a feed"
    return "not a feed: neither XML nor JSON"
