"""Message templates: versions that stay, placeholders that are known, and nothing left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from string import Template as Pattern
from typing import Literal

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from community.history import clean, named
from community.inviting import wording
from config.errors import NotFoundError, RuleError
from store import tables, templates

Kind = Literal["invitation", "reply"]

HOUSE = "Sounding Board"
"""Who wrote the built-in version 1."""

PLACEHOLDERS = {
    "name": "the reader's name",
    "brand": "the brand",
    "committee": "the committee's name",
    "purpose": "what the committee is for",
    "time": "the time it asks",
    "seniors": "who of senior management sits in",
    "compensation": "what members get",
    "answer_days": "within how many days a suggestion is decided",
    "charter": "the whole charter",
    "why": "why this person",
    "found": "where their posts were found, with links",
    "rights": "their rights, and how to object",
    "silent_days": "after how many days no answer counts as a no",
    "contact": "the colleague who answers questions",
    "sender": "who of yours writes",
    "postal_address": "your postal address",
    "link": "the page with the four answers (replies only)",
}

REQUIRED = {
    "the purpose": {"purpose", "charter"},
    "the time commitment": {"time", "charter"},
    "the compensation": {"compensation", "charter"},
    "why this person": {"why"},
    "where they were found (source address)": {"found"},
    "their rights and how to object": {"rights"},
    "the contact person": {"contact"},
    "the postal address": {"postal_address"},
}
"""What every text says, and the placeholders that say it."""

_BUILT_IN: dict[Kind, tuple[str, str]] = {
    "invitation": (wording.SUBJECT, wording.INVITATION),
    "reply": (wording.SUBJECT, wording.REPLY),
}
_LONGEST_SUBJECT = 200  # characters; longer ones are cut by every mail program


def built_in(kind: Kind) -> tuple[str, str]:
    """Subject and body of version 1, in English."""
    return _BUILT_IN[kind]


def in_force(session: Session, kind: Kind, language: str, now: datetime) -> tables.Template:
    """The newest version in that language, else in English.

    The built-in one is kept as version 1 on first use.
    """
    found = templates.newest(session, kind, language) or templates.newest(session, kind, "en")
    if found is not None:
        return found
    subject, body = built_in(kind)
    row = {"kind": kind, "language": "en", "version": 1, "subject": subject, "body": body}
    templates.add_once(session, {**row, "made_by": HOUSE, "made_at": now})
    kept = templates.newest(session, kind, "en")
    assert kept is not None  # noqa: S101 - it was just written
    return kept


def edit(
    session: Session, kind: Kind, language: str, subject: str, body: str, *, by: str, now: datetime
) -> tables.Template:
    """Keep a new version; invitations drafted before keep the words they have.

    Raises RuleError as `lint` does, where nothing changed, or where somebody was quicker.
    """
    who, told_subject, told_body = named(by), clean(subject), clean(body)
    lint(kind, told_subject, told_body)
    before = templates.newest(session, kind, language)
    if before is None and language == "en":
        before = in_force(session, kind, "en", now)
    if before is not None and (before.subject, before.body.strip()) == (told_subject, told_body):
        raise RuleError(f"That is version {before.version} word for word; nothing was changed.")
    version = 1 if before is None else before.version + 1
    row = tables.Template(
        kind=kind,
        language=language,
        version=version,
        subject=told_subject,
        body=told_body,
        made_by=who,
        made_at=now,
    )
    try:
        with session.begin_nested():
            return templates.add(session, row)
    except IntegrityError:
        raise RuleError(
            f"Somebody else saved version {version} just now.", mend="Look at it, then edit again."
        ) from None


def version_of(session: Session, kind: Kind, language: str, version: int | None) -> tables.Template:
    """One version of a template, None = the newest. Raises NotFoundError."""
    kept = templates.versions(session, kind, language)
    found = [row for row in kept if version in (None, row.version)]
    if not found:
        there_are = ", ".join(str(row.version) for row in kept) or "none"
        raise NotFoundError(
            f"There is no such version of the {kind} in {language!r}.",
            mend=f"Versions there are: {there_are}.",
        )
    return found[-1]


def lint(kind: Kind, subject: str, body: str) -> None:
    """Raises RuleError for an unknown placeholder, a stray $, or what the text leaves unsaid."""
    used = _placeholders(subject, kind) | _placeholders(body, kind)
    missing = [what for what, names in REQUIRED.items() if not names & used]
    if kind == "reply" and "link" not in used:
        missing.append("the link to the four answers")
    if not subject.strip():
        missing.append("a subject")
    if missing:
        hints = sorted({f"${{{min(REQUIRED[what])}}}" for what in missing if what in REQUIRED})
        raise RuleError(
            f"The text does not say: {', '.join(missing)}.",
            mend=f"Put in what says it: {', '.join(hints)}." if hints else "Put it in.",
        )


def fill(template: tables.Template, facts: Mapping[str, str]) -> tuple[str, str]:
    """Subject and body with the facts in place; a fact is never read as a placeholder itself.

    Raises RuleError for a placeholder without a fact, or a required fact that is empty.
    """
    used = set(Pattern(template.subject).get_identifiers())
    used |= set(Pattern(template.body).get_identifiers())
    unknown = sorted(used - set(facts))
    if unknown:
        raise RuleError(
            f"Template version {template.version} has a placeholder we do not know: "
            f"${{{unknown[0]}}}.",
            mend="Edit the template.",
        )
    empty = [what for what, names in REQUIRED.items() if not _said(names & used, facts)]
    if empty:
        raise RuleError(
            f"The invitation would not say: {', '.join(empty)}.",
            mend="Complete the charter and the settings first.",
        )
    subject = " ".join(Pattern(template.subject).substitute(facts).split())
    return subject[:_LONGEST_SUBJECT], Pattern(template.body).substitute(facts).strip()


def _said(names: set[str], facts: Mapping[str, str]) -> bool:
    return any(facts[name].strip() for name in names)


def _placeholders(text: str, kind: Kind) -> set[str]:
    pattern = Pattern(text)
    if not pattern.is_valid():
        raise RuleError("There is a $ that begins no placeholder.", mend="Write $$ for a plain $.")
    used = set(pattern.get_identifiers())
    known = set(PLACEHOLDERS) - (set() if kind == "reply" else {"link"})
    unknown = sorted(used - known)
    if unknown:
        raise RuleError(
            f"There is no placeholder ${{{unknown[0]}}}.",
            mend=f"Known are: {', '.join(sorted(known))}.",
        )
    return used
