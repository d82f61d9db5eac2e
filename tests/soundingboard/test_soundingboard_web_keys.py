"""A moderator's morning in a real browser, by keyboard alone; and where no key does anything."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings
from soundingboard.access import own, sessions
from soundingboard.web.app import serve_pages
from soundingboard.wiring import Parts
from store import review_queue, tables
from store.review_queue import QueueFilter
from tests.console import cookie_of, make_user
from tests.fakes import NOW
from tests.moderated import moderated

CHROMIUM = Path("/usr/bin/chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium here"),
]


@dataclass
class Morning:
    """A moderator at the keyboard: their page, and all it complained of or asked elsewhere for."""

    parts: Parts
    page: Any
    origin: str
    wrong: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def opened(self, number: int | None) -> None:
        """Wait until that item is whole beside the list."""
        self.page.locator(f"#detail[data-detail='{number}'] .history").wait_for()

    def told(self, words: str) -> None:
        """Wait until the line at the foot says so."""
        self.page.get_by_role("status").get_by_text(words).wait_for()

    def focus(self) -> str:
        """The number of the row that has the cursor, else what has it."""
        return str(
            self.page.evaluate(
                "() => document.activeElement.closest('[data-row]')?.dataset.row"
                " ?? document.activeElement.id ?? document.activeElement.tagName"
            )
        )

    def items(self, state: str = "waiting") -> list[tables.ReviewItem]:
        with self.parts.store.read() as session:
            return review_queue.page(session, QueueFilter(state=state), NOW)

    def decisions(self) -> dict[int | None, str | None]:
        return {one.id: one.decision for one in self.items("decided")}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture
def morning(chromium: Any, tmp_path: Path) -> Iterator[Morning]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    web = Settings().web.model_copy(
        update={"public_url": f"http://127.0.0.1:{port}", "host": "127.0.0.1", "port": port}
    )
    settings = Settings().model_copy(update={"web": web})
    parts = moderated(tmp_path, posts=9, settings=settings)
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    cookie = {"name": sessions.SESSION_COOKIE, "value": cookie_of(parts, "moderator", "Mo")}
    here = {"domain": "127.0.0.1", "path": "/", "secure": True, "httpOnly": True, "sameSite": "Lax"}
    context.add_cookies([cookie | here])
    with serve_pages(parts) as origin:
        found = Morning(parts, context.new_page(), origin)
        found.page.on(
            "console", lambda m: found.wrong.append(m.text) if m.type == "error" else None
        )
        found.page.on("pageerror", lambda error: found.wrong.append(str(error)))
        found.page.on(
            "request",
            lambda r: found.wrong.append(r.url) if not r.url.startswith(origin) else None,
        )
        yield found
        context.close()
    parts.close()


def test_a_morning_by_keyboard_from_the_first_claim_to_the_last_item(morning: Morning) -> None:
    order = [one.id for one in morning.items()]
    page = morning.page
    page.goto(f"{morning.origin}/review")
    morning.press("c")
    morning.told("is yours for half an hour")
    morning.opened(order[0])
    assert morning.focus() == str(order[0])

    kinds = {one.id: one.kind for one in morning.items()}
    said = {"reading": ("1", "negative"), "merge": ("r", "different")}
    said |= {"post": ("a", "keep"), "flag": ("a", "holds")}
    expected = {}
    for number, following in pairwise(order[:6]):
        key, expected[number] = said[kinds[number]]
        morning.press(key)
        morning.told(f"No. {number}: {expected[number]}")
        morning.opened(following)
        assert morning.focus() == str(following)  # the cursor is on what comes next
    assert morning.decisions() == expected

    morning.press("u")  # the toast's, though the open item has none of its own
    morning.told("Taken back")
    morning.opened(order[4])
    assert morning.focus() == str(order[4])
    assert order[4] not in morning.decisions()

    morning.press("j", "j", "a")  # another row: its item is opened, none decided unseen
    morning.opened(int(morning.focus()))
    assert len(morning.decisions()) == 4

    page.goto(f"{morning.origin}/review?kind=post")
    left = [one.id for one in morning.items() if one.kind == "post"]
    morning.press("j", "x", *["j"] * (len(left) - 1), "X")
    page.get_by_text(f"{len(left)} selected").wait_for()
    morning.press("r")
    page.get_by_role("heading", name=f"{len(left)} selected items").wait_for()
    page.get_by_role("button", name="Decide").focus()
    morning.press("Enter")
    morning.told(f"{len(left)} of {len(left)} decided: hide")
    assert {morning.decisions()[one] for one in left} == {"hide"}
    assert morning.focus() == "main"
    morning.press("u")
    morning.told(f"{len(left)} of {len(left)} taken back")
    assert len(morning.decisions()) == 4
    assert morning.wrong == []


def test_no_key_acts_in_a_field_with_a_modifier_held_down_or_where_keys_are_off(
    morning: Morning,
) -> None:
    page, first = morning.page, morning.items()[0].id
    page.goto(f"{morning.origin}/review?item={first}")
    morning.opened(first)
    morning.press("e")
    page.keyboard.type("a r s u 1 j")
    assert page.locator("#f-note").input_value() == "a r s u 1 j"
    morning.press("Escape")
    assert morning.focus() == str(first)
    morning.press("Control+a", "Alt+r", "Meta+s")
    morning.press("?")
    page.get_by_role("dialog").get_by_text("Put off").wait_for()
    morning.press("a", "r", "Escape")
    morning.press("t")
    assert morning.focus() == "f-reason"
    morning.press("Escape", "/")
    assert morning.focus() == "find"
    with morning.parts.store.write() as session:
        user = make_user(morning.parts, "moderator", "Mo").id or 0
        own.set_prefs(session, user, timezone="UTC", theme="auto", shortcuts=False)
    page.reload()
    morning.opened(first)
    morning.press("a", "1", "c", "s", "j")
    page.locator(f"#detail[data-detail='{first}']").wait_for()
    assert morning.decisions() == {}
    assert morning.items()[0].claimed_by is None
    assert morning.wrong == []
