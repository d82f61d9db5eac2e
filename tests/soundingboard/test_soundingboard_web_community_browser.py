"""The suggestions board by keyboard in a real browser: the next step, and its undo."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from soundingboard.access.sessions import SESSION_COOKIE
from soundingboard.demo.run import open_demo
from soundingboard.web.app import serve_pages
from soundingboard.wiring import Parts
from tests.console import cookie_of
from tests.fakes import FixedReader

CHROMIUM = Path("/usr/bin/chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium here"),
]


@pytest.fixture
def house(tmp_path: Path, demo_house: Path) -> Iterator[tuple[Parts, str]]:
    """A copy of the demo, its pages served on a port of their own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = shutil.copytree(demo_house, tmp_path / "demo")
    with open_demo(folder, reader=FixedReader()) as demo:
        parts = demo.parts
        web = {"public_url": f"http://127.0.0.1:{port}", "host": "127.0.0.1", "port": port}
        turned = parts.settings.web.model_copy(update=web)
        parts.settings = parts.settings.model_copy(update={"web": turned})
        with serve_pages(parts) as origin:
            yield parts, origin


def test_a_suggestion_is_acknowledged_by_a_key_and_taken_back_by_another(
    house: tuple[Parts, str],
) -> None:
    parts, origin = house
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context, wrong = browser.new_context(), list[str]()
        cookie: dict[str, Any] = {"name": SESSION_COOKIE, "value": cookie_of(parts, "marketer")}
        place = {"domain": "127.0.0.1", "path": "/", "secure": True, "httpOnly": True}
        context.add_cookies([cookie | place])
        page = context.new_page()
        page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
        page.goto(f"{origin}/suggestions")
        before = raised(parts)
        page.keyboard.press("j")
        page.keyboard.press("a")
        page.get_by_role("status").get_by_text("Acknowledged").wait_for()
        assert raised(parts) == before - 1
        page.keyboard.press("u")
        page.get_by_text("The last step is taken back").wait_for()
        assert raised(parts) == before
        assert owned(parts) == 0
        assert wrong == []
        browser.close()


def raised(parts: Parts, also: str = "") -> int:
    with parts.store.read() as session:
        query = f"SELECT count(*) FROM suggestion WHERE state = 'raised' {also}"
        return int(session.execute(text(query)).scalar() or 0)


def owned(parts: Parts) -> int:
    """How many of the raised have an owner: acknowledging one takes it, undoing gives it back."""
    return raised(parts, "AND owner IS NOT NULL")
