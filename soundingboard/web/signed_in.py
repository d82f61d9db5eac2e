"""The two cookies of somebody who signs in, and what their browser tells of itself."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from soundingboard.access.sessions import DEVICE_COOKIE, LONGEST, SESSION_COOKIE
from soundingboard.wiring import Parts

A_YEAR_S = 365 * 24 * 3600


def keep(answer: Response, *, token: str, device: str) -> None:
    """Give a browser the cookie of its session, and the one by which it is known next time."""
    for name, value, age_s in (
        (SESSION_COOKIE, token, int(LONGEST.total_seconds())),
        (DEVICE_COOKIE, device, A_YEAR_S),
    ):
        answer.set_cookie(
            name, value, max_age=age_s, path="/", secure=True, httponly=True, samesite="lax"
        )


def drop(answer: Response) -> None:
    """Take the session's cookie back; the browser stays known."""
    answer.delete_cookie(SESSION_COOKIE, path="/", secure=True, httponly=True, samesite="lax")


def agent_of(request: Request) -> str:
    """How the browser calls itself."""
    return request.headers.get("user-agent", "")


def device_of(request: Request) -> str | None:
    """The cookie by which the browser is known, if it has one."""
    return request.cookies.get(DEVICE_COOKIE)


def client_of(request: Request, parts: Parts) -> str:
    """The net address a request comes from; behind our own proxy the one that it added."""
    told = request.headers.getlist("x-forwarded-for")
    if parts.settings.web.behind_proxy and told:
        return told[-1].rpartition(",")[2].strip()
    return request.client.host if request.client else "unknown"


def browser_words(agent: str) -> str:
    """A browser in words, as far as it says.

    >>> browser_words("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox on Linux'
    """
    name = next((words for sign, words in _BROWSERS if sign in agent), "A browser")
    system = next((words for sign, words in _SYSTEMS if sign in agent), "")
    return f"{name} on {system}" if system else name


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "a Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
