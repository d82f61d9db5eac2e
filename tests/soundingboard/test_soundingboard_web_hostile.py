"""Whatever people write is shown as words: on pages, in the digest, in files and to programs."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ada_url
import openpyxl
import pytest

from soundingboard.access import sessions
from soundingboard.pipeline.digest import digest
from soundingboard.web.api.lines import RULES as API_RULES
from soundingboard.web.app import serve_pages
from tests.console import ORIGIN
from tests.doors import DATABASE, Doors, lines, open_doors
from tests.hostile import NAUGHTY, collected, replace_words, wrapped
from tests.markup import Page, forms
from tests.programs import token_of

ALL = os.environ.get("SOUNDINGBOARD_HOSTILE") == "all"
"""`make hostile`: 10,000 strings, each as text, as title and as name, instead of one turn."""
MANY = 10_000
OURS = {"Sec-Fetch-Site": "same-origin"}
OPENED = ("/open", "/dossier", "/print", "/authors/{number}", "/compare")
"""Ends of addresses whose words are read by a POST, because the look is written down."""
LISTS = (
    "/mentions?after=", "/recruits?side=love", "/recruits?side=hate", "/recruits?side=torn",
    "/recruits?state=all", "/review?state=decided", "/suggestions?owner=nobody",
    "/members?seat=all", "/committees/1?charter=1", "/committees?new=1",
    "/settings/outbox?state=all",
)  # fmt: skip
NO_LISTS = ("/settings/sources/export", "/business-case/export")
"""OPML and Markdown."""
HEAVY = (
    "/", "/mentions", "/posts/{number}", "/candidates/{candidate_id}", "/authors/{number}",
    "/recruits", "/slate", "/members/{number}", "/suggestions/{number}", "/review/{item_id}",
    "/timeline", "/themes/{number}", "/goals/{number}", "/meetings/{number}",
)  # fmt: skip
CHROMIUM = Path("/usr/bin/chromium")

Shape = set[tuple[str, str]]


INERT = frozenset(
    [
        "aria-current", "aria-describedby", "aria-invalid", "checked", "class", "disabled",
        "dir", "hidden", "id", "lang", "open", "readonly", "role", "selected", "title",
    ]
)  # fmt: skip
"""Attributes that a page has in one state and not in another, and that do nothing."""
WIDTHS = re.compile(r"((width|left|right|margin-left): ?-?[\d.]+%;? ?)+")


def shape(page: Page) -> Shape:
    """Every kind of element with every attribute it has that does something."""
    told = {(tag, name) for tag, attributes in page.elements for name in {*attributes} - INERT}
    return told | {(tag, "") for tag, _ in page.elements}


def pages(doors: Doors) -> Iterator[tuple[str, str]]:
    """Every page of the console and behind signed links, as the admin sees it."""
    asked = [("GET", doors.address(line.path)) for line in lines("GET")]
    asked = [(method, path) for method, path in asked if not path.startswith(("/api", "/static"))]
    asked += [("GET", path) for path in LISTS]
    for line in lines("POST"):
        if line.path.endswith(OPENED):
            asked.append(("POST", doors.address(line.path)))
    for method, path in asked:
        answer = doors.ask(method, path, "admin", headers=OURS)
        assert answer.status_code < 500, (method, path)
        if answer.headers.get("content-type", "").startswith("text/html"):
            yield f"{method} {path}", answer.text


def leads(address: str) -> ada_url.URL | None:
    """Where a browser goes from there; nowhere by an address that is none."""
    try:
        return ada_url.URL(address, base=ORIGIN)
    except ValueError:
        return None


def is_harmless(tag: str, told: dict[str, str]) -> bool:
    """Whether an element runs, loads and sends nothing but to pages of ours."""
    if any(name.startswith("on") or name == "srcdoc" for name in told):
        return False
    if not WIDTHS.fullmatch(told.get("style", "width: 1%")):
        return False
    if tag == "script":
        return told.get("src", "").startswith("/static/")
    for name in (
        "href",
        "src",
        "action",
        "formaction",
        "hx-get",
        "hx-post",
        "data-open",
        "xlink:href",
    ):
        if name in told:
            found = leads(told[name])
            if found is None:
                continue
            outward = tag == "a" and name == "href" and "noopener" in told.get("rel", "")
            if found.protocol == "mailto:" and tag == "a":
                continue
            if found.protocol not in ("https:", "http:"):
                return False
            if found.host != "voices.example.test" and not outward:
                return False
    return tag not in ("iframe", "object", "embed", "base", "math")


SOMETIMES: Shape = {("datalist", ""), ("input", "list")}
"""What pages have in states that the demo's are not in."""


class Shown:
    """A house with everything it shows, and what its pages are made of while words are plain."""

    def __init__(self, doors: Doors) -> None:
        self.doors = doors
        self.token = token_of(doors.parts, "admin", ["read"])
        plain = [Page(text) for _, text in pages(doors)] + [Page(self.digest()[0])]
        self.made_of = SOMETIMES.union(*(shape(page) for page in plain))
        self.styles = {style for page in plain for style in page.styles}
        self.unclosed = {"option"}.union(
            *(page.unclosed for page in plain)
        )  # it need not be closed
        doors.keep()
        self.plain = doors.kept

    def fill(self, strings: list[str], turn: int = 0) -> None:
        self.doors.kept, self.doors.written[:] = self.plain, ["all words"]
        self.doors.anew()
        replace_words(self.doors.parts.folder / DATABASE, strings, turn)
        self.doors.keep()

    def digest(self) -> tuple[str, str]:
        """The newest digest as HTML and as text."""
        folder = self.doors.parts.folder / "anew"
        digest(self.doors.parts, folder=folder)
        (html,) = folder.glob("*.html")
        return html.read_text("utf-8"), html.with_suffix(".txt").read_text("utf-8")

    def check_pages(self) -> int:
        count = 0
        for path, text in pages(self.doors):
            self.check(path, text)
            count += 1
        return count

    def check(self, path: str, text: str) -> None:
        page = Page(text)
        assert "Something broke on our side" not in page.title, path
        assert shape(page) <= self.made_of, (path, shape(page) - self.made_of)
        assert set(page.unclosed) <= self.unclosed, (path, page.unclosed)
        assert page.comments == [], path
        assert set(page.styles) <= self.styles, path
        for tag, told in page.elements:
            assert is_harmless(tag, told), (path, tag, told)

    def check_digest(self) -> None:
        html, text = self.digest()
        page = Page(html)
        assert shape(page) <= self.made_of, shape(page) - self.made_of
        for tag, told in page.elements:
            assert tag == "style" or not any(name.startswith("on") for name in told), told
            link = told.get("href", "https://")
            assert link.startswith(("https://", "http://", "mailto:")), link
        assert len(text) > 100

    def check_files(self) -> int:
        """Every list as CSV, JSONL and XLSX: no cell is a formula, and all of it reads back."""
        cells = 0
        for line in lines("POST"):
            if not line.path.endswith("/export") or line.path in NO_LISTS:
                continue
            told = {}
            for kind in ("csv", "jsonl", "xlsx"):
                answer = self.doors.ask(
                    "POST", self.doors.address(line.path), "admin", data={"as": kind}, headers=OURS
                )
                assert answer.status_code == 200, (line.path, kind, answer.text[:200])
                told[kind] = answer.content
            rows = list(csv.reader(io.StringIO(told["csv"].decode("utf-8-sig"), newline="")))
            assert len({len(row) for row in rows}) <= 1, line.path
            found = [cell for row in rows for cell in row]
            bad = [
                c
                for c in found
                if c[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") and not is_number(c)
            ]
            assert bad == [], (line.path, bad[:3])
            cells += len(found)
            for row in told["jsonl"].splitlines():
                json.loads(row)
            book = openpyxl.load_workbook(io.BytesIO(told["xlsx"]))
            for sheet_row in book.active.iter_rows():
                for cell in sheet_row:
                    assert cell.data_type != "f", (line.path, cell.value)
                    assert cell.hyperlink is None, (line.path, cell.value)
        return cells

    def check_interface(self) -> None:
        """What programs get is JSON that no browser takes for a page."""
        for (method, path), line in API_RULES.items():
            if method == "GET" and line.scope == "read":
                answer = self.doors.ask("GET", self.doors.address(path), None, headers=self.token)
                assert answer.status_code == 200, (path, answer.text[:200])
                assert answer.headers["content-type"] == "application/json", path
                assert answer.headers["x-content-type-options"] == "nosniff", path
                json.loads(answer.content)


def is_number(cell: str) -> bool:
    try:
        return float(cell) == float(cell)
    except ValueError:
        return False


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, demo_house: Path) -> Iterator[Shown]:
    with open_doors(tmp_path_factory.mktemp("hostile"), demo_house) as doors:
        made = Shown(doors)
        made.fill(list(NAUGHTY))
        yield made


def test_no_word_is_taken_for_markup(shown: Shown) -> None:
    assert shown.check_pages() > 80
    shown.check_digest()


def test_files_and_programs_get_the_words_and_nothing_that_runs(shown: Shown) -> None:
    assert shown.check_files() > 1_000
    shown.check_interface()


def test_a_post_is_shown_as_it_was_written(shown: Shown) -> None:
    with shown.doors.parts.store.read() as session:
        posts = session.connection().exec_driver_sql("SELECT id, text FROM post").all()
    for number, written in posts[::12]:
        page = Page(shown.doors.ask("GET", f"/posts/{number}", "admin").text)
        words = " ".join("".join(page.words).replace("\x00", "\ufffd").split())
        wanted = " ".join(written.replace("\x00", "\ufffd").split())
        assert wanted[:400] in words, (number, wanted[:80])


def test_every_form_takes_every_word(shown: Shown) -> None:
    """Each form of each page is sent with harm in all its fields, and answered."""
    catches, tried = list(NAUGHTY), dict[str, int]()
    for path, text in pages(shown.doors):
        for form in forms(text):
            kind = re.sub(r"\d+", "1", form.action.partition("?")[0])
            if tried.setdefault(kind, 0) >= 3 or not form.free:
                continue
            tried[kind] += 1
            harm = catches[sum(tried.values()) * 7 % len(catches)]
            sent = {name: harm if name in form.free else own for name, own in form.fields.items()}
            answer = shown.doors.ask("POST", form.action, "admin", data=sent, headers=OURS)
            assert answer.status_code < 500, (path, form.action, sent)
            if answer.headers.get("content-type", "").startswith("text/html"):
                shown.check(form.action, answer.text)
            elif answer.status_code == 303 and harm:
                after = shown.doors.ask("GET", answer.headers["location"], "admin")
                shown.check(form.action, after.text)
            shown.doors.anew()
    assert len(tried) > 40, sorted(tried)


@pytest.mark.real
def test_no_collected_string_is_taken_for_markup(shown: Shown, shared: Path) -> None:
    strings = collected(shared / "hostile")
    strings = wrapped(strings, MANY) if ALL else strings[:: max(1, len(strings) // 1_500)]
    assert len(strings) >= (MANY if ALL else 1_500)
    turns = -(-len(strings) // 276) if ALL else 1  # as many authors as there are
    for turn in range(turns):
        shown.fill(strings, turn)
        shown.check_pages()
        if ALL:
            shown.check_digest()
            shown.check_files()
            shown.check_interface()
    shown.fill(list(NAUGHTY))


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium here")
def test_a_browser_runs_nothing_and_asks_nobody_else(shown: Shown) -> None:
    api = pytest.importorskip("playwright.sync_api")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    parts, wrong = shown.doors.parts, list[str]()
    here = {"public_url": f"http://127.0.0.1:{port}", "host": "127.0.0.1", "port": port}
    parts.settings = parts.settings.model_copy(
        update={"web": parts.settings.web.model_copy(update=here)}
    )
    cookie = {"name": sessions.SESSION_COOKIE, "value": shown.doors.cookies["admin"]}
    cookie |= {"domain": "127.0.0.1", "path": "/", "sameSite": "Lax"}
    with serve_pages(parts) as origin, api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(20_000)
        context.add_cookies([{**cookie, "secure": True, "httpOnly": True}])
        page = context.new_page()

        def dismiss(dialog: Any) -> None:
            wrong.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        page.on("dialog", dismiss)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.on("request", lambda r: None if r.url.startswith(origin) else wrong.append(r.url))
        for path in HEAVY:
            page.goto(origin + shown.doors.address(path), wait_until="networkidle")
            assert page.title().endswith("Sounding Board"), path
            assert page.locator("h1").count() == 1, path
            assert wrong == [], (path, wrong)
        browser.close()
