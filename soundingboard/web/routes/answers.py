"""The doors of an invitation: GET shows what an answer means, only POST gives it."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from community.committees.charter_text import charter_text
from community.inviting import consent
from community.inviting.asking import called
from community.inviting.inviting_rules import ALL_DOORS, PURPOSE
from config.errors import NotFoundError, RuleError
from soundingboard.personal_links import member_link
from soundingboard.web.house import House
from soundingboard.web.pages import headers, message, page
from soundingboard.wiring import Parts
from store import addresses, invitations
from store.invitations import Letterhead

GONE, CONFLICT, UNPROCESSABLE, SEE_OTHER = 410, 409, 422, 303
ONE_CLICK = "One-Click"


class Typed(NamedTuple):
    """What somebody wrote into the form."""

    name: str
    address: str


routes = APIRouter()
"""`/invitation/{token}`: the page of one door, or of all four."""


@routes.api_route("/invitation/{token}", methods=["GET", "HEAD"])
def show(parts: House, token: str) -> Response:
    nonce, door = _read(parts, token)
    with parts.store.read() as session:
        return _shown(parts, session, nonce, door)


@routes.post("/invitation/{token}")
def answer(
    parts: House,
    token: str,
    words: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    address: Annotated[str, Form()] = "",
    one_click: Annotated[str, Form(alias="List-Unsubscribe")] = "",
) -> Response:
    nonce, door = _read(parts, token)
    if door not in consent.LABELS:
        return _not_ours()
    try:
        with parts.store.write() as session:
            reply = consent.Reply(door, words, name, address)
            consent.answer(session, parts.marker, nonce, reply, parts.clock.now())
    except NotFoundError:
        return _gone()
    except RuleError as error:
        with parts.store.read() as session:
            return _refused(parts, session, nonce, door, error, Typed(name, address))
    if one_click == ONE_CLICK:  # RFC 8058: a mail program follows no redirect
        return message("Done", "You will not hear from us again.")
    return RedirectResponse(token, SEE_OTHER, headers=headers())


def _read(parts: Parts, token: str) -> tuple[str, str]:
    """The nonce and the door of a link. Raises RuleError for one that is not ours."""
    values = parts.signer.read(PURPOSE, token)
    if len(values) != 2:
        raise RuleError("This link is not one of ours.", mend="Open it from the message.")
    return str(values[0]), str(values[1])


def _shown(parts: Parts, session: Session, nonce: str, door: str) -> Response:
    head = invitations.by_nonce(session, nonce)
    if head is None:
        return _gone()
    if head.invitation.approved_at is None or door not in (*consent.LABELS, ALL_DOORS):
        return _not_ours()
    if not consent.is_open(head.invitation) and door != "never":
        return _closed(parts, head)
    if door == ALL_DOORS:
        return _all_doors(parts, head)
    if head.invitation.answer == door:
        return _thanks(parts, session, head)
    return _door(parts, session, head, door)


def _refused(
    parts: Parts, session: Session, nonce: str, door: str, error: RuleError, typed: Typed
) -> Response:
    head = invitations.by_nonce(session, nonce)
    if head is None:
        return _gone()
    if isinstance(error, consent.ClosedError):
        return _closed(parts, head)
    status = UNPROCESSABLE if isinstance(error, consent.AddressError) else CONFLICT
    return _door(parts, session, head, door, status=status, notice=str(error), typed=typed)


def _door(
    parts: Parts,
    session: Session,
    head: Letterhead,
    door: str,
    *,
    status: int = 200,
    notice: str = "",
    typed: Typed | None = None,
) -> Response:
    """What one answer means, in the very words that are kept as proof, and its button."""
    shown, answered = consent.words(session, head, door), head.invitation.answer
    known = addresses.address_of(session, head.author.id or 0)
    given = typed or Typed(called(head.author), known.address if known else "")
    return page(
        "door.html.j2",
        status,
        title=consent.LABELS[door],
        words=shown.split("\n\n"),
        sha=consent.sha_of(shown),
        notice=notice,
        bad_address=status == UNPROCESSABLE,
        answered=consent.LABELS[answered] if answered else "",
        asks=door in consent.JOINING,
        name=given.name,
        address=given.address,
        links=_links(parts, head, but=door),
        contact=_contact(head),
    )


def _all_doors(parts: Parts, head: Letterhead) -> Response:
    answered = head.invitation.answer
    lines = [
        f"You are asked to join {head.committee.name}, or its lighter community. Either would be "
        "welcome, and so is a no."
    ]
    if answered:
        lines.append(f"Your answer so far: {consent.LABELS[answered]}. Another one replaces it.")
    return page(
        "choose.html.j2",
        title=f"{head.brand.name} would like to hear more from you",
        lines=lines,
        charter=charter_text(head.committee, head.charter).split("\n"),
        links=_links(parts, head),
        contact=_contact(head),
    )


def _thanks(parts: Parts, session: Session, head: Letterhead) -> Response:
    seat = invitations.seat_by(session, head.invitation.id or 0)
    own = [("Your own page with us", member_link(parts, seat))] if seat else []
    brand, answer = head.brand.name, head.invitation.answer or ""
    titles = {
        "committee": "Thank you, and welcome to the committee",
        "community": "Thank you, and welcome to the community",
        "not_now": "Thank you for telling us",
        "never": "You will not hear from us again",
    }
    lines = {
        "committee": f"{head.offer.contact} will write to you about what comes next.",
        "community": f"Now and then {brand} will ask you a question. You answer if you like.",
        "not_now": "We will not remind you of this invitation.",
        "never": "All we keep is a scrambled mark, so that we can keep to it.",
    }
    return message(
        titles[answer],
        lines[answer],
        "If you change your mind, these pages stay open to you:",
        links=[*own, *_links(parts, head, but=answer)],
    )


def _closed(parts: Parts, head: Letterhead) -> Response:
    never = ("never", consent.LABELS["never"])
    return message(
        "This invitation is over",
        f"If you would still like to answer, write to {head.offer.contact}.",
        status=GONE,
        links=[(never[1], _token(parts, head, never[0]))],
    )


def _gone() -> Response:
    return message(
        "There is nothing here any more", "We keep nothing under this link.", status=GONE
    )


def _not_ours() -> Response:
    return message(
        "We do not know this link", "Open it from the message, just as it was sent.", status=404
    )


def _links(parts: Parts, head: Letterhead, *, but: str = "") -> list[tuple[str, str]]:
    """The other doors, as addresses beside this one."""
    return [
        (label, _token(parts, head, door)) for door, label in consent.LABELS.items() if door != but
    ]


def _token(parts: Parts, head: Letterhead, door: str) -> str:
    return parts.signer.sign(PURPOSE, head.invitation.nonce, door)


def _contact(head: Letterhead) -> str:
    return f"Questions? {head.offer.contact} answers them."
