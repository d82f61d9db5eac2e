"""Our mails as people see them: the digest of three roles on a day full of everything, a letter
that reports back, and an invitation, in light and dark, on a telephone and beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from community.inviting import invitations
from config.brand import Brand
from config.outgoing import DigestSettings, RecipientSettings
from soundingboard.delivery import told_back
from soundingboard.inviting import desk_of, letter_of
from soundingboard.pipeline.digest import mail_digests
from soundingboard.pipeline.importing import import_file
from soundingboard.pipeline.recruit import recruit
from soundingboard.pipeline.understand import understand
from soundingboard.pipeline.weigh import weigh_brands
from soundingboard.wiring import Parts
from store import outbox, tables
from tests.fakes import make_parts
from tests.inviting import NOW, SETTINGS, approve_somebody, found_committee

CHROMIUM = Path("/usr/bin/chromium")
PICTURES = os.environ.get("SOUNDINGBOARD_PICTURES")
"""A folder to put pictures of every mail in, to be looked at."""
DAY = timedelta(days=1)
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
NOTE = "uncorrected for the model's own errors"
ROLES = ("marketer", "moderator", "executive")
MAILS = (*ROLES, "letter", "invitation")
POSTS = f"""\
id,author,text,date,url
1,نور,أحب Lumen كثيرا، love this great coffee! 5,2026-02-08,https://shop.test/1
2,نور,قهوة wonderful كل صباح، you should sell 2 sizes,2026-02-09,https://shop.test/2
3,نور,best coffee ever 😍,2026-02-10,https://shop.test/3
4,𝕭ram 🦊☕️,I hate the lid 🤬🤬 awful!!! https://shop.test/{"a" * 90},2026-02-11,https://shop.test/4
5,𝕭ram 🦊☕️,terrible and broken packaging: {LONG},2026-02-12,https://shop.test/5
6,𝕭ram 🦊☕️,worst service. You should answer within 2 days 👩🏽‍🔧,2026-02-13,https://shop.test/6
7,mixed_feelings,I love the beans. great,2026-02-14,https://shop.test/7
8,mixed_feelings,but I hate the lid. awful,2026-02-15,https://shop.test/8
9,mixed_feelings,wonderful taste and broken cup,2026-02-16,https://shop.test/9
10,mixed_feelings,terrible lid,2026-02-17,https://shop.test/10
11,mixed_feelings,perfect beans,2026-02-18,https://shop.test/11
12,dora,das ist die Tasse und der Kaffee,2026-02-19,https://shop.test/12
"""

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
def mails(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every mail as HTML, made as it is when it leaves."""
    folder = tmp_path_factory.mktemp("house")
    readers = tuple(
        RecipientSettings(address=f"{role}@lumen.example", name="Vera", role=role) for role in ROLES
    )
    settings = SETTINGS.model_copy(
        update={
            "digest": DigestSettings(recipient=readers, timezone="Europe/Vienna"),
            "brand": (Brand(name="Lumen Coffee"),),
        }
    )
    parts = make_parts(folder, settings=settings, at=NOW)
    with parts.store.write() as session:
        committee_id = found_committee(session).committee_id
    _hear(parts, folder)
    with parts.store.write() as session:
        _measure(session)
        _trouble(session)
        letter = _late_promises(session, committee_id)
        candidate = approve_somebody(session, 1, address="mara@post.example")
        head = invitations.draft(session, desk_of(parts), candidate, by="Ann Lee", now=NOW)
    made = {"letter": letter, "invitation": letter_of(desk_of(parts), head).html or ""}
    mail_digests(parts, at_once=True)
    with parts.store.read() as session:
        for row in outbox.messages(session):
            made[row.receiver.partition("@")[0]] = row.html or ""
    parts.close()
    return made


def _hear(parts: Parts, folder: Path) -> None:
    (folder / "posts.csv").write_text(POSTS, encoding="utf-8")
    import_file(parts, folder / "posts.csv", "Lumen Coffee")
    for step in (understand, weigh_brands, recruit):
        step(parts)
    with parts.store.write() as session:
        posts = session.exec(select(tables.Post)).all()
        themes = [
            tables.Theme(
                brand_id=1, name=name, centre=b"", model="fixed-1", size=size, love=love, hate=hate,
                first_at=NOW - 90 * DAY, last_at=NOW - DAY, fitted_at=NOW,
            )
            for name, size, love, hate in (
                ("lid, leaks, morning", 14, 2, 11),
                (f"{LONG.casefold()}, coffee", 9, 7, 0),
                ("decaf", 3, 0, 0),
            )
        ]  # fmt: skip
        session.add_all(themes)
        session.flush()
        for vector in session.exec(select(tables.Vector)):
            vector.theme_id = themes[0].id if vector.post_id % 3 else themes[1].id
        session.add(
            tables.Alert(
                brand_id=1, series="negative", day="2026-02-28", count=7, people=3, expected=1.25,
                p=0.0001, theme_id=themes[0].id, posts=[p.id or 0 for p in posts[:4]],
                raised_at=NOW - DAY / 2,
            )
        )  # fmt: skip


def _measure(session: Session) -> None:
    """Two days of KPIs, one that moved for sure, one too few; and two goals on them."""
    told = {
        "people_heard": ("people", (96, None, None), (105, None, None)),
        "net_sentiment": ("net", (-0.11, -0.15, -0.07), (0.21, 0.11, 0.31)),
        "vocal_hate": ("share", (0.2, 0.1, 0.3), (0.25, 0.15, 0.35)),
        "time_to_first_response": ("hours", (30.0, 20.0, 44.0), (12.5, 9.0, 18.0)),
        "acceptance_rate": ("share", (None, None, None), (None, None, None)),
        "roi": ("ratio", (None, None, None), (None, None, None)),
    }
    for days, which in ((2, 1), (0.1, 2)):
        for kpi, (unit, *readings) in told.items():
            value, low, high = readings[which - 1]
            session.add(
                tables.Measurement(
                    brand_id=1, kpi=kpi, unit=unit, since=NOW - 90 * DAY, until=NOW - days * DAY,
                    value=value, low=low, high=high, numerator=20, denominator=98, n=98,
                    note=NOTE if kpi == "net_sentiment" else None,
                )
            )  # fmt: skip
    for title, kpi, unit_target in (
        ("Answer people the same day, also on weekends", "time_to_first_response", 8.0),
        ("More praise than blame", "net_sentiment", 0.15),
    ):
        session.add(
            tables.Goal(
                brand_id=1, title=title, kpi=kpi, level="strategic", owner="Rosa Vandersteen",
                direction="down" if kpi == "time_to_first_response" else "up",
                benefit_customer="they are heard", benefit_company="fewer surprises",
                baseline={"value": 30.0}, target=unit_target, starts_at=NOW - 30 * DAY,
                ends_at=NOW + 90 * DAY, made_at=NOW - 31 * DAY,
            )
        )  # fmt: skip


def _trouble(session: Session) -> None:
    """Sources that do not answer, a mail nobody can be sure of, and a queue."""
    session.add_all(
        [
            tables.Source(
                kind="feed", address="https://forum.example/feed", name="forum of the roasters",
                added_at=NOW - 90 * DAY, ok_at=NOW - 3 * DAY,
                problem="https://forum.example/a/very/long/address/that/never/ends/" + "x" * 80
                + " answered 503 three times",
            ),
            tables.Source(
                kind="feed", address="https://b.example", name="الملتقى", added_at=NOW,
                problem="does not answer",
            ),
            tables.ReviewItem(brand_id=1, kind="post", subject="post:1", opened_at=NOW),
            tables.ReviewItem(brand_id=1, kind="reading", subject="reading:2", opened_at=NOW),
            tables.ReviewItem(brand_id=1, kind="reading", subject="reading:3", opened_at=NOW),
        ]
    )  # fmt: skip
    row = outbox.enqueue(
        session, key="invitation/99", channel="mail", kind="invitation", subject="Come", text="…",
        receiver="mara@post.example", now=NOW - DAY,
    )  # fmt: skip
    assert row is not None
    row.state, row.problem = "uncertain", "the line broke after the whole mail was handed over"


def _late_promises(session: Session, committee_id: int) -> str:
    """A member whose suggestions waited too long, a reset nobody held; the letter about a third."""
    author = tables.Author(site="forum.example", key="lia", name="lia", first_seen=NOW - 99 * DAY)
    session.add(author)
    session.flush()
    member = tables.Member(
        committee_id=committee_id, author_id=author.id or 0, door="committee", name="Lia Ångström",
        address="lia@post.example", joined_at=NOW - 99 * DAY, term_from=NOW - 99 * DAY,
    )  # fmt: skip
    session.add(member)
    session.flush()
    raised = [
        tables.Suggestion(
            committee_id=committee_id, member_id=member.id, title=title, words=words,
            raised_at=NOW - days * DAY, state="raised",
        )
        for title, words, days in (
            ("Sell decaf in small bags", "Sell decaf in small bags.", 60),
            ("A lid that does not leak in the morning rush", "A lid that does not leak.", 30),
            ("كيس صغير", "أكياس صغيرة من القهوة منزوعة الكافيين، من فضلكم.", 50),
        )
    ]  # fmt: skip
    session.add_all(raised)
    session.add(
        tables.Reset(brand_id=1, owner="Rosa Vandersteen", due_at=NOW - 16 * DAY, every_months=6)
    )
    session.flush()
    told = raised[2]
    told.acknowledged_at, told.decided_at = NOW - 49 * DAY, NOW - 30 * DAY
    told.state, told.decision_reason = "acted", "Many of you asked for it, and it costs us little."
    told.acted_at, told.evidence = NOW - 3 * DAY, "https://lumen.example/decaf-250"
    footer = told_back.footer("the Lumen Table", "Lumen, 1 Mill Lane, Graz")
    letter = told_back.to_member(
        told,
        member,
        own=True,
        again=False,
        post_url="https://forum.example/t/17",
        own_page="https://v.test/member/x",
        footer=footer,
    )
    return letter.html or ""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 640])
@pytest.mark.parametrize("name", MAILS)
def test_a_mail_fits_asks_for_nothing_and_can_be_read(
    chromium: Any, mails: dict[str, str], name: str, width: int, dark: bool
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    )
    page, asked = context.new_page(), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda told: asked.append(told.text))
    page.set_content(mails[name])
    if PICTURES:
        look = f"{name}-{width}-{'dark' if dark else 'light'}.png"
        page.screenshot(path=Path(PICTURES) / look, full_page=True)
    assert asked == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(SPILLS) == []
    assert page.evaluate(FAINT) == []
    context.close()


def test_the_full_day_is_in_the_digest_and_each_role_gets_its_own(mails: dict[str, str]) -> None:
    for role in ROLES:
        for words in ("overdue", "Sell decaf", "Out of the ordinary", "rising", "up from"):
            assert words in mails[role], (role, words)
        for words in ("Sources that need a hand", "Messages that need a hand"):
            assert words in mails[role], (role, words)
    assert 'dir="rtl"' in mails["marketer"]
    assert "🤬" in mails["marketer"]
    assert "Who loves you" not in mails["executive"]
    assert "Waiting for a moderator" in mails["moderator"]


SEEN = """
const words = [...document.querySelectorAll('body *')].filter(element =>
  element.getClientRects().length &&
  [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()));
"""
"""Every element that shows words of its own."""

SPILLS = f"""() => {{ {SEEN}
  return words.filter(element => {{
    const box = element.getBoundingClientRect();
    return box.right > document.documentElement.clientWidth + 1 || box.left < -1;
  }}).map(element => element.textContent.trim().slice(0, 60));
}}"""

FAINT = f"""() => {{ {SEEN}
  const rgb = text => (text.match(/[\\d.]+/g) || []).slice(0, 3).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const see = node => getComputedStyle(node).backgroundColor;
  const ratio = element => {{
    let ground = element;
    const clear = node => see(node) === 'rgba(0, 0, 0, 0)' && node.parentElement;
    while (clear(ground)) ground = ground.parentElement;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(rgb(see(ground)))];
    return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  }};
  return words.filter(element => ratio(element) < 4.5)
    .map(element => `${{ratio(element).toFixed(2)}} ${{element.textContent.trim().slice(0, 60)}}`);
}}"""
"""The contrast of WCAG 2.2, 1.4.3, of words on the nearest ground that is painted."""
