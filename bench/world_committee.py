"""What grew out of the posts of the large house: candidates, a committee at work, measurements."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlmodel import SQLModel

from bench import world_words
from community.kpis import KPIS
from store import tables

if TYPE_CHECKING:
    from bench.invented import World

Row = dict[str, Any]
LISTED = 3000
FLAGS = ("bot", "employee", "copies", "incivility", "campaign", "new_account")
PARTS = ("side", "constructive", "passion", "volume", "recency")
INVITED, SEATS, SUGGESTIONS, ITEMS, LETTERS = 120, 12, 300, 200, 2000
OURS = ("Ana Ruiz", "Ben Okoro", "Cleo Marsh")


def rows(world: World, now: datetime) -> Iterator[tuple[type[SQLModel], list[Row]]]:
    """Table by table, in the order in which they refer to each other."""
    yield tables.Stance, _stances(world, now)
    candidates = _candidates(world, now)
    yield tables.Candidate, candidates
    yield tables.Flag, _flags(candidates, now)
    yield tables.Decision, _decisions(candidates, now)
    yield tables.ReviewItem, _items(world, now)
    yield tables.Label, _labels(world, now)
    yield from _committee(world, candidates, now)
    yield tables.Suggestion, _suggestions(world, now)
    yield tables.SuggestionStep, _steps(now)
    yield tables.OutboxRow, _letters(now)
    yield tables.Measurement, _measurements(world, now)
    yield tables.Alert, _alerts(world, now)
    yield tables.ContextEvent, _events(now)


def _stances(world: World, now: datetime) -> list[Row]:
    lean = {"love": (0.7, 0.95, 0.02, 0.03), "hate": (-0.7, 0.02, 0.95, 0.03),
            "torn": (0.0, 0.1, 0.1, 0.8), "undecided": (0.1, 0.3, 0.2, 0.2)}  # fmt: skip
    found = []
    for author_id, posts in sorted(world.said.items()):
        side = world.side[author_id]
        mu, love, hate, torn = lean[side]
        found.append({
            "author_id": author_id, "brand_id": 1, "n_posts": len(posts), "n_threads": len(posts),
            "mu": mu, "sd": 0.2, "low": mu - 0.3, "high": mu + 0.3, "p_love": love, "p_hate": hate,
            "p_torn": torn, "stance": side, "passion": world.draw.random(),
            "constructive": world.draw.random(), "first_at": now - timedelta(days=700),
            "last_at": now - timedelta(hours=author_id % 9000), "weighed_at": now,
        })  # fmt: skip
    return found


def _candidates(world: World, now: datetime) -> list[Row]:
    sided = [a for a in sorted(world.said) if world.side[a] != "undecided"]
    most = sorted(sided, key=lambda a: (-len(world.said[a]), a))
    listed = set(most[: min(LISTED, len(most) // 3 + 1)])
    found = []
    for n, author_id in enumerate(sided, start=1):
        parts = {name: round(world.draw.uniform(0.02, 0.2), 6) for name in PARTS}
        own = world.said[author_id]
        on = author_id in listed
        state = ("approved", "rejected", "deferred", "shortlisted")[n % 4] if n % 9 == 0 else None
        found.append({
            "id": n, "author_id": author_id, "brand_id": 1, "side": world.side[author_id],
            "listed": on, "listed_at": now - timedelta(days=n % 60) if on else None,
            "why_not": [] if on else ["under 5 posts"], "utility": round(sum(parts.values()), 6),
            "parts": parts, "themes": sorted({world_words.theme_of(p) or 1 for p in own})[:3],
            "evidence": own[:5], "language": "en", "state": state if on and state else "proposed",
            "version": 0, "updated_at": now,
        })  # fmt: skip
    return found


def _flags(candidates: list[Row], now: datetime) -> list[Row]:
    return [
        {"id": n, "author_id": one["author_id"], "brand_id": 1, "kind": FLAGS[n % len(FLAGS)],
         "strength": "strong" if n % 3 == 0 else "weak", "excludes": n % 3 == 0,
         "evidence": "three posts say the same", "raised_at": now}
        for n, one in enumerate(candidates[::7], start=1)
    ]  # fmt: skip


def _decisions(candidates: list[Row], now: datetime) -> list[Row]:
    action = {"approved": "approve", "rejected": "reject", "deferred": "defer",
              "shortlisted": "shortlist"}  # fmt: skip
    return [
        {"candidate_id": one["id"], "action": action[one["state"]], "reason": "fits",
         "actor": OURS[one["id"] % 3], "before": "proposed", "after": one["state"],
         "at": now - timedelta(days=one["id"] % 30)}
        for one in candidates if one["state"] in action
    ]  # fmt: skip


def _items(world: World, now: datetime) -> list[Row]:
    kinds = ("post", "reading", "merge", "flag")
    authors = sorted(world.said)
    found = []
    for n in range(1, ITEMS + 1):
        kind = kinds[n % 4]
        post = n * 37 % world.posts + 1 if kind in ("post", "reading") else None
        one, other = authors[n % len(authors)], authors[(n + 1) % len(authors)]
        done = n % 5 == 0
        found.append({
            "id": n, "brand_id": 1, "kind": kind, "subject": f"{kind}:{n}", "post_id": post,
            "author_id": one if kind in ("merge", "flag") else None,
            "other_id": other if kind == "merge" else None, "why": {"words": ["reported twice"]},
            "priority": world.draw.random(), "state": "decided" if done else "open", "version": 0,
            "reopened": 0, "opened_at": now - timedelta(hours=n),
            "decision": "hide" if done and kind == "post" else "keep" if done else None,
            "decided_by": OURS[0] if done else None, "decided_at": now if done else None,
        })  # fmt: skip
    return found


def _labels(world: World, now: datetime) -> list[Row]:
    return [
        {"post_id": post, "brand_id": 1, "label": ("negative", "positive")[n % 2],
         "sampled": n % 2 == 0, "text_sha": hashlib.sha256(f"{post}".encode()).hexdigest(),
         "item_id": n % ITEMS + 1 if n % 2 else None, "labelled_by": OURS[n % 3],
         "labelled_at": now - timedelta(days=n % 90)}
        for n, post in enumerate(sorted(p[0] for p in world.said.values())[:300])
    ]  # fmt: skip


def _committee(
    world: World, candidates: list[Row], now: datetime
) -> Iterator[tuple[type[SQLModel], list[Row]]]:
    begun = now - timedelta(days=400)
    yield tables.Committee, [{"id": 1, "brand_id": 1, "name": "Norvane circle",
                              "made_by": OURS[0], "made_at": begun}]  # fmt: skip
    yield tables.Charter, [{"id": 1, "committee_id": 1, "version": 1, "purpose": "Better kettles",
                            "hours_a_year": 20, "meetings_a_year": 4,
                            "cadence": "a call a quarter",
                            "compensation": "a voucher", "seniors": ["the managing director"],
                            "answer_days": 30, "published_by": OURS[0],
                            "published_at": begun}]  # fmt: skip
    yield tables.Template, [{"id": 1, "kind": "invitation", "language": "en", "version": 1,
                             "subject": "Will you help?", "body": "Dear {name}", "made_by": OURS[0],
                             "made_at": begun}]  # fmt: skip
    asked = [one for one in candidates if one["listed"]][:INVITED]
    yield tables.Offer, [
        {"id": n, "author_id": one["author_id"], "brand_id": 1, "campaign": "spring",
         "person_key": f"author:{one['author_id']}", "contact": OURS[1], "made_by": OURS[0],
         "made_at": begun, "state": "accepted" if n <= 72 else "declined", "closed_at": now}
        for n, one in enumerate(asked, start=1)
    ]  # fmt: skip
    doors = ["committee"] * SEATS + ["community"] * 60 + ["not_now"] * 20
    yield tables.Invitation, [
        {"id": n, "offer_id": n, "candidate_id": one["id"], "charter_id": 1, "template_id": 1,
         "wave": 1 + n % 3, "channel": "mail", "address": f"p{n}@letters.test", "language": "en",
         "subject": "Will you help?", "body": "Dear you", "nonce": f"n{n}",
         "state": "answered" if n <= len(doors) else "lapsed", "drafted_by": OURS[0],
         "drafted_at": begun, "approved_by": OURS[1], "approved_at": begun, "sent_at": begun,
         "baseline": {}, "answer": doors[n - 1] if n <= len(doors) else None,
         "answered_at": begun + timedelta(days=n % 9) if n <= len(doors) else None}
        for n, one in enumerate(asked, start=1)
    ]  # fmt: skip
    yield tables.Member, [
        {"id": n, "committee_id": 1, "author_id": one["author_id"], "invitation_id": n,
         "door": doors[n - 1], "name": f"{world_words.FIRST[n % 26]} {n}",
         "address": f"p{n}@letters.test", "owner": OURS[n % 3], "baseline": {"mu": 0.1},
         "joined_at": begun, "term_from": begun, "term_until": now + timedelta(days=n)}
        for n, one in enumerate(asked[: SEATS + 60], start=1)
    ]  # fmt: skip
    yield from _meetings(min(SEATS, len(asked)), now)


def _meetings(members: int, now: datetime) -> Iterator[tuple[type[SQLModel], list[Row]]]:
    yield tables.Meeting, [
        {"id": n, "committee_id": 1, "uid": f"m{n}", "sequence": 0, "kind": "meeting",
         "title": f"Meeting {n}", "starts_at": now + timedelta(days=60 * (n - 7)),
         "ends_at": now + timedelta(days=60 * (n - 7), hours=2), "timezone": "Europe/Berlin",
         "place": "a call", "agenda": ["lids"], "prompts": [], "called_by": OURS[0],
         "called_at": now - timedelta(days=390), "held_at": now if n < 7 else None}
        for n in range(1, 9)
    ]  # fmt: skip
    yield tables.Attendance, [
        {"meeting_id": m, "member_id": n, "name": f"{world_words.FIRST[n % 26]} {n}",
         "role": "member", "promised": False, "rsvp": ("yes", "no")[n % 2], "came": m < 7 or None}
        for m in range(1, 9) for n in range(1, members + 1)
    ]  # fmt: skip
    yield tables.Compensation, [
        {"member_id": n, "what": "a voucher", "amount_cents": 5000, "currency": "EUR",
         "due_at": now - timedelta(days=30 * m), "entered_by": OURS[0], "entered_at": now}
        for n in range(1, members + 1) for m in range(4)
    ]  # fmt: skip


def _suggestions(world: World, now: datetime) -> list[Row]:
    states = ("raised", "acknowledged", "accepted", "declined", "acted", "reported")
    return [
        {"id": n, "committee_id": 1, "member_id": n % SEATS + 1 if n % 2 else None,
         "post_id": None if n % 2 else n, "title": f"Mend the {world_words.THEMES[n % 40]}",
         "words": world_words.text(world.draw, "Norvane", "lid", "negative", "en"),
         "state": states[n % 6], "version": 0, "owner": OURS[n % 3],
         "decision_reason": "it can be done" if n % 6 > 1 else None,
         "raised_at": now - timedelta(days=n)}
        for n in range(1, SUGGESTIONS + 1)
    ]  # fmt: skip


def _steps(now: datetime) -> list[Row]:
    return [
        {"suggestion_id": n, "step": step, "actor": OURS[n % 3], "before": {},
         "at": now - timedelta(days=n)}
        for n in range(1, SUGGESTIONS + 1) for step in ("raise", "assign", "acknowledge")
    ]  # fmt: skip


def _letters(now: datetime) -> list[Row]:
    return [
        {"key": f"digest/{n}", "channel": "mail", "kind": "digest",
         "receiver": f"r{n % 5}@ours.test",
         "subject": "What was said", "text": "Much. " * 200, "html": "<p>Much.</p>" * 200,
         "payload": {}, "headers": {}, "message_id": f"<{n}@ours.test>", "fence": 1, "attempts": 1,
         "state": "failed" if n % 100 == 0 else "sent", "made_at": now - timedelta(hours=n)}
        for n in range(1, LETTERS + 1)
    ]  # fmt: skip


def _measurements(world: World, now: datetime) -> list[Row]:
    found = []
    for name, kpi in KPIS.items():
        value = 0.4
        for day in range(365, -1, -1):
            value = min(0.9, max(0.1, value + world.draw.uniform(-0.02, 0.02)))
            until = now - timedelta(days=day)
            found.append({
                "brand_id": 1, "kpi": name, "unit": kpi.unit, "since": until - timedelta(days=90),
                "until": until, "value": value, "low": value - 0.05, "high": value + 0.05,
                "numerator": value * 400, "denominator": 400, "n": 400,
            })  # fmt: skip
    return found


def _alerts(world: World, now: datetime) -> list[Row]:
    return [
        {"brand_id": 1, "series": ("negative", "positive", "all")[n % 3],
         "day": (now - timedelta(days=n * 11)).date().isoformat(), "count": 90, "people": 60,
         "expected": 20.0, "p": 0.0001, "theme_id": n + 1, "posts": [n + 1, n + 2, n + 3],
         "raised_at": now - timedelta(days=n * 11)}
        for n in range(20)
    ]  # fmt: skip


def _events(now: datetime) -> list[Row]:
    kinds = ("launch", "outage", "price", "press", "campaign")
    return [
        {"brand_id": 1, "kind": kinds[n % 5], "title": f"The {kinds[n % 5]} of {n}",
         "starts_at": now - timedelta(days=40 * n), "noted_by": OURS[0], "noted_at": now}
        for n in range(10)
    ]  # fmt: skip
