"""The recruit pages: three lists, a dossier whose opening is logged, decisions, batches, undo."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import col, select

from community.candidates import recruiting, verdicts
from config.clock import PinnedClock
from config.errors import RuleError
from config.settings import Settings
from soundingboard.web.app import make_app
from soundingboard.web.recruiting.filters import asked, filter_of
from soundingboard.web.recruiting.printing import printed
from soundingboard.why import why, why_as_kept
from soundingboard.wiring import Parts
from store import addresses, by_author, tables
from store import candidates as candidate_queries
from tests.console import signed_in
from tests.copies import lay_database
from tests.fakes import NOW, FixedReader
from tests.soundingboard.conftest import CommandLine

EVIL = '<script>alert(1)</script>"><img src=x>'
LOVERS = ("anna", "=cmd|calc", EVIL, "dora", "أحمد")
HATERS = ("bob", "carl", "egon")
THINGS = {
    "love": ("cup and its handle", "blue paint", "filter basket", "quiet grinder", "warm plate"),
    "hate": ("lid that leaks", "slow courier", "invoice without a date"),
}
"""What each speaks about: equal posts would be copies, and count once."""


def reviews() -> str:
    """Three posts each of people who love or hate it, some with names that bite."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["id", "author", "text", "date", "url"])
    said = {"love": ("I love the", "wonderful! You should add 2 kinds of", "best")}
    said["hate"] = ("I hate the", "terrible and broken", "worst")
    for side, names in (("love", LOVERS), ("hate", HATERS)):
        for number, name in enumerate(names):
            for day, words in enumerate(said[side]):
                link = f"https://shop.test/{side}/{number}/{day}"
                date = f"2026-02-{3 * day + number + 1:02}"
                own = THINGS[side][number]
                rows.writerow([link, name, f"{words} {own} of Lumen, {own} {day}", date, link])
    return out.getvalue()


@dataclass
class Desk:
    """A house whose authors were weighed, its pages, and who looks at them."""

    parts: Parts
    app: FastAPI
    clients: dict[tuple[str, str], TestClient] = field(default_factory=dict)

    def by(self, role: str = "marketer", name: str = "") -> TestClient:
        key = (role, name)
        if key not in self.clients:
            self.clients[key] = signed_in(self.app, self.parts, role, name)
        return self.clients[key]

    def candidate(self, name: str) -> tables.Candidate:
        with self.parts.store.read() as session:
            author = candidate_queries.find_authors(session, name)[0]
            query = select(tables.Candidate).where(tables.Candidate.author_id == author.id)
            return session.exec(query).one()

    def act(self, name: str, change: str, by: TestClient | None = None, /, **form: Any) -> Any:
        candidate = self.candidate(name)
        said = {"change": change, "version": candidate.version, **form}
        return (by or self.by()).post(f"/candidates/{candidate.id}/change", data=said)

    def toast(self, answer: Any, client: TestClient | None = None) -> tuple[str, str]:
        """What the next page tells, and the address of its undo."""
        assert answer.status_code == 303, answer.text
        page = (client or self.by()).get(answer.headers["location"])
        assert page.status_code == 200, page.text
        told = re.search(r"data-told>\s*<span>(.*?)</span>", page.text)
        undo = re.search(r'data-told>.*?action="([^"]*)"', page.text, re.DOTALL)
        assert told, page.text
        return html.unescape(told[1]), html.unescape(undo[1]) if undo else ""

    def audited(self) -> list[tuple[str, str]]:
        with self.parts.store.read() as session:
            rows = session.exec(
                select(tables.AuditEntry).order_by(col(tables.AuditEntry.number))
            ).all()
            return [(row.action, row.subject) for row in rows]


def weighed(folder: Path) -> None:
    """Import the reviews and let everybody be weighed and ranked."""
    lay_database(folder / "soundingboard.db")
    command = CommandLine(folder)
    path = folder / "reviews.csv"
    path.write_text(reviews(), encoding="utf-8")
    assert command("import", str(path), "--brand", "Lumen").exit_code == 0
    assert command("candidates").exit_code == 0


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("recruits")
    weighed(folder)
    parts = Parts(Settings(), folder, PinnedClock(NOW), reader=FixedReader())
    yield Desk(parts, make_app(parts))
    parts.close()


def names_on(page: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r"data-open><bdi>(.*?)</bdi>", page)]


def test_each_side_has_its_list_with_counts_and_reads_write_nothing(desk: Desk) -> None:
    before = desk.audited()
    love = desk.by().get("/recruits").text
    hate = desk.by().get("/recruits?side=hate").text
    assert set(names_on(love)) == {"anna", "=cmd|calc", EVIL, "dora", "أحمد"}
    assert set(names_on(hate)) == set(HATERS)
    assert re.search(r'Who love it <span class="n">5</span>', love)
    assert "<script>alert" not in love
    assert "<img src=x" not in love
    assert desk.by("marketer").head("/recruits").status_code == 200
    assert desk.audited() == before


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("name=ANN", {"anna"}),
        ("name=%25", set()),
        ("state=approved", set()),
        ("least=0,99", set()),
        ("site=nowhere&language=xx", set()),
        ("flag=no&name=dora", {"dora"}),
    ],
)
def test_a_filter_in_plain_words_narrows_the_list(desk: Desk, query: str, found: set[str]) -> None:
    page = desk.by().get(f"/recruits?{query}").text
    assert set(names_on(page)) == found
    assert found or "Nobody matches" in page


@pytest.mark.parametrize(
    "query",
    ["side=sideways", "least=7", "least=nan", "theme=x", "state=%00", "after=%00", "open=-1"],
)
def test_an_address_without_sense_is_refused_in_words(desk: Desk, query: str) -> None:
    answer = desk.by().get(f"/recruits?{query}")
    assert answer.status_code in (200, 409)
    assert "mend" not in answer.text
    assert answer.status_code == 200 or "That did not work" in answer.text


def test_a_viewer_sees_masked_rows_and_no_dossier(desk: Desk) -> None:
    viewer, anna = desk.by("viewer"), desk.candidate("anna").id
    page = viewer.get("/recruits?name=anna").text
    assert "anna" not in page.split("<main")[1]
    assert "a•••" in page
    assert page.count("data-row") == len(LOVERS)  # nor may they look for a name
    for method, path in (("GET", f"/candidates/{anna}"), ("POST", f"/candidates/{anna}/dossier")):
        assert viewer.request(method, path).status_code == 403
    assert viewer.post("/recruits/export", data={"as": "csv"}).status_code == 403
    assert desk.by("moderator").post("/recruits/export", data={"as": "csv"}).status_code == 403


def test_opening_a_dossier_is_written_down_and_asking_for_the_page_is_not(desk: Desk) -> None:
    anna = desk.candidate("anna")
    before = desk.audited()
    page = desk.by().get(f"/candidates/{anna.id}")
    assert ("wonderful" in page.text, desk.audited()) == (False, before)

    part = desk.by().post(f"/candidates/{anna.id}/dossier", headers={"HX-Request": "true"})
    whole = desk.by().post(f"/candidates/{anna.id}/dossier")
    assert desk.audited()[len(before) :] == [("dossier_opened", f"author:{anna.author_id}")] * 2
    assert "<html" not in part.text
    assert "<html" in whole.text
    for told in ("3 posts", "without their heaviest post", "https://shop.test/love/0/1"):
        assert told in part.text.lower()


def test_a_dossier_prints_with_just_its_own_styles(desk: Desk) -> None:
    evil = desk.candidate(EVIL)
    answer = desk.by().post(f"/candidates/{evil.id}/print")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert policy.count("sha256-") > 3
    assert "<script" not in answer.text
    assert desk.audited()[-1] == ("dossier_printed", f"author:{evil.author_id}")
    assert "sha256-" not in printed("<p>style=&#34;x&#34;</p>").headers["content-security-policy"]


def test_a_decision_leads_on_says_what_was_done_and_is_taken_back(desk: Desk) -> None:
    onward = "/recruits?side=love&open=3"
    answer = desk.act("anna", "decide", action="approve", here="/recruits?open=1", onward=onward)
    assert answer.headers["location"] == onward
    told, undo = desk.toast(answer)
    assert (told, desk.candidate("anna").state) == ("Approved anna", "approved")
    back = desk.by().post(undo)
    assert back.headers["location"] == "/recruits?open=1"
    assert desk.candidate("anna").state == "proposed"
    assert [one for one, _ in desk.audited()[-2:]] == ["candidate_approved", "candidate_reopened"]


def test_an_older_page_is_told_what_changed_and_loses_no_words(desk: Desk) -> None:
    seen = desk.candidate("dora").version
    desk.act("dora", "decide", desk.by("marketer", "Kim"), action="shortlist")
    late = desk.act("dora", "decide", action="reject", reason="other", note="mine", version=seen)
    assert late.status_code == 409
    for told in ("Somebody else decided meanwhile", "Kim", "shortlist", "mine"):
        assert told in late.text
    assert desk.candidate("dora").state == "shortlisted"
    desk.act("dora", "decide", action="reopen")


def test_a_form_refused_comes_back_as_it_was_filled_in(desk: Desk) -> None:
    no_note = desk.act("carl", "decide", action="reject", reason="other")
    passed = desk.act("carl", "assign", to="Ann", due="2020-01-01", note="<b>soon</b>")
    assert (no_note.status_code, passed.status_code) == (422, 422)
    assert "needs a note" in no_note.text
    assert re.search(r'value="other" selected', no_note.text)
    assert 'value="2020-01-01"' in passed.text
    assert "&lt;b&gt;soon&lt;/b&gt;" in passed.text


@pytest.mark.parametrize(
    ("change", "form", "holds"),
    [
        ("claim", {}, lambda row: row.claimed_by == "Marketer"),
        ("assign", {"to": "Ben", "due": "2027-01-01"}, lambda row: row.assignee == "Ben"),
        ("verdict", {"verdict": "approve"}, None),
        ("stakeholder", {"kind": "client"}, None),
        ("seat", {"choice": "lock", "reason": "a voice we lack"}, None),
    ],
)
def test_every_change_has_its_inverse(
    desk: Desk, change: str, form: dict[str, Any], holds: Callable[[Any], bool] | None
) -> None:
    told, undo = desk.toast(desk.act("egon", change, **form))
    assert "egon" in told or "Others wait" in told
    assert holds is None or holds(desk.candidate("egon"))
    assert desk.by().post(undo).status_code == 303
    row = desk.candidate("egon")
    assert (row.claimed_by, row.assignee, row.state) == (None, None, "proposed")
    again = desk.act("egon", change, **form)
    desk.by().post(desk.toast(again)[1])


def test_somebody_who_is_deciding_keeps_others_off(desk: Desk) -> None:
    desk.act("bob", "claim", desk.by("marketer", "Ann"))
    refused = desk.act("bob", "decide", action="approve")
    assert (refused.status_code, "Ann is deciding" in refused.text) == (409, True)
    assert "Ann</bdi> is deciding" in desk.by().get("/recruits?side=hate").text
    desk.act("bob", "release", desk.by("marketer", "Ann"))


def test_many_are_decided_in_two_worded_steps_and_undone_by_one(desk: Desk) -> None:
    ann = desk.by("marketer", "Ann Lee")
    some = "&".join(f"id={desk.candidate(n).id}.{desk.candidate(n).version}" for n in HATERS[:2])
    page = ann.get(f"/recruits/many?side=hate&do=defer&{some}").text
    assert "these 2" in page
    assert "Or all 3 on this list" in page
    unsaid = ann.post(f"/recruits/many?side=hate&{some}", data={"do": "defer", "note": "hm"})
    assert (unsaid.status_code, ">hm</textarea>" in unsaid.text) == (422, True)

    form = {"do": "defer", "reason": "later", "all": "yes"}
    told, undo = desk.toast(ann.post("/recruits/many?side=hate", data=form), ann)
    assert told == "3 put off"
    assert {desk.candidate(name).state for name in HATERS} == {"deferred"}
    told, _ = desk.toast(ann.post(undo), ann)
    assert told == "Taken back: 3 as before"
    assert {desk.candidate(name).state for name in HATERS} == {"proposed"}


def test_a_batch_leaves_out_whom_a_colleague_decided_on_meanwhile(desk: Desk) -> None:
    bea = desk.by("marketer", "Bea")
    some = "&".join(f"id={desk.candidate(n).id}.{desk.candidate(n).version}" for n in HATERS)
    desk.act("carl", "decide", desk.by("marketer", "Kim"), action="shortlist")
    answer = bea.post(f"/recruits/many?side=hate&{some}", data={"do": "shortlist"})
    told, undo = desk.toast(answer, bea)
    assert told.startswith("2 on the shortlist; 1 left as they were (Somebody else decided")
    bea.post(undo)
    assert [desk.candidate(n).state for n in HATERS] == ["proposed", "shortlisted", "proposed"]
    desk.act("carl", "decide", desk.by("marketer", "Kim"), action="reopen")


def test_a_file_holds_what_is_on_screen_and_runs_nothing(desk: Desk) -> None:
    answer = desk.by().post("/recruits/export?side=love", data={"as": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    names = {row["author"] for row in rows}
    assert names == {"anna", "'=cmd|calc", EVIL, "dora", "أحمد"}
    assert {row["may_be_contacted"] for row in rows} == {"True"}
    lines = desk.by().post("/recruits/export?side=hate", data={"as": "jsonl"}).text.splitlines()
    assert {json.loads(line)["author"] for line in lines} == set(HATERS)
    assert desk.by().post("/recruits/export", data={"as": "exe"}).status_code == 409
    assert desk.audited()[-1][0] == "exported"


def test_listmonk_gets_the_approved_who_gave_an_address_and_do_not_object(desk: Desk) -> None:
    for name in ("anna", "dora"):
        desk.act(name, "decide", action="approve")
        with desk.parts.store.write() as session:
            number = desk.candidate(name).author_id
            said = {"address": f"{name}@post.example", "basis": "wrote it", "by": "Ann"}
            addresses.set_address(session, number, **said, now=NOW)
            session.get_one(tables.Author, number).opted_out = name == "dora"
    text = desk.by().post("/recruits/export?side=love", data={"as": "listmonk"}).content
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert [(row["email"], row["name"]) for row in rows] == [("anna@post.example", "anna")]
    assert json.loads(rows[0]["attributes"])["consent"] == "wrote it"
    for name in ("anna", "dora"):
        desk.act(name, "decide", action="reopen")


def test_a_search_is_kept_shared_removed_and_brought_back(desk: Desk) -> None:
    ann, ben = desk.by("marketer", "Ann Lee"), desk.by("viewer", "Ben")
    form = {"name": " hot\nones ", "query": "side=hate&least=0.4&open=3", "shared": "yes"}
    told, undo = desk.toast(ann.post("/searches", data=form), ann)
    assert told == "Saved the search “hot ones”"
    assert 'href="/recruits?side=hate&amp;least=0.4"' in ben.get("/recruits").text
    assert ben.post(undo).status_code == 404
    told, undo = desk.toast(ann.post(undo), ann)
    assert "hot ones" not in ben.get("/recruits").text
    assert ann.post(undo).status_code == 303
    assert "hot ones" in ben.get("/recruits").text
    assert ann.post("/searches", data={"name": " ", "query": ""}).status_code == 409


def test_two_are_compared_and_both_looks_are_logged(desk: Desk) -> None:
    pair = [desk.candidate(name) for name in ("anna", "bob")]
    ids = ",".join(str(one.id) for one in pair)
    before = len(desk.audited())
    assert "wonderful" not in desk.by().get(f"/compare?ids={ids}").text
    page = desk.by().post(f"/compare?ids={ids}").text
    assert "wonderful" in page
    assert "worst lid that leaks" in page
    looked = {subject for _, subject in desk.audited()[before:]}
    assert looked == {f"author:{one.author_id}" for one in pair}
    assert desk.by().get("/compare?ids=1").status_code == 409


def test_agreement_is_told_in_words_and_says_when_it_is_too_little(desk: Desk) -> None:
    assert "Nobody was judged by two people yet" in desk.by().get("/recruits/agreement").text
    with desk.parts.store.write() as session:
        for who in ("Ann", "Ben"):
            verdicts.give(session, desk.candidate("anna"), who, "approve", NOW)
    page = desk.by().get("/recruits/agreement").text
    assert "too few" in page
    assert "same verdict" in page


def test_verdicts_of_others_stay_hidden_until_ones_own(desk: Desk) -> None:
    path = f"/candidates/{desk.candidate('anna').id}/dossier"
    assert "2 verdicts of others" in desk.by().post(path).text
    desk.act("anna", "verdict", verdict="defer")
    assert "Ben</bdi> would approve" in desk.by().post(path).text


def test_why_from_what_was_kept_says_the_same_as_weighing_everybody(desk: Desk) -> None:
    with desk.parts.store.read() as session:
        brand = session.exec(select(tables.BrandRow)).one()
        authors = session.exec(select(tables.Author)).all()
    for author in authors:
        kept, full = (ask(desk.parts, brand, author) for ask in (why_as_kept, why))
        assert kept["posts"] == full["posts"]
        assert kept["how"] == pytest.approx(full["how"], abs=1e-4)
        assert [one["stance"] for one in kept["changes"]] == [
            one["stance"] for one in full["changes"]
        ]
        assert (kept["newer"], kept["unsure"]) == (0, False)


def test_nobody_is_found_behind_a_number_that_is_none(desk: Desk) -> None:
    for number in ("0", "999999", "9" * 40):
        assert desk.by().get(f"/candidates/{number}").status_code == 404
        answer = desk.by().post(f"/candidates/{number}/change", data={"change": "claim"})
        assert answer.status_code == 404
    assert desk.by().get("/candidates/x").status_code in (404, 422)
    assert desk.act("anna", "abduct").status_code == 409
    assert desk.act("anna", "decide", action="invite").status_code == 409
    assert desk.act("anna", "decide", action="approve", version="²").status_code == 409


def test_an_address_is_read_the_same_however_it_is_typed() -> None:
    assert asked({"name": " a\0n\n ", "evil": "x", "least": ""}) == {"name": "an"}
    assert filter_of({"least": "40 %"}).least == filter_of({"least": "0,4"}).least == 0.4
    with pytest.raises(RuleError):
        filter_of({"least": "-1"})


def test_the_reasons_are_those_of_the_command_line(desk: Desk) -> None:
    page = desk.by().post(f"/candidates/{desk.candidate('bob').id}/dossier").text
    for code in (*recruiting.REJECT_REASONS, *recruiting.DEFER_REASONS):
        assert f'value="{code}"' in page


def test_the_posts_of_one_author_are_found_among_all(desk: Desk) -> None:
    anna = desk.candidate("anna")
    with desk.parts.store.read() as session:
        assert len(by_author.post_ids(session, anna.brand_id, anna.author_id)) == 3
        newest = by_author.last_dated(session, anna.brand_id)
    assert newest is not None
    assert newest < NOW + timedelta(days=1)
