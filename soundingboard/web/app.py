"""The pages as one application, and the thread it is served in beside the scheduler."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import APIRouter, Depends, FastAPI

from config.errors import ConfigError
from soundingboard.web import policy, static_files
from soundingboard.web.admission import admission
from soundingboard.web.api.app import MOUNT, Whole, doors, make_api
from soundingboard.web.api.health import Meter, Metered
from soundingboard.web.guard import Guard
from soundingboard.web.pages import headers
from soundingboard.web.refusals import add_refusals
from soundingboard.web.routes import (
    account,
    answers,
    audit,
    authors,
    badges,
    badges_of,
    candidates,
    chosen,
    committees,
    community,
    goals,
    grants,
    invitations,
    kpis,
    labelling,
    ledger,
    meetings,
    members,
    membership,
    mentions,
    my_data,
    offers,
    outbox,
    pay,
    posts,
    programme,
    recruits,
    resets,
    review,
    review_batches,
    searches,
    settings,
    sign_in,
    slate,
    source_lists,
    sources,
    start,
    suggestions,
    themes,
    timeline,
    today,
    tokens,
    unsubscribe,
    users,
    voice,
    wording,
)
from soundingboard.wiring import Parts

ROUTERS = (
    static_files.router,
    answers.routes,
    unsubscribe.routes,
    membership.routes,
    my_data.routes,
    programme.routes,
    badges.routes,
    sign_in.routes,
    account.routes,
    users.routes,
    tokens.routes,
    audit.routes,
    chosen.routes,
    today.routes,
    recruits.routes,
    candidates.routes,
    searches.routes,
    slate.routes,
    mentions.routes,
    posts.routes,
    authors.routes,
    timeline.routes,
    themes.routes,
    voice.routes,
    sources.routes,
    review_batches.routes,
    review.routes,
    labelling.routes,
    kpis.routes,
    goals.routes,
    resets.routes,
    ledger.routes,
    start.routes,
    settings.routes,
    source_lists.routes,
    wording.routes,
    outbox.routes,
    grants.routes,
    community.routes,
    members.routes,
    badges_of.routes,
    committees.routes,
    meetings.routes,
    pay.routes,
    suggestions.routes,
    invitations.routes,
    offers.routes,
)
"""Every family of pages; each makes its routes for the parts of one house."""

MOST_AT_ONCE = 200
START_S = 15.0

log = logging.getLogger("soundingboard.web")


def make_app(parts: Parts) -> FastAPI:
    """The pages of one house; the store is opened now, so that no page has to.

    Raises ConfigError if an address is not in the policy table: nobody said who may ask it.
    """
    _ = parts.store, parts.marker, parts.signer
    app = FastAPI(
        title="Sounding Board",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,  # it would lead to whatever host the request claims
        dependencies=[Depends(admission(parts))],
    )
    app.state.parts = parts
    for made in ROUTERS:
        app.include_router(made if isinstance(made, APIRouter) else made(parts))
    meter = Meter(parts.clock)
    app.router.routes.append(Whole(MOUNT, app=make_api(parts)))
    app.include_router(doors(parts, meter))
    policy.check(app)
    app.add_middleware(Guard, headers=headers(), origin=parts.settings.web.public_url)
    app.add_middleware(Metered, meter=meter)
    add_refusals(app, parts)
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
