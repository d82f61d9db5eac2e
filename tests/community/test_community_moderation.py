"""The review queue: once each, decided once, taken back whole, and told to whoever reported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from community.moderating import labels, moderation, notices, rulings
from community.moderating.matters import (
    Matter,
    flag_matter,
    merge_matter,
    post_cues,
    post_matter,
    reading_matter,
)
from config.errors import NotFoundError, RuleError
from store import labels as label_queries
from store import moderation as queue_queries
from store import tables
from store.moderation import OwnPost
from store.session import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


class House:
    """A brand with its own forum and a few accounts elsewhere."""

    def __init__(self, session: Session) -> None:
        self.session = session
        brand = tables.BrandRow(name="Pellow", created_at=NOW)
        session.add(brand)
        session.flush()
        self.brand_id = brand.id or 0
        self.forum = tables.Source(
            kind="discourse",
            address="https://forum.test",
            name="forum",
            about_id=self.brand_id,
            added_at=NOW,
        )
        session.add(self.forum)
        session.flush()

    def account(self, name: str, site: str, **told: Any) -> tables.Author:
        row = tables.Author(site=site, key=name, name=name, first_seen=NOW, **told)
        self.session.add(row)
        self.session.flush()
        return row

    def post(
        self, key: str, author: tables.Author | None = None, text: str = "you idiot"
    ) -> OwnPost:
        post = tables.Post(
            source_id=self.forum.id,
            native_key=key,
            key_level="guid",
            kind="post",
            author_id=author.id if author else None,
            text=text,
            text_sha=f"sha of {text}",
            at=NOW,
            time_quality="given",
            first_seen=NOW,
        )
        self.session.add(post)
        self.session.flush()
        reading = tables.Reading(
            post_id=post.id,
            brand_id=self.brand_id,
            model="m1",
            text_sha=post.text_sha,
            abstained=False,
            negative=0.8,
            neutral=0.1,
            positive=0.1,
            label="negative",
            idea=0,
            specificity=0,
            passion=0,
            civility=0.4,
            read_at=NOW,
        )
        self.session.add_all(
            [reading, tables.Mention(post_id=post.id, brand_id=self.brand_id, how="given")]
        )
        self.session.flush()
        return OwnPost(post, author, reading)

    def insult(self, key: str = "1", **why: Any) -> Matter:
        found = self.post(key, **why)
        cues = post_cues(found, repeats=None, spam=None)
        return post_matter(self.brand_id, found, cues, weight=0.6)

    def brought(self, matter: Matter) -> tables.ReviewItem:
        moderation.bring_up(self.session, matter, NOW)
        return self.item(matter)

    def item(self, matter: Matter) -> tables.ReviewItem:
        (found,) = [
            item
            for item in queue_queries.items(self.session, state=None)
            if (item.kind, item.subject) == (matter.kind, matter.subject)
        ]
        return found

    def merge(self, one: tables.Author, two: tables.Author) -> tables.ReviewItem:
        return self.brought(merge_matter(self.brand_id, [one, two], {"handle": "same"}, score=0.6))

    def same(self, item: tables.ReviewItem) -> None:
        moderation.decide(self.session, item, "Ana", "same", NOW, reason="profiles")

    def persons(self, *authors: tables.Author) -> list[int | None]:
        for author in authors:
            self.session.refresh(author)
        return [author.person_id for author in authors]


def keep(session: Session, item: tables.ReviewItem, who: str = "Ana") -> tables.ModerationStep:
    return moderation.decide(session, item, who, "keep", NOW, reason="within_rules")


def told(steps: Sequence[tables.ModerationStep]) -> list[tuple[str, str]]:
    return [(step.step, step.actor) for step in steps]


def test_what_is_found_again_is_there_once(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        matter = house.insult()
        assert moderation.bring_up(session, matter, NOW) == "new"
        assert moderation.bring_up(session, matter, LATER) == "known"
        assert len(queue_queries.items(session)) == 1
        assert told(queue_queries.steps(session, house.item(matter).id or 0)) == [
            ("opened", "soundingboard")
        ]


def test_a_decided_item_is_opened_again_by_new_evidence_only(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        matter = house.insult()
        item = house.brought(matter)
        keep(session, item)
        assert moderation.bring_up(session, matter, LATER) == "known"
        assert item.state == "decided"
        edited = Matter(**{**_fields(matter), "prints": ("text of an edit",)})
        assert moderation.bring_up(session, edited, LATER) == "reopened"
        assert (item.state, item.reopened, item.opened_at) == ("open", 1, LATER)
        assert moderation.bring_up(session, matter, LATER) == "known"


def test_a_decided_item_is_opened_again_by_a_new_reporter_but_not_by_the_same(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        matter = house.insult()
        item, outcome = moderation.report(session, matter, "Ben", "uncivil", NOW)
        assert outcome == "new"
        keep(session, item)
        assert moderation.report(session, matter, "Ben", "spam", LATER)[1] == "known"
        assert item.state == "decided"
        assert moderation.report(session, matter, "Cem", "spam", LATER)[1] == "reopened"
        assert item.state == "open"
        assert moderation.report(session, matter, "Dan", "spam", LATER)[1] == "added"
        reporters = [one.reporter for one in queue_queries.reports(session, item.id or 0)]
        assert reporters == ["Ben", "Cem", "Dan"]


def test_numbers_that_change_with_every_post_are_no_new_evidence_of_a_flag(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        flag = _flag(house, "51.5 posts a day")
        author = session.get(tables.Author, flag.author_id)
        assert author is not None
        item = house.brought(flag_matter(flag, author))
        moderation.decide(session, item, "Ana", "holds", NOW, reason="evidence")
        flag.evidence = "63 posts a day"
        assert moderation.bring_up(session, flag_matter(flag, author), LATER) == "known"
        flag.evidence = "63 posts a day; the name ends in bot"
        assert moderation.bring_up(session, flag_matter(flag, author), LATER) == "reopened"


def test_two_moderators_never_decide_the_same(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        item = house.brought(house.insult())
        moderation.claim(session, item, "Ana", NOW)
        with pytest.raises(RuleError, match="Ana is deciding this until 12:30"):
            keep(session, item, "Ben")
        with pytest.raises(RuleError, match="Ana has this item"):
            moderation.release(session, item, "Ben", NOW)
        moderation.release(session, item, "Ana", NOW)
        with pytest.raises(RuleError, match=r"It changed meanwhile \(Ana: released\)"):
            moderation.decide(session, item, "Ben", "keep", NOW, reason="within_rules", seen=0)
        keep(session, item, "Ben")
        with pytest.raises(RuleError, match="Ben decided this: keep"):
            keep(session, item, "Ana")


def test_a_claim_runs_out(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        item = house.brought(house.insult())
        moderation.claim(session, item, "Ana", NOW)
        assert moderation.claim_next(session, "Ben", NOW) is None
        assert moderation.claim_next(session, "Ben", NOW + moderation.CLAIM) is item


def test_whoever_asks_next_gets_the_most_pressing_nobody_has(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        plain, reported = house.insult("1"), house.insult("2")
        house.brought(plain)
        moderation.report(session, reported, "Cem", "uncivil", NOW)
        first = moderation.claim_next(session, "Ana", NOW)
        second = moderation.claim_next(session, "Ben", NOW)
        assert first is not None
        assert second is not None
        assert (first.subject, second.subject) == (reported.subject, plain.subject)


def test_decisions_and_reasons_must_be_known(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        item = house.brought(house.insult())
        with pytest.raises(RuleError, match=r"none of a post's.*keep, hide, escalate"):
            moderation.decide(session, item, "Ana", "delete", NOW, reason="spam")
        with pytest.raises(RuleError, match="none of a post's"):
            moderation.decide(session, item, "Ana", "hide", NOW, reason="dunno")
        with pytest.raises(RuleError, match="needs words"):
            moderation.decide(session, item, "Ana", "hide", NOW, reason="other", note=" ")
        with pytest.raises(RuleError, match="needs a person"):
            moderation.decide(session, item, " ", "hide", NOW, reason="spam")
        assert item.state == "open"
        with pytest.raises(NotFoundError):
            moderation.one_item(session, 999)


def test_taking_a_decision_back_restores_what_was(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        matter = house.insult()
        item, _ = moderation.report(session, matter, "Ben", "uncivil", NOW)
        moderation.claim(session, item, "Ana", NOW)
        before = _fields(item)
        moderation.decide(session, item, "Ana", "hide", NOW, reason="uncivil", note="twice")
        assert queue_queries.hidden_posts(session, house.brand_id) == {item.post_id}
        assert queue_queries.track_records(session, ["Ben"]) == {"Ben": (1, 1)}
        moderation.undo(session, item, "Cem", LATER)
        assert _fields(item) == before | {"version": item.version}
        assert queue_queries.hidden_posts(session, house.brand_id) == set()
        assert queue_queries.track_records(session, ["Ben"]) == {}
        with pytest.raises(RuleError, match="Nothing was decided"):
            moderation.undo(session, item, "Cem", LATER)
        steps = told(queue_queries.steps(session, item.id or 0))
        assert steps[-3:] == [("claimed", "Ana"), ("decided", "Ana"), ("undone", "Cem")]


def test_decisions_on_one_item_are_taken_back_one_by_one(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        matter = house.insult()
        item = house.brought(matter)
        moderation.decide(session, item, "Ana", "hide", NOW, reason="uncivil")
        moderation.report(session, matter, "Ben", "uncivil", NOW)
        keep(session, item, "Cem")
        moderation.undo(session, item, "Dan", LATER)
        assert (item.state, item.decision, item.decided_by) == ("open", "hide", "Ana")
        moderation.undo(session, item, "Dan", LATER)
        assert (item.state, item.decision, item.decided_by) == ("open", None, None)


def test_a_reporter_is_told_once_and_never_of_colleagues(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        item, _ = moderation.report(session, house.insult(), "Ben", "uncivil", NOW)
        assert notices.untold(session, "Ben", NOW) == []
        moderation.decide(session, item, "Ana", "hide", NOW, reason="uncivil")
        ((_, words),) = notices.untold(session, " Ben ", LATER)
        assert words.startswith(f"No. {item.id}, the post you reported: hide")
        assert "You were right. Why: insults or threatens people." in words
        assert notices.untold(session, "Ben", LATER) == []
        assert notices.untold(session, "Ana", LATER) == []


def test_an_author_gets_a_draft_that_names_no_reporter_and_no_note(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        author = house.account("mara", "forum.test")
        item, _ = moderation.report(session, house.insult(author=author), "Ben", "uncivil", NOW)
        post = labels.known_post(session, item.post_id or 0)
        assert notices.to_author(item, post, author, "Pellow") is None
        moderation.decide(session, item, "Ana", "hide", NOW, reason="uncivil", note="a troll")
        draft = notices.to_author(item, post, author, "Pellow")
        assert draft is not None
        assert "mara" in draft
        assert "insults or threatens people" in draft
        assert "Ben" not in draft
        assert "troll" not in draft


def test_a_merge_joins_and_taking_it_back_splits_to_exactly_what_the_others_say(
    store: Store,
) -> None:
    with store.write() as session:
        house = House(session)
        a, b, c = (house.account(name, site) for name, site in (("a", "x"), ("b", "y"), ("c", "z")))
        ab, bc = house.merge(a, b), house.merge(b, c)
        house.same(ab)
        house.same(bc)
        one, two, three = house.persons(a, b, c)
        assert one == two == three is not None
        moderation.undo(session, ab, "Ana", LATER)
        first, second, third = house.persons(a, b, c)
        assert first is None
        assert second == third is not None
        moderation.undo(session, bc, "Ana", LATER)
        assert house.persons(a, b, c) == [None, None, None]
        assert session.get(tables.Person, one, populate_existing=True) is None


def test_a_merge_in_a_circle_holds_until_it_is_broken_twice(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        a, b, c = (house.account(name, site) for name, site in (("a", "x"), ("b", "y"), ("c", "z")))
        ab, bc, ac = house.merge(a, b), house.merge(b, c), house.merge(a, c)
        for item in (ab, bc, ac):
            house.same(item)
        moderation.undo(session, bc, "Ana", LATER)
        assert len(set(house.persons(a, b, c))) == 1
        moderation.undo(session, ab, "Ana", LATER)
        first, second, third = house.persons(a, b, c)
        assert first == third is not None
        assert second is None


def test_two_accounts_on_one_site_never_become_one_person(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        a, b, c = (house.account(name, site) for name, site in (("a", "x"), ("b", "y"), ("c", "x")))
        with pytest.raises(RuleError, match="Both accounts are on x"):
            merge_matter(house.brand_id, [a, c])
        house.same(house.merge(a, b))
        item = house.merge(b, c)
        with pytest.raises(RuleError, match="That would make a and c on x one person"):
            house.same(item)
        assert item.state == "open"
        assert house.persons(c) == [None]


def test_a_merge_decided_otherwise_after_all_is_split(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        a, b = house.account("a", "x"), house.account("b", "y")
        item = house.merge(a, b)
        house.same(item)
        moderation.report(
            session, merge_matter(house.brand_id, [a, b]), "Ben", "other", NOW, words="no"
        )
        moderation.decide(session, item, "Cem", "different", NOW, reason="contradicts")
        assert house.persons(a, b) == [None, None]
        moderation.undo(session, item, "Cem", LATER)
        assert len(set(house.persons(a, b)) - {None}) == 1


def test_a_corrected_reading_is_a_label_and_goes_when_it_is_taken_back(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        item, post = _disagreement(house)
        moderation.decide(session, item, "Ana", "positive", NOW, reason="irony")
        (label,) = label_queries.labels_of(session, post.id or 0, house.brand_id)
        assert (label.label, label.sampled, label.labelled_by) == ("positive", False, "Ana")
        assert label_queries.corrections(session, house.brand_id)[post.id or 0].label == "positive"
        moderation.undo(session, item, "Ana", LATER)
        assert label_queries.labels_of(session, post.id or 0, house.brand_id) == []


def test_a_reading_that_was_right_is_a_label_too(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        item, post = _disagreement(house)
        moderation.decide(session, item, "Ana", "model_right", NOW, reason="plain")
        (label,) = label_queries.labels_of(session, post.id or 0, house.brand_id)
        assert label.label == "negative"
        (report,) = queue_queries.reports(session, item.id or 0)
        assert report.upheld is False


def test_a_second_decision_on_a_reading_withdraws_the_first_ones_label(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        item, post = _disagreement(house)
        moderation.decide(session, item, "Ana", "positive", NOW, reason="irony")
        matter = reading_matter(
            house.brand_id, post, None, session.get(tables.Reading, (post.id, house.brand_id, "m1"))
        )
        moderation.report(session, matter, "Cem", "misread", LATER)
        moderation.decide(session, item, "Dan", "neutral", LATER, reason="mixed")
        said = label_queries.labels_of(session, post.id or 0, house.brand_id)
        assert [(one.labelled_by, one.label) for one in said] == [("Dan", "neutral")]
        moderation.undo(session, item, "Dan", LATER)
        said = label_queries.labels_of(session, post.id or 0, house.brand_id)
        assert [(one.labelled_by, one.label) for one in said] == [("Ana", "positive")]


def test_a_correction_never_overwrites_what_its_author_said_blind(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        item, post = _disagreement(house)
        labels.label_blind(session, house.brand_id, post.id or 0, "neutral", "Ana", NOW)
        with pytest.raises(RuleError, match="You labelled this post neutral before"):
            moderation.decide(session, item, "Ana", "positive", NOW, reason="irony")
        moderation.decide(session, item, "Ana", "neutral", NOW, reason="mixed")
        moderation.undo(session, item, "Ana", LATER)
        (label,) = label_queries.labels_of(session, post.id or 0, house.brand_id)
        assert (label.label, label.sampled) == ("neutral", True)


def test_a_flag_that_does_not_hold_is_overridden_and_taken_back(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        flag = _flag(house, "the name ends in bot")
        author = session.get(tables.Author, flag.author_id)
        assert author is not None
        item = house.brought(flag_matter(flag, author))
        moderation.decide(session, item, "Ana", "does_not_hold", NOW, reason="asked", note="human")
        assert (flag.overridden_by, flag.override_reason) == ("Ana", "we asked them: human")
        moderation.undo(session, item, "Ben", LATER)
        assert (flag.overridden_by, flag.overridden_at, flag.override_reason) == (None, None, None)


def test_a_flag_found_to_hold_after_all_is_restored_and_back_again(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        flag = _flag(house, "the name ends in bot")
        author = session.get(tables.Author, flag.author_id)
        assert author is not None
        matter = flag_matter(flag, author)
        item = house.brought(matter)
        moderation.decide(session, item, "Ana", "does_not_hold", NOW, reason="misread")
        moderation.report(session, matter, "Cem", "other", LATER, words="it is one")
        moderation.decide(session, item, "Dan", "holds", LATER, reason="evidence")
        assert flag.overridden_at is None
        moderation.undo(session, item, "Dan", LATER)
        assert (flag.overridden_by, flag.overridden_at) == ("Ana", NOW)


def test_what_a_person_asked_of_us_is_never_up_for_decision(store: Store) -> None:
    with store.write() as session:
        house = House(session)
        flag = _flag(house, "told us", kind="do_not_contact")
        author = session.get(tables.Author, flag.author_id)
        assert author is not None
        with pytest.raises(RuleError, match="own word"):
            flag_matter(flag, author)


def test_every_decision_says_whether_its_reporter_was_right() -> None:
    for decisions in rulings.DECISIONS.values():
        for decision in decisions:
            assert rulings.upheld(decision) in (True, False, None)


def _flag(house: House, evidence: str, kind: str = "bot") -> tables.Flag:
    author = house.account("some_bot", "forum.test")
    row = tables.Flag(
        author_id=author.id,
        brand_id=house.brand_id,
        kind=kind,
        strength="weak",
        excludes=False,
        evidence=evidence,
        raised_at=NOW,
    )
    house.session.add(row)
    house.session.flush()
    return row


def _disagreement(house: House) -> tuple[tables.ReviewItem, tables.Post]:
    found = house.post("1", text="oh great, broken again")
    matter = reading_matter(house.brand_id, found.post, None, found.reading)
    item, _ = moderation.report(house.session, matter, "Ben", "misread", NOW)
    return item, found.post


def _fields(row: Any) -> dict[str, Any]:
    if isinstance(row, Matter):
        return {name: getattr(row, name) for name in Matter.__slots__}
    return dict(row.model_dump())
