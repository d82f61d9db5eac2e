"""Every page by axe-core's rules, light and dark, narrow and wide; and by the Tab key alone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docs.every_page import Page, Served, served
from soundingboard.demo.world import NOW
from tests.fakes import FixedReader

CHROMIUM = Path("/usr/bin/chromium")
NARROW, WIDE, HEIGHT = 320, 1440, 900
BOTH = os.environ.get("SOUNDINGBOARD_AXE") == "all"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

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
def axe() -> str:
    core = pytest.importorskip("axe_playwright_python.base")
    return Path(core.__file__).with_name("axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def house(demo_house: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = shutil.copytree(demo_house, tmp_path_factory.mktemp("seen") / "house")
    with served(folder, NOW, reader=FixedReader()) as found:
        yield found


@pytest.fixture(scope="module")
def empty_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("empty")
    with served(folder, NOW, empty=True, reader=FixedReader()) as found:
        yield found


class Visitor:
    """Goes from page to page in one tab for each role; what they meet that is wrong."""

    def __init__(self, chromium: Any, house: Served, axe: str) -> None:
        self.house, self.wrong = house, list[str]()
        self._chromium, self._axe = chromium, axe
        self._tabs: dict[str | None, Any] = {}
        self._turn = 0

    def visit(self, page: Page) -> Any:
        """The page as it opens: wide and light, and nothing more to come."""
        tab = self._tabs.get(page.role) or self._open(page.role)
        tab.set_viewport_size({"width": WIDE, "height": HEIGHT})
        tab.emulate_media(color_scheme="light")
        answer = tab.goto(self.house.origin + page.path)
        tab.locator("[hx-trigger^=load]").first.wait_for(state="detached")  # what follows by POST
        if answer.status != 200:
            self.wrong.append(f"{page.path}: {answer.status}")
        return tab

    def judge(self, page: Page, tab: Any) -> None:
        """Every rule, wide and light or narrow and dark in turn; `make axe` looks at all twice."""
        tab.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
        tab.evaluate(self._axe)
        self._turn += 1
        if BOTH or self._turn % 2:
            self._run(page, tab, "wide, light")
        if BOTH or not self._turn % 2:
            tab.emulate_media(color_scheme="dark")
            tab.set_viewport_size({"width": NARROW, "height": HEIGHT})
            self._run(page, tab, "narrow, dark")

    def _run(self, page: Page, tab: Any, look: str) -> None:
        found = tab.evaluate(AXE, RULES)
        if tab.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
            found.append("scrolls sideways")
        self.wrong += [f"{page.path} {look}: {one}" for one in found]

    def _open(self, role: str | None) -> Any:
        context = self._chromium.new_context(reduced_motion="reduce")
        context.set_default_timeout(20_000)
        if role:
            context.add_cookies([self.house.cookie(role)])
        self._tabs[role] = tab = context.new_page()
        return tab

    def close(self) -> None:
        for tab in self._tabs.values():
            tab.context.close()


AXE = """async runOnly => {
  const found = await axe.run(document, {runOnly, resultTypes: ["violations"]});
  return found.violations.map(one => `${one.id} at ` +
    one.nodes.slice(0, 3).map(node => `${node.target} (${node.failureSummary})`).join("; "));
}"""


@pytest.fixture
def visitor(chromium: Any, house: Served, axe: str) -> Iterator[Visitor]:
    made = Visitor(chromium, house, axe)
    yield made
    made.close()


def test_no_rule_of_accessibility_is_broken_on_any_page(visitor: Visitor) -> None:
    for page in visitor.house.pages():
        visitor.judge(page, visitor.visit(page))
    assert "\n".join(visitor.wrong) == ""


def test_nor_on_any_page_of_an_empty_house(chromium: Any, empty_house: Served, axe: str) -> None:
    visitor = Visitor(chromium, empty_house, axe)
    for page in empty_house.pages()[:: 1 if BOTH else 3]:
        visitor.judge(page, visitor.visit(page))
    visitor.close()
    assert "\n".join(visitor.wrong) == ""


MAIN = (
    "/", "/recruits?side=hate", "/slate", "/mentions?q=brakes", "/timeline", "/community",
    "/suggestions", "/review", "/kpis", "/settings/brands",
)  # fmt: skip

NUMBERED = """() => {
  const stops = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
  const seen = one => one.checkVisibility({visibilityProperty: true}) && !one.disabled
    && one.tabIndex >= 0 && (one.type !== 'radio' || one.checked);
  const all = [...document.querySelectorAll(stops)].filter(seen);
  window.reached = [];
  window.unseen = [];
  document.addEventListener('focusin', ({target}) => {
    const number = all.indexOf(target);
    if (number >= 0) reached.push(number);
    const look = getComputedStyle(target);
    const bar = target.querySelector('.reach');  // of a small chart: it has its ring drawn
    const ring = bar ? getComputedStyle(bar).stroke !== 'none'
      : look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2;
    if (number >= 0 && !ring) unseen.push(target.outerHTML);
  });
  return all.length;
}"""
"""Numbers all that can be used, in the document's order; notes what focus reaches, and unseen."""


def test_the_tab_key_alone_reaches_everything_in_order_and_is_always_seen(
    chromium: Any, house: Served
) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": HEIGHT})
    context.add_cookies([house.cookie("admin")])
    tab = context.new_page()
    for path in MAIN:
        tab.goto(house.origin + path)
        tab.locator("[hx-trigger^=load]").first.wait_for(state="detached")
        count = tab.evaluate(NUMBERED)
        for _ in range(count + 12):  # a field for a date has stops of its own
            tab.keyboard.press("Tab")
        reached = tab.evaluate("reached")[:count]
        first = reached[0]  # a list may have put the cursor on its current row
        assert reached == [*range(first, count), *range(first)], path
        assert tab.evaluate("unseen") == [], path
    context.close()


def test_the_skip_link_skips_and_the_dialog_keeps_the_focus_and_gives_it_back(
    chromium: Any, house: Served
) -> None:
    context = chromium.new_context()
    context.add_cookies([house.cookie("admin")])
    tab = context.new_page()
    tab.goto(f"{house.origin}/community")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/community#main")
    assert tab.evaluate("document.activeElement.id") == "main"
    tab.keyboard.press("Tab")
    before = tab.evaluate("document.activeElement.textContent")
    tab.keyboard.press("?")
    tab.get_by_role("dialog").wait_for()
    for _ in range(6):
        tab.keyboard.press("Tab")
        inside = "document.activeElement.matches('dialog *, dialog, body')"
        assert tab.evaluate(inside)
    tab.keyboard.press("Escape")
    assert tab.evaluate("document.activeElement.textContent") == before
    context.close()
