"""The pages as one application, and the thread it is served in beside the scheduler."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from config.errors import ConfigError, RuleError, SoundingBoardError, StoreError
from soundingboard.web import answers, badges, unsubscribe
from soundingboard.web.guard import Guard
from soundingboard.web.pages import headers, message
from soundingboard.wiring import Parts

ROUTERS = (answers.router, unsubscribe.router, badges.router)
"""Every family of pages; each makes its routes for the parts of one house."""

MOST_AT_ONCE = 200
START_S = 15.0

log = logging.getLogger("soundingboard.web")


def make_app(parts: Parts) -> FastAPI:
    """The pages of one house; the store is opened now, so that no page has to."""
    _ = parts.store, parts.marker, parts.signer
    app = FastAPI(title="Sounding Board", docs_url=None, redoc_url=None, openapi_url=None)
    for make_router in ROUTERS:
        app.include_router(make_router(parts))
    app.add_middleware(Guard, headers=headers())
    app.add_exception_handler(HTTPException, _no_such_page)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(SoundingBoardError, _refused)
    app.add_exception_handler(Exception, _broken)
    return app


@contextmanager
def serve_pages(parts: Parts) -> Iterator[str]:
    """Serve the pages in a thread of their own while this lasts; their address on this machine.

    Addresses of pages are secrets of their readers, so none is ever logged. Raises ConfigError if
    the port is taken or not ours to take.
    """
    web = parts.settings.web
    listener = _listen(web.host, web.port)
    config = uvicorn.Config(
        make_app(parts),
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_AT_ONCE,
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), name="pages", daemon=True)
    thread.start()
    try:
        host, port = listener.getsockname()[:2]
        yield f"http://{f'[{host}]' if ':' in host else host}:{port}"
    finally:
        server.should_exit = True
        thread.join(START_S)
        listener.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        return socket.create_server(found[0][4][:2], family=found[0][0], backlog=128)
    except OSError as error:
        raise ConfigError(
            f"The pages cannot be served on {host}, port {port}: {error.strerror or error}.",
            mend="Set host and port in [web], or stop what holds the port.",
        ) from error


def _no_such_page(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    if status == 404:
        return message("There is no such page", "Open the link just as it was sent.", status=404)
    return message("That did not work", "Go back and try once more.", status=status)


def _unreadable(_request: Request, _error: Exception) -> Response:
    return message("We could not read that", "Go back and try once more.", status=422)


def _refused(_request: Request, error: Exception) -> Response:
    if isinstance(error, RuleError):
        return message("We do not know this link", str(error), status=404)
    log.warning("a page could not be shown: %s", error)
    busy = isinstance(error, StoreError)
    return message(
        "One moment, please",
        "We cannot look that up just now. Nothing was changed; please try again in a minute.",
        status=503 if busy else 500,
    )


def _broken(_request: Request, error: Exception) -> Response:
    log.error("a page broke", exc_info=error)
    return message(
        "Something broke on our side", "Nothing was changed; please try again later.", status=500
    )
