"""Whether the house answers, and how it stands: /healthz for everybody, /metrics for a token."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.clock import Clock
from config.errors import SoundingBoardError
from soundingboard.web.api.callers import let_in
from soundingboard.web.api.problems import Refusal, answer, refusal_of
from soundingboard.wiring import Parts
from store.gauges import Gauges, answers, gauges

IDLE = timedelta(hours=12)
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10)


class Meter:
    """Counts the requests of one program, by the template of their address, not by it."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.registry = clock, CollectorRegistry()
        self._requests = Counter(
            "soundingboard_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "soundingboard_request_seconds",
            "Time to an answer, seconds.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)


class Metered:
    """Stands before everything and tells the meter of every request."""

    def __init__(self, app: ASGIApp, *, meter: Meter) -> None:
        self._app, self._meter = app, meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, begun = 500, self._meter.clock.monotonic()

        async def send_noted(told: Message) -> None:
            nonlocal status
            if told["type"] == "http.response.start":
                status = told["status"]
            await send(told)

        try:
            await self._app(scope, receive, send_noted)
        finally:
            spent = self._meter.clock.monotonic() - begun
            self._meter.note(_method(scope), _template(scope), status, spent)


def router(parts: Parts, meter: Meter) -> APIRouter:
    routes = APIRouter()

    @routes.api_route("/healthz", methods=["GET", "HEAD"])
    def healthz(_request: Request) -> Response:
        """Whether the database answers."""
        try:
            with parts.store.read() as session:
                answers(session)
        except SoundingBoardError as error:
            return answer(refusal_of(error), "/healthz")
        return Response(b'{"status": "ok"}', 200, {"Cache-Control": "no-store"}, "application/json")

    @routes.get("/metrics")
    def metrics(request: Request) -> Response:
        """How the house stands, as Prometheus reads it."""
        try:
            let_in(parts, request, "/metrics")
            now = parts.clock.now()
            with parts.store.read() as session:
                counted = gauges(session, now, now - IDLE)
        except (Refusal, SoundingBoardError) as error:
            return answer(refusal_of(error), "/metrics")
        told = generate_latest(meter.registry) + generate_latest(_registry(counted))
        return Response(told, 200, {"Cache-Control": "no-store"}, CONTENT_TYPE_PLAIN_0_0_4)

    return routes


def _registry(counted: Gauges) -> CollectorRegistry:
    registry = CollectorRegistry()
    for name, words in _WORDS.items():
        gauge = Gauge(f"soundingboard_{name}", words, registry=registry)
        gauge.set(getattr(counted, name))
    by_state = Gauge("soundingboard_outbox", "Messages by state.", ("state",), registry=registry)
    for state, count in counted.outbox.items():
        by_state.labels(state).set(count)
    return registry


_WORDS = {
    "posts": "Posts kept.",
    "sources": "Sources listened to.",
    "sources_failing": "Sources whose last look failed.",
    "sources_due": "Sources that may be asked now.",
    "outbox_due": "Messages that could leave now.",
    "sessions": "Browsers signed in and seen in the last 12 hours.",
}


def _method(scope: Scope) -> str:
    """The method, if it is one; anybody may send any word."""
    method = str(scope["method"])
    return method if method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE") else "other"


def _template(scope: Scope) -> str:
    """The template of the address, with what it is mounted under; "other" = it has none."""
    route = scope.get("route")
    path = getattr(route, "path", None)
    return f"{scope.get('root_path', '')}{path}" if isinstance(path, str) else "other"
