"""Makes a picture of every page, light, dark and narrow, and says what is wrong with any of them.

    python -m docs.screenshots [--house FOLDER] [--out build/screenshots] [--only WORDS] [--docs]

Without a folder the demo is made first. The house is copied and its clock stands still, so that
two runs show the same. With --docs the few that the documentation shows are taken anew, as high
as a window. For each page: its status, complaints in the browser's console, requests
that leave the origin, sideways scrolling, and its weight, which is every byte that came over the
line for it with nothing cached. The exit code is 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from docs.every_page import Page, Served, served
from docs.small_png import shrink
from soundingboard.demo.world import NOW
from soundingboard.pipeline.propose import propose

CHROMIUM = "/usr/bin/chromium"
LOOKS = (("light", 1280), ("dark", 1280), ("light", 390))
HEIGHT = 860
HEAVIEST_KB = 300
PICTURES = Path(__file__).with_name("pictures")
IN_DOCS = {
    "today": "/",
    "recruits": "/recruits?side=hate&state=proposed&open=first",
    "slate": "/slate",
    "mentions": "/mentions?q=brakes",
    "suggestions": "/suggestions",
    "review": "/review?item=2",
}
"""The pictures of the documentation, light and wide, and the pages they are of."""

EXPECTED = 200


@dataclass
class Look:
    """One page as it was seen once.

    weight : bytes over the line, headers included
    """

    page: Page
    theme: str
    width: int
    status: int = 0
    weight: int = 0
    scroll: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """In words, everything that must not be."""
        found = list(self.wrong)
        if self.status != EXPECTED:
            found.append(f"status {self.status}")
        if self.scroll > 0:
            found.append(f"{self.scroll} px of sideways scrolling")
        if self.weight > HEAVIEST_KB * 1000:
            found.append(f"heavier than {HEAVIEST_KB} KB")
        return found

    @property
    def row(self) -> str:
        weight = f"{self.weight / 1000:.0f} KB"
        told = "; ".join(self.faults) or "fine"
        return f"{self.page.path[:60]:60} {self.theme:5} {self.width:5} {weight:>7}  {told}"


def main() -> int:
    """Make every picture; the exit code."""
    asked = _arguments()
    shutil.rmtree(asked.out, ignore_errors=True)
    asked.out.mkdir(parents=True)
    with _houses(asked.house) as (full, empty), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        if asked.docs:
            _illustrate(browser, full)
            return 0
        looks = [
            look
            for house in (full, empty)
            for look in _looks(browser, house, asked.out, asked.only)
        ]
        browser.close()
    faulty = [look for look in looks if look.faults]
    say(f"{len(looks)} pictures in {asked.out}; {len(faulty)} pages are at fault")
    for look in faulty:
        say(look.row)
    return 1 if faulty else 0


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m docs.screenshots")
    parser.add_argument("--house", type=Path, help="a folder the demo ran in; it is copied")
    parser.add_argument("--out", type=Path, default=Path("build/screenshots"))
    parser.add_argument("--docs", action="store_true", help="only what the documentation shows")
    parser.add_argument("--only", default="", help="pages with these words in their address")
    return parser.parse_args()


@contextmanager
def _houses(made: Path | None) -> Iterator[tuple[Served, Served]]:
    """The demo's house and one with nothing in it, both served."""
    with tempfile.TemporaryDirectory() as folder:
        full, empty = Path(folder, "full"), Path(folder, "empty")
        if made is None:
            words = [sys.executable, "-m", "soundingboard", "demo", "--to", str(full)]
            subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        else:
            shutil.copytree(made, full)
        empty.mkdir()
        with served(full, NOW) as one, served(empty, NOW, empty=True) as other:
            propose(one.parts, None)
            yield one, other


def _illustrate(browser: Any, house: Served) -> None:
    """Take the documentation's pictures anew."""
    context = browser.new_context(viewport={"width": 1280, "height": HEIGHT})
    context.add_cookies([house.cookie("admin")])
    tab = context.new_page()
    for name, path in IN_DOCS.items():
        tab.goto(house.origin + path)
        tab.wait_for_load_state("networkidle")
        tab.screenshot(path=PICTURES / f"{name}.png")
        shrink(PICTURES / f"{name}.png")
    context.close()


def _looks(browser: Any, house: Served, out: Path, only: str) -> Iterator[Look]:
    pages = [page for page in house.pages() if only in page.path]
    for role in (None, *sorted({page.role for page in pages if page.role})):
        cookies = [house.cookie(role)] if role else []  # whoever comes first ends the first link
        for theme, width in LOOKS:
            context = browser.new_context(
                viewport={"width": width, "height": HEIGHT}, color_scheme=theme
            )
            context.add_cookies(cookies)
            for page in pages:
                if page.role == role:
                    look = Look(page, theme, width)
                    _take(context, house, look, out)
                    say(look.row)
                    yield look
            context.close()


def _take(context: Any, house: Served, look: Look, out: Path) -> None:
    tab = context.new_page()
    _listen(tab, house.origin, look)
    answer = tab.goto(house.origin + look.page.path)
    tab.wait_for_load_state("networkidle")
    look.status = answer.status
    look.scroll = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
    name = f"{look.page.name}-{look.theme}-{look.width}.png"
    tab.screenshot(path=out / name, full_page=True)
    tab.close()


def _listen(tab: Any, origin: str, look: Look) -> None:
    """Write down complaints, requests that leave the origin, and every byte."""

    def complain(told: Any) -> None:
        if told.type in ("error", "warning"):
            look.wrong.append(told.text)

    def ask(request: Any) -> None:
        if not request.url.startswith((f"{origin}/", "data:")):
            look.wrong.append(f"asks {request.url}")

    def weigh(told: dict[str, Any]) -> None:
        look.weight += int(told["encodedDataLength"])

    tab.on("console", complain)
    tab.on("pageerror", lambda error: look.wrong.append(str(error)))
    tab.on("request", ask)
    line = tab.context.new_cdp_session(tab)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    line.on("Network.loadingFinished", weigh)


if __name__ == "__main__":
    sys.exit(main())
