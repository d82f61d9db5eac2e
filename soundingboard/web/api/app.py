"""The interface for programs as one application, to be mounted at /api."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from starlette.routing import Mount
from starlette.types import ASGIApp

from soundingboard.web.api import (
    alerts,
    authors,
    brands,
    calendar,
    candidates,
    committees,
    events,
    goals,
    health,
    imports,
    invitations,
    kpis,
    labels,
    meetings,
    members,
    posts,
    review,
    slates,
    sources,
    suggestions,
    webhooks,
)
from soundingboard.web.api.callers import admission
from soundingboard.web.api.document import document
from soundingboard.web.api.health import Meter
from soundingboard.web.api.problems import add_problems
from soundingboard.wiring import Parts

MOUNT = "/api"
ROUTERS = (
    brands.router,
    sources.router,
    posts.router,
    labels.router,
    authors.router,
    candidates.router,
    slates.router,
    invitations.router,
    committees.router,
    members.router,
    meetings.router,
    suggestions.router,
    review.router,
    kpis.router,
    goals.router,
    events.router,
    alerts.router,
    webhooks.router,
    imports.router,
)
"""Every noun of the interface; each makes its routes for the parts of one house."""


def make_api(parts: Parts) -> FastAPI:
    """Everything under MOUNT, so that whatever is asked there is answered in JSON."""
    api = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    add_problems(api)
    api.router.routes.append(Whole("/v1", app=_version_1(parts)))
    return api


class Whole(Mount):
    """A mount of whatever is asked below its address: a line break there is no way past it."""

    def __init__(self, path: str, app: ASGIApp) -> None:
        super().__init__(path, app=app)
        self.path_regex = re.compile(self.path_regex.pattern, re.DOTALL)


def doors(parts: Parts, meter: Meter) -> APIRouter:
    """What programs ask outside of MOUNT: a calendar, the health, the metrics."""
    routes = APIRouter()
    routes.include_router(calendar.router(parts))
    routes.include_router(health.router(parts, meter))
    return routes


def _version_1(parts: Parts) -> FastAPI:
    app = _Interface(
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(admission(parts))],
    )
    add_problems(app)
    for make_router in ROUTERS:
        app.include_router(make_router(parts))
    return app


class _Interface(FastAPI):
    """An application whose document says more than its routes do."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = document(self)
        return self.openapi_schema
