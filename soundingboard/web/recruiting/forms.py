"""Forms of many kinds at one address: what was filled in, by the names of its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request


async def _filled(request: Request) -> Mapping[str, str]:
    """The fields of a form, and those of its address where the form has none of that name.

    An undo is a form without fields: all it says stands in its address.
    """
    form = await request.form()
    typed = {name: value for name, value in form.items() if isinstance(value, str)}
    return {**dict(request.query_params), **typed}


Filled = Annotated[Mapping[str, str], Depends(_filled)]
