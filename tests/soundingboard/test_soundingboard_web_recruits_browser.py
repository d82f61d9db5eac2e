"""A marketing morning in a real browser: recruits reviewed by keyboard, one taken back."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.clock import PinnedClock
from config.settings import Settings
from soundingboard.access.sessions import SESSION_COOKIE
from soundingboard.web.app import serve_pages
from soundingboard.wiring import Parts
from tests.console import cookie_of
from tests.fakes import NOW, FixedReader
from tests.soundingboard.test_soundingboard_web_recruits import weighed

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium here"),
]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Where the pages are served, and the cookie of a marketer."""
    weighed(tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    web = Settings().web.model_copy(update={"public_url": f"http://127.0.0.1:{port}", "port": port})
    settings = Settings().model_copy(update={"web": web})
    parts = Parts(settings, tmp_path, PinnedClock(NOW), reader=FixedReader())
    cookie = cookie_of(parts, "marketer")
    with serve_pages(parts) as origin:
        yield origin, cookie
    parts.close()


def test_recruits_are_reviewed_by_keyboard_and_one_is_taken_back(desk: tuple[str, str]) -> None:
    api = pytest.importorskip("playwright.sync_api")
    origin, cookie = desk
    complaints: list[str] = []
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        context = browser.new_context()
        kept = {"name": SESSION_COOKIE, "value": cookie, "domain": "127.0.0.1", "path": "/"}
        context.add_cookies([{**kept, "secure": True, "httpOnly": True, "sameSite": "Lax"}])
        page = context.new_page()
        page.on("console", lambda told: complaints.append(told.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.goto(f"{origin}/recruits?state=proposed&open=first")
        told = [reviewed(page, *keys) for keys in ("a", "r2", "s1")]
        page.keyboard.press("u")
        page.wait_for_selector(".told:has-text('back')")
        page.wait_for_selector(".dossier-head h2")
        left = page.locator("[data-row]").count()
        browser.close()
    assert [line.split()[0] for line in told] == ["Approved", "Turned", "Put"]
    assert left == 3
    assert complaints == []


def reviewed(page: Any, *keys: str) -> str:
    """Decide by keys on whoever is open; what the next page says of it, another one open."""
    before = page.locator(".dossier-head h2").inner_text()
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_function(
        "name => ![null, name].includes(document.querySelector('.dossier-head h2')?.innerText"
        " ?? null)",
        arg=before,
    )
    said: str = page.locator(".told span").inner_text()
    return said
