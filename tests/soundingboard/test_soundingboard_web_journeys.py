"""Whole journeys in a real browser: a marketing morning, a member's answer, a first day."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from docs.every_page import Served, served
from soundingboard.access import users, welcome
from soundingboard.demo.server import DemoServer
from soundingboard.demo.world import NOW
from soundingboard.inviting import desk_of
from soundingboard.personal_links import member_link
from store import tables
from tests.fakes import FixedReader

CHROMIUM = Path("/usr/bin/chromium")
PASSWORD = "orchard lantern gravel tide"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium here"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def house(demo_house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = shutil.copytree(demo_house, tmp_path_factory.mktemp("journeys") / "house")
    with served(folder, NOW, reader=FixedReader()) as found:
        yield found


def tab_of(chromium: Any, origin: str) -> tuple[Any, list[str]]:
    """A tab of a browser nobody is signed in with, and all that goes wrong in it."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    tab, wrong = context.new_page(), list[str]()
    tab.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("request", lambda r: None if r.url.startswith(f"{origin}/") else wrong.append(r.url))
    tab.on("dialog", lambda dialog: wrong.append(dialog.message))
    return tab, wrong


def download(tab: Any, button: str) -> list[dict[str, str]]:
    """The rows of the CSV file that a button gives."""
    with tab.expect_download() as awaited:
        tab.get_by_role("button", name=button).click()
    text = Path(awaited.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def one(house: Served, table: Any, *where: Any) -> Any:
    """The newest row there is of that kind."""
    with house.parts.store.read() as session:
        return session.exec(select(table).where(*where).order_by(table.id.desc())).first()


def test_a_marketing_morning_from_the_digest_to_an_exported_slate(
    chromium: Any, house: Served
) -> None:
    kim_chooses_a_password(house)
    tab, wrong = tab_of(chromium, house.origin)
    digest = max(house.parts.folder.glob("digests/*.html")).read_text(encoding="utf-8")
    deep = re.findall(r'href="[^"]+?(/candidates/\d+)"', digest)[0]
    tab.goto(house.origin + deep)
    tab.get_by_label("Mail address").fill("kim@wendlow.example")
    tab.get_by_label("Password").fill(PASSWORD)
    tab.keyboard.press("Enter")
    tab.locator(".dossier-head h2").wait_for()
    assert tab.url == house.origin + deep

    tab.goto(f"{house.origin}/recruits?state=proposed&open=first")
    told = [decided(tab) for _ in range(10)]
    assert len(set(told)) == 10
    assert {words.split()[0] for words in told} >= {"Approved", "Turned", "Put"}
    last = tab.locator(".dossier-head h2").inner_text()
    tab.keyboard.press("u")
    tab.locator(".told", has_text="back").wait_for()
    assert tab.locator(".dossier-head h2").inner_text() != last

    tab.goto(f"{house.origin}/slate")
    tab.get_by_label("Seats").fill("20")
    tab.keyboard.press("Enter")
    tab.get_by_role("heading", name="Seats").wait_for()
    kept, barred = compose(tab)
    seats = download(tab, "CSV")
    names = [row["author"] for row in seats]
    assert len(seats) == 20
    assert kept in names
    assert barred not in names
    assert {row["side"] for row in seats} >= {"love", "hate"}
    assert wrong == []
    tab.context.close()


def kim_chooses_a_password(house: Served) -> None:
    parts, now = house.parts, house.parts.clock.now()
    with parts.store.write() as session:
        kim = users.add(
            session,
            name="Kim",
            address="kim@wendlow.example",
            role="marketer",
            timezone="Europe/Berlin",
            by="test",
            now=now,
        )
        token = welcome.new_link(session, kim.id or 0, "test", now)
    welcome.choose_password(parts.store, token, PASSWORD, brands=[], agent="", device=None, now=now)


def decided(tab: Any) -> str:
    """Decide by keys on whoever is open, each time otherwise; what the next page says of it."""
    before = tab.locator(".dossier-head h2").inner_text()
    turn = int(tab.evaluate("window.name = +window.name + 1")) % 4
    may_be_approved = tab.locator(".dossier-acts [data-key=a]").count()
    keys = (("a" if may_be_approved else "l"), "l", "r2", "s1")[turn]
    for key in keys:
        tab.keyboard.press(key)
    tab.locator(".dossier-head h2").get_by_text(before, exact=True).wait_for(state="detached")
    tab.locator(".dossier-head h2").wait_for()
    return str(tab.locator(".told span").inner_text())


def compose(tab: Any) -> tuple[str, str]:
    """Keep one seat, bar another, ask what somebody who waits would cost; whom that was."""

    def press(row: Any, key: str) -> str:
        name = row.locator(".author a, .author bdi").first.inner_text()
        row.locator("[data-key]").first.focus()  # the row has the cursor, so the key is its own
        tab.keyboard.press(key)
        return str(name)

    kept = press(tab.locator("[data-seated]", has=tab.locator("[data-key=l]")).first, "l")
    tab.locator(".told", has_text=f"{kept} has a seat now").wait_for()
    barred = press(tab.locator("[data-seated]", has=tab.locator("[data-key=b]")).first, "b")
    tab.locator(".told", has_text=f"{barred} is kept off").wait_for()
    waits = tab.locator("[data-row]:not([data-seated])", has=tab.locator("[data-key=c]"))
    free = waits.filter(has_not=tab.locator(".tag, [data-key=f]"))
    press(free.first, "c")
    tab.get_by_text("The slate would be worth").wait_for()
    tab.get_by_text("Nothing was changed").wait_for()
    tab.keyboard.press("q")
    tab.get_by_role("heading", name="Kept off by a person").wait_for()
    return kept, barred


def test_somebody_joins_by_the_first_door_and_a_member_answers_on_their_page(
    chromium: Any, house: Served
) -> None:
    tab, wrong = tab_of(chromium, house.origin)
    sent = one(house, tables.Invitation, tables.Invitation.state == "sent")
    tab.goto(desk_of(house.parts).link(sent.nonce))
    tab.get_by_role("link", name="Join the committee").click()
    tab.get_by_label("What shall we call you?").fill("Mara W.")
    tab.get_by_role("button", name="Join the committee").click()
    tab.get_by_role("heading", name="Thank you, and welcome to the committee").wait_for()
    mara = one(house, tables.Member)
    assert (mara.name, mara.invitation_id) == ("Mara W.", sent.id)

    ned = one(house, tables.Member, tables.Member.name == "Ned")
    tab.goto(member_link(house.parts, ned.id))
    tab.get_by_role("button", name="I have read it and agree").click()
    tab.get_by_text("You read version 2 and agreed").wait_for()
    tab.get_by_role("button", name="Perhaps").first.click()
    tab.locator("button[aria-pressed=true]", has_text="Perhaps").wait_for()
    tab.get_by_label("What should Wendlow do?").fill("Ring before the courier comes")
    tab.get_by_role("button", name="Suggest it").click()
    tab.get_by_text("Ring before the courier comes").wait_for()
    tab.get_by_text("We have it and will answer.").first.wait_for()
    said = one(house, tables.Suggestion, col(tables.Suggestion.member_id) == ned.id)
    assert said.title == "Ring before the courier comes"
    assert wrong == []
    tab.context.close()


def test_a_first_day_from_an_empty_house_to_the_recruit_list(chromium: Any, tmp_path: Path) -> None:
    with (
        DemoServer() as sites,
        served(tmp_path, NOW, empty=True, reader=FixedReader(), sites=sites) as house,
    ):
        with house.parts.store.write() as session:
            token = welcome.first_link(session, NOW)
        tab, wrong = tab_of(chromium, house.origin)
        tab.goto(f"{house.origin}/welcome/{token}")
        tab.get_by_label("Your name").fill("Ada")
        tab.get_by_label("Your mail address").fill("ada@wendlow.example")
        tab.get_by_label("A password").fill(PASSWORD)
        tab.get_by_role("button", name="Become the administrator").click()
        tab.get_by_role("heading", level=1).wait_for()
        tab.goto(f"{house.origin}/start")
        tab.get_by_label("Its name").fill("Wendlow")
        tab.get_by_role("button", name="Add it").click()
        tab.locator("#step-brand .tag", has_text="done").wait_for()
        tab.get_by_label("A feed, a page that names one, or a forum").fill(
            "http://citycyclist.example/comments/feed/"
        )
        tab.get_by_role("button", name="Listen there").click()
        tab.locator("#step-sources .tag", has_text="done").wait_for()
        for step in ("digest", "committee"):
            tab.locator(f"#step-{step}").get_by_role("button", name="Skip this").click()
            tab.locator(f"#step-{step} .tag", has_text="skipped").wait_for()
        tab.get_by_role("button", name="Ask every source now").click()
        tab.get_by_role("link", name="To the recruit list").click(timeout=60_000)
        tab.locator(".recruit-rows [data-row]").first.wait_for()
        assert wrong == []
        tab.context.close()
