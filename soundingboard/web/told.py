"""What a reader is told after an action: a line at the foot of the next page, with its undo."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from config.errors import RuleError
from soundingboard.web.paths import safe_path
from soundingboard.wiring import Parts

COOKIE = "__Host-told"
PURPOSE = "told"
SECONDS = 60
LONGEST = 300  # characters; the line is a cookie
SEE_OTHER = 303


def done(parts: Parts, to: str, words: str, *, undo: str = "", wrong: bool = False) -> Response:
    """Go on to a page of ours that says what was done, with a button that takes it back.

    undo  : path a form is posted to; empty = it cannot be taken back
    wrong : it was not done, and the words say why
    """
    answer = RedirectResponse(safe_path(to), SEE_OTHER)
    mark = "wrong" if wrong else "done"
    line = parts.signer.sign(PURPOSE, mark, words[:LONGEST], undo)
    answer.set_cookie(
        COOKIE, line, max_age=SECONDS, path="/", secure=True, httponly=True, samesite="lax"
    )
    return answer


def told(parts: Parts, request: Request) -> dict[str, str] | None:
    """The line that waits to be shown, if any."""
    line = request.cookies.get(COOKIE)
    if not line:
        return None
    try:
        mark, words, undo = map(str, parts.signer.read(PURPOSE, line))
    except (RuleError, ValueError):
        return None
    return {"mark": mark, "words": words, "undo": undo}


def forget(answer: Response) -> None:
    """It was shown once."""
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
