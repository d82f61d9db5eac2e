"""What is held of somebody, for themselves: see it, take a copy, correct it, object, be erased."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from community.candidates import contact
from community.forgetting.erasure import forget, persons_accounts
from community.moderating import moderation
from community.moderating.matters import reading_matter
from config.errors import RuleError
from soundingboard.my_data import held_of
from soundingboard.personal_links import DATA, gone, read
from soundingboard.web.house import House
from soundingboard.web.pages import headers, message, page
from soundingboard.wiring import Parts
from store import held, labels, suppression, tables
from store.readings import newest_model

SEE_OTHER, CONFLICT = 303, 409
POSTS = 50
LABELS = ("negative", "neutral", "positive")
NAMES = {
    "post": "posts of yours",
    "reading": "readings: what a model made of a post",
    "vector": "places of posts among all posts",
    "stance": "how you seem to stand to a brand",
    "candidate": "whether you might be invited",
    "decision": "what people of ours decided",
    "flag": "reasons to look twice",
    "look": "when somebody of ours looked at your profile",
    "member": "your membership",
    "invitation": "invitations to you",
    "consent": "what you agreed to, word for word",
    "address": "addresses you gave us",
    "suggestion": "your suggestions",
    "outbox": "messages to you",
    "attendance": "meetings",
    "compensation": "what you are owed for your time",
    "author": "accounts of yours",
    "offer": "times we asked you something",
    "mention": "which brand a post is about",
    "acknowledgement": "charters you agreed to",
    "badge": "badges of yours",
    "committee_step": "changes around your membership",
    "suggestion_step": "what happened to your suggestions",
    "source": "places where you wrote",
    "label": "what a person of ours says of a post",
    "report": "reports of a post",
    "review_item": "posts a moderator looked at",
    "moderation_step": "what a moderator did",
    "verdict": "what a reviewer would do",
    "stakeholder": "what you are to a brand",
    "customer_value": "what your custom is worth",
    "seatchoice": "a word on your seat",
}

routes = APIRouter()
"""`/my-data/{token}`; a GET shows, a POST acts."""


def _shown(parts: Parts, token: str, notice: str = "", status: int = 200) -> Response:
    number = read(parts, DATA, token)
    with parts.store.read() as session:
        view = _view(parts, session, _accounts(session, number))
    return page("my_data.html.j2", status, token=token, notice=notice, **view)


@routes.api_route("/my-data/{token}", methods=["GET", "HEAD"])
def overview(parts: House, token: str) -> Response:
    return _shown(parts, token)


@routes.post("/my-data/{token}/copy")
def copy(parts: House, token: str) -> Response:
    number, now = read(parts, DATA, token), parts.clock.now()
    with parts.store.read() as session:
        whole = held_of(session, parts.marker, _accounts(session, number), now)
    text = json.dumps(whole, ensure_ascii=False, indent=2)
    kept = {**headers(), "Content-Disposition": 'attachment; filename="my-data.json"'}
    return Response(text.encode("utf-8", "replace"), media_type="application/json", headers=kept)


@routes.post("/my-data/{token}/correct")
def correct(
    parts: House,
    token: str,
    post: Annotated[int, Form()],
    meant: Annotated[str, Form()] = "",
    words: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    number = read(parts, DATA, token)
    try:
        with parts.store.write() as session:
            accounts = _accounts(session, number)
            _bring_up(session, accounts, post, meant, words, parts)
    except RuleError as error:
        return _shown(parts, token, str(error), CONFLICT)
    return _shown(parts, token, "Thank you. A person of ours will look at it.")


@routes.post("/my-data/{token}/object")
def objected(parts: House, token: str) -> Response:
    number, now = read(parts, DATA, token), parts.clock.now()
    with parts.store.write() as session:
        for account in _accounts(session, number):
            contact.forbid(session, parts.marker, account, now)
    return RedirectResponse(f"/my-data/{token}", SEE_OTHER, headers=headers())


@routes.post("/my-data/{token}/allow")
def allowed(parts: House, token: str) -> Response:
    number, now = read(parts, DATA, token), parts.clock.now()
    with parts.store.write() as session:
        for account in _accounts(session, number):
            contact.allow_again(session, parts.marker, account, now)
    return RedirectResponse(f"/my-data/{token}", SEE_OTHER, headers=headers())


@routes.api_route("/my-data/{token}/erase", methods=["GET", "HEAD"])
def ask(parts: House, token: str) -> Response:
    number = read(parts, DATA, token)
    with parts.store.read() as session:
        accounts = _accounts(session, number)
    return page("erase.html.j2", token=token, title="Erase everything", accounts=accounts)


@routes.post("/my-data/{token}/erase")
def erase(parts: House, token: str, sure: Annotated[str, Form()] = "") -> Response:
    number, now = read(parts, DATA, token), parts.clock.now()
    if sure != "yes":
        return ask(parts, token)
    with parts.store.read() as session:
        accounts = _accounts(session, number)
    folder = (parts.folder / parts.settings.digest.folder).resolve()
    files = sorted([*folder.glob("*.html"), *folder.glob("*.txt")])
    done = forget(parts.store, parts.marker, accounts, now, files)
    return message(
        "It is erased",
        f"{done.accounts} accounts and {done.posts} posts are gone, with everything that was "
        "understood of them. Your name and words were taken out of what others wrote.",
        "All we keep is a scrambled mark, so that nothing of yours comes back.",
    )


def _accounts(session: Session, number: int) -> list[tables.Author]:
    author = session.get(tables.Author, number)
    if author is None:
        raise gone()
    return persons_accounts(session, [author])


def _view(parts: Parts, session: Session, accounts: list[tables.Author]) -> dict[str, Any]:
    now = parts.clock.now()
    whole = held_of(session, parts.marker, accounts, now)
    silent = suppression.objecting(session, parts.marker, accounts)
    counted = {name: len(rows) for name, rows in whole["held"].items() if rows}
    return {
        "title": "What we hold of you",
        "accounts": whole["accounts"],
        "counts": [(NAMES.get(name, name), count) for name, count in counted.items()],
        "posts": _posts(session, accounts),
        "labels": LABELS,
        "silent": len(silent) == len(accounts),
        "contact": parts.settings.recruiting.contact,
    }


def _posts(session: Session, accounts: list[tables.Author]) -> list[dict[str, Any]]:
    """The newest posts, each with how it was read towards the first brand it is about."""
    told = []
    for post, brand_id in held.newest_posts(session, [a.id or 0 for a in accounts], POSTS):
        model = newest_model(session, brand_id)
        reading = labels.get_reading(session, post, brand_id, model) if model else None
        told.append({"post": post, "reading": reading})
    return told


def _bring_up(
    session: Session,
    accounts: list[tables.Author],
    number: int,
    meant: str,
    words: str,
    parts: Parts,
) -> None:
    """A reading the author disagrees with goes to a moderator, in the author's own name."""
    own = {account.id: account for account in accounts}
    post = session.get(tables.Post, number)
    if post is None or post.author_id not in own:
        raise RuleError("That is not a post of yours.")
    if meant not in LABELS:
        raise RuleError("Say how you meant it: negative, neutral or positive.")
    for _, brand_id in held.newest_posts(session, list(map(int, filter(None, own))), 1, number):
        model = newest_model(session, brand_id)
        reading = labels.get_reading(session, post, brand_id, model) if model else None
        matter = reading_matter(brand_id, post, own[post.author_id], reading)
        said = f"meant {meant}" + (f": {words}" if words.strip() else "")
        now = parts.clock.now()
        moderation.report(session, matter, "the author", "other", now, words=said)
