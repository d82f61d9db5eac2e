"""What a chat channel is told, in the shape each of them reads; words are never markup there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from store import tables

SLACK_HEADER, SLACK_SECTION, SLACK_SECTIONS = 150, 2900, 12  # characters, characters, blocks
DISCORD_CHARS = 2000
TEAMS_BYTES = 27 * 1024  # the limit is 28 KB


def freeze_chat(row: tables.OutboxRow) -> bytes:
    """The body of one chat message; what is too long is cut, and says so.

    A link in the payload ("link") is shown at the end.
    """
    return _SHAPES[row.channel](row)


def _slack(row: tables.OutboxRow) -> bytes:
    """Sources: docs.slack.dev, "Blocks" and "Formatting message text" (only & < > are escaped)."""
    subject, text, link = _escaped(row.subject), _escaped(row.text), _link(row)
    parts = _pieces(text, SLACK_SECTION)
    if len(parts) > SLACK_SECTIONS:
        parts = [*parts[:SLACK_SECTIONS], "…"]
    if link:
        parts.append(_escaped(link))
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": _cut(row.subject, SLACK_HEADER)}}
    ]
    blocks += [{"type": "section", "text": {"type": "mrkdwn", "text": part}} for part in parts]
    return _json({"text": subject, "blocks": blocks, "unfurl_links": False})


def _discord(row: tables.OutboxRow) -> bytes:
    """Nobody is pinged, and a bracket in a quotation cannot hide where a link leads.

    Source: discord.com/developers, "Execute Webhook" (content to 2000 characters).
    """
    link = _link(row)
    end = f"\n{link}" if link else ""
    words = f"{row.subject}\n\n{row.text}".replace("[", "\\[").strip()
    content = _cut(words, DISCORD_CHARS - len(end)) + end
    return _json({"content": content, "allowed_mentions": {"parse": []}, "flags": 4})


def _teams(row: tables.OutboxRow) -> bytes:
    """An Adaptive Card; its lines are runs of text, which know no markup.

    Source: learn.microsoft.com, "Create incoming webhooks with Workflows" (28 KB at most).
    """
    lines = row.text.splitlines()
    body = _card(row, lines)
    while len(body) > TEAMS_BYTES and lines:
        if len(lines) == 1:
            lines = [_cut(lines[0], len(lines[0]) // 2)] if len(lines[0]) > 1 else []
        else:
            lines = [*lines[: len(lines) // 2], "…"]
        body = _card(row, lines)
    return body


def _card(row: tables.OutboxRow, lines: list[str]) -> bytes:
    link = _link(row)
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            _run(_cut(row.subject, SLACK_HEADER), weight="Bolder", size="Medium"),
            *(_run(line) for line in lines if line.strip()),
        ],
        "actions": [{"type": "Action.OpenUrl", "title": "Open", "url": link}] if link else [],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return _json({"type": "message", "attachments": [{"contentType": kind, "content": card}]})


def _run(text: str, **look: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **look}]}


def _link(row: tables.OutboxRow) -> str:
    link = str(row.payload.get("link") or "")
    return link if link.startswith(("https://", "http://")) and len(link) < 1000 else ""


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _pieces(text: str, length: int) -> list[str]:
    """The text in pieces of at most `length` characters, cut at lines where there are any."""
    pieces: list[str] = []
    rest = text.strip()
    while len(rest) > length:
        at = rest.rfind("\n", 1, length)
        at = at if at > 0 else length
        pieces.append(rest[:at])
        rest = rest[at:].lstrip("\n")
    return [piece for piece in [*pieces, rest] if piece.strip()]


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value).encode("ascii")


_SHAPES: Mapping[str, Callable[[tables.OutboxRow], bytes]] = {
    "slack": _slack,
    "discord": _discord,
    "teams": _teams,
}
