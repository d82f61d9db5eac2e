"""Who is who while the demo's programme is told, and how each of them stood on a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from community.committees import committee
from community.inviting.inviting_rules import Desk
from models.stance import Stance
from soundingboard.inviting import desk_of
from soundingboard.pipeline.weigh import weigh_brand
from soundingboard.wiring import Parts
from store import meetings as meeting_queries
from store import members as member_queries
from store import tables
from store.brands import get_brand
from store.candidates import cards, find_authors
from store.mention_filter import MentionFilter
from store.mentions import mentions

Told = Mapping[str, Any]
"""One table of programme.toml."""
Dated = tuple[datetime, Callable[[Session, datetime], None]]
"""Something that happens on a day."""


class Story:
    """The people of the programme by the names their sources call them, and what was made."""

    def __init__(self, parts: Parts, cast: Told, brand_name: str) -> None:
        self.parts, self.cast, self.brand_name = parts, cast, brand_name
        self.marketer: str = cast["marketer"]
        self.moderator: str = cast["moderator"]
        self.service: str = cast["service"]
        self.today = parts.clock.now()
        self.desk: Desk = desk_of(parts)
        self.brand_id = self.committee_id = 0
        self.candidates: dict[str, tables.Candidate] = {}
        self.members: dict[str, tables.Member] = {}
        self.invitations: dict[str, int] = {}
        self.meetings: dict[str, int] = {}
        self.suggestions: list[int] = []
        self.told_today: list[int] = []
        self._stances: dict[datetime, Mapping[int, Stance]] = {}

    def open(self, session: Session) -> None:
        """Look up whom the recruit list proposes."""
        self.brand_id = get_brand(session, self.brand_name).id or 0
        self.candidates = {
            card.author.name: card.candidate
            for card in cards(session, self.brand_id, listed=None)
            if card.candidate.state == "proposed" and not card.excluding
        }

    def found(self, session: Session, at: datetime) -> None:
        """Make the committee."""
        name = self.cast["committee"]["name"]
        made = committee.make(
            session, brand_id=self.brand_id, name=name, actor=self.marketer, now=at
        )
        self.committee_id = made.id or 0

    def may_be_invited(self, name: str) -> bool:
        """Whether the recruit list proposes them: another reader may see another public."""
        return name in self.candidates

    def seat(self, session: Session, name: str) -> None:
        """Remember whoever took a seat."""
        author_id = self.candidates[name].author_id
        member = member_queries.seat_of(session, self.committee_id, author_id)
        if member is not None:
            self.members[name] = member

    def asked(self, session: Session, title: str, name: str) -> list[int]:
        """The attendances of a member (by account) or of one of ours (by name) at a meeting."""
        member = self.members.get(name)
        return [
            one.id or 0
            for one in meeting_queries.attendances(session, self.meetings[title])
            if (one.member_id == member.id if member else one.name == name)
        ]

    def account(self, session: Session, name: str) -> tables.Author | None:
        """The one account called so, if it was heard."""
        return next(iter(find_authors(session, name)), None)

    def post(self, session: Session, name: str, words: str) -> tables.Post | None:
        """The post of that account in which these words occur."""
        author = self.account(session, name)
        if author is None or not author.id:
            return None
        said = mentions(session, self.brand_id, MentionFilter(author_id=author.id), limit=50)
        return next((one.post for one in said if words in one.post.text), None)

    def stood(self, author_id: int, at: datetime) -> dict[str, Any]:
        """How an author stood on that day, in the form a baseline is frozen in."""
        day = at.replace(hour=0, minute=0, second=0, microsecond=0)
        if day not in self._stances:
            self._stances[day] = weigh_brand(self.parts, self.brand_id, until=day).stances
        stance = self._stances[day].get(author_id)
        names = ("mu", "sd", "p_love", "p_hate")
        return {
            **{name: getattr(stance, name) if stance else None for name in names},
            "stance": stance.stance if stance else "undecided",
            "n_posts": stance.n_posts if stance else 0,
            "frozen_at": at.isoformat(),
        }
