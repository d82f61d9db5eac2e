"""What a reader sees when a page cannot be had: why, that nothing was lost, and what to do."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from config.errors import NotFoundError, RuleError, SoundingBoardError, StoreError
from soundingboard.web.admission import SignInNeeded, reader_by_cookie, sign_in_path
from soundingboard.web.console import refusal
from soundingboard.web.pages import message
from soundingboard.wiring import Parts

SEE_OTHER = 303

log = logging.getLogger("soundingboard.web")


def add_refusals(app: FastAPI, parts: Parts) -> None:
    """Give every error its page: of the console for readers of ours, else a plain one."""

    def page(request: Request, status: int, title: str, *lines: str) -> Response:
        if not hasattr(request.state, "reader"):  # no line of the policy table was reached
            request.state.reader = reader_by_cookie(parts, request)
        if request.state.reader is not None:
            return refusal(request, parts, status, title, *lines)
        return message(title, *lines, status=status)

    def not_signed_in(_request: Request, error: Exception) -> Response:
        to = error.to if isinstance(error, SignInNeeded) else ""
        return RedirectResponse(sign_in_path(to), SEE_OTHER)

    def refused(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        return page(request, status, *_WORDS.get(status, _OTHERWISE))

    def unreadable(request: Request, _error: Exception) -> Response:
        return page(request, 422, "We could not read that", "Go back and try once more.")

    def against_a_rule(request: Request, error: Exception) -> Response:
        if isinstance(error, RuleError | NotFoundError):
            return ruled_out(request, error)
        log.warning("a page could not be shown: %s", error)
        status = 503 if isinstance(error, StoreError) else 500
        return page(request, status, *_BUSY)

    def ruled_out(request: Request, error: SoundingBoardError) -> Response:
        if not getattr(request.state, "is_ours", False):  # people outside came by a link
            return message("We do not know this link", str(error), status=404)
        status = 404 if isinstance(error, NotFoundError) else 409
        return refusal(request, parts, status, "That did not work", _in_a_browser(error))

    def broken(request: Request, error: Exception) -> Response:
        log.error("a page broke", exc_info=error)
        return message(
            "Something broke on our side",
            "Nothing was changed; please try again later.",
            status=500,
        )

    app.add_exception_handler(SignInNeeded, not_signed_in)
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(SoundingBoardError, against_a_rule)
    app.add_exception_handler(Exception, broken)


def _in_a_browser(error: SoundingBoardError) -> str:
    """What is wrong and its mend, unless the mend is a command: nobody types it into a page."""
    return error.problem if "soundingboard " in error.mend else str(error)


_WORDS = {
    404: ("There is no such page", "Open the link just as it was sent."),
    403: ("That is not for your role", "An admin of yours can change what you may do."),
    405: ("That did not work", "Go back and try once more."),
}
_OTHERWISE = ("That did not work", "Go back and try once more.")
_BUSY = (
    "One moment, please",
    "We cannot look that up just now. Nothing was changed; please try again in a minute.",
)
