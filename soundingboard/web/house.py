"""The house whose pages are asked for: handed to every route that says it needs it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from soundingboard.wiring import Parts


async def house(request: Request) -> Parts:
    """The parts of the house this application serves (async, so that no thread waits for it)."""
    parts: Parts = request.app.state.parts
    return parts


House = Annotated[Parts, Depends(house)]
