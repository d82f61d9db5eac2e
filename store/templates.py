"""Queries of message templates; every version stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from store import tables
from store.upsert import insert_new


def newest(session: Session, kind: str, language: str) -> tables.Template | None:
    """The version in force."""
    query = _of(kind, language).order_by(col(tables.Template.version).desc()).limit(1)
    return session.exec(query).first()


def versions(session: Session, kind: str, language: str) -> Sequence[tables.Template]:
    """Every version, oldest first."""
    return session.exec(_of(kind, language).order_by(col(tables.Template.version))).all()


def add(session: Session, template: tables.Template) -> tables.Template:
    """Keep a new version; two writers of the same one collide in the database."""
    session.add(template)
    session.flush()
    return template


def add_once(session: Session, row: Mapping[str, Any]) -> None:
    """Keep a version unless it is there already."""
    insert_new(session, tables.Template, [row], key=("kind", "language", "version"))


def _of(kind: str, language: str) -> SelectOfScalar[tables.Template]:
    return select(tables.Template).where(
        col(tables.Template.kind) == kind, col(tables.Template.language) == language
    )
