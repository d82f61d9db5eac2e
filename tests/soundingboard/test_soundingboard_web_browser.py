"""An invitation in a real browser: from the mail through a door to the thanks, by keyboard too."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from community.inviting import invitations
from soundingboard.inviting import desk_of, send
from soundingboard.web.app import serve_pages
from soundingboard.wiring import Parts
from store import tables
from tests.fakes import make_parts
from tests.inviting import NOW, SETTINGS, approve_somebody, found_committee

CHROMIUM = Path("/usr/bin/chromium")
PICTURES = os.environ.get("SOUNDINGBOARD_PICTURES")
"""A folder to put pictures of every page in, to be looked at."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium here"),
]


@dataclass
class House:
    """A house whose pages are served, and the mail it sent."""

    parts: Parts
    origin: str
    mail: str

    def answer(self) -> str | None:
        with self.parts.store.read() as session:
            return session.exec(select(tables.Invitation)).one().answer


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
def house(tmp_path: Path) -> Iterator[House]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    web = SETTINGS.web.model_copy(
        update={"public_url": f"http://127.0.0.1:{port}", "host": "127.0.0.1", "port": port}
    )
    parts = make_parts(tmp_path, settings=SETTINGS.model_copy(update={"web": web}), at=NOW)
    with parts.store.write() as session:
        charter = found_committee(session)
        brand_id = session.get_one(tables.Committee, charter.committee_id).brand_id
        candidate = approve_somebody(session, brand_id, address="mara@post.example")
        head = invitations.draft(session, desk_of(parts), candidate, by="Ann Lee", now=NOW)
    send(parts, head.invitation.id or 0, by="Bo")
    with parts.store.read() as session:
        html = session.exec(select(tables.OutboxRow)).one().html or ""
    with serve_pages(parts) as origin:
        yield House(parts, origin, html)
    parts.close()


def sheet(chromium: Any, *, width: int = 640, dark: bool = False) -> tuple[Any, list[str]]:
    """A page of that width, and the addresses it asks for or the complaints it makes."""
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    )
    page, asked = context.new_page(), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda told: asked.append(f"console: {told.text}"))
    return page, asked


def picture(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def test_from_the_mail_through_a_door_to_the_thanks(chromium: Any, house: House) -> None:
    page, asked = sheet(chromium)
    page.set_content(house.mail)
    page.get_by_role("link", name="Join the committee").click()
    page.get_by_role("heading", name="Join the committee").wait_for()
    assert house.answer() is None
    page.get_by_label("What shall we call you?").fill("Mara W.")
    page.get_by_role("button", name="Join the committee").click()
    page.get_by_role("heading", name="Thank you, and welcome to the committee").wait_for()
    assert house.answer() == "committee"
    page.get_by_role("link", name="Never contact me again").click()
    page.get_by_text("Your answer so far: Join the committee").wait_for()
    page.get_by_role("button", name="Never contact me again").click()
    page.get_by_role("heading", name="You will not hear from us again").wait_for()
    assert house.answer() == "never"
    assert [address for address in asked if not address.startswith(f"{house.origin}/")] == []
    page.context.close()


def test_the_keyboard_is_enough(chromium: Any, house: House) -> None:
    page, _ = sheet(chromium)
    page.set_content(house.mail)
    names: list[str] = []
    for _ in range(12):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent"))
        if names[-1].strip() == "Not now":
            break
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Not now").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Thank you for telling us").wait_for()
    assert house.answer() == "not_now"
    page.context.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 640])
def test_nothing_scrolls_sideways_and_words_stand_out(
    chromium: Any, house: House, width: int, dark: bool
) -> None:
    page, _ = sheet(chromium, width=width, dark=dark)
    look = f"{width}-{'dark' if dark else 'light'}"
    page.set_content(house.mail)
    _fits(page, width)
    picture(page, f"mail-{look}")
    page.get_by_role("link", name="Join the committee").click()
    page.get_by_role("button", name="Join the committee").wait_for()
    _fits(page, width)
    picture(page, f"door-{look}")
    nonce = invitation_of(house).nonce
    page.goto(desk_of(house.parts).link(nonce))
    _fits(page, width)
    picture(page, f"choose-{look}")
    page.goto(desk_of(house.parts).link(nonce, "not_now"))
    page.get_by_role("button").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    _fits(page, width)
    picture(page, f"thanks-{look}")
    page.goto(f"{house.origin}/invitation/cut-short")
    _fits(page, width)
    picture(page, f"unknown-{look}")
    page.context.close()


def invitation_of(house: House) -> tables.Invitation:
    with house.parts.store.read() as session:
        return session.exec(select(tables.Invitation)).one()


def _fits(page: Any, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for element in ("body", "h1, p"):
        ratio = page.evaluate(CONTRAST, element)
        assert ratio >= 4.5, element


CONTRAST = """selector => {
  const element = document.querySelector(selector);
  const rgb = text => (text.match(/[\\d.]+/g) || []).slice(0, 3).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  let ground = element;
  const see = node => getComputedStyle(node).backgroundColor;
  while (see(ground) === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
  const [a, b] = [light(rgb(getComputedStyle(element).color)), light(rgb(see(ground)))];
  return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
}"""
